-- +goose Up
-- The nouns as they are now. What happened to them stands in the facts.
-- Times are microseconds UTC, days yyyymmdd, booleans 0 or 1, lists JSON text;
-- '' and 0 mean "none", so that one text of SQL serves both engines.
-- Text is compared byte by byte: keysets and prefixes depend on it.
-- CHECKs repeat what the tables in Go say, against statements typed by hand.

CREATE TABLE unit (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    code      TEXT COLLATE "C" NOT NULL CHECK (code <> ''),
    name      TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    short     TEXT COLLATE "C" NOT NULL DEFAULT '',
    level     TEXT COLLATE "C" NOT NULL CHECK (level IN ('centre','province','city','county','township','village','department')),
    parent    TEXT COLLATE "C" NOT NULL DEFAULT '' CHECK (parent <> id),
    office    BIGINT NOT NULL DEFAULT 0 CHECK (office IN (0, 1)),
    outside   BIGINT NOT NULL DEFAULT 0 CHECK (outside IN (0, 1) AND outside <= office),
    since     BIGINT NOT NULL DEFAULT 0,
    ended     BIGINT NOT NULL DEFAULT 0,
    successor TEXT COLLATE "C" NOT NULL DEFAULT '',
    version   BIGINT NOT NULL CHECK (version >= 1)
);
CREATE UNIQUE INDEX unit_code ON unit (code);
CREATE INDEX unit_parent ON unit (parent, code);
CREATE INDEX unit_name ON unit (name);
CREATE INDEX unit_short ON unit (short) WHERE short <> '';
CREATE INDEX unit_office ON unit (code) WHERE office = 1;

CREATE TABLE unit_past (
    unit      TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    name      TEXT COLLATE "C" NOT NULL,
    short     TEXT COLLATE "C" NOT NULL,
    level     TEXT COLLATE "C" NOT NULL,
    parent    TEXT COLLATE "C" NOT NULL,
    from_day  BIGINT NOT NULL,
    until_day BIGINT NOT NULL
);
CREATE INDEX unit_past_unit ON unit_past (unit, until_day);

CREATE TABLE line (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    unit      TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    office    TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    network   TEXT COLLATE "C" NOT NULL,
    rank      BIGINT NOT NULL,
    direct    BIGINT NOT NULL CHECK (direct IN (0, 1)),
    from_day  BIGINT NOT NULL,
    until_day BIGINT NOT NULL CHECK (until_day = 0 OR until_day >= from_day),
    version   BIGINT NOT NULL CHECK (version >= 1)
);
CREATE UNIQUE INDEX line_unit ON line (unit, office, network, from_day);
CREATE INDEX line_office ON line (office, id);

CREATE TABLE person (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL,
    login   TEXT COLLATE "C" NOT NULL CHECK (login <> ''),
    locale  TEXT COLLATE "C" NOT NULL,
    phone   TEXT COLLATE "C" NOT NULL,
    active  BIGINT NOT NULL CHECK (active IN (0, 1)),
    version BIGINT NOT NULL CHECK (version >= 1)
);
CREATE UNIQUE INDEX person_login ON person (login);

CREATE TABLE post (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person    TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    unit      TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    role      TEXT COLLATE "C" NOT NULL CHECK (role IN ('reporter','reviewer','secrecy','signer','editor','chief','leader','followup','assessor','admin','security','auditor')),
    title     TEXT COLLATE "C" NOT NULL,
    from_day  BIGINT NOT NULL,
    until_day BIGINT NOT NULL CHECK (until_day = 0 OR until_day >= from_day),
    version   BIGINT NOT NULL CHECK (version >= 1)
);
CREATE INDEX post_person ON post (person);
CREATE INDEX post_unit ON post (unit);

CREATE TABLE class (
    office TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    year   BIGINT NOT NULL,
    unit   TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    class  TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (office, year, unit)
);

