package torture

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/store"
)

// check is one way of looking for a mistake; it returns what is wrong, if anything.
type check struct {
	name string
	run  func(r *rig) (wrong []string, err error)
}

// checks are those of the suite, the quick ones first.
func checks() []check {
	return []check{
		{"what was not shown stays", (*rig).notShown},
		{"what has no date stays", (*rig).undated},
		{"an answer that is lost is found out", (*rig).lostAnswer},
		{"receipts = effects = entries after a crash", (*rig).crashes},
		{"a hold at every instant", func(r *rig) ([]string, error) { wrong, _, err := r.held(); return wrong, err }},
		{"scripted races", (*rig).races},
	}
}

// TestP16MutationsAreKilled switches wrong implementations in, one by one, on each engine: a
// check must find each out. It prints which did. Where an engine makes the mistake harmless,
// the catalogue says why.
func TestP16MutationsAreKilled(t *testing.T) {
	t.Parallel()
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			rigs := mutated(t, engine)
			killed, of := 0, 0
			for _, m := range mutants() {
				if why := m.harmless[engine]; why != "" {
					t.Logf("%-55s – %s", m.name, why)
					continue
				}
				of++
				if by := found(t, rigs[m.among], m); by != "" {
					killed++
					t.Logf("%-55s → %s", m.name, by)
				}
			}
			results.ask("P16", "mutants, each killed by a check, on "+engine, len(mutants()))
			results.add("P16", "mutants, each killed by a check, on "+engine, of, of-killed)
		})
	}
}

// mutated makes the rigs that mutants are tried on; nothing is wrong with them as they are.
func mutated(t *testing.T, engine string) map[among]*rig {
	t.Helper()
	rigs := map[among]*rig{amongOwners: newRig(t, engine, cascade), amongLone: newRig(t, engine, cascade), amongUnguarded: newRig(t, engine, unguarded)}
	rigs[amongLone].lone = true
	for _, r := range rigs {
		r.first = 3
		if by, err := r.killer(mutant{}); err != nil || by != "" {
			t.Fatalf("the right implementation is found wrong: %s, %v", by, err)
		}
	}
	return rigs
}

// found returns what found the mutant out; a mutant that lives fails the test.
func found(t *testing.T, r *rig, m mutant) string {
	t.Helper()
	by, err := r.killer(m)
	if err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	if by == "" {
		t.Errorf("mutant lives: %s", m.name)
	}
	return by
}

// killer returns the first check that finds the mutant out, with what it found.
func (r *rig) killer(m mutant) (string, error) {
	if m.add != nil {
		return named("calendar of Regulation 1182/71", checkCalendar(m.add)), nil
	}
	if m.cutoff != nil {
		return named("cutoffs are the terms turned round", checkCutoffs(m.cutoff)), nil
	}
	r.swap = m.swap
	defer func() { r.swap = nil }()
	for _, c := range checks() {
		r.memory = r.fresh()
		wrong, err := c.run(r)
		if err != nil && m.swap == nil {
			return "", fmt.Errorf("%s: %w", c.name, err)
		}
		if err != nil { // a mutant may also stumble over its own mistake
			return c.name + ": " + err.Error(), nil
		}
		if len(wrong) > 0 {
			return c.name + ": " + wrong[0], nil
		}
	}
	return "", nil
}

func named(check, wrong string) string {
	if wrong == "" {
		return ""
	}
	return check + ": " + wrong
}

// fresh is a memory that has entered what is in the store, so that no mutant suffers from
// the one before.
func (r *rig) fresh() *memory {
	m := newMemory()
	_ = r.actor.Receipts(ctx(), 0, func(rc store.Receipt) bool { m.entered = append(m.entered, rc); return true })
	return m
}

// serial numbers plans, so that no two of a rig are the same.
func (r *rig) serial() int { r.plans++; return 100_000 + r.plans }

func (r *rig) races() ([]string, error) {
	for _, s := range r.scenes() {
		wrong, err := r.survive(r.serial(), s)
		for i := range wrong {
			wrong[i] = s.write.name + " " + s.moment + ": " + wrong[i]
		}
		if err != nil || len(wrong) > 0 {
			return wrong, err
		}
	}
	return nil, nil
}

// notShown: a client that falls due after the plan was shown waits for the next plan.
func (r *rig) notShown() ([]string, error) {
	if _, _, err := r.ready(r.standard()); err != nil {
		return nil, err
	}
	p, err := r.plan(r.serial())
	if err == nil {
		err = r.approve(p)
	}
	if err == nil {
		err = r.exec("INSERT INTO clients (id, ref, name, seen) VALUES (0, 'late', 'n', '" + old + "')")
	}
	if err != nil {
		return nil, err
	}
	if _, err := r.garant(p); err != nil {
		return nil, err
	}
	after, err := r.look()
	h := newHistory()
	h.acknowledge(write{name: "not shown", facts: []fact{{"clients", "late", ""}}})
	return h.losses(after), err
}

// undated: a client without a day of contact is never erased.
func (r *rig) undated() ([]string, error) {
	if _, _, err := r.ready(r.standard()); err != nil {
		return nil, err
	}
	if err := r.exec("UPDATE clients SET seen = NULL WHERE ref = 'c2'"); err != nil {
		return nil, err
	}
	p, err := r.plan(r.serial())
	if err != nil {
		return nil, err
	}
	if _, err := r.garant(p); err != nil {
		return nil, err
	}
	if n, err := r.count("SELECT count(*) FROM clients WHERE ref = 'c2'"); n == 0 || err != nil {
		return []string{"a client without a date was erased"}, err
	}
	return nil, nil
}

