package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// sweeper begins a transaction that sweeps.
func (r *rig) sweeper() (store.Tx, store.Sweeper) {
	r.Helper()
	tx := r.begin(r.Store)
	s, ok := tx.(store.Sweeper)
	if !ok {
		r.Fatal("this engine does not sweep")
	}
	return tx, s
}

// sweep goes through the table in stretches and returns the keys, sorted, and how many of
// them satisfy the question still.
func sweep(r *rig, s store.Sweeper, q store.SweepQuery) (keys string, again int64) {
	r.Helper()
	var met []string
	for range 100 {
		got, err := s.Sweep(r.Context(), q, func(k store.Key, _ store.Row) { met = append(met, show(k...)) })
		again += got.Again
		if errors.Is(err, errors.ErrUnsupported) && len(met) == 0 {
			return "unsupported", 0
		}
		r.ok(err)
		if got.Done {
			slices.Sort(met)
			return strings.Join(met, " "), again
		}
		q.After = got.Next
	}
	r.Errorf("a sweep of %s does not end", q.Table.Name)
	return "", 0
}

// testSweep checks that a sweep acts on the due rows of the whole table and on no other.
func testSweep(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	pairs := r.create(store.TableInfo{Name: "pairs", Key: []string{"b", "a"}, Columns: []store.Column{column("a", store.Integer), column("b", store.Text)}})
	r.insert("people", numbered(9)...)
	for i := range int64(3) {
		r.insert("pairs", row{"a": i, "b": "x"}, row{"a": i, "b": "y"})
	}
	tx, s := r.sweeper()
	for _, c := range sweepCases(table, pairs) {
		got, again := sweep(r, s, c.q)
		if c.optional && got == "unsupported" {
			continue
		}
		if got != c.want || again != c.again {
			t.Errorf("sweep %s: got [%s], %d again, want [%s], %d again", text(c.q.Where), got, again, c.want, c.again)
		}
	}
	r.ok(tx.Rollback())
	r.want(pairs, store.True(), "x,0 x,1 x,2 y,0 y,1 y,2")
	tx, s = r.sweeper()
	sweep(r, s, store.SweepQuery{Table: pairs, Where: high, Limit: 3})
	r.ok(tx.Commit(t.Context()))
	r.want(pairs, store.True(), "x,0 y,0")
}

// testSweepColumns checks that a sweep shows the rows that it deletes as they were, as a query
// does, and refuses to where it sets columns.
func testSweepColumns(t *testing.T, open Open) {
	r := setup(t, open)
	info := people("people")
	info.Columns = append(info.Columns, column("day", store.DateType), column("at", store.Instant), column("raw", store.Bytes))
	table := r.create(info)
	r.insert("people",
		row{"id": int64(-1), "name": "l'été", "status": "due", "n": int64(-7), "x": 1.5, "ok": true, "day": policy.MustDate("1969-12-31"), "at": time.Date(2026, 3, 3, 1, 2, 3, 0, time.UTC), "raw": []byte{0, 255}},
		row{"id": int64(1 << 40), "name": "", "status": "due"},
		row{"id": int64(3), "name": "stays", "status": "kept"})
	for _, columns := range [][]string{{"name", "n", "day"}, {"n", "x", "ok", "at", "raw"}} {
		var want, got []string
		q := store.SweepQuery{Table: table, Where: due, Columns: columns, Limit: 2}
		r.ok(r.Store.Find(t.Context(), store.Query{Table: table, Columns: append([]string{"id"}, columns...), Where: due}, func(row store.Row) bool {
			want = append(want, show(row...))
			return true
		}))
		tx, s := r.sweeper()
		for {
			part, err := s.Sweep(t.Context(), q, func(k store.Key, row store.Row) { got = append(got, show(append(store.Row(k), row...)...)) })
			if errors.Is(err, errors.ErrUnsupported) {
				r.ok(tx.Rollback())
				return
			}
			r.ok(err)
			if q.After = part.Next; part.Done {
				break
			}
		}
		if slices.Sort(got); strings.Join(want, " ") != strings.Join(got, " ") || len(got) != 2 {
			t.Errorf("sweep of %v: got %v, want %v", columns, got, want)
		}
		q.Set, q.After = []store.Assign{{Column: "name", To: store.Null}}, nil
		if _, err := s.Sweep(t.Context(), q, func(store.Key, store.Row) {}); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("set columns and show what they were: %v", err)
		}
		r.ok(tx.Rollback())
	}
}

