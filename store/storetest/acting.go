package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/store"
)

var due = store.Compare(col("status"), "=", "due")

// testLock checks which keys are locked, in which order.
func testLock(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	r.insert("people", numbered(9)...)
	tx := r.begin(r.Store)
	some := store.And(due, store.Compare(col("n"), "<", int64(2)))
	for _, c := range []struct {
		q    store.LockQuery
		want string
	}{
		{store.LockQuery{Where: some, Limit: 3}, "1 2 4"},
		{store.LockQuery{Where: some, Limit: 3, After: store.Key{int64(4)}}, "5 7 8"},
		{store.LockQuery{Where: some, Limit: 3, After: store.Key{int64(8)}, SkipLocked: true}, ""},
		{store.LockQuery{Where: some, Limit: 100, SkipLocked: true}, "1 2 4 5 7 8"},
		{store.LockQuery{Where: store.False(), Limit: 100}, ""},
	} {
		c.q.Table = table
		got, err := tx.Lock(t.Context(), c.q)
		if err != nil || shown(got) != c.want {
			t.Errorf("lock after %v, limit %d: got [%s] %v, want [%s]", c.q.After, c.q.Limit, shown(got), err, c.want)
		}
	}
}

// testLockBehind checks that a walk which asks about related rows finds the same behind a
// key, whatever the connector makes of where the walk is.
func testLockBehind(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	r.create(store.TableInfo{Name: "calls", Key: []string{"id"}, Columns: []store.Column{column("id", store.Integer), column("person", store.Integer), column("n", store.Integer)}})
	r.insert("people", numbered(9)...)
	for i := range int64(9) {
		r.insert("calls", row{"id": 9 - i, "person": i + 1, "n": i % 2})
	}
	called := store.Exists("calls", []store.Pair{{Child: "person", Parent: "id"}}, store.Compare(col("n"), "=", int64(1)))
	swapped := store.Exists("calls", []store.Pair{{Child: "id", Parent: "n"}}, store.True())
	tx := r.begin(r.Store)
	for _, c := range []struct {
		where store.Pred
		after store.Key
		want  string
	}{
		{called, nil, "2 4 6 8"},
		{called, store.Key{int64(4)}, "6 8"},
		{store.Not(called), store.Key{int64(4)}, "5 7 9"},
		{store.Not(called), store.Key{int64(0)}, "1 3 5 7 9"},
		{swapped, store.Key{int64(5)}, "6 8 9"}, // joined by another column than the walk's
	} {
		got, err := tx.Lock(t.Context(), store.LockQuery{Table: table, Where: c.where, After: c.after, Limit: 9})
		if err != nil || shown(got) != c.want {
			t.Errorf("lock %s behind %d values: got [%s] %v, want [%s]", text(c.where), len(c.after), shown(got), err, c.want)
		}
	}
}

// testLockBeside checks that a locked row is left alone by others: passed over, or waited
// for, or the whole store is busy.
func testLockBeside(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	r.insert("people", numbered(5)...)
	other := r.second()
	first := r.begin(r.Store)
	got, err := first.Lock(t.Context(), store.LockQuery{Table: table, Where: due, Limit: 2})
	r.ok(err)
	if shown(got) != "1 2" {
		t.Errorf("locked [%s], want [1 2]", shown(got))
	}
	if r.RowLocks {
		skipLocked(r, other, table)
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = other.Begin(ctx)
	if !errors.Is(err, store.ErrBusy) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("begin beside a transaction: got %v, want ErrBusy", err)
	}
	r.ok(first.Rollback())
	r.ok(r.begin(other).Rollback())
}

func skipLocked(r *rig, other Store, table store.Table) {
	r.Helper()
	second := r.begin(other)
	got, err := second.Lock(r.Context(), store.LockQuery{Table: table, Where: due, Limit: 9, SkipLocked: true})
	if err != nil || shown(got) != "3 4 5" {
		r.Errorf("skipping locked rows: got [%s] %v, want [3 4 5]", shown(got), err)
	}
	r.ok(second.Rollback())
	ctx, cancel := context.WithTimeout(r.Context(), 300*time.Millisecond)
	defer cancel()
	third := r.begin(other)
	if got, err := third.Lock(ctx, store.LockQuery{Table: table, Where: due, Limit: 9}); err == nil {
		r.Errorf("locking rows that others hold: got [%s] at once, want to wait", shown(got))
	}
}