CREATE TABLE rules (
    office         TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES unit (id),
    own_sign_off   BIGINT NOT NULL CHECK (own_sign_off IN (0, 1)),
    lines_ordered  BIGINT NOT NULL CHECK (lines_ordered IN (0, 1)),
    forward_signed BIGINT NOT NULL CHECK (forward_signed IN (0, 1)),
    max_title      BIGINT NOT NULL CHECK (max_title >= 0),
    max_body       BIGINT NOT NULL CHECK (max_body >= 0),
    version        BIGINT NOT NULL CHECK (version >= 1)
);

CREATE TABLE chain (
    unit    TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    form    TEXT COLLATE "C" NOT NULL,
    genre   TEXT COLLATE "C" NOT NULL,
    checks  TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 1),
    PRIMARY KEY (unit, form, genre)
);

CREATE TABLE term (
    list TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    zh   TEXT COLLATE "C" NOT NULL,
    en   TEXT COLLATE "C" NOT NULL,
    rank BIGINT NOT NULL,
    off  BIGINT NOT NULL CHECK (off IN (0, 1)),
    PRIMARY KEY (list, code)
);

CREATE TABLE item (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    unit        TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft','submitted','sent_back','signed','withdrawn')),
    genre       TEXT COLLATE "C" NOT NULL,
    form        TEXT COLLATE "C" NOT NULL,
    title       TEXT COLLATE "C" NOT NULL,
    length      BIGINT NOT NULL CHECK (length >= 0),
    revision    BIGINT NOT NULL CHECK (revision >= 0),
    signed      BIGINT NOT NULL CHECK (signed >= 0 AND signed <= revision),
    lines       TEXT COLLATE "C" NOT NULL,
    authors     TEXT COLLATE "C" NOT NULL,
    contact     TEXT COLLATE "C" NOT NULL,
    channel     TEXT COLLATE "C" NOT NULL,
    urgent      BIGINT NOT NULL CHECK (urgent IN (0, 1)),
    checks      TEXT COLLATE "C" NOT NULL,
    round       BIGINT NOT NULL CHECK (round >= 0),
    reason      TEXT COLLATE "C" NOT NULL,
    remark      TEXT COLLATE "C" NOT NULL,
    due         BIGINT NOT NULL,
    office      TEXT COLLATE "C" NOT NULL,
    by_office   BIGINT NOT NULL CHECK (by_office IN (0, 1)),
    confirmed   BIGINT NOT NULL CHECK (confirmed IN (0, 1)),
    source      TEXT COLLATE "C" NOT NULL,
    writer      TEXT COLLATE "C" NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version >= 1)
);
CREATE INDEX item_unit ON item (unit, state, updated, id);
CREATE INDEX item_signed ON item (state, updated, id) WHERE signed > 0;
CREATE INDEX item_office ON item (office, state, updated, id) WHERE office <> '';
CREATE UNIQUE INDEX item_source ON item (source) WHERE source <> '';

