package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/store"
)

// receipt returns the receipt that the suite writes under the name.
func receipt(id string, rows int64) store.Receipt {
	return store.Receipt{
		ID: id, Plan: "p'lan", Step: "leads/erase/contact", Action: "erase", Dataset: "leads", Groups: []string{"contact", "g\"é"},
		Rows: rows, Linked: 2, Root: strings.Repeat("ab", 32), AsOf: day("2024-02-29"), At: time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC),
	}
}

// testReceipts checks what is written, in which order it is read, and that an id is had once.
func testReceipts(t *testing.T, open Open) {
	r := setup(t, open)
	r.ok(r.Store.Prepare(t.Context()))
	r.ok(r.second().Prepare(t.Context()))
	for i, id := range []string{"z", "a", "m"} {
		r.act(func(tx store.Tx) { r.ok(tx.WriteReceipt(t.Context(), receipt(id, int64(i)))) })
	}
	tx := r.begin(r.Store)
	err := tx.WriteReceipt(t.Context(), receipt("a", 9))
	if err == nil {
		err = tx.Commit(t.Context())
	}
	if err == nil {
		t.Error("the same receipt twice: got no error")
	}
	r.ok(tx.Rollback())
	all := receipts(r, 0)
	if len(all) != 3 {
		t.Fatalf("got %d receipts, want 3", len(all))
	}
	for i, id := range []string{"z", "a", "m"} {
		want := receipt(id, int64(i))
		want.Seq = all[i].Seq
		if diff := cmp.Diff(want, all[i], cmp.Comparer(time.Time.Equal)); diff != "" {
			t.Errorf("receipt %d (-want +got):\n%s", i, diff)
		}
		if i > 0 && all[i].Seq <= all[i-1].Seq || all[0].Seq < 1 {
			t.Errorf("sequence %d, %d: not in order", all[0].Seq, all[i].Seq)
		}
	}
	readReceipts(r, all)
}

func readReceipts(r *rig, all []store.Receipt) {
	r.Helper()
	if later := receipts(r, all[0].Seq); len(later) != 2 || later[0].ID != "a" {
		r.Errorf("behind the first: got %d receipts", len(later))
	}
	if none := receipts(r, all[2].Seq); len(none) != 0 {
		r.Errorf("behind the last: got %d receipts", len(none))
	}
	calls := 0
	r.ok(r.Store.Receipts(r.Context(), 0, func(store.Receipt) bool { calls++; return false }))
	if calls != 1 {
		r.Errorf("stopping at the first receipt: %d calls", calls)
	}
	for id, want := range map[string]bool{"a": true, "A": false, "a ": false, "": false, "b": false} {
		if got, err := r.Store.HasReceipt(r.Context(), id); err != nil || got != want {
			r.Errorf("has receipt %q: got %t, %v", id, got, err)
		}
	}
}

func receipts(r *rig, after int64) []store.Receipt {
	r.Helper()
	var all []store.Receipt
	r.ok(r.Store.Receipts(r.Context(), after, func(rec store.Receipt) bool { all = append(all, rec); return true }))
	return all
}

// testAtomic checks that effect and receipt come together or not at all.
func testAtomic(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	r.insert("people", numbered(3)...)
	act := func(tx store.Tx, id string) {
		_, err := tx.Erase(t.Context(), table, keys(int64(1)))
		r.ok(err)
		_, err = tx.Set(t.Context(), table, keys(int64(2)), []store.Assign{{Column: "status", To: store.Null}})
		r.ok(err)
		r.ok(tx.WriteReceipt(t.Context(), receipt(id, 1)))
	}
	check := func(when string, rows string, had bool) {
		t.Helper()
		if got := r.ids(table, due); got != rows {
			t.Errorf("%s: got rows [%s], want [%s]", when, got, rows)
		}
		if got, err := r.Store.HasReceipt(t.Context(), "id"); err != nil || got != had {
			t.Errorf("%s: has receipt: got %t, %v", when, got, err)
		}
	}
	tx := r.begin(r.Store)
	act(tx, "id")
	check("before the end", "1 2 3", false)
	r.ok(tx.Rollback())
	check("after a rollback", "1 2 3", false)
	tx = r.begin(r.Store)
	act(tx, "id")
	r.ok(tx.Commit(t.Context()))
	check("after a commit", "3", true)
	r.ok(tx.Rollback())
	check("after a rollback behind a commit", "3", true)
}

