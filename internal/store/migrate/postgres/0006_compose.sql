-- What the desk makes of the filings: composites with the sources of every
-- paragraph, issues that come out at their time.
-- +goose Up

-- For how many days what was printed above is offered for the next issue; 0: not at all.
ALTER TABLE publication ADD COLUMN reprint_days BIGINT NOT NULL DEFAULT 0 CHECK (reprint_days >= 0);

-- Composites share their credit equally, unless somebody says otherwise.
ALTER TABLE rules ADD COLUMN equal_shares BIGINT NOT NULL DEFAULT 0 CHECK (equal_shares IN (0, 1));

-- When an issue is to come out by itself, and who said so. It goes with the
-- issue's publication or its return; one that could not be done stays, with why.
CREATE TABLE schedule (
    issue     TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES issue (id),
    at        BIGINT NOT NULL CHECK (at > 0),
    dispatch  BIGINT NOT NULL CHECK (dispatch IN (0, 1)),
    by_person TEXT COLLATE "C" NOT NULL,
    post      TEXT COLLATE "C" NOT NULL,
    made      BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    why       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX schedule_at ON schedule (at) WHERE failed_at = 0;

-- From which sources each paragraph of a composite's text is: for each paragraph
-- the places of its sources among the parents. Revision 0 is the first text.
CREATE TABLE sourcing (
    filing     TEXT COLLATE "C" NOT NULL REFERENCES filing (id),
    revision   BIGINT NOT NULL CHECK (revision >= 0),
    paragraphs TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (filing, revision)
);

-- What was printed elsewhere lately: asked by the issue composer.
CREATE INDEX news_printed ON news (occurred) WHERE kind = 'published';