-- The body stands last: a list of revisions never reads its overflow pages.
CREATE TABLE revision (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    noun      TEXT COLLATE "C" NOT NULL CHECK (noun IN ('item','filing')),
    owner     TEXT COLLATE "C" NOT NULL,
    number    BIGINT NOT NULL CHECK (number >= 1),
    title     TEXT COLLATE "C" NOT NULL,
    hash      TEXT COLLATE "C" NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    note      TEXT COLLATE "C" NOT NULL,
    body      TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX revision_owner ON revision (owner, number);

CREATE TABLE passed (
    item     TEXT COLLATE "C" NOT NULL REFERENCES item (id),
    round    BIGINT NOT NULL CHECK (round >= 1),
    step     TEXT COLLATE "C" NOT NULL CHECK (step IN ('review','secrecy','signoff')),
    revision BIGINT NOT NULL CHECK (revision >= 1),
    person   TEXT COLLATE "C" NOT NULL,
    post     TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    remark   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (item, round, step, revision)
);

CREATE TABLE attachment (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    item      TEXT COLLATE "C" NOT NULL REFERENCES item (id),
    name      TEXT COLLATE "C" NOT NULL,
    media     TEXT COLLATE "C" NOT NULL,
    size      BIGINT NOT NULL CHECK (size >= 0),
    hash      TEXT COLLATE "C" NOT NULL,
    caption   TEXT COLLATE "C" NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX attachment_item ON attachment (item, id);

CREATE TABLE autosave (
    noun   TEXT COLLATE "C" NOT NULL CHECK (noun IN ('item','filing')),
    owner  TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    title  TEXT COLLATE "C" NOT NULL,
    base   BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    body   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (noun, owner, person)
);

CREATE TABLE filing (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    item        TEXT COLLATE "C" NOT NULL REFERENCES item (id),
    office      TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    unit        TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    line        TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('filed','received','editing','ready','held','declined','returned','merged','withdrawn','outside')),
    title       TEXT COLLATE "C" NOT NULL,
    genre       TEXT COLLATE "C" NOT NULL,
    form        TEXT COLLATE "C" NOT NULL,
    length      BIGINT NOT NULL CHECK (length >= 0),
    number      TEXT COLLATE "C" NOT NULL,
    raw         BIGINT NOT NULL CHECK (raw >= 0),
    base        TEXT COLLATE "C" NOT NULL,
    revision    BIGINT NOT NULL CHECK (revision >= 0),
    holder      TEXT COLLATE "C" NOT NULL,
    since       BIGINT NOT NULL,
    urgent      BIGINT NOT NULL CHECK (urgent IN (0, 1)),
    channel     TEXT COLLATE "C" NOT NULL,
    composite   BIGINT NOT NULL CHECK (composite IN (0, 1)),
    merged_in   TEXT COLLATE "C" NOT NULL CHECK (merged_in <> id),
    merged_from TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    remark      TEXT COLLATE "C" NOT NULL,
    due         BIGINT NOT NULL,
    sent_by     TEXT COLLATE "C" NOT NULL,
    sent_proof  TEXT COLLATE "C" NOT NULL,
    filed       BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version >= 1),
    CHECK (state <> 'merged' OR merged_in <> '')
);
CREATE INDEX filing_item ON filing (item);
CREATE INDEX filing_office ON filing (office, state, since, id);
CREATE INDEX filing_unit ON filing (unit, since, id);
CREATE INDEX filing_holder ON filing (holder, since, id) WHERE holder <> '';

CREATE TABLE filing_parent (
    child  TEXT COLLATE "C" NOT NULL REFERENCES filing (id),
    parent TEXT COLLATE "C" NOT NULL REFERENCES filing (id) CHECK (parent <> child),
    kind   TEXT COLLATE "C" NOT NULL CHECK (kind IN ('forward','merge')),
    num    BIGINT NOT NULL CHECK (num > 0),
    den    BIGINT NOT NULL CHECK (den > 0 AND den >= num),
    rank   BIGINT NOT NULL,
    PRIMARY KEY (child, parent)
);
CREATE INDEX filing_parent_parent ON filing_parent (parent);

CREATE TABLE counter (
    kind   TEXT COLLATE "C" NOT NULL,
    office TEXT COLLATE "C" NOT NULL,
    year   BIGINT NOT NULL,
    last   BIGINT NOT NULL CHECK (last >= 1),
    PRIMARY KEY (kind, office, year)
);

