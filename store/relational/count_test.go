package relational_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
	"github.com/garant-rgpd/garant/store/sqlite"
	"github.com/garant-rgpd/garant/store/storetest"
)

// filled is an engine with the means to fill it.
type filled struct {
	store connector
	sql   storetest.SQL
}

// fillable opens a fresh database of each engine.
var fillable = map[string]func(t *testing.T) filled{
	"sqlite": func(t *testing.T) filled {
		address, db := file(t)
		s, err := sqlite.Open(t.Context(), address)
		return opened(t, filled{s, storetest.SQL{DB: db, Engine: "sqlite"}}, err)
	},
	"postgres": func(t *testing.T) filled {
		address := testserver.Postgres(t)
		s, err := engines["postgres"].open(t.Context(), address)
		return opened(t, filled{s, storetest.SQL{DB: pool(t, "pgx", address), Engine: "postgres"}}, err)
	},
	"mariadb": func(t *testing.T) filled {
		address := testserver.MariaDB(t)
		s, err := engines["mariadb"].open(t.Context(), address)
		return opened(t, filled{s, storetest.SQL{DB: pool(t, "mysql", address), Engine: "mariadb"}}, err)
	},
}

func opened(t *testing.T, f filled, err error) filled {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.store.Close() })
	return f
}

func pool(t testing.TB, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// file makes an empty database of SQLite.
func file(t testing.TB) (string, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db := pool(t, "sqlite", "file:"+url.PathEscape(path)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(0)")
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return path, db
}

var (
	leads = store.Table{Name: "leads", Key: []string{"id"}}
	calls = store.Table{Name: "calls", Key: []string{"id"}}
	// clock is the day around which the rows lie.
	clock = store.Day{Year: 2026, Month: time.March, Day: 1}
)

func schema() []store.TableInfo {
	return []store.TableInfo{
		{Name: "leads", Key: leads.Key, Columns: []store.Column{
			{Name: "id", Type: store.Integer}, {Name: "status", Type: store.Text}, {Name: "postcode", Type: store.Text}, {Name: "n", Type: store.Integer},
			{Name: "score", Type: store.Number}, {Name: "signed", Type: store.Boolean},
			{Name: "created_at", Type: store.DateTime}, {Name: "born", Type: store.DateType}, {Name: "opted", Type: store.Text}, {Name: "seen", Type: store.Integer},
		}},
		{Name: "calls", Key: calls.Key, Columns: []store.Column{
			{Name: "id", Type: store.Integer}, {Name: "lead", Type: store.Integer}, {Name: "at", Type: store.DateTime}, {Name: "kind", Type: store.Text},
		}},
	}
}

// draw returns rows of both tables; columns are NULL now and then.
func draw(r *rand.Rand, n int) (parents, children []map[string]any) {
	day := func() store.Day { return clock.Add(store.Period{Days: r.IntN(4000) - 3600}) }
	for i := range n {
		row := map[string]any{
			"id": int64(i), "status": statuses[r.IntN(len(statuses))], "postcode": fmt.Sprint(10000 + r.IntN(20)), "n": int64(r.IntN(4)), "score": float64(r.IntN(8)) / 4,
			"signed": r.IntN(2) == 0, "created_at": day().Start(time.UTC).Add(time.Hour * 9), "born": day(), "opted": day().String(), "seen": day().Start(time.UTC).Unix(),
		}
		for c := range row {
			if c != "id" && r.IntN(8) == 0 {
				row[c] = nil
			}
		}
		parents = append(parents, row)
		children = append(children, map[string]any{"id": int64(i), "lead": int64(r.IntN(n)), "at": day().Start(time.UTC), "kind": statuses[r.IntN(len(statuses))]})
	}
	return parents, children
}

var statuses = []string{"new", "New", "open", "lost", "won", "é"}

func dayColumns() []store.Col {
	from, to := store.Day{Year: 1980, Month: 1, Day: 1}, store.Day{Year: 2100, Month: 1, Day: 1}
	return []store.Col{
		{Name: "created_at", As: store.AsDateTime, Zone: "Europe/Paris", From: "UTC", Min: from, Max: to},
		{Name: "born", As: store.AsDate, Min: from, Max: to},
		{Name: "opted", As: store.AsTextDate, Min: from, Max: to},
		{Name: "seen", As: store.AsUnix, Zone: "Europe/Paris", Min: from, Max: to},
	}
}

// atoms returns some hundred distinct questions of every kind, with a few cutoffs.
func atoms() []store.Pred {
	status, n, score := store.Col{Name: "status"}, store.Col{Name: "n"}, store.Col{Name: "score"}
	out := []store.Pred{
		store.IsNull(status), store.IsNull(n), store.Compare(status, "=", "new"), store.In(status, "won", "lost", "é"), store.In(store.Col{Name: "postcode"}, "10001", "10002", "new"),
		store.Compare(n, "<", int64(2)), store.Compare(n, ">=", int64(2)), store.Compare(score, "<", 0.5), store.Compare(store.Col{Name: "signed"}, "=", true),
		store.CompareCols(n, "<=", store.Col{Name: "id"}), store.KeyIn(leads.Key, []store.Key{{int64(1)}, {int64(2)}, {int64(77)}}),
	}
	days := dayColumns()
	for _, c := range days {
		out = append(out, store.Usable(c))
		for year := range 12 {
			out = append(out, store.OnOrBefore(c, clock.Add(store.Period{Months: -12 * year})), store.LaterThan(c, clock.Add(store.Period{Months: -5 * year})))
		}
	}
	at := days[0]
	at.Name = "at"
	for year := range 4 {
		late := store.LaterThan(at, clock.Add(store.Period{Months: -12 * year}))
		out = append(out, store.LaterThanPlus(days[0], days[1], 12*year, 1),
			store.Exists("calls", []store.Pair{{Child: "lead", Parent: "id"}}, store.And(late, store.In(store.Col{Name: "kind"}, "new", "won"))))
	}
	return out
}

// questions returns n wide predicates that share the atoms.
func questions(r *rand.Rand, n int) []store.Pred {
	all := atoms()
	pick := func() store.Pred {
		p := all[r.IntN(len(all))]
		if r.IntN(3) == 0 {
			return store.Not(p)
		}
		return p
	}
	out := []store.Pred{store.True(), store.False()}
	for len(out) < n {
		var clauses []store.Pred
		for range 12 {
			clauses = append(clauses, store.And(pick(), store.Or(pick(), pick()), store.Not(store.And(pick(), pick()))))
		}
		out = append(out, store.Or(clauses...))
	}
	return out
}

// TestCount compares a count of many wide questions with plain Go.
func TestCount(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	parents, children := draw(r, 300)
	preds := questions(r, 45)
	want := counted(t, parents, children, preds)
	if most := slices.Max(want[2:]); most == 0 {
		t.Fatal("the questions hold for no row")
	}
	for name, fresh := range fillable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fresh(t)
			f.fill(t, parents, children)
			got, err := f.store.Count(t.Context(), leads, preds)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("counted %v, want %v, %v", got, want, err)
			}
			for i, p := range preds {
				if n, err := f.store.Count(t.Context(), leads, []store.Pred{p}); err != nil || n[0] != want[i] {
					t.Errorf("question %d alone: counted %v, want %d, %v", i, n, want[i], err)
				}
			}
		})
	}
}

