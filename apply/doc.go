// Package apply is for carrying out a plan: it acts on the rows that are still due, proves
// each act and never touches a row that changed meanwhile. It knows tables, predicates and
// assignments; of law it knows nothing.
//
// # Stop the row
//
// A step is worked in batches along the table's key. Each batch is one transaction of the
// store:
//
//  1. Lock candidates: rows that are due and not held, after the cursor. The first pass goes
//     around rows that others have locked; the second waits for them.
//  2. Drop those outside of the approved set. Execution touches a subset of what was shown.
//  3. Lock the rows that would go with them, at every depth, and those of other tables that
//     their reason reads: a date that somebody is moving just then is waited for.
//  4. In a new statement, look again: the whole justification, other tables and holds
//     included, is evaluated on the locked rows. What others committed before their row was
//     locked is seen. Rows that are no longer due are dropped.
//  5. Act on the survivors. Rows that name them are dealt with first, deepest first, along
//     declared links; a CASCADE of the database is never relied on.
//  6. Write the receipt into the same transaction.
//  7. Commit while no hold can be placed. Was one placed since the holds were read, then
//     everything is undone, the holds are read again and the batch is repeated.
//
// After the commit the receipt is entered into the ledger and the cursor is saved; a crash
// between any two of these is made good by Recover and by looking again, because a row that
// was acted on is no longer due.
//
// # Sweep
//
// Where a good part of a table is due, for a reason that is in the row itself and without
// anything that hangs on it, a pass before the first does steps 1, 4 and 5 in one statement for
// a stretch of the table (store.Sweeper). Steps 2, 6 and 7 are the same: a stretch in which a
// row was met outside of the approved set is rolled back. What the sweep passes over is left
// to the passes that lock. Rows that go to the archive are handed over by the same statement and
// are copied, read back and compared before the transaction that deleted them is committed.
//
// # What remains open
//
// Where a foreign key stands behind a link, inserting a child must take a lock on its parent,
// which is ours: after step 1 no child can appear, and step 4 sees them all. Where none does
// (plan.Child.Fenced is false), the engine reads the link once more after acting and repeats
// the batch if somebody inserted a child. A window remains: a child inserted between this
// last look and the commit, by a transaction that never locked the parent, is left without
// it. Check reports such links; a foreign key closes them.
//
// Rows that the reason reads along other columns than the table's key, such as a table of
// terms that many rows share, and rows two tables away that do not go with the row, are read
// as they were committed when step 4 began, without a lock. Whoever changes one of them in
// that instant counts as having come a moment later. On SQLite nothing of this is open: a
// transaction locks the whole database.
package apply
