-- Who did what, at which office, when: the record by its common questions. It
-- lies here and not as indexes of the fact table, because each index there is
-- paid for by every filing; here the worker pays, later.
-- +goose Up
CREATE TABLE px_act (
	position INTEGER PRIMARY KEY,
	recorded INTEGER NOT NULL,
	actor    TEXT    NOT NULL,
	office   TEXT    NOT NULL,
	kind     TEXT    NOT NULL,
	noun     TEXT    NOT NULL
) STRICT;
CREATE INDEX px_act_time ON px_act (recorded, position);
CREATE INDEX px_act_actor ON px_act (actor, recorded, position);
CREATE INDEX px_act_office ON px_act (office, recorded, position);
CREATE INDEX px_act_kind ON px_act (kind, recorded, position);
