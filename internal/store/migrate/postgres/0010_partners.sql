-- Items that several units stand behind.
-- +goose Up

-- The units that stand behind an item beside its own, in the order in which they
-- are named. The item's unit answers for it and has the share that is left.
CREATE TABLE partner (
    item     TEXT COLLATE "C" NOT NULL REFERENCES item (id),
    unit     TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    place    BIGINT NOT NULL CHECK (place >= 1),
    num      BIGINT NOT NULL CHECK (num >= 1),      -- its share
    den      BIGINT NOT NULL CHECK (den > num),
    round    BIGINT NOT NULL CHECK (round >= 0),    -- the last round of checks it is part of; 0: none yet
    checks   TEXT COLLATE "C" NOT NULL,                          -- its own chain, as it was when that round began
    asked    BIGINT NOT NULL CHECK (asked >= 0),    -- since when it sees the item; 0: not yet
    since    BIGINT NOT NULL CHECK (since >= asked), -- when it was asked last
    revision BIGINT NOT NULL CHECK (revision >= 0), -- … about which text; it sees none that is newer
    off      BIGINT NOT NULL CHECK (off >= 0),      -- when the lead took it off; 0: it did not
    reason   TEXT COLLATE "C" NOT NULL,                          -- … and why
    PRIMARY KEY (item, unit)
);
CREATE INDEX partner_sees ON partner (unit, item) WHERE asked > 0 AND off = 0;
CREATE INDEX partner_unit ON partner (unit);

-- The checks that people of a partner passed.
CREATE TABLE countersign (
    item     TEXT COLLATE "C" NOT NULL REFERENCES item (id),
    unit     TEXT COLLATE "C" NOT NULL,
    round    BIGINT NOT NULL CHECK (round >= 1),
    step     TEXT COLLATE "C" NOT NULL CHECK (step = 'review' OR step = 'secrecy' OR step = 'signoff'),
    revision BIGINT NOT NULL CHECK (revision >= 1),
    person   TEXT COLLATE "C" NOT NULL,
    post     TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    remark   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (item, unit, round, step, revision)
);