// testRecheck is the heart of the protocol: a row that changed meanwhile is seen.
func testRecheck(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	r.create(store.TableInfo{Name: "calls", Key: []string{"id"}, Columns: []store.Column{column("id", store.Integer), column("person", store.Integer)}})
	r.insert("people", numbered(6)...)
	r.insert("calls", row{"id": int64(1), "person": int64(6)})
	silent := store.And(due, store.Not(store.Exists("calls", []store.Pair{{Child: "person", Parent: "id"}}, store.True())))
	if !r.RowLocks { // nothing can change beside the transaction, so it changes before
		r.ok(r.Insert("calls", row{"id": int64(2), "person": int64(2)}))
		r.ok(r.Update("people", row{"id": int64(3)}, row{"status": "renewed"}))
	}
	tx := r.begin(r.Store)
	locked := lockRenewed(r, tx, store.LockQuery{Table: table, Where: silent, Limit: 9})
	if r.RowLocks {
		r.ok(r.Insert("calls", row{"id": int64(2), "person": int64(2)}))
	} else if shown(locked) != "1 4 5" {
		t.Errorf("locked [%s], want [1 4 5]", shown(locked))
	}
	all := keys(int64(1), int64(2), int64(3), int64(4), int64(5), int64(6), int64(77))
	got, err := tx.Recheck(t.Context(), table, all, silent)
	if err != nil || shown(got) != "1 4 5" {
		t.Errorf("recheck: got [%s] %v, want [1 4 5]", shown(got), err)
	}
	got, err = tx.EraseIf(t.Context(), table, all, silent)
	if err != nil || shown(got) != "1 4 5" {
		t.Errorf("erase if: got [%s] %v, want [1 4 5]", shown(got), err)
	}
	if got, err = tx.Recheck(t.Context(), table, nil, silent); err != nil || len(got) != 0 {
		t.Errorf("recheck of no keys: got [%s] %v", shown(got), err)
	}
	r.ok(tx.Commit(t.Context()))
	r.want(table, store.True(), "2 3 6")
}

// lockRenewed locks while another transaction, committed before the lock is had, renews row 3.
func lockRenewed(r *rig, tx store.Tx, q store.LockQuery) []store.Key {
	r.Helper()
	if !r.RowLocks {
		got, err := tx.Lock(r.Context(), q)
		r.ok(err)
		return got
	}
	beside := r.begin(r.second())
	_, err := beside.Set(r.Context(), q.Table, keys(int64(3)), []store.Assign{{Column: "status", To: store.Constant, Value: "renewed"}})
	r.ok(err)
	done := make(chan error, 1)
	go func() {
		time.Sleep(200 * time.Millisecond) // long enough for Lock to wait for the row
		done <- beside.Commit(context.WithoutCancel(r.Context()))
	}()
	got, err := tx.Lock(r.Context(), q)
	r.ok(<-done)
	r.ok(err)
	return got
}

// testErase checks counts, and that only the named rows go.
func testErase(t *testing.T, open Open) {
	r := setup(t, open)
	table := r.create(people("people"))
	pairs := r.create(store.TableInfo{Name: "pairs", Key: []string{"b", "a"}, Columns: []store.Column{column("a", store.Integer), column("b", store.Text)}})
	r.insert("people", numbered(5)...)
	for i := range int64(3) {
		r.insert("pairs", row{"a": i, "b": "x"}, row{"a": i, "b": "y"})
	}
	r.act(func(tx store.Tx) {
		n, err := tx.Erase(t.Context(), table, keys(int64(5), int64(2), int64(99)))
		if err != nil || n != 2 {
			t.Errorf("erase: got %d, %v, want 2", n, err)
		}
		if n, err = tx.Erase(t.Context(), table, nil); err != nil || n != 0 {
			t.Errorf("erase no keys: got %d, %v", n, err)
		}
		named := []store.Key{{"y", int64(2)}, {"x", int64(1)}, {"z", int64(1)}, {"x", int64(0)}}
		locked, err := tx.Lock(t.Context(), store.LockQuery{Table: pairs, Where: store.Compare(col("a"), ">", int64(0)), After: store.Key{"x", int64(1)}, Limit: 2})
		if err != nil || shown(locked) != "x,2 y,1" {
			t.Errorf("lock: got [%s] %v, want [x,2 y,1]", shown(locked), err)
		}
		gone, err := tx.EraseIf(t.Context(), pairs, named, store.Compare(col("a"), ">", int64(0)))
		if err != nil || shown(gone) != "x,1 y,2" {
			t.Errorf("erase if: got [%s] %v, want [x,1 y,2]", shown(gone), err)
		}
	})
	r.want(table, store.True(), "1 3 4")
	r.want(pairs, store.True(), "x,0 x,2 y,0 y,1")
}

// testForeignKeys checks what the store's own foreign keys do to an erasure.
func testForeignKeys(t *testing.T, open Open) {
	r := setup(t, open)
	if !r.ForeignKeys {
		t.Skip("this engine enforces no foreign keys")
	}
	table := r.create(people("people"))
	ref := []store.Column{column("id", store.Integer), column("person", store.Integer)}
	for name, action := range map[string]string{"part": "CASCADE", "note": "SET NULL", "order": ""} {
		fk := store.ForeignKey{Columns: []string{"person"}, Table: "people", To: []string{"id"}, OnDelete: action}
		r.create(store.TableInfo{Name: name, Key: []string{"id"}, Columns: ref, ForeignKeys: []store.ForeignKey{fk}})
	}
	r.insert("people", numbered(3)...)
	r.insert("part", row{"id": int64(1), "person": int64(1)}, row{"id": int64(2), "person": int64(2)})
	r.insert("note", row{"id": int64(1), "person": int64(1)}, row{"id": int64(2), "person": int64(2)})
	r.insert("order", row{"id": int64(1), "person": int64(2)})
	r.act(func(tx store.Tx) {
		n, err := tx.Erase(t.Context(), table, keys(int64(1)))
		if err != nil || n != 1 {
			t.Errorf("erase: got %d, %v", n, err)
		}
	})
	tx := r.begin(r.Store)
	if _, err := tx.Erase(t.Context(), table, keys(int64(2))); err == nil {
		err = tx.Commit(t.Context())
		if err == nil {
			t.Error("erasing a row that an order refers to: got no error")
		}
	}
	r.ok(tx.Rollback())
	key := []string{"id"}
	r.want(table, store.True(), "2 3")
	r.want(store.Table{Name: "part", Key: key}, store.True(), "2")
	r.want(store.Table{Name: "note", Key: key}, store.IsNull(col("person")), "1")
}

