package serve_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the small company's store is filled with statements

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

func instant() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

// example is the example company with a few people.
func example(t *testing.T) *serve.Company {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "company")
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Fill(context.Background(), demo.Options{People: 60, Seed: 1, Today: policy.MustDate("2026-11-22"), Dir: dir}); err != nil {
		t.Fatal(err)
	}
	return in(t, dir)
}

// shop is the small company that the scripts of the command have.
func shop(t *testing.T) *serve.Company { return tested(t, "company") }

// tested is one of the companies that the scripts of the command have, its stores filled.
func tested(t *testing.T, name string) *serve.Company {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "garant", "testdata", name))); err != nil {
		t.Fatal(err)
	}
	fills, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil || len(fills) == 0 {
		t.Fatal(fills, err)
	}
	for _, file := range fills {
		statements(t, strings.TrimSuffix(file, ".sql")+".db", file)
	}
	return in(t, dir)
}

// statements runs a file of them on an SQLite database.
func statements(t *testing.T, address, file string) {
	t.Helper()
	fill, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	store, err := sql.Open("sqlite", address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Exec(string(fill))
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
}

// in is the company of a folder.
func in(t *testing.T, dir string) *serve.Company {
	t.Helper()
	state, err := db.Open(context.Background(), filepath.Join(dir, ".garant"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	return &serve.Company{Dir: dir, Getenv: func(string) string { return "" }, Clock: instant, State: state}
}

// TestLook finds what garant verify finds, places every promise in the text, and enters what
// it found in the ledger, with a proof that anybody can check.
func TestLook(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), example(t)
	look, err := c.Look(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(p.Connect(ctx), p.OpenState(ctx)); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	want, err := p.Verify(ctx, look.Today)
	if diff := cmp.Diff(want, look.Truth); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if _, lost := look.Text.Place(look.Policy); len(lost) > 0 {
		t.Errorf("no sentence was found for %v", lost)
	}
	planner, err := p.Planner(ctx, look.Today)
	if err != nil {
		t.Fatal(err)
	}
	planner.Undated = true
	undated, err := planner.Verify(ctx)
	for i := range want.Promises {
		want.Promises[i].Oldest = policy.Date{}
	}
	if diff := cmp.Diff(want.Promises, undated.Promises); err != nil || diff != "" {
		t.Error("without days:", err, diff)
	}
	for _, pr := range look.Truth.Promises {
		if pr.Overdue > 0 && len(look.Seats[pr.ID]) == 0 {
			t.Errorf("%s is broken nowhere", pr.ID)
		}
	}
	proven(t, c, look.Entry)
	if _, err := c.Proof(ctx, look.Entry+100); !errors.Is(err, console.ErrNoEntry) {
		t.Errorf("an entry that is not there: %v", err)
	}
}

// TestFlows tells what each purpose keeps where, and how the verdicts were.
func TestFlows(t *testing.T) {
	t.Parallel()
	c := example(t)
	look, err := c.Look(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for id, seats := range look.Seats {
		for _, s := range seats {
			if !slices.ContainsFunc(look.Flows, func(f console.Flow) bool { return f.Seat == s }) {
				t.Errorf("%s claims something in %s, and nothing flows there", id, s.Dataset)
			}
		}
	}
	var n int64
	for _, x := range look.Trend {
		n += x.N
	}
	if n != int64(len(look.Truth.Promises)) {
		t.Errorf("%d verdicts of %d promises are remembered", n, len(look.Truth.Promises))
	}
}

// TestLaw tells the law of the day and what it says against the promises.
func TestLaw(t *testing.T) {
	t.Parallel()
	c := example(t)
	l, err := c.Law(context.Background())
	if err != nil || l.Pack.Version == "" || l.Day != policy.MustDate("2026-11-22") || len(l.Choices) == 0 {
		t.Errorf("got %+v, %v", l.Choices, err)
	}
}

func proven(t *testing.T, c *serve.Company, entry int64) {
	t.Helper()
	text, err := c.Proof(context.Background(), entry)
	if err != nil {
		t.Fatal(err)
	}
	key, err := c.PublicKey(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	proof, err := ledger.ParseProof(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Check(key); err != nil || !strings.Contains(string(proof.Leaf), `"kind":"check"`) {
		t.Errorf("%v %s", err, proof.Leaf)
	}
}

// TestText sets the text as it was published: labels, apostrophes, narrow spaces.
func TestText(t *testing.T) {
	t.Parallel()
	look, err := example(t).Look(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var labels, words []string
	for _, b := range look.Text.Blocks {
		if b.Label != "" {
			labels = append(labels, b.Label)
		}
		for _, s := range b.Sentences {
			words = append(words, s.Text)
		}
	}
	if len(labels) < 36 || slices.ContainsFunc(labels, func(l string) bool { return len(l) != 2 || l[1] != ')' }) {
		t.Errorf("the labels are %q", labels)
	}
	all := strings.Join(words, " ")
	if !strings.Contains(all, "s’est intéressé") || strings.Contains(all, "*") || strings.Contains(all, "'") {
		t.Error("the typography is not that of the text")
	}
}

// TestAhead counts a record once, in the year in which it falls due.
func TestAhead(t *testing.T) {
	t.Parallel()
	ahead, err := shop(t).Ahead(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for i, y := range ahead {
		if y.Year != 2026+i {
			t.Errorf("year %d is %d", i, y.Year)
		}
		for id, n := range y.Due {
			if sum += n; n < 0 {
				t.Errorf("%d of %s fall due in %d", n, id, y.Year)
			}
		}
	}
	if len(ahead) != 10 || sum == 0 {
		t.Errorf("%d years with %d records", len(ahead), sum)
	}
}

// TestUnready tells what is wrong in the files, and counts them again once they are mended.
func TestUnready(t *testing.T) {
	t.Parallel()
	c := shop(t)
	name := filepath.Join(c.Dir, "policy.yaml")
	good, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(slices.Clone(good), "unknown_key: 1\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = c.Look(context.Background())
	var unready *console.Unready
	if !errors.As(err, &unready) || len(unready.Problems) == 0 {
		t.Fatalf("got %v", err)
	}
	if err := os.WriteFile(name, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = c.Look(context.Background()); err != nil {
		t.Error(err)
	}
}
