-- What an installation needs to run for years.
-- +goose Up

-- Whose reading is restricted, and by whom: an item, or a publication with all
-- its issues. A table of its own, because nearly nothing is restricted and the
-- item and the filing are written by everybody.
CREATE TABLE restricted (
	noun   TEXT COLLATE "C" NOT NULL CHECK (noun = 'item' OR noun = 'publication'),
	id     TEXT COLLATE "C" NOT NULL,
	unit   TEXT COLLATE "C" NOT NULL, -- who may lift it again
	person TEXT COLLATE "C" NOT NULL,
	at     BIGINT NOT NULL,
	reason TEXT COLLATE "C" NOT NULL,
	PRIMARY KEY (noun, id)
);

-- Who opened a restricted text: once a person, text, revision and day.
CREATE TABLE opening (
	noun     TEXT COLLATE "C" NOT NULL,
	id       TEXT COLLATE "C" NOT NULL,
	person   TEXT COLLATE "C" NOT NULL,
	revision BIGINT NOT NULL,
	day      BIGINT NOT NULL,
	post     TEXT COLLATE "C" NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (noun, id, person, revision, day)
);

-- The record by its common questions; on SQLite in index.db.
CREATE TABLE px_act (
	position BIGINT NOT NULL PRIMARY KEY,
	recorded BIGINT NOT NULL,
	actor    TEXT COLLATE "C" NOT NULL,
	office   TEXT COLLATE "C" NOT NULL,
	kind     TEXT COLLATE "C" NOT NULL,
	noun     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX px_act_time ON px_act (recorded, position);
CREATE INDEX px_act_actor ON px_act (actor, recorded, position);
CREATE INDEX px_act_office ON px_act (office, recorded, position);
CREATE INDEX px_act_kind ON px_act (kind, recorded, position);

-- Changes of units: what was previewed and confirmed, on which day it takes
-- effect, what each touched row was before (for the undo of the same day). A row
-- that is planned waits for its day; the worker performs it then.
CREATE TABLE unit_change (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    unit      TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    act       TEXT COLLATE "C" NOT NULL CHECK (act IN ('enter','rename','move','change','merge','split','close')),
    day       BIGINT NOT NULL,
    state     TEXT COLLATE "C" NOT NULL CHECK (state IN ('planned','done','undone','cancelled','failed')),
    input     TEXT COLLATE "C" NOT NULL,
    steps     TEXT COLLATE "C" NOT NULL,
    why       TEXT COLLATE "C" NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    post      TEXT COLLATE "C" NOT NULL,
    made      BIGINT NOT NULL,
    done      BIGINT NOT NULL,
    version   BIGINT NOT NULL CHECK (version >= 1)
);
CREATE INDEX unit_change_unit ON unit_change (unit, made, id);
CREATE INDEX unit_change_day ON unit_change (state, day, id);

-- Whose heir a unit is: asked at every verb, and nearly always nobody's.
CREATE INDEX unit_successor ON unit (successor) WHERE successor <> '';

-- Where facts are sent on to: one row a subscription, with its place in the record.
-- The secret is kept as it is, because each message is signed with it; it opens
-- nothing here.
CREATE TABLE webhook (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    unit     TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    name     TEXT COLLATE "C" NOT NULL,
    url      TEXT COLLATE "C" NOT NULL CHECK (url <> ''),
    kinds    TEXT COLLATE "C" NOT NULL,
    secret   TEXT COLLATE "C" NOT NULL CHECK (secret <> ''),
    state    TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    reason   TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL CHECK (position >= 0),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    next_at  BIGINT NOT NULL,
    turn     BIGINT NOT NULL CHECK (turn >= 0),
    taken_at BIGINT NOT NULL,
    made_by  TEXT COLLATE "C" NOT NULL,
    made     BIGINT NOT NULL,
    updated  BIGINT NOT NULL,
    version  BIGINT NOT NULL CHECK (version >= 1)
);
CREATE INDEX webhook_unit ON webhook (unit, id);

-- The last attempts of each, for whoever looks for a fault; older ones are dropped.
CREATE TABLE webhook_try (
    webhook  TEXT COLLATE "C" NOT NULL REFERENCES webhook (id),
    turn     BIGINT NOT NULL,
    fact     TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    status   BIGINT NOT NULL,
    problem  TEXT COLLATE "C" NOT NULL,
    answer   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (webhook, turn)
);