-- The unit is that of the told filing, so that a unit's news is one range.
CREATE TABLE news (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    filing   TEXT COLLATE "C" NOT NULL REFERENCES filing (id),
    unit     TEXT COLLATE "C" NOT NULL,
    via      TEXT COLLATE "C" NOT NULL,
    origin   TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    office   TEXT COLLATE "C" NOT NULL,
    level    TEXT COLLATE "C" NOT NULL,
    outlet   TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    issue    TEXT COLLATE "C" NOT NULL,
    form     TEXT COLLATE "C" NOT NULL,
    title    TEXT COLLATE "C" NOT NULL,
    who      TEXT COLLATE "C" NOT NULL,
    text     TEXT COLLATE "C" NOT NULL,
    points   TEXT COLLATE "C" NOT NULL,
    num      BIGINT NOT NULL CHECK (num > 0),
    den      BIGINT NOT NULL CHECK (den > 0 AND den >= num),
    hops     BIGINT NOT NULL CHECK (hops >= 0),
    occurred BIGINT NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX news_filing ON news (filing);
CREATE INDEX news_unit ON news (unit, at, id);

CREATE TABLE outcome (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    filing     TEXT COLLATE "C" NOT NULL REFERENCES filing (id),
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('entered','confirmed','rejected')),
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('adopted','instructed','declined')),
    outlet     TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    issue      TEXT COLLATE "C" NOT NULL,
    form       TEXT COLLATE "C" NOT NULL,
    who        TEXT COLLATE "C" NOT NULL,
    points     TEXT COLLATE "C" NOT NULL,
    proof      TEXT COLLATE "C" NOT NULL,
    occurred   BIGINT NOT NULL,
    entered_by TEXT COLLATE "C" NOT NULL,
    entered_at BIGINT NOT NULL,
    decided_by TEXT COLLATE "C" NOT NULL,
    decided_at BIGINT NOT NULL,
    version    BIGINT NOT NULL CHECK (version >= 1),
    CHECK (state <> 'confirmed' OR decided_by <> entered_by)
);
CREATE INDEX outcome_filing ON outcome (filing, id);

CREATE TABLE publication (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office    TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    code      TEXT COLLATE "C" NOT NULL CHECK (code <> ''),
    name      TEXT COLLATE "C" NOT NULL,
    level     TEXT COLLATE "C" NOT NULL,
    columns   TEXT COLLATE "C" NOT NULL,
    max_body  BIGINT NOT NULL CHECK (max_body >= 0),
    from_day  BIGINT NOT NULL,
    until_day BIGINT NOT NULL,
    version   BIGINT NOT NULL CHECK (version >= 1)
);
CREATE UNIQUE INDEX publication_code ON publication (office, code);

CREATE TABLE reader (
    publication TEXT COLLATE "C" NOT NULL REFERENCES publication (id),
    unit        TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    manner      TEXT COLLATE "C" NOT NULL CHECK (manner IN ('report','send','issue')),
    rank        BIGINT NOT NULL,
    PRIMARY KEY (publication, unit)
);

CREATE TABLE issue (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    publication  TEXT COLLATE "C" NOT NULL REFERENCES publication (id),
    office       TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    year         BIGINT NOT NULL,
    number       BIGINT NOT NULL CHECK (number >= 0),
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('open','proposed','approved','published')),
    title        TEXT COLLATE "C" NOT NULL,
    remark       TEXT COLLATE "C" NOT NULL,
    opened_by    TEXT COLLATE "C" NOT NULL,
    opened       BIGINT NOT NULL,
    approved_by  TEXT COLLATE "C" NOT NULL,
    approved_at  BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    updated      BIGINT NOT NULL,
    version      BIGINT NOT NULL CHECK (version >= 1),
    CHECK (state <> 'published' OR (number >= 1 AND published_at > 0))
);
CREATE UNIQUE INDEX issue_number ON issue (publication, year, number) WHERE number > 0;
CREATE INDEX issue_office ON issue (office, opened, id);

-- The body stands last, as in revision.
CREATE TABLE placement (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    filing      TEXT COLLATE "C" NOT NULL REFERENCES filing (id),
    office      TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    publication TEXT COLLATE "C" NOT NULL REFERENCES publication (id),
    issue       TEXT COLLATE "C" NOT NULL,
    part        TEXT COLLATE "C" NOT NULL,
    slot        BIGINT NOT NULL,
    form        TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('tray','arranged','published','corrected','recalled','gone')),
    revision    BIGINT NOT NULL,
    title       TEXT COLLATE "C" NOT NULL,
    correction  TEXT COLLATE "C" NOT NULL,
    remark      TEXT COLLATE "C" NOT NULL,
    by_person   TEXT COLLATE "C" NOT NULL,
    made        BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    version     BIGINT NOT NULL CHECK (version >= 1),
    body        TEXT COLLATE "C" NOT NULL,
    CHECK (state IN ('tray','gone') OR issue <> '')
);
CREATE INDEX placement_filing ON placement (filing, id);
CREATE INDEX placement_issue ON placement (issue, slot) WHERE issue <> '';
CREATE INDEX placement_tray ON placement (office, made, id) WHERE state = 'tray';

