package torture

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/store"
	"github.com/google/go-cmp/cmp"
)

// now is the instant of the crash suite.
func now() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

// trial is a company with an approved plan that can be put back to its beginning, and what
// an uninterrupted run makes of it.
type trial struct {
	engine, address string
	db              *sql.DB
	// template is the folder as it is before the run, dir the one at work.
	template, dir string
	digest        string
	want          outcome
	clock         func() time.Time
	at            func(string)
}

// outcome is what is compared after a crash: rows, archive, and what the receipts add up to.
type outcome struct {
	rows  []string
	acted map[string]int64
}

// trialPeople is how many customers the crash suite has.
const trialPeople = 60

func newTrial(t testing.TB, engine, address string) *trial {
	t.Helper()
	tr := madeTrial(t, engine, address)
	if err := tr.prepare(); err != nil {
		t.Fatal(err)
	}
	return tr
}

// madeTrial makes the tables; prepare is still to be called.
func madeTrial(t testing.TB, engine, address string) *trial {
	t.Helper()
	tr := &trial{engine: engine, address: address, template: scratch(t), dir: filepath.Join(scratch(t), "work"), clock: now}
	d, err := handle(engine, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	tr.db = d
	for _, s := range companyTables() {
		if _, err := d.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

// prepare makes the template and learns what an uninterrupted run does.
func (tr *trial) prepare() error {
	if err := errors.Join(insertCompany(tr.db, trialPeople), writeCompany(tr.template, tr.engine, ".garant")); err != nil {
		return err
	}
	p, err := openCompany(tr.template, tr.address)
	if err != nil {
		return err
	}
	pl, err := approveAll(p, now())
	if err := errors.Join(err, p.Close()); err != nil {
		return err
	}
	tr.digest = pl.Digest()
	if err := tr.reset(); err != nil {
		return err
	}
	if err := tr.run(); err != nil {
		return err
	}
	tr.want, err = tr.outcome()
	return err
}

// reset puts the company and its folder back to the beginning.
func (tr *trial) reset() error {
	if err := emptyCompany(tr.db); err != nil {
		return err
	}
	if _, err := tr.db.Exec("DELETE FROM garant_receipts WHERE seq > 0"); err != nil && !strings.Contains(err.Error(), "garant_receipts") {
		return err
	}
	if err := insertCompany(tr.db, trialPeople); err != nil {
		return err
	}
	if err := os.RemoveAll(tr.dir); err != nil {
		return err
	}
	if err := os.CopyFS(tr.dir, os.DirFS(tr.template)); err != nil {
		return err
	}
	return private(tr.dir)
}

// private makes everything in dir its owner's alone again, as the state demands.
func private(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
}

// run carries out the plan in this process; it may be called again after anything.
func (tr *trial) run() error { return carryOut(tr.dir, tr.address, tr.digest, tr.clock, tr.at) }

func carryOut(dir, address, digest string, clock func() time.Time, at func(string)) (err error) {
	p, err := openCompany(dir, address)
	if p != nil {
		defer func() { err = errors.Join(err, p.Close()) }()
	}
	if err != nil {
		return err
	}
	pl, err := p.State.LoadPlan(ctx(), digest)
	if err != nil {
		return err
	}
	rep, err := p.Apply(ctx(), pl, project.Run{Clock: clock, Ratio: 0, At: at})
	if err == nil && !rep.Complete() {
		err = fmt.Errorf("%w: %+v", errIncomplete, whys(rep))
	}
	return err
}

// errIncomplete says that a run ended in good order with something left to do.
var errIncomplete = errors.New("incomplete")

func whys(rep apply.Report) (out []string) {
	for _, s := range rep.Steps {
		if s.Why != "" {
			out = append(out, s.Step+": "+s.Why)
		}
	}
	return out
}

// outcome reads the end state.
func (tr *trial) outcome() (o outcome, err error) {
	p, err := openCompany(tr.dir, tr.address)
	if p != nil {
		defer func() { err = errors.Join(err, p.Close()) }()
	}
	if err != nil {
		return o, err
	}
	if o.rows, err = dump(tr.db, p, trialPeople); err != nil {
		return o, err
	}
	o.acted, err = evidence(p)
	return o, err
}

// evidence sums the receipts by step and checks that each is a leaf of a sound ledger, once.
func evidence(p *project.Project) (map[string]int64, error) {
	d, _ := p.Store("crm")
	acted, seen := map[string]int64{}, map[string]bool{}
	var last int64
	var errs []error
	err := d.(store.Actor).Receipts(ctx(), 0, func(r store.Receipt) bool {
		// A visit goes with its customer or by itself, whichever comes first.
		acted[r.Step] += r.Rows
		acted["visits/erase/row"] += r.Linked
		if _, err := p.State.LeafOf(ctx(), "crm", r.ID); err != nil || seen[r.ID] {
			errs = append(errs, fmt.Errorf("receipt %d: %w", r.Seq, errors.Join(err, errTwice(seen[r.ID]))))
		}
		seen[r.ID], last = true, r.Seq
		return true
	})
	entered, err2 := p.State.LastReceipt(ctx(), "crm")
	if entered != last {
		errs = append(errs, fmt.Errorf("the ledger ends at receipt %d, the store at %d", entered, last))
	}
	_, err3 := p.State.VerifyLedger(ctx())
	return acted, errors.Join(append(errs, err, err2, err3)...)
}

func errTwice(twice bool) error {
	if twice {
		return errors.New("there twice")
	}
	return nil
}

// resumed runs until the plan is complete and returns what differs from the uninterrupted
// run.
func (tr *trial) resumed() string {
	tr.clock, tr.at = now, nil
	for try := 1; ; try++ {
		err := tr.run()
		if err == nil {
			break
		}
		if try == 5 {
			return "it never ends: " + err.Error()
		}
		time.Sleep(100 * time.Millisecond)
	}
	got, err := tr.outcome()
	if err != nil {
		return err.Error()
	}
	if diff := cmp.Diff(tr.want.rows, got.rows); diff != "" {
		return diff
	}
	return cmp.Diff(tr.want.acted, got.acted)
}

// child is the process that is killed: this test binary, started again. It says when it is
// ready and then carries the plan out, with a pause at every failpoint so that no instant is
// too short to be hit.
func child(dir string) int {
	fmt.Println("ready")
	at := func(string) { time.Sleep(300 * time.Microsecond) }
	err := carryOut(dir, os.Getenv(addressVar), os.Getenv(digestVar), now, at)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

const (
	childVar  = "GARANT_TORTURE_CHILD"
	digestVar = "GARANT_TORTURE_DIGEST"
)

// scratch makes a folder of the test in memory where the system has such a place: a process
// that is killed loses nothing there, and fsync costs nothing.
func scratch(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "garant-torture-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