// high is the question about the pairs.
var high = store.Compare(col("a"), ">", int64(0))

// sweepCase is a sweep of the whole table; an optional one is refused by some engines.
type sweepCase struct {
	q        store.SweepQuery
	want     string
	again    int64
	optional bool
}

// sweepCases are carried out one after another in one transaction.
func sweepCases(table, pairs store.Table) []sweepCase {
	named := store.And(store.Compare(col("n"), "<", int64(2)), store.Not(store.IsNull(col("name"))))
	blank := []store.Assign{{Column: "name", To: store.Null}}
	on := []store.Pair{{Child: "a", Parent: "id"}}
	return []sweepCase{
		{q: store.SweepQuery{Table: table, Where: named, Set: blank, Limit: 2}, want: "1 2 4 5 7 8", optional: true},
		{q: store.SweepQuery{Table: table, Where: store.Compare(col("id"), "=", int64(4)), Set: blank, Limit: 100}, want: "4", again: 1, optional: true},
		{q: store.SweepQuery{Table: table, Where: store.False(), Limit: 2}},
		{q: store.SweepQuery{Table: table, Where: store.True(), Set: []store.Assign{{Column: "id", To: store.Unique}}, Limit: 2}, want: "unsupported"},
		{q: store.SweepQuery{Table: table, Where: store.Exists("pairs", on, store.True()), Limit: 2}, want: "1 2", optional: true},
		{q: store.SweepQuery{Table: table, Where: store.Compare(col("n"), "=", int64(2)), Limit: 1}, want: "3 6 9"},
		{q: store.SweepQuery{Table: pairs, Where: high, Limit: 2}, want: "x,1 x,2 y,1 y,2"},
		{q: store.SweepQuery{Table: pairs, Where: high, Limit: 100}},
	}
}

// testSweepBeside checks that a row which somebody changes meanwhile is looked at as it is
// then, and that one which stays locked is not waited for long.
func testSweepBeside(t *testing.T, open Open) {
	r := setup(t, open)
	if !r.RowLocks {
		t.Skip("nobody writes beside a transaction")
	}
	table := r.create(people("people"))
	r.insert("people", numbered(5)...)
	beside := r.renewing(table, 3)
	done := make(chan error, 1)
	go func() {
		time.Sleep(60 * time.Millisecond) // long enough for Sweep to wait for the row
		done <- beside.Commit(context.WithoutCancel(t.Context()))
	}()
	q := store.SweepQuery{Table: table, Where: due, Limit: 100}
	tx, s := r.sweeper()
	got, _ := sweep(r, s, q)
	r.ok(<-done)
	if got != "1 2 4 5" {
		t.Errorf("sweep beside a renewal: got [%s], want [1 2 4 5]", got)
	}
	r.ok(tx.Rollback())
	beside = r.renewing(table, 4)
	tx, s = r.sweeper()
	part, err := s.Sweep(t.Context(), q, func(store.Key, store.Row) {})
	if !errors.Is(err, store.ErrBusy) || !part.Done {
		t.Errorf("sweep over a locked row: got %v, done: %v; want ErrBusy and true", err, part.Done)
	}
	r.ok(tx.Rollback())
	r.ok(beside.Rollback())
	r.want(table, due, "1 2 4 5")
}

// renewing renews a row in a transaction that stays open.
func (r *rig) renewing(table store.Table, id int64) store.Tx {
	r.Helper()
	tx := r.begin(r.second())
	_, err := tx.Set(r.Context(), table, keys(id), []store.Assign{{Column: "status", To: store.Constant, Value: "renewed"}})
	r.ok(err)
	return tx
}
