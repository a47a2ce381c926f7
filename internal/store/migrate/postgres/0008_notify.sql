-- Notifications: what each person has read, where copies go and what became of
-- them. What there is to read is a projection (px_note).
-- +goose Up

-- A person's own choices; who has none has no row. Everything up to seen is read.
CREATE TABLE notify_person (
    person      TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES person (id),
    seen        BIGINT NOT NULL CHECK (seen >= 0),
    quiet_from  BIGINT NOT NULL CHECK (quiet_from >= 0 AND quiet_from < 1440),  -- minutes of the day
    quiet_until BIGINT NOT NULL CHECK (quiet_until >= 0 AND quiet_until < 1440), -- the same as quiet_from: no quiet hours
    weekends    BIGINT NOT NULL CHECK (weekends = 0 OR weekends = 1)             -- 1: Saturdays and Sundays are quiet
);

CREATE TABLE notify_read (
    person   TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (person, position)
);

-- Where copies go. Nothing but the code is sent to an address before it is proved.
CREATE TABLE notify_channel (
    person     TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    channel    TEXT COLLATE "C" NOT NULL CHECK (channel = 'mail' OR channel = 'hook'),
    address    TEXT COLLATE "C" NOT NULL CHECK (address <> ''),
    state      TEXT COLLATE "C" NOT NULL CHECK (state = 'asked' OR state = 'on'),
    kinds      TEXT COLLATE "C" NOT NULL,
    secret     TEXT COLLATE "C" NOT NULL, -- signs messages of a hook; opens nothing here
    code       TEXT COLLATE "C" NOT NULL, -- hash of the code that was sent
    code_until BIGINT NOT NULL,
    tries      BIGINT NOT NULL CHECK (tries >= 0), -- of the code
    asked      BIGINT NOT NULL CHECK (asked >= 0), -- codes sent since
    asked_at   BIGINT NOT NULL,                    -- … this moment
    position   BIGINT NOT NULL CHECK (position >= 0), -- the last fact that was looked at for it
    version    BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (person, channel)
);

-- One row a notification and channel, so that it is sent once at most.
CREATE TABLE notify_send (
    person   TEXT COLLATE "C" NOT NULL,
    channel  TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    state    TEXT COLLATE "C" NOT NULL CHECK (state = 'waiting' OR state = 'held' OR state = 'sending' OR state = 'sent' OR state = 'failed' OR state = 'unsure'),
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    next_at  BIGINT NOT NULL, -- 0: nothing more is done
    at       BIGINT NOT NULL,
    problem  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, channel, position)
);
CREATE INDEX notify_send_next ON notify_send (next_at) WHERE next_at > 0;

-- Which reminders were given: each once for one due date.
CREATE TABLE duty_reminder (
    duty  TEXT COLLATE "C" NOT NULL,
    stage TEXT COLLATE "C" NOT NULL CHECK (stage = 'due' OR stage = 'overdue'),
    due   BIGINT NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (duty, stage, due)
);
CREATE INDEX duty_due ON duty (due, id) WHERE state = 'passed_on' AND due > 0;

-- What there is to read: to a person, or to everybody in a post of a unit. A
-- projection of the record, made again at will.
CREATE TABLE px_note (
    who      TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    actor    TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    body     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (who, position)
);

-- Nobody is told today of what happened before there were notifications: where a
-- record is older than they are, they begin behind it.
INSERT INTO installation (name, value) SELECT 'notes.from', CAST(max(position) AS text) FROM fact_position HAVING count(*) > 0;
