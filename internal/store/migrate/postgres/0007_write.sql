-- Writing.
-- +goose Up

-- Which checker has looked at what was laid before him: until one has, the writer
-- may take the sending back. A mark beside the item, because looking is no
-- change of it and nobody counts it.
CREATE TABLE looked (
	item   TEXT COLLATE "C" NOT NULL REFERENCES item (id),
	round  BIGINT NOT NULL CHECK (round >= 1),
	person TEXT COLLATE "C" NOT NULL,
	at     BIGINT NOT NULL,
	PRIMARY KEY (item, round, person)
);
