-- What the desk makes of the filings: composites with the sources of every
-- paragraph, issues that come out at their time.
-- +goose Up

-- For how many days what was printed above is offered for the next issue; 0: not at all.
ALTER TABLE publication ADD COLUMN reprint_days INTEGER NOT NULL DEFAULT 0 CHECK (reprint_days >= 0);

-- Composites share their credit equally, unless somebody says otherwise.
ALTER TABLE rules ADD COLUMN equal_shares INTEGER NOT NULL DEFAULT 0 CHECK (equal_shares IN (0, 1));

-- When an issue is to come out by itself, and who said so. It goes with the
-- issue's publication or its return; one that could not be done stays, with why.
CREATE TABLE schedule (
    issue     TEXT NOT NULL PRIMARY KEY REFERENCES issue (id),
    at        INTEGER NOT NULL CHECK (at > 0),
    dispatch  INTEGER NOT NULL CHECK (dispatch IN (0, 1)),
    by_person TEXT NOT NULL,
    post      TEXT NOT NULL,
    made      INTEGER NOT NULL,
    failed_at INTEGER NOT NULL,
    why       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_at ON schedule (at) WHERE failed_at = 0;

-- From which sources each paragraph of a composite's text is: for each paragraph
-- the places of its sources among the parents. Revision 0 is the first text.
CREATE TABLE sourcing (
    filing     TEXT NOT NULL REFERENCES filing (id),
    revision   INTEGER NOT NULL CHECK (revision >= 0),
    paragraphs TEXT NOT NULL,
    PRIMARY KEY (filing, revision)
) STRICT, WITHOUT ROWID;

-- What was printed elsewhere lately: asked by the issue composer.
CREATE INDEX news_printed ON news (occurred) WHERE kind = 'published';
