-- Notifications: what each person has read, where copies go and what became of
-- them. What there is to read is a projection (px_note) and lies with the others.
-- +goose Up

-- A person's own choices; who has none has no row. Everything up to seen is read.
CREATE TABLE notify_person (
    person      TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
    seen        INTEGER NOT NULL CHECK (seen >= 0),
    quiet_from  INTEGER NOT NULL CHECK (quiet_from >= 0 AND quiet_from < 1440),  -- minutes of the day
    quiet_until INTEGER NOT NULL CHECK (quiet_until >= 0 AND quiet_until < 1440), -- the same as quiet_from: no quiet hours
    weekends    INTEGER NOT NULL CHECK (weekends = 0 OR weekends = 1)             -- 1: Saturdays and Sundays are quiet
) STRICT, WITHOUT ROWID;

CREATE TABLE notify_read (
    person   TEXT NOT NULL,
    position INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (person, position)
) STRICT, WITHOUT ROWID;

-- Where copies go. Nothing but the code is sent to an address before it is proved.
CREATE TABLE notify_channel (
    person     TEXT NOT NULL REFERENCES person (id),
    channel    TEXT NOT NULL CHECK (channel = 'mail' OR channel = 'hook'),
    address    TEXT NOT NULL CHECK (address <> ''),
    state      TEXT NOT NULL CHECK (state = 'asked' OR state = 'on'),
    kinds      TEXT NOT NULL,
    secret     TEXT NOT NULL, -- signs messages of a hook; opens nothing here
    code       TEXT NOT NULL, -- hash of the code that was sent
    code_until INTEGER NOT NULL,
    tries      INTEGER NOT NULL CHECK (tries >= 0), -- of the code
    asked      INTEGER NOT NULL CHECK (asked >= 0), -- codes sent since
    asked_at   INTEGER NOT NULL,                    -- … this moment
    position   INTEGER NOT NULL CHECK (position >= 0), -- the last fact that was looked at for it
    version    INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (person, channel)
) STRICT, WITHOUT ROWID;

-- One row a notification and channel, so that it is sent once at most.
CREATE TABLE notify_send (
    person   TEXT NOT NULL,
    channel  TEXT NOT NULL,
    position INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state = 'waiting' OR state = 'held' OR state = 'sending' OR state = 'sent' OR state = 'failed' OR state = 'unsure'),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_at  INTEGER NOT NULL, -- 0: nothing more is done
    at       INTEGER NOT NULL,
    problem  TEXT NOT NULL,
    PRIMARY KEY (person, channel, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX notify_send_next ON notify_send (next_at) WHERE next_at > 0;

-- Which reminders were given: each once for one due date.
CREATE TABLE duty_reminder (
    duty  TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage = 'due' OR stage = 'overdue'),
    due   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (duty, stage, due)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_due ON duty (due, id) WHERE state = 'passed_on' AND due > 0;

-- Nobody is told today of what happened before there were notifications: where a
-- record is older than they are, they begin behind it.
INSERT INTO installation (name, value) SELECT 'notes.from', CAST(max(position) AS TEXT) FROM fact HAVING count(*) > 0;
