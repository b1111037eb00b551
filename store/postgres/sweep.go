package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// describePages asks what a table is made of: whether it is a plain table, how many pages it
// has now, and how many rows were on a page when it was last looked at.
const describePages = "SELECT c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relhasrules AND coalesce(am.amname = 'heap', false), " +
	"pg_relation_size(c.oid) / current_setting('block_size')::bigint, " +
	"CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN ceil(c.reltuples / c.relpages)::bigint ELSE 50 END " +
	"FROM pg_class c LEFT JOIN pg_am am ON am.oid = c.relam WHERE c.oid = to_regclass($1)"

// pages chooses a stretch of the table's pages: they are read as they lie on the disk, and
// no index is asked. The cursor is the next page, the page behind the last one, as it was in
// the beginning, and how many rows are on a page: a row that an UPDATE moves behind the end
// is not met again.
func pages(ctx context.Context, db relational.Queryer, table string, q store.SweepQuery) (part relational.Stretch, err error) {
	var from, end, dense int64
	if q.After == nil {
		var plain bool
		if err := db.QueryRowContext(ctx, describePages, table).Scan(&plain, &end, &dense); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return part, err
		}
		if !plain { // made of other tables, or not seen under that name
			return part, errors.ErrUnsupported
		}
	} else if from, end, dense, err = unpack(q.After); err != nil {
		return part, err
	}
	next := min(end, from+max(1, int64(q.Limit)/dense))
	part.Cond = fmt.Sprintf("ctid >= '(%d,0)' AND ctid < '(%d,0)'", from, next)
	part.Next, part.Done = store.Key{next, end, dense}, next >= end
	return part, nil
}

// unpack reads a cursor; one that pages did not make is not taken for one.
func unpack(k store.Key) (from, end, dense int64, err error) {
	if len(k) != 3 {
		return 0, 0, 0, errors.ErrUnsupported
	}
	for i, n := range []*int64{&from, &end, &dense} {
		var ok bool
		if *n, ok = k[i].(int64); !ok || *n < 0 {
			return 0, 0, 0, errors.ErrUnsupported
		}
	}
	return from, end, max(1, dense), nil
}
