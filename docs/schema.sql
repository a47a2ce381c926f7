-- GENERATED from the migrations (go generate ./internal/store). For reading only.

-- xinshu.db

CREATE TABLE attachment (
    id        TEXT NOT NULL PRIMARY KEY,
    item      TEXT NOT NULL REFERENCES item (id),
    name      TEXT NOT NULL,
    media     TEXT NOT NULL,
    size      INTEGER NOT NULL CHECK (size >= 0),
    hash      TEXT NOT NULL,
    caption   TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;

CREATE INDEX attachment_item ON attachment (item, id);

CREATE TABLE autosave (
    noun   TEXT NOT NULL CHECK (noun IN ('item','filing')),
    owner  TEXT NOT NULL,
    person TEXT NOT NULL,
    title  TEXT NOT NULL,
    base   INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (noun, owner, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE block (
	number    INTEGER PRIMARY KEY,
	first     INTEGER NOT NULL,
	last      INTEGER NOT NULL CHECK (last >= first),
	prev      TEXT    NOT NULL,
	hash      TEXT    NOT NULL,
	sealed    INTEGER NOT NULL,
	signature TEXT    NOT NULL
) STRICT;

CREATE TABLE calendar_year (
    year      INTEGER NOT NULL PRIMARY KEY,
    source    TEXT NOT NULL CHECK (source <> ''),
    days      TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE TABLE chain (
    unit    TEXT NOT NULL REFERENCES unit (id),
    form    TEXT NOT NULL,
    genre   TEXT NOT NULL,
    checks  TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    PRIMARY KEY (unit, form, genre)
) STRICT, WITHOUT ROWID;

CREATE TABLE class (
    office TEXT NOT NULL REFERENCES unit (id),
    year   INTEGER NOT NULL,
    unit   TEXT NOT NULL REFERENCES unit (id),
    class  TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (office, year, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE comment (
    id          TEXT NOT NULL PRIMARY KEY,
    filing      TEXT NOT NULL REFERENCES filing (id),
    thread      TEXT NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    para        INTEGER NOT NULL CHECK (para >= 0),
    quote       TEXT NOT NULL,
    body        TEXT NOT NULL CHECK (body <> ''),
    by_person   TEXT NOT NULL,
    at          INTEGER NOT NULL,
    resolved_by TEXT NOT NULL,
    resolved_at INTEGER NOT NULL
) STRICT;

CREATE INDEX comment_filing ON comment (filing, id);

CREATE TABLE counter (
    kind   TEXT NOT NULL,
    office TEXT NOT NULL,
    year   INTEGER NOT NULL,
    last   INTEGER NOT NULL CHECK (last >= 1),
    PRIMARY KEY (kind, office, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE countersign (
    item     TEXT NOT NULL REFERENCES item (id),
    unit     TEXT NOT NULL,
    round    INTEGER NOT NULL CHECK (round >= 1),
    step     TEXT NOT NULL CHECK (step = 'review' OR step = 'secrecy' OR step = 'signoff'),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    person   TEXT NOT NULL,
    post     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    remark   TEXT NOT NULL,
    PRIMARY KEY (item, unit, round, step, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE deed (
    filing  TEXT NOT NULL PRIMARY KEY REFERENCES filing (id),
    person  TEXT NOT NULL,
    verb    TEXT NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    before  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
    id           TEXT NOT NULL PRIMARY KEY,
    issue        TEXT NOT NULL REFERENCES issue (id),
    unit         TEXT NOT NULL REFERENCES unit (id),
    manner       TEXT NOT NULL CHECK (manner IN ('report','send','issue')),
    state        TEXT NOT NULL CHECK (state IN ('sent','confirmed','recalled')),
    sent         INTEGER NOT NULL,
    confirmed_by TEXT NOT NULL,
    confirmed_at INTEGER NOT NULL,
    recalled_at  INTEGER NOT NULL,
    remark       TEXT NOT NULL,
    version      INTEGER NOT NULL CHECK (version >= 1),
    CHECK (state <> 'confirmed' OR confirmed_at > 0),
    CHECK (state <> 'recalled' OR recalled_at > 0)
) STRICT;

CREATE UNIQUE INDEX delivery_issue ON delivery (issue, unit);

CREATE INDEX delivery_unit ON delivery (unit, sent, id);

CREATE INDEX delivery_unit_state ON delivery (unit, state, sent, id);

CREATE TABLE duty (
    id        TEXT NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL,
    office    TEXT NOT NULL REFERENCES unit (id),
    filing    TEXT NOT NULL REFERENCES filing (id),
    item      TEXT NOT NULL REFERENCES item (id),
    placement TEXT NOT NULL,
    issue     TEXT NOT NULL,
    leader    TEXT NOT NULL,
    leader_as TEXT NOT NULL,
    text      TEXT NOT NULL,
    disclosed INTEGER NOT NULL CHECK (disclosed IN (0, 1)),
    state     TEXT NOT NULL CHECK (state IN ('recorded','passed_on','answered','accepted')),
    unit      TEXT NOT NULL,
    due       INTEGER NOT NULL,
    answer    TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    answer_at INTEGER NOT NULL,
    remark    TEXT NOT NULL,
    given     INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1),
    CHECK (state = 'recorded' OR unit <> '')
) STRICT;

CREATE INDEX duty_due ON duty (due, id) WHERE state = 'passed_on' AND due > 0;

CREATE INDEX duty_filing ON duty (filing, id);

CREATE INDEX duty_office ON duty (office, state, given, id);

CREATE INDEX duty_office_due ON duty (office, state, due, id);

CREATE INDEX duty_unit ON duty (unit, state, given, id) WHERE unit <> '';

CREATE INDEX duty_unit_due ON duty (unit, state, due, id) WHERE unit <> '';

CREATE TABLE duty_reminder (
    duty  TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage = 'due' OR stage = 'overdue'),
    due   INTEGER NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (duty, stage, due)
) STRICT, WITHOUT ROWID;

CREATE TABLE "fact" (
	position  INTEGER PRIMARY KEY,
	id        TEXT    NOT NULL UNIQUE,
	kind      TEXT    NOT NULL,
	kind_v    INTEGER NOT NULL,
	noun      TEXT    NOT NULL,
	subject   TEXT    NOT NULL,
	subject_v INTEGER NOT NULL,
	actor     TEXT    NOT NULL,
	post      TEXT    NOT NULL,
	office    TEXT    NOT NULL,
	occurred  INTEGER NOT NULL,
	recorded  INTEGER NOT NULL,
	node      TEXT    NOT NULL,
	corrects  TEXT    NOT NULL,
	digest    TEXT    NOT NULL CHECK (length(digest) = 64),
	body      TEXT    NOT NULL -- the payload; empty once it was lawfully erased
) STRICT;

CREATE INDEX fact_by_subject ON fact (subject, noun);

CREATE TABLE filing (
    id          TEXT NOT NULL PRIMARY KEY,
    item        TEXT NOT NULL REFERENCES item (id),
    office      TEXT NOT NULL REFERENCES unit (id),
    unit        TEXT NOT NULL REFERENCES unit (id),
    line        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state = 'filed' OR state = 'received' OR state = 'editing' OR state = 'ready' OR state = 'held' OR state = 'declined' OR state = 'returned' OR state = 'merged' OR state = 'withdrawn' OR state = 'outside'),
    title       TEXT NOT NULL,
    genre       TEXT NOT NULL,
    form        TEXT NOT NULL,
    length      INTEGER NOT NULL CHECK (length >= 0),
    number      TEXT NOT NULL,
    raw         INTEGER NOT NULL CHECK (raw >= 0),
    base        TEXT NOT NULL,
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    holder      TEXT NOT NULL,
    since       INTEGER NOT NULL,
    urgent      INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    channel     TEXT NOT NULL,
    composite   INTEGER NOT NULL CHECK (composite IN (0, 1)),
    merged_in   TEXT NOT NULL CHECK (merged_in <> id),
    merged_from TEXT NOT NULL,
    reason      TEXT NOT NULL,
    remark      TEXT NOT NULL,
    due         INTEGER NOT NULL,
    sent_by     TEXT NOT NULL,
    sent_proof  TEXT NOT NULL,
    filed       INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    version     INTEGER NOT NULL CHECK (version >= 1),
    CHECK (state <> 'merged' OR merged_in <> '')
) STRICT;

CREATE INDEX filing_holder ON filing (holder, since, id) WHERE holder <> '';

CREATE INDEX filing_item ON filing (item);

CREATE INDEX filing_office ON filing (office, state, since, id);

CREATE INDEX filing_unit ON filing (unit, since, id);

CREATE TABLE filing_parent (
    child  TEXT NOT NULL REFERENCES filing (id),
    parent TEXT NOT NULL REFERENCES filing (id) CHECK (parent <> child),
    kind   TEXT NOT NULL CHECK (kind IN ('forward','merge')),
    num    INTEGER NOT NULL CHECK (num > 0),
    den    INTEGER NOT NULL CHECK (den > 0 AND den >= num),
    rank   INTEGER NOT NULL,
    PRIMARY KEY (child, parent)
) STRICT, WITHOUT ROWID;

CREATE INDEX filing_parent_parent ON filing_parent (parent);

CREATE TABLE first_view (
    person TEXT NOT NULL,
    office TEXT NOT NULL,
    view   TEXT NOT NULL,
    PRIMARY KEY (person, office)
) STRICT, WITHOUT ROWID;

CREATE TABLE installation (
	name  TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issue (
    id           TEXT NOT NULL PRIMARY KEY,
    publication  TEXT NOT NULL REFERENCES publication (id),
    office       TEXT NOT NULL REFERENCES unit (id),
    year         INTEGER NOT NULL,
    number       INTEGER NOT NULL CHECK (number >= 0),
    state        TEXT NOT NULL CHECK (state IN ('open','proposed','approved','published')),
    title        TEXT NOT NULL,
    remark       TEXT NOT NULL,
    opened_by    TEXT NOT NULL,
    opened       INTEGER NOT NULL,
    approved_by  TEXT NOT NULL,
    approved_at  INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    version      INTEGER NOT NULL CHECK (version >= 1),
    CHECK (state <> 'published' OR (number >= 1 AND published_at > 0))
) STRICT;

CREATE UNIQUE INDEX issue_number ON issue (publication, year, number) WHERE number > 0;

CREATE INDEX issue_office ON issue (office, opened, id);

CREATE TABLE item (
    id          TEXT NOT NULL PRIMARY KEY,
    unit        TEXT NOT NULL REFERENCES unit (id),
    state       TEXT NOT NULL CHECK (state = 'draft' OR state = 'submitted' OR state = 'sent_back' OR state = 'signed' OR state = 'withdrawn'),
    genre       TEXT NOT NULL,
    form        TEXT NOT NULL,
    title       TEXT NOT NULL,
    length      INTEGER NOT NULL CHECK (length >= 0),
    revision    INTEGER NOT NULL CHECK (revision >= 0),
    signed      INTEGER NOT NULL CHECK (signed >= 0 AND signed <= revision),
    lines       TEXT NOT NULL,
    authors     TEXT NOT NULL,
    contact     TEXT NOT NULL,
    channel     TEXT NOT NULL,
    urgent      INTEGER NOT NULL CHECK (urgent IN (0, 1)),
    checks      TEXT NOT NULL,
    round       INTEGER NOT NULL CHECK (round >= 0),
    reason      TEXT NOT NULL,
    remark      TEXT NOT NULL,
    due         INTEGER NOT NULL,
    office      TEXT NOT NULL,
    by_office   INTEGER NOT NULL CHECK (by_office IN (0, 1)),
    confirmed   INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    source      TEXT NOT NULL,
    writer      TEXT NOT NULL,
    created     INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    version     INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE INDEX item_office ON item (office, state, updated, id) WHERE office <> '';

CREATE INDEX item_signed ON item (state, updated, id) WHERE signed > 0;

CREATE UNIQUE INDEX item_source ON item (source) WHERE source <> '';

CREATE INDEX item_unit ON item (unit, state, updated, id);

CREATE TABLE letter (
    id        TEXT NOT NULL PRIMARY KEY,
    office    TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('new','entered','dropped')),
    channel   TEXT NOT NULL,
    address   TEXT NOT NULL,
    sender    TEXT NOT NULL,
    unit      TEXT NOT NULL,
    message   TEXT NOT NULL,
    title     TEXT NOT NULL,
    body      TEXT NOT NULL,
    remark    TEXT NOT NULL,
    sent      INTEGER NOT NULL,
    came      INTEGER NOT NULL,
    filing    TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    version   INTEGER NOT NULL
, marks TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX letter_message ON letter (office, message);

CREATE INDEX letter_office ON letter (office, state, came, id);

CREATE TABLE letter_file (
    letter TEXT NOT NULL REFERENCES letter (id),
    rank   INTEGER NOT NULL,
    name   TEXT NOT NULL,
    media  TEXT NOT NULL,
    size   INTEGER NOT NULL,
    hash   TEXT NOT NULL,
    PRIMARY KEY (letter, rank)
) STRICT, WITHOUT ROWID;

CREATE TABLE line (
    id        TEXT NOT NULL PRIMARY KEY,
    unit      TEXT NOT NULL REFERENCES unit (id),
    office    TEXT NOT NULL REFERENCES unit (id),
    network   TEXT NOT NULL,
    rank      INTEGER NOT NULL,
    direct    INTEGER NOT NULL CHECK (direct IN (0, 1)),
    from_day  INTEGER NOT NULL,
    until_day INTEGER NOT NULL CHECK (until_day = 0 OR until_day >= from_day),
    version   INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE INDEX line_office ON line (office, id);

CREATE UNIQUE INDEX line_unit ON line (unit, office, network, from_day);

CREATE TABLE looked (
	item   TEXT    NOT NULL REFERENCES item (id),
	round  INTEGER NOT NULL CHECK (round >= 1),
	person TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (item, round, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE mailbox (
    office     TEXT NOT NULL PRIMARY KEY,
    state      TEXT NOT NULL CHECK (state IN ('on','off')),
    host       TEXT NOT NULL,
    port       INTEGER NOT NULL,
    tls        TEXT NOT NULL,
    login      TEXT NOT NULL,
    secret     TEXT NOT NULL,
    folder     TEXT NOT NULL,
    since      INTEGER NOT NULL,
    set_by     TEXT NOT NULL,
    set_at     INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    validity   INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    turn       INTEGER NOT NULL,
    busy_until INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    looked_at  INTEGER NOT NULL,
    good_at    INTEGER NOT NULL,
    came       INTEGER NOT NULL,
    came_all   INTEGER NOT NULL,
    failures   INTEGER NOT NULL,
    problem    TEXT NOT NULL,
    detail     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE news (
    id       TEXT NOT NULL PRIMARY KEY,
    filing   TEXT NOT NULL REFERENCES filing (id),
    unit     TEXT NOT NULL,
    via      TEXT NOT NULL,
    origin   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    office   TEXT NOT NULL,
    level    TEXT NOT NULL,
    outlet   TEXT NOT NULL,
    name     TEXT NOT NULL,
    issue    TEXT NOT NULL,
    form     TEXT NOT NULL,
    title    TEXT NOT NULL,
    who      TEXT NOT NULL,
    text     TEXT NOT NULL,
    points   TEXT NOT NULL,
    num      INTEGER NOT NULL CHECK (num > 0),
    den      INTEGER NOT NULL CHECK (den > 0 AND den >= num),
    hops     INTEGER NOT NULL CHECK (hops >= 0),
    occurred INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

CREATE INDEX news_filing ON news (filing);

CREATE INDEX news_printed ON news (occurred) WHERE kind = 'published';

CREATE INDEX news_unit ON news (unit, at, id);

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

CREATE TABLE office_phrases (
    office  TEXT NOT NULL PRIMARY KEY,
    phrases TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT, WITHOUT ROWID;

CREATE TABLE "once" (
	person TEXT    NOT NULL,
	key    TEXT    NOT NULL,
	hash   TEXT    NOT NULL,
	result TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	PRIMARY KEY (person, key)
) STRICT;

CREATE TABLE opening (
	noun     TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	person   TEXT    NOT NULL,
	revision INTEGER NOT NULL,
	day      INTEGER NOT NULL,
	post     TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (noun, id, person, revision, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (
    id         TEXT NOT NULL PRIMARY KEY,
    filing     TEXT NOT NULL REFERENCES filing (id),
    state      TEXT NOT NULL CHECK (state IN ('entered','confirmed','rejected')),
    kind       TEXT NOT NULL CHECK (kind IN ('adopted','instructed','declined')),
    outlet     TEXT NOT NULL,
    name       TEXT NOT NULL,
    issue      TEXT NOT NULL,
    form       TEXT NOT NULL,
    who        TEXT NOT NULL,
    points     TEXT NOT NULL,
    proof      TEXT NOT NULL,
    occurred   INTEGER NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    version    INTEGER NOT NULL CHECK (version >= 1),
    CHECK (state <> 'confirmed' OR decided_by <> entered_by)
) STRICT;

CREATE INDEX outcome_filing ON outcome (filing, id);

CREATE TABLE partner (
    item     TEXT NOT NULL REFERENCES item (id),
    unit     TEXT NOT NULL REFERENCES unit (id),
    place    INTEGER NOT NULL CHECK (place >= 1),
    num      INTEGER NOT NULL CHECK (num >= 1),      -- its share
    den      INTEGER NOT NULL CHECK (den > num),
    round    INTEGER NOT NULL CHECK (round >= 0),    -- the last round of checks it is part of; 0: none yet
    checks   TEXT NOT NULL,                          -- its own chain, as it was when that round began
    asked    INTEGER NOT NULL CHECK (asked >= 0),    -- since when it sees the item; 0: not yet
    since    INTEGER NOT NULL CHECK (since >= asked), -- when it was asked last
    revision INTEGER NOT NULL CHECK (revision >= 0), -- … about which text; it sees none that is newer
    off      INTEGER NOT NULL CHECK (off >= 0),      -- when the lead took it off; 0: it did not
    reason   TEXT NOT NULL,                          -- … and why
    PRIMARY KEY (item, unit)
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_sees ON partner (unit, item) WHERE asked > 0 AND off = 0;

CREATE INDEX partner_unit ON partner (unit);

CREATE TABLE passed (
    item     TEXT NOT NULL REFERENCES item (id),
    round    INTEGER NOT NULL CHECK (round >= 1),
    step     TEXT NOT NULL CHECK (step = 'review' OR step = 'secrecy' OR step = 'signoff'),
    revision INTEGER NOT NULL CHECK (revision >= 1),
    person   TEXT NOT NULL,
    post     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    remark   TEXT NOT NULL,
    PRIMARY KEY (item, round, step, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE password (
    person TEXT NOT NULL PRIMARY KEY REFERENCES person (id),
    hash   TEXT NOT NULL CHECK (hash <> ''),
    at     INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id      TEXT NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL,
    login   TEXT NOT NULL CHECK (login <> ''),
    locale  TEXT NOT NULL,
    phone   TEXT NOT NULL,
    active  INTEGER NOT NULL CHECK (active IN (0, 1)),
    version INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE UNIQUE INDEX person_login ON person (login);

CREATE TABLE placement (
    id          TEXT NOT NULL PRIMARY KEY,
    filing      TEXT NOT NULL REFERENCES filing (id),
    office      TEXT NOT NULL REFERENCES unit (id),
    publication TEXT NOT NULL REFERENCES publication (id),
    issue       TEXT NOT NULL,
    part        TEXT NOT NULL,
    slot        INTEGER NOT NULL,
    form        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('tray','arranged','published','corrected','recalled','gone')),
    revision    INTEGER NOT NULL,
    title       TEXT NOT NULL,
    correction  TEXT NOT NULL,
    remark      TEXT NOT NULL,
    by_person   TEXT NOT NULL,
    made        INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    version     INTEGER NOT NULL CHECK (version >= 1),
    body        TEXT NOT NULL,
    CHECK (state IN ('tray','gone') OR issue <> '')
) STRICT;

CREATE INDEX placement_filing ON placement (filing, id);

CREATE INDEX placement_issue ON placement (issue, slot) WHERE issue <> '';

CREATE INDEX placement_tray ON placement (office, made, id) WHERE state = 'tray';

CREATE TABLE post (
    id        TEXT NOT NULL PRIMARY KEY,
    person    TEXT NOT NULL REFERENCES person (id),
    unit      TEXT NOT NULL REFERENCES unit (id),
    role      TEXT NOT NULL CHECK (role IN ('reporter','reviewer','secrecy','signer','editor','chief','leader','followup','assessor','admin','security','auditor')),
    title     TEXT NOT NULL,
    from_day  INTEGER NOT NULL,
    until_day INTEGER NOT NULL CHECK (until_day = 0 OR until_day >= from_day),
    version   INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE INDEX post_person ON post (person);

CREATE INDEX post_unit ON post (unit);

CREATE TABLE presence (
    filing TEXT NOT NULL,
    person TEXT NOT NULL,
    doing  TEXT NOT NULL CHECK (doing IN ('read','edit')),
    at     INTEGER NOT NULL,
    PRIMARY KEY (filing, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE publication (
    id        TEXT NOT NULL PRIMARY KEY,
    office    TEXT NOT NULL REFERENCES unit (id),
    code      TEXT NOT NULL CHECK (code <> ''),
    name      TEXT NOT NULL,
    level     TEXT NOT NULL,
    columns   TEXT NOT NULL,
    max_body  INTEGER NOT NULL CHECK (max_body >= 0),
    from_day  INTEGER NOT NULL,
    until_day INTEGER NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1)
, reprint_days INTEGER NOT NULL DEFAULT 0 CHECK (reprint_days >= 0)) STRICT;

CREATE UNIQUE INDEX publication_code ON publication (office, code);

CREATE TABLE reader (
    publication TEXT NOT NULL REFERENCES publication (id),
    unit        TEXT NOT NULL REFERENCES unit (id),
    manner      TEXT NOT NULL CHECK (manner IN ('report','send','issue')),
    rank        INTEGER NOT NULL,
    PRIMARY KEY (publication, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE restricted (
	noun   TEXT    NOT NULL CHECK (noun = 'item' OR noun = 'publication'),
	id     TEXT    NOT NULL,
	unit   TEXT    NOT NULL, -- who may lift it again
	person TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	reason TEXT    NOT NULL,
	PRIMARY KEY (noun, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
    id        TEXT NOT NULL PRIMARY KEY,
    noun      TEXT NOT NULL CHECK (noun IN ('item','filing')),
    owner     TEXT NOT NULL,
    number    INTEGER NOT NULL CHECK (number >= 1),
    title     TEXT NOT NULL,
    hash      TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    note      TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX revision_owner ON revision (owner, number);

CREATE TABLE rulebook (
    id        TEXT NOT NULL PRIMARY KEY,
    office    TEXT NOT NULL REFERENCES unit (id),
    title     TEXT NOT NULL,
    from_day  INTEGER NOT NULL,
    until_day INTEGER NOT NULL CHECK (until_day = 0 OR until_day >= from_day),
    hash      TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    body      TEXT NOT NULL
) STRICT;

CREATE INDEX rulebook_office ON rulebook (office, from_day, id);

CREATE TABLE rules (
    office         TEXT NOT NULL PRIMARY KEY REFERENCES unit (id),
    own_sign_off   INTEGER NOT NULL CHECK (own_sign_off IN (0, 1)),
    lines_ordered  INTEGER NOT NULL CHECK (lines_ordered IN (0, 1)),
    forward_signed INTEGER NOT NULL CHECK (forward_signed IN (0, 1)),
    max_title      INTEGER NOT NULL CHECK (max_title >= 0),
    max_body       INTEGER NOT NULL CHECK (max_body >= 0),
    version        INTEGER NOT NULL CHECK (version >= 1)
, equal_shares INTEGER NOT NULL DEFAULT 0 CHECK (equal_shares IN (0, 1))) STRICT;

CREATE TABLE saved_view (
    id      TEXT NOT NULL PRIMARY KEY,
    office  TEXT NOT NULL,
    person  TEXT NOT NULL,
    name    TEXT NOT NULL CHECK (name <> ''),
    query   TEXT NOT NULL,
    made_by TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_view_office ON saved_view (office, person);

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

CREATE TABLE sender (
    office    TEXT NOT NULL,
    address   TEXT NOT NULL,
    unit      TEXT NOT NULL,
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (office, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id      TEXT NOT NULL PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES person (id),
    post    TEXT NOT NULL,
    form    TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    locale  TEXT NOT NULL,
    theme   TEXT NOT NULL,
    size    TEXT NOT NULL
) STRICT;

CREATE INDEX session_person ON session (person);

CREATE TABLE settled (
    filing    TEXT NOT NULL PRIMARY KEY REFERENCES filing (id),
    revision  INTEGER NOT NULL CHECK (revision >= 0),
    by_person TEXT NOT NULL,
    at        INTEGER NOT NULL,
    title     TEXT NOT NULL,
    body      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sourcing (
    filing     TEXT NOT NULL REFERENCES filing (id),
    revision   INTEGER NOT NULL CHECK (revision >= 0),
    paragraphs TEXT NOT NULL,
    PRIMARY KEY (filing, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE term (
    list TEXT NOT NULL,
    code TEXT NOT NULL,
    zh   TEXT NOT NULL,
    en   TEXT NOT NULL,
    rank INTEGER NOT NULL,
    off  INTEGER NOT NULL CHECK (off IN (0, 1)),
    PRIMARY KEY (list, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE together (
    id      TEXT NOT NULL PRIMARY KEY,
    person  TEXT NOT NULL,
    verb    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    results TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX together_at ON together (at);

CREATE TABLE token (
    id      TEXT NOT NULL PRIMARY KEY,
    hash    TEXT NOT NULL CHECK (hash <> ''),
    person  TEXT NOT NULL REFERENCES person (id),
    name    TEXT NOT NULL,
    scopes  TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    used    INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX token_hash ON token (hash);

CREATE INDEX token_person ON token (person, id);

CREATE TABLE unit (
    id        TEXT NOT NULL PRIMARY KEY,
    code      TEXT NOT NULL CHECK (code <> ''),
    name      TEXT NOT NULL CHECK (name <> ''),
    short     TEXT NOT NULL DEFAULT '',
    level     TEXT NOT NULL CHECK (level IN ('centre','province','city','county','township','village','department')),
    parent    TEXT NOT NULL DEFAULT '' CHECK (parent <> id),
    office    INTEGER NOT NULL DEFAULT 0 CHECK (office IN (0, 1)),
    outside   INTEGER NOT NULL DEFAULT 0 CHECK (outside IN (0, 1) AND outside <= office),
    since     INTEGER NOT NULL DEFAULT 0,
    ended     INTEGER NOT NULL DEFAULT 0,
    successor TEXT NOT NULL DEFAULT '',
    version   INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE UNIQUE INDEX unit_code ON unit (code);

CREATE INDEX unit_name ON unit (name);

CREATE INDEX unit_office ON unit (code) WHERE office = 1;

CREATE INDEX unit_parent ON unit (parent, code);

CREATE INDEX unit_short ON unit (short) WHERE short <> '';

CREATE INDEX unit_successor ON unit (successor) WHERE successor <> '';

CREATE TABLE unit_change (
    id        TEXT NOT NULL PRIMARY KEY,
    unit      TEXT NOT NULL REFERENCES unit (id),
    act       TEXT NOT NULL CHECK (act IN ('enter','rename','move','change','merge','split','close')),
    day       INTEGER NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('planned','done','undone','cancelled','failed')),
    input     TEXT NOT NULL,
    steps     TEXT NOT NULL,
    why       TEXT NOT NULL,
    by_person TEXT NOT NULL,
    post      TEXT NOT NULL,
    made      INTEGER NOT NULL,
    done      INTEGER NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE INDEX unit_change_day ON unit_change (state, day, id);

CREATE INDEX unit_change_unit ON unit_change (unit, made, id);

CREATE TABLE unit_past (
    unit      TEXT NOT NULL REFERENCES unit (id),
    name      TEXT NOT NULL,
    short     TEXT NOT NULL,
    level     TEXT NOT NULL,
    parent    TEXT NOT NULL,
    from_day  INTEGER NOT NULL,
    until_day INTEGER NOT NULL
) STRICT;

CREATE INDEX unit_past_unit ON unit_past (unit, until_day);

CREATE TABLE webhook (
    id       TEXT NOT NULL PRIMARY KEY,
    unit     TEXT NOT NULL REFERENCES unit (id),
    name     TEXT NOT NULL,
    url      TEXT NOT NULL CHECK (url <> ''),
    kinds    TEXT NOT NULL,
    secret   TEXT NOT NULL CHECK (secret <> ''),
    state    TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    reason   TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_at  INTEGER NOT NULL,
    turn     INTEGER NOT NULL CHECK (turn >= 0),
    taken_at INTEGER NOT NULL,
    made_by  TEXT NOT NULL,
    made     INTEGER NOT NULL,
    updated  INTEGER NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE INDEX webhook_unit ON webhook (unit, id);

CREATE TABLE webhook_try (
    webhook  TEXT NOT NULL REFERENCES webhook (id),
    turn     INTEGER NOT NULL,
    fact     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    position INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    status   INTEGER NOT NULL,
    problem  TEXT NOT NULL,
    answer   TEXT NOT NULL,
    PRIMARY KEY (webhook, turn)
) STRICT, WITHOUT ROWID;

-- index.db

CREATE TABLE px_act (
	position INTEGER PRIMARY KEY,
	recorded INTEGER NOT NULL,
	actor    TEXT    NOT NULL,
	office   TEXT    NOT NULL,
	kind     TEXT    NOT NULL,
	noun     TEXT    NOT NULL
) STRICT;

CREATE INDEX px_act_actor ON px_act (actor, recorded, position);

CREATE INDEX px_act_kind ON px_act (kind, recorded, position);

CREATE INDEX px_act_office ON px_act (office, recorded, position);

CREATE INDEX px_act_time ON px_act (recorded, position);

CREATE TABLE px_cursor (
	name     TEXT    NOT NULL PRIMARY KEY,
	position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE px_doc (
	doc    INTEGER PRIMARY KEY,
	noun   TEXT    NOT NULL,
	id     TEXT    NOT NULL,
	unit   TEXT    NOT NULL,
	office TEXT    NOT NULL,
	title  TEXT    NOT NULL,
	state  TEXT    NOT NULL,
	at     INTEGER NOT NULL,
	digest TEXT    NOT NULL, -- of the tokens, which the index below keeps in its own form
	UNIQUE (noun, id)
) STRICT;

CREATE TABLE px_event (
	fact     TEXT    NOT NULL,
	filing   TEXT    NOT NULL,
	desk     TEXT    NOT NULL,
	recorded INTEGER NOT NULL,
	body     TEXT    NOT NULL,
	PRIMARY KEY (fact, filing)
) STRICT, WITHOUT ROWID;

CREATE INDEX px_event_by_desk ON px_event (desk, recorded, fact);

CREATE TABLE px_note (
	who      TEXT    NOT NULL,
	position INTEGER NOT NULL,
	kind     TEXT    NOT NULL,
	actor    TEXT    NOT NULL,
	at       INTEGER NOT NULL,
	body     TEXT    NOT NULL,
	PRIMARY KEY (who, position)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE px_text USING fts5 (
	title,
	tokens,
	who,
	content = '',
	contentless_delete = 1,
	tokenize = 'ascii'
);

CREATE TABLE 'px_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'px_text_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'px_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'px_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
