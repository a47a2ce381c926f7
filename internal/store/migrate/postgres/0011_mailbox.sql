-- The mailboxes of the offices, out of which letters come, and what is strange
-- about a letter.
-- +goose Up

-- One mailbox an office, looked into by the worker. The password is locked with
-- a key that lies beside the database and is in no backup. How far it was read is
-- written with each letter that came of it.
CREATE TABLE mailbox (
    office TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('on','off')),
    host TEXT COLLATE "C" NOT NULL,
    port       BIGINT NOT NULL,
    tls TEXT COLLATE "C" NOT NULL,
    login TEXT COLLATE "C" NOT NULL,
    secret TEXT COLLATE "C" NOT NULL,
    folder TEXT COLLATE "C" NOT NULL,
    since      BIGINT NOT NULL,
    set_by TEXT COLLATE "C" NOT NULL,
    set_at     BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    validity   BIGINT NOT NULL,
    last       BIGINT NOT NULL,
    turn       BIGINT NOT NULL,
    busy_until BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,
    looked_at  BIGINT NOT NULL,
    good_at    BIGINT NOT NULL,
    came       BIGINT NOT NULL,
    came_all   BIGINT NOT NULL,
    failures   BIGINT NOT NULL,
    problem TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);

-- auto, bounce, own, cut or unread, with spaces between.
ALTER TABLE letter ADD COLUMN marks TEXT COLLATE "C" NOT NULL DEFAULT '';