// testSet checks every kind of assignment.
func testSet(t *testing.T, open Open) {
	r := setup(t, open)
	info := people("people")
	info.Columns = append(info.Columns,
		store.Column{Name: "email", Type: store.Text, Unique: true, NotNull: true}, column("postcode", store.Text), column("born", store.DateType))
	table := r.create(info)
	for i, code := range []any{"75011", "éà🙂x", "7", nil} {
		r.insert("people", row{"id": int64(i + 1), "name": "same", "n": int64(3), "x": 2.5, "ok": true, "email": fmt.Sprint("mail", i), "postcode": code, "born": day("1980-05-17")})
	}
	r.ok(r.Update("people", row{"id": int64(4)}, row{"born": nil}))
	set := []store.Assign{
		{Column: "name", To: store.Constant, Value: "same"}, {Column: "status", To: store.Constant, Value: "it's\\gone"},
		{Column: "n", To: store.Null}, {Column: "x", To: store.Constant, Value: 1.5}, {Column: "ok", To: store.Constant, Value: false},
		{Column: "email", To: store.Unique}, {Column: "postcode", To: store.Prefix, Value: 2.0}, {Column: "born", To: store.YearOnly},
	}
	for range 2 { // the second time nothing but the unique values changes, and rows still count
		r.act(func(tx store.Tx) {
			n, err := tx.Set(t.Context(), table, keys(int64(1), int64(2), int64(4), int64(99)), set)
			if err != nil || n != 3 {
				t.Errorf("set: got %d, %v, want 3", n, err)
			}
		})
	}
	compareSet(r, table)
}

func compareSet(r *rig, table store.Table) {
	r.Helper()
	cols := []string{"id", "name", "status", "n", "x", "ok", "postcode", "born"}
	want := []string{
		`1,same,it's\gone,NULL,1.5,0,75,1980-01-01`, `2,same,it's\gone,NULL,1.5,0,éà,1980-01-01`,
		`3,same,NULL,3,2.5,1,7,1980-05-17`, `4,same,it's\gone,NULL,1.5,0,NULL,NULL`,
	}
	for i, row := range found(r, table, cols) {
		if got := show(row...); got != want[i] {
			r.Errorf("set: got %s, want %s", got, want[i])
		}
	}
	seen := map[string]bool{}
	for _, row := range found(r, table, []string{"email"}) {
		email := show(row...)
		if email == "NULL" || email == "mail0" || email == "mail1" || email == "mail3" || seen[email] {
			r.Errorf("unique value is null, old or double")
		}
		seen[email] = true
	}
	if !seen["mail2"] {
		r.Errorf("a row that was not named has changed")
	}
}

// testLinked checks the way from parents to the rows that name them.
func testLinked(t *testing.T, open Open) {
	r := setup(t, open)
	calls := r.create(store.TableInfo{Name: "calls", Key: []string{"day", "no"}, Columns: []store.Column{
		column("no", store.Integer), column("day", store.Integer), column("region", store.Text), column("person", store.Integer),
	}})
	r.insert("calls",
		row{"day": int64(2), "no": int64(1), "region": "x", "person": int64(1)}, row{"day": int64(1), "no": int64(2), "region": "x", "person": int64(1)},
		row{"day": int64(1), "no": int64(1), "region": "y", "person": int64(1)}, row{"day": int64(3), "no": int64(1), "region": "x", "person": int64(2)},
		row{"day": int64(3), "no": int64(2), "region": "x"}, row{"day": int64(3), "no": int64(3), "person": int64(1)},
	)
	tx := r.begin(r.Store)
	for _, c := range []struct {
		cols    []string
		parents []store.Key
		want    string
	}{
		{[]string{"person"}, keys(int64(1)), "1,1 1,2 2,1 3,3"},
		{[]string{"person", "region"}, []store.Key{{int64(1), "x"}, {int64(2), "x"}, {int64(2), "y"}}, "1,2 2,1 3,1"},
		{[]string{"person"}, keys(int64(9)), ""},
		{[]string{"person"}, nil, ""},
	} {
		got, err := tx.Linked(t.Context(), store.Link{Table: calls, Columns: c.cols, To: []string{"id", "region"}[:len(c.cols)]}, c.parents)
		if err != nil || shown(got) != c.want {
			t.Errorf("linked by %v: got [%s] %v, want [%s]", c.cols, shown(got), err, c.want)
		}
	}
}