func counted(t *testing.T, parents, children []map[string]any, preds []store.Pred) []int64 {
	t.Helper()
	m := mem.New()
	for _, info := range schema() {
		if err := m.CreateTable(info); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(m.InsertAll("leads", parents...), m.InsertAll("calls", children...)); err != nil {
		t.Fatal(err)
	}
	n, err := m.Count(t.Context(), leads, preds)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (f filled) fill(t *testing.T, parents, children []map[string]any) {
	t.Helper()
	for _, info := range schema() {
		if err := f.sql.Create(info); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.sql.Insert("leads", parents...), f.sql.Insert("calls", children...)); err != nil {
		t.Fatal(err)
	}
}

// TestRepeatedValues checks that a question with more values than a statement takes is asked
// where they repeat, and refused in words where they do not.
func TestRepeatedValues(t *testing.T) {
	t.Parallel()
	parents, children := draw(rand.New(rand.NewPCG(3, 4)), 5)
	for name, fresh := range fillable {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fresh(t)
			f.fill(t, parents, children)
			if name != "mariadb" { // which has no numbered placeholders
				f.asks(t, func(int) string { return "open" })
			}
			_, err := f.find(t.Context(), wide(func(i int) string { return fmt.Sprint("secret", i) }))
			if !errors.Is(err, errors.ErrUnsupported) || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), " values in one statement") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// wide compares with 70,000 values.
func wide(value func(i int) string) store.Pred {
	vs := make([]any, 70000)
	for i := range vs {
		vs[i] = value(i)
	}
	return store.In(store.Col{Name: "status"}, vs...)
}

func (f filled) asks(t *testing.T, value func(i int) string) {
	t.Helper()
	many, err := f.find(t.Context(), wide(value))
	one, err1 := f.find(t.Context(), store.Compare(store.Col{Name: "status"}, "=", value(0)))
	if err != nil || err1 != nil || many != one {
		t.Errorf("got %d rows, want %d: %v, %v", many, one, err, err1)
	}
}

func (f filled) find(ctx context.Context, where store.Pred) (n int, err error) {
	err = f.store.Find(ctx, store.Query{Table: leads, Columns: leads.Key, Where: where}, func(store.Row) bool { n++; return true })
	return n, err
}

// TestTooDeep checks the words for a statement that is too large in another way.
func TestTooDeep(t *testing.T) {
	t.Parallel()
	f := fillable["sqlite"](t)
	f.fill(t, nil, nil)
	var deep []store.Pred
	for i := range 2000 {
		deep = append(deep, store.Compare(store.Col{Name: "n"}, "=", int64(i)))
	}
	_, err := f.find(t.Context(), store.And(deep...))
	if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v", err)
	}
}

// BenchmarkCount counts 40 questions in 200,000 rows, beside a bare scan.
func BenchmarkCount(b *testing.B) {
	path, db := file(b)
	for _, info := range schema() {
		if err := (storetest.SQL{DB: db, Engine: "sqlite"}).Create(info); err != nil {
			b.Fatal(err)
		}
	}
	const rows = `WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 200000) `
	_, err := db.ExecContext(b.Context(), rows+`INSERT INTO leads SELECT i, 'open', 10000 + i % 20, i % 4, i % 8 / 4.0, i % 2,
		datetime(1772323200 - i * 1500, 'unixepoch'), date(1772323200 - i * 900, 'unixepoch'), date(1772323200 - i * 1300, 'unixepoch'), 1772323200 - i * 1700 FROM s`)
	if err != nil {
		b.Fatal(err)
	}
	s, err := sqlite.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for name, preds := range map[string][]store.Pred{
		"bare": {store.True()}, "one": questions(rand.New(rand.NewPCG(5, 6)), 3)[2:], "two": questions(rand.New(rand.NewPCG(5, 6)), 4)[2:],
		"40": questions(rand.New(rand.NewPCG(5, 6)), 40),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Count(b.Context(), leads, preds); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
