-- Numbers that open lists: what is due first, and the copies in one state, each
-- a range of its index.
-- +goose Up

CREATE INDEX duty_office_due ON duty (office, state, due, id);
CREATE INDEX duty_unit_due ON duty (unit, state, due, id) WHERE unit <> '';
CREATE INDEX delivery_unit_state ON delivery (unit, state, sent, id);
