package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// notIndexed leaves the planner the row ids only.
const notIndexed = " NOT INDEXED"

// rowids chooses a stretch of row ids, in whose order the rows lie: left to itself, the
// planner goes through an index on the date for every stretch again. The cursor is the last
// row id; a table without row ids is not swept.
func rowids(ctx context.Context, db relational.Queryer, table string, q store.SweepQuery) (part relational.Stretch, err error) {
	after, err := lastRowid(ctx, db, q)
	if err != nil {
		return part, err
	}
	part.Cond = fmt.Sprintf("_rowid_ > %d", after)
	var end int64
	bound := fmt.Sprintf("SELECT _rowid_ FROM %s%s WHERE %s ORDER BY _rowid_ LIMIT 1 OFFSET %d", table, notIndexed, part.Cond, max(q.Limit, 1)-1)
	switch err := db.QueryRowContext(ctx, bound).Scan(&end); {
	case errors.Is(err, sql.ErrNoRows):
		part.Next, part.Done = store.Key{after}, true
	case err != nil:
		return part, err
	default:
		part.Cond += fmt.Sprintf(" AND _rowid_ <= %d", end)
		part.Next = store.Key{end}
	}
	return part, nil
}

// lastRowid reads the cursor, and looks at the table where there is none yet.
func lastRowid(ctx context.Context, db relational.Queryer, q store.SweepQuery) (int64, error) {
	if q.After != nil {
		if last, ok := q.After[0].(int64); ok && len(q.After) == 1 {
			return last, nil
		}
		return 0, errors.ErrUnsupported
	}
	var plain bool
	var first sql.NullInt64
	err := db.QueryRowContext(ctx, "SELECT l.type = 'table' AND l.wr = 0 AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(l.name) WHERE lower(name) = '_rowid_') "+
		"FROM pragma_table_list l WHERE l.schema = 'main' AND l.name = ?", q.Table.Name).Scan(&plain)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	if !plain {
		return 0, errors.ErrUnsupported
	}
	err = db.QueryRowContext(ctx, "SELECT min(_rowid_) FROM "+quote(q.Table.Name)).Scan(&first)
	return first.Int64 - 1, err
}