CREATE TABLE delivery (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    issue        TEXT COLLATE "C" NOT NULL REFERENCES issue (id),
    unit         TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    manner       TEXT COLLATE "C" NOT NULL CHECK (manner IN ('report','send','issue')),
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('sent','confirmed','recalled')),
    sent         BIGINT NOT NULL,
    confirmed_by TEXT COLLATE "C" NOT NULL,
    confirmed_at BIGINT NOT NULL,
    recalled_at  BIGINT NOT NULL,
    remark       TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL CHECK (version >= 1),
    CHECK (state <> 'confirmed' OR confirmed_at > 0),
    CHECK (state <> 'recalled' OR recalled_at > 0)
);
CREATE UNIQUE INDEX delivery_issue ON delivery (issue, unit);
CREATE INDEX delivery_unit ON delivery (unit, sent, id);

CREATE TABLE duty (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind      TEXT COLLATE "C" NOT NULL,
    office    TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    filing    TEXT COLLATE "C" NOT NULL REFERENCES filing (id),
    item      TEXT COLLATE "C" NOT NULL REFERENCES item (id),
    placement TEXT COLLATE "C" NOT NULL,
    issue     TEXT COLLATE "C" NOT NULL,
    leader    TEXT COLLATE "C" NOT NULL,
    leader_as TEXT COLLATE "C" NOT NULL,
    text      TEXT COLLATE "C" NOT NULL,
    disclosed BIGINT NOT NULL CHECK (disclosed IN (0, 1)),
    state     TEXT COLLATE "C" NOT NULL CHECK (state IN ('recorded','passed_on','answered','accepted')),
    unit      TEXT COLLATE "C" NOT NULL,
    due       BIGINT NOT NULL,
    answer    TEXT COLLATE "C" NOT NULL,
    answer_by TEXT COLLATE "C" NOT NULL,
    answer_at BIGINT NOT NULL,
    remark    TEXT COLLATE "C" NOT NULL,
    given     BIGINT NOT NULL,
    updated   BIGINT NOT NULL,
    version   BIGINT NOT NULL CHECK (version >= 1),
    CHECK (state = 'recorded' OR unit <> '')
);
CREATE INDEX duty_filing ON duty (filing, id);
CREATE INDEX duty_office ON duty (office, state, given, id);
CREATE INDEX duty_unit ON duty (unit, state, given, id) WHERE unit <> '';

CREATE TABLE rulebook (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    office    TEXT COLLATE "C" NOT NULL REFERENCES unit (id),
    title     TEXT COLLATE "C" NOT NULL,
    from_day  BIGINT NOT NULL,
    until_day BIGINT NOT NULL CHECK (until_day = 0 OR until_day >= from_day),
    hash      TEXT COLLATE "C" NOT NULL,
    by_person TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    body      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX rulebook_office ON rulebook (office, from_day, id);

CREATE TABLE password (
    person TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES person (id),
    hash   TEXT COLLATE "C" NOT NULL CHECK (hash <> ''),
    at     BIGINT NOT NULL
);

CREATE TABLE session (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    person  TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    post    TEXT COLLATE "C" NOT NULL,
    form    TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    locale  TEXT COLLATE "C" NOT NULL,
    theme   TEXT COLLATE "C" NOT NULL,
    size    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX session_person ON session (person);

CREATE TABLE token (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash    TEXT COLLATE "C" NOT NULL CHECK (hash <> ''),
    person  TEXT COLLATE "C" NOT NULL REFERENCES person (id),
    name    TEXT COLLATE "C" NOT NULL,
    scopes  TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    used    BIGINT NOT NULL
);
CREATE UNIQUE INDEX token_hash ON token (hash);
CREATE INDEX token_person ON token (person, id);
