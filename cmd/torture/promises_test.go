package torture

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
)

// onEngines runs a check of the suite on each engine under a promise.
func onEngines(t *testing.T, promise, what string, run func(r *rig) (wrong []string, cases int, err error)) {
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, engine, restrict)
			wrong, n, err := run(r)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range wrong {
				t.Error(w)
			}
			results.add(promise, what+" on "+engine, n, len(wrong))
		})
	}
}

// TestP02OnlyWhatWasShown: what falls due between the plan and its run waits for the next.
func TestP02OnlyWhatWasShown(t *testing.T) {
	t.Parallel()
	onEngines(t, "P2", "due after the plan was shown", func(r *rig) ([]string, int, error) {
		wrong, err := r.notShown()
		return wrong, 1, err
	})
}

// TestP04NoDateNoDeletion: a record without its date stays.
func TestP04NoDateNoDeletion(t *testing.T) {
	t.Parallel()
	onEngines(t, "P4", "a record without its date", func(r *rig) ([]string, int, error) {
		wrong, err := r.undated()
		return wrong, 1, err
	})
}

// TestP07HoldAtAnyInstant places a hold whenever a failpoint is reached, for every one of a
// run: what is still there then is there in the end.
func TestP07HoldAtAnyInstant(t *testing.T) {
	t.Parallel()
	onEngines(t, "P7", "a hold at every instant of a run", (*rig).held)
}

// held places holds at one failpoint after the other, as long as a run reaches another; it
// ends with the first that something is wrong after.
func (r *rig) held() (wrong []string, cases int, err error) {
	for n := 1; ; n++ {
		wrong, reached, err := r.heldAt(n)
		if err != nil || !reached || len(wrong) > 0 {
			return wrong, n - 1, err
		}
	}
}

// heldAt places holds on three clients at the nth failpoint.
func (r *rig) heldAt(n int) (wrong []string, reached bool, err error) {
	h := newHistory()
	before, mark, err := r.ready(r.standard())
	if err != nil {
		return nil, false, err
	}
	p, err := r.plan(r.serial())
	if err != nil {
		return nil, false, err
	}
	r.hook = onHit(n, func() {
		reached = true
		for _, ref := range []string{"c2", "c6", "c11"} {
			h.acknowledge(write{name: fmt.Sprint("hold at instant ", n), facts: r.placed(ref)})
		}
	})
	_, err = r.garant(p)
	r.hook = nil
	if err == nil {
		err = r.exec("INSERT INTO held (ref) VALUES ('c2'), ('c6'), ('c11')")
	}
	if err != nil {
		return nil, reached, err
	}
	wrong, err = r.settle(h, r.serial(), before, mark)
	return wrong, reached, err
}

// TestP08AnyFailpoint dies at every failpoint and around every COMMIT on each engine.
func TestP08AnyFailpoint(t *testing.T) {
	t.Parallel()
	onEngines(t, "P8", "a crash at every failpoint and around COMMIT", func(r *rig) ([]string, int, error) {
		wrong, err := r.crashes()
		if err == nil && len(wrong) == 0 {
			wrong, err = r.lostAnswer()
		}
		return wrong, len(apply.Points()) + 10, err
	})
}

// TestP09DriftIsRefused changes the promise or the schema between the approval and the run:
// nothing is touched.
func TestP09DriftIsRefused(t *testing.T) {
	t.Parallel()
	drifts := map[string]func(tr *trial) error{
		"promise": func(tr *trial) error { return edit(tr, project.PolicyFile, "keep: 3 years", "keep: 2 years") },
		"binding": func(tr *trial) error {
			return edit(tr, project.RegisterFile, "invoiced: {from: invoiced, missing: never}", "invoiced: {from: invoiced}")
		},
		"schema": func(tr *trial) error {
			_, err := tr.db.Exec("ALTER TABLE customers ADD COLUMN phone varchar(20)")
			return err
		},
	}
	for _, engine := range engines() {
		for name, change := range drifts {
			t.Run(engine+" "+name, func(t *testing.T) {
				t.Parallel()
				tr := newTrial(t, engine, freshDatabase(t, engine))
				if err := errors.Join(tr.reset(), change(tr)); err != nil {
					t.Fatal(err)
				}
				before, err := dump(tr.db, nil, 0)
				if err != nil {
					t.Fatal(err)
				}
				// A new column is not drift only: nothing is promised about it.
				if err := tr.run(); !errors.Is(err, project.ErrDrift) && !errors.Is(err, project.ErrProblems) {
					t.Errorf("got %v", err)
				}
				after, err := dump(tr.db, nil, 0)
				if err != nil || !slices.Equal(before, after) {
					t.Errorf("rows were touched, %v", err)
				}
				results.add("P9", "drift between approval and run on "+engine, 1, 0)
			})
		}
	}
}

func edit(tr *trial, file, old, with string) error {
	path := filepath.Join(tr.dir, file)
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.Contains(string(b), old) {
		return fmt.Errorf("%s does not say %q", file, old)
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(b), old, with)), 0o600)
}

var (
	namedTest   = regexp.MustCompile("`([a-z/]+)\\.((?:Test|Fuzz)\\w+)`")
	writtenTest = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	promised    = regexp.MustCompile(`(?m)^\| P(\d+) \|`)
)

// TestPromisesNameTheirTests keeps docs/promises.md honest: it has the sixteen promises, and
// every test that it names is there.
func TestPromisesNameTheirTests(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	doc, err := os.ReadFile(filepath.Join(root, "docs", "promises.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range promised.FindAllStringSubmatch(string(doc), -1) {
		if m[1] != fmt.Sprint(i+1) {
			t.Errorf("promise %d is P%s", i+1, m[1])
		}
	}
	if n := len(promised.FindAll(doc, -1)); n != 16 {
		t.Errorf("%d promises", n)
	}
	written := writtenTests(t, root)
	for _, m := range namedTest.FindAllStringSubmatch(string(doc), -1) {
		if !written[m[1]+"."+m[2]] {
			t.Errorf("docs/promises.md names %s in %s, which is not there", m[2], m[1])
		}
	}
}

// writtenTests lists the tests of the module as folder.Test.
func writtenTests(t *testing.T, root string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		for _, m := range writtenTest.FindAllStringSubmatch(string(b), -1) {
			out[filepath.ToSlash(folder)+"."+m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