// testErrors checks the errors that callers test for.
func testErrors(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	gone := store.Table{Name: "gone", Key: []string{"id"}}
	none := func(store.Row) bool { return true }
	missing := store.IsNull(col("nothing"))
	exists := func(name, child string) store.Pred {
		return store.Exists(name, []store.Pair{{Child: child, Parent: "id"}}, store.True())
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	count := func(ctx context.Context, t store.Table, p store.Pred) error {
		return last(r.Store.Count(ctx, t, []store.Pred{p}))
	}
	find := func(ctx context.Context, t store.Table, c string, p store.Pred) error {
		return r.Store.Find(ctx, store.Query{Table: t, Columns: []string{c}, Where: p}, none)
	}
	ctx := t.Context()
	for name, c := range map[string]struct{ got, want error }{
		"count in no table":   {count(ctx, gone, store.True()), store.ErrNoTable},
		"find in no table":    {find(ctx, gone, "id", store.True()), store.ErrNoTable},
		"exists in no table":  {count(ctx, table, exists("gone", "id")), store.ErrNoTable},
		"count by no column":  {count(ctx, table, missing), store.ErrNoColumn},
		"exists by no column": {count(ctx, table, exists("people", "nothing")), store.ErrNoColumn},
		"find by no column":   {find(ctx, table, "id", missing), store.ErrNoColumn},
		"find no column":      {find(ctx, table, "nothing", store.True()), store.ErrNoColumn},
		"lock in no table":    {inTx(r, func(tx store.Tx) error { return last(tx.Lock(ctx, store.LockQuery{Table: gone, Where: due, Limit: 1})) }), store.ErrNoTable},
		"lock by no column": {inTx(r, func(tx store.Tx) error {
			return last(tx.Lock(ctx, store.LockQuery{Table: table, Where: missing, Limit: 1}))
		}), store.ErrNoColumn},
		"erase from no table": {inTx(r, func(tx store.Tx) error { return last(tx.Erase(ctx, gone, keys(int64(1)))) }), store.ErrNoTable},
		"set no column": {inTx(r, func(tx store.Tx) error {
			return last(tx.Set(ctx, table, keys(int64(1)), []store.Assign{{Column: "nothing", To: store.Null}}))
		}), store.ErrNoColumn},
		"count, cancelled":         {count(cancelled, table, due), context.Canceled},
		"find, cancelled":          {find(cancelled, table, "id", due), context.Canceled},
		"inspect, cancelled":       {last(r.Store.Inspect(cancelled)), context.Canceled},
		"begin, cancelled":         {last(r.Store.Begin(cancelled)), context.Canceled},
		"lock, cancelled":          {inTx(r, func(tx store.Tx) error { return last(tx.Lock(cancelled, store.LockQuery{Table: table, Where: due})) }), context.Canceled},
		"receipts, cancelled":      {r.Store.Receipts(cancelled, 0, func(store.Receipt) bool { return true }), context.Canceled},
		"has receipt, cancelled":   {last(r.Store.HasReceipt(cancelled, "x")), context.Canceled},
		"close":                    {r.second().Prepare(ctx), nil},
		"transaction that is over": {over(r), errOver},
	} {
		if !errors.Is(c.got, c.want) && c.want != errOver || c.want == errOver && c.got == nil {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	r.ok(r.Store.Close())
	r.ok(r.Store.Close())
}

// errOver stands for any error of a transaction that has ended.
var errOver = errors.New("any error")

func over(r *rig) error {
	tx := r.begin(r.Store)
	r.ok(tx.Commit(r.Context()))
	_, err := tx.Erase(r.Context(), store.Table{Name: "people", Key: []string{"id"}}, keys(int64(1)))
	return err
}

func last[T any](_ T, err error) error { return err }

// inTx returns the error of do in a transaction that is rolled back.
func inTx(r *rig, do func(store.Tx) error) error {
	tx := r.begin(r.Store)
	err := do(tx)
	r.ok(tx.Rollback())
	return err
}

// needle is the start of every value that must not be seen in an error.
const needle = "Needle-7f3a"

// testNeedles breaks constraints and looks for row values in what the connector says.
func testNeedles(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(store.TableInfo{Name: "people", Key: []string{"email"}, Columns: []store.Column{
		column("email", store.Text), {Name: "phone", Type: store.Text, Unique: true}, {Name: "name", Type: store.Text, NotNull: true}, column("n", store.Integer),
	}})
	r.create(store.TableInfo{Name: "orders", Key: []string{"id"}, Columns: []store.Column{column("id", store.Integer), column("email", store.Text)},
		ForeignKeys: []store.ForeignKey{{Columns: []string{"email"}, Table: "people", To: []string{"email"}}}})
	one, two := needle+"-1@example.org", needle+"-2@example.org"
	r.insert("people", row{"email": one, "phone": needle + "-06", "name": needle}, row{"email": two, "phone": needle + "-07", "name": needle})
	r.insert("orders", row{"id": int64(1), "email": one})
	set := func(column string, to store.AssignKind, v any) func(store.Tx) error {
		return func(tx store.Tx) error {
			return last(tx.Set(t.Context(), table, keys(two), []store.Assign{{Column: column, To: to, Value: v}}))
		}
	}
	for name, do := range map[string]func(store.Tx) error{
		"unique":      set("phone", store.Constant, needle+"-06"),
		"primary key": set("email", store.Constant, one),
		"not null":    set("name", store.Null, nil),
	} {
		r.secret(name, inTx(r, do), true)
	}
	erase := func(tx store.Tx) error { return last(tx.Erase(t.Context(), table, keys(one))) }
	r.secret("foreign key", inTx(r, erase), r.ForeignKeys)
	r.secret("wrong type", inTx(r, func(tx store.Tx) error {
		return last(tx.Recheck(t.Context(), table, keys(one), store.Compare(col("n"), "=", needle)))
	}), false)
	r.secret("missing column", inTx(r, func(tx store.Tx) error {
		return last(tx.Recheck(t.Context(), table, keys(one), store.Compare(col("nothing"), "=", needle)))
	}), true)
	r.secret("wrong table", inTx(r, func(tx store.Tx) error {
		return last(tx.Erase(t.Context(), store.Table{Name: "gone", Key: table.Key}, keys(one)))
	}), true)
}

// secret fails when an error shows a value, or when there should be one and is none.
func (r *rig) secret(name string, err error, must bool) {
	r.Helper()
	if err == nil && must {
		r.Errorf("%s: got no error", name)
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if shown := fmt.Sprintf("%v %+v %#v", e, e, e.Error()); strings.Contains(shown, needle) {
			r.Errorf("%s: a personal value is in the error", name)
		}
	}
}

// testConcurrent lets several workers erase the same rows: each goes once, with one receipt.
func testConcurrent(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	const total = 60
	r.insert("people", numbered(total)...)
	stores := []Store{r.Store, r.second(), r.Store, r.second()}
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() {
			for batch := range total + 1 { // nothing is erased twice, so this is enough
				n, err := workOnce(t.Context(), s, table, fmt.Sprintf("w%d-%d", i, batch))
				if err != nil {
					t.Errorf("worker %d: %v", i, err)
				}
				if n == 0 || err != nil {
					return
				}
			}
		})
		wg.Go(func() {
			if _, err := s.Count(t.Context(), table, []store.Pred{due, store.True()}); err != nil {
				t.Errorf("reader %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	r.want(table, store.True(), "")
	var rows int64
	for _, rec := range receipts(r, 0) {
		rows += rec.Rows
	}
	if rows != total {
		t.Errorf("receipts of %d rows, want %d", rows, total)
	}
}

// workOnce erases a batch of rows, again and again while the store is busy.
func workOnce(ctx context.Context, s Store, table store.Table, id string) (int64, error) {
	for {
		n, err := eraseBatch(ctx, s, table, id)
		if !errors.Is(err, store.ErrBusy) {
			return n, err
		}
	}
}

func eraseBatch(ctx context.Context, s Store, table store.Table, id string) (int64, error) {
	tx, err := s.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	keys, err := tx.Lock(ctx, store.LockQuery{Table: table, Where: due, Limit: 7})
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	if keys, err = tx.EraseIf(ctx, table, keys, due); err != nil {
		return 0, err
	}
	if err := tx.WriteReceipt(ctx, receipt(id, int64(len(keys)))); err != nil {
		return 0, err
	}
	// Rows that another worker took first are no reason to stop: one is told as progress.
	return max(int64(len(keys)), 1), tx.Commit(ctx)
}
