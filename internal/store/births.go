package store

// Births are rows that a transaction makes and seldom looks at again: items,
// texts, checks passed, filings, answers to idempotency keys. SQLite's writer
// does not insert them one by one; it gathers those of a whole batch and writes
// each table's with a few multi-row statements before the COMMIT, as it does
// with facts. A filing makes five such rows, and one row of sixteen costs a
// third of a row alone.
//
// Nobody can tell: the first statement of a turn that asks or changes anything
// else (Tx.reach) puts all that waits into the tables first, and only then does
// the turn take its savepoint. Where a gathered row breaks a constraint the
// batch is rolled back and its callers run again one by one, each hearing of
// its own mistake; a callback may always run twice.
//
// PostgreSQL writes them at once.

// births are rows by statement.
type births map[string][]any

// birthOrder is the order in which foreign keys want the tables filled.
var birthOrder = [...]string{"item_insert", "revision_insert", "passed_insert", "filing_insert", "once_keep"}

// bear inserts a row now, or lets it wait for the others of its batch.
func (tx *Tx) bear(name string, args ...any) error {
	if err := tx.usable(); err != nil {
		return err
	}
	if tx.touch == nil || !tx.write {
		_, err := tx.execRows(name, args)
		return err
	}
	if tx.births == nil {
		tx.births = births{}
	}
	tx.births[name] = append(tx.births[name], args...)
	return nil
}

// reach brings the tables up to date for a statement. An idempotency key is
// looked for among the waiting rows as well, so it need not.
func (tx *Tx) reach(st *statement) error {
	if tx.touch == nil || st.name == "once_get" {
		return nil
	}
	touch := tx.touch
	tx.touch = nil // from here on the turn writes at once
	if err := touch(); err != nil {
		return tx.fail(st, err)
	}
	return nil
}

// deliver writes rows that waited.
func (tx *Tx) deliver(b births) error {
	for _, name := range birthOrder {
		if rows := b[name]; len(rows) > 0 {
			if _, err := tx.execRows(name, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// onceWidth is how many values a waiting answer has: person, key, hash, result, at.
const onceWidth = 5

// bornOnce looks for a key among the answers that wait: this turn's and those of
// the callers before it in the batch.
func (tx *Tx) bornOnce(person, key string) (hash, result string, found bool) {
	for _, b := range []births{tx.births, tx.earlier} {
		rows := b["once_keep"]
		for i := 0; i+onceWidth <= len(rows); i += onceWidth {
			if rows[i] == person && rows[i+1] == key {
				return rows[i+2].(string), rows[i+3].(string), true
			}
		}
	}
	return "", "", false
}
