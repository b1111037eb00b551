package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"

	"github.com/garant-rgpd/garant/consent"
)

// lookups are the sizes in which people are looked up: each has one statement, prepared once,
// since reading the statement costs more than carrying it out.
var lookups = []int{1, 4, 16, 64, 256}

// finder looks people up, with statements that are prepared once.
type finder struct {
	from interface {
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}
	stmts sync.Map // by size, or by their text
}

// bodies hands on the bytes of the records of at most 256 people, in the order of their
// references and of entry. The bytes are lent.
func (f *finder) bodies(ctx context.Context, refs []consent.Ref, each func(consent.Ref, []byte) error) error {
	n := lookups[0]
	for i := 0; n < len(refs); i++ {
		n = lookups[i]
	}
	args := make([]any, n)
	for i := range args { // what is left over asks for the last one again
		args[i] = refs[min(i, len(refs)-1)][:]
	}
	stmt, err := f.stmt(ctx, n, func() string {
		return "SELECT s.ref, r.body FROM subjects s CROSS JOIN records r ON r.id = s.record WHERE s.ref IN (?" + strings.Repeat(",?", n-1) + ") ORDER BY s.ref, s.record"
	})
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var b, body sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&b, &body); err != nil {
			return err
		}
		var ref consent.Ref
		copy(ref[:], b)
		if err := each(ref, body); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row reads the one row of a statement.
func (f *finder) row(ctx context.Context, query string, to ...any) error {
	stmt, err := f.stmt(ctx, query, func() string { return query })
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx).Scan(to...)
}

// stmt returns the statement of a name.
func (f *finder) stmt(ctx context.Context, name any, query func() string) (*sql.Stmt, error) {
	if known, ok := f.stmts.Load(name); ok {
		return known.(*sql.Stmt), nil
	}
	fresh, err := f.from.PrepareContext(ctx, query())
	if err != nil {
		return nil, err
	}
	if other, was := f.stmts.LoadOrStore(name, fresh); was {
		return other.(*sql.Stmt), fresh.Close() // another one was faster, with the same
	}
	return fresh, nil
}

// close gives the statements up.
func (f *finder) close() error {
	var errs []error
	f.stmts.Range(func(_, stmt any) bool { errs = append(errs, stmt.(*sql.Stmt).Close()); return true })
	f.stmts.Clear()
	return errors.Join(errs...)
}