// lostAnswer: the first COMMIT is not answered and did not happen; the report and the
// receipts must agree all the same.
func (r *rig) lostAnswer() ([]string, error) {
	cs, h := r.standard(), newHistory()
	before, mark, err := r.ready(cs)
	if err != nil {
		return nil, err
	}
	p, err := r.plan(r.serial())
	if err != nil {
		return nil, err
	}
	r.fault = faultOn(1, func(tx store.Tx) error { _ = tx.Rollback(); return store.ErrUnknownCommit })
	rep, err := r.garant(p)
	r.fault = nil
	if err != nil {
		return nil, err
	}
	after, err := r.look()
	if err != nil {
		return nil, err
	}
	wrong := r.evidence(h, before, after, mark)
	if gone := int64(len(before["clients"]) - len(after["clients"])); gone != rep.Rows() {
		wrong = append(wrong, fmt.Sprintf("%d clients went, the report says %d", gone, rep.Rows()))
	}
	return wrong, nil
}

// crashes dies at every failpoint, and before and after each COMMIT of the store, and goes
// on with the same plan.
func (r *rig) crashes() ([]string, error) {
	for _, point := range apply.Points() {
		died := false
		r.hook = func(at string) {
			if at == point && !died {
				died = true
				panic(crashed{})
			}
		}
		if wrong, err := r.afterCrash(point); err != nil || len(wrong) > 0 {
			return wrong, err
		}
	}
	for n := 1; n <= 3; n++ {
		for name, how := range map[string]func(store.Tx) error{
			"before":  func(store.Tx) error { panic(crashed{}) },
			"behind":  func(tx store.Tx) error { _ = tx.Commit(context.Background()); panic(crashed{}) },
			"instead": func(tx store.Tx) error { _ = tx.Rollback(); panic(crashed{}) },
		} {
			r.fault = faultOn(n, how)
			if wrong, err := r.afterCrash(fmt.Sprint(name, " COMMIT ", n)); err != nil || len(wrong) > 0 {
				return wrong, err
			}
		}
	}
	return nil, nil
}

// crashed is what the failpoints throw.
type crashed struct{}

// afterCrash runs with what was armed, disarms it, goes on and checks.
func (r *rig) afterCrash(where string) ([]string, error) {
	before, mark, err := r.ready(r.standard())
	if err != nil {
		return nil, err
	}
	h := newHistory()
	h.kept(r.standard())
	p, err := r.plan(r.serial())
	if err == nil {
		err = r.approve(p)
	}
	if err == nil {
		err = r.die(func() error { _, err := r.garant(p); return err })
	}
	r.hook, r.fault = nil, nil
	if err != nil {
		return nil, err
	}
	rep, err := r.garant(p)
	if err != nil {
		return nil, err
	}
	wrong, err := r.done(rep, h, before, mark)
	for i := range wrong {
		wrong[i] = "crash " + where + ": " + wrong[i]
	}
	return wrong, err
}

// done checks the end of a plan that nobody wrote beside.
func (r *rig) done(rep apply.Report, h *history, before state, mark int64) ([]string, error) {
	after, err := r.look()
	if err != nil {
		return nil, err
	}
	wrong := append(h.losses(after), r.evidence(h, before, after, mark)...)
	if !rep.Complete() {
		wrong = append(wrong, fmt.Sprint("the plan is not complete: ", whys(rep)))
	}
	left, err := r.overdue()
	if len(left) > 0 {
		wrong = append(wrong, "alive after its day: "+left[0])
	}
	return wrong, err
}

// die lets fn crash.
func (r *rig) die(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(crashed); !ok {
				panic(v)
			}
		}
	}()
	return fn()
}

// faultOn calls how in place of the nth commit.
func faultOn(n int, how func(store.Tx) error) func(store.Tx) (bool, error) {
	return func(tx store.Tx) (bool, error) {
		if n--; n != 0 {
			return false, nil
		}
		return true, how(tx)
	}
}

// faultyActor lets commits fail under whatever is above it.
type faultyActor struct {
	store.Actor
	r *rig
}

func (a faultyActor) Begin(ctx context.Context) (store.Tx, error) {
	tx, err := a.Actor.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return faultyTx{tx, a.r}, nil
}

type faultyTx struct {
	store.Tx
	r *rig
}

// Sweep implements store.Sweeper where the store does.
func (t faultyTx) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	return sweep(ctx, t.Tx, q, fn)
}

func (t faultyTx) Commit(ctx context.Context) error {
	if t.r.fault != nil {
		if done, err := t.r.fault(t.Tx); done {
			return err
		}
	}
	return t.Tx.Commit(ctx)
}

// TestP16EveryMutantIsAnother keeps the catalogue from naming one twice.
func TestP16EveryMutantIsAnother(t *testing.T) {
	t.Parallel()
	var names []string
	for _, m := range mutants() {
		names = append(names, m.name)
	}
	slices.Sort(names)
	if n := len(names); len(slices.Compact(names)) != n || n < 15 {
		t.Errorf("%d mutants, some named alike", n)
	}
}
