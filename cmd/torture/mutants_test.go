package torture

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// mutant is a wrong implementation: of the engine's world, or of a calendar.
type mutant struct {
	name   string
	among  among // the clients it is tried on
	swap   func(p *plan.Plan, env *apply.Env)
	add    calendar
	cutoff cutoffOf
	// harmless says, by engine, why nothing is wrong with the mistake there.
	harmless map[string]string
}

// mutants is the catalogue. Each is a mistake that somebody made in an engine of this kind.
func mutants() []mutant {
	return []mutant{
		{name: "no second look", harmless: oneWriter(), swap: onTx(func(t mutatedTx) store.Tx { return noRecheck{t} })},
		{name: "second look at the row alone", harmless: oneWriter(), swap: onTx(func(t mutatedTx) store.Tx { return rowOnly{t} })},
		{name: "IN (SELECT … LIMIT)", harmless: oneWriter(), swap: onTx(func(t mutatedTx) store.Tx { return inLimit{noRecheck{t}} })},
		{name: "what the reason reads is not locked", harmless: oneWriter(), swap: onTx(func(t mutatedTx) store.Tx { return noLinkLock{t} })},
		{name: "holds read when planning only", swap: func(_ *plan.Plan, env *apply.Env) { env.Holds = &firstHolds{Holds: env.Holds} }},
		{name: "no gate between holds and commit", swap: func(_ *plan.Plan, env *apply.Env) { env.Holds = noGate{env.Holds} }},
		{name: "CASCADE is trusted", swap: func(p *plan.Plan, _ *apply.Env) { p.Steps[0].Work.Children = nil }},
		{name: "receipt before the effect", harmless: oneTransaction(), swap: onTx(func(t mutatedTx) store.Tx { return receiptFirst{t} })},
		{name: "receipt after the effect", swap: onTx(func(t mutatedTx) store.Tx { return &receiptLast{mutatedTx: t} })},
		{name: "ledger before the commit", swap: func(p *plan.Plan, env *apply.Env) {
			log := env.Log
			env.Log = silentLog{log}
			onTx(func(t mutatedTx) store.Tx { return ledgerFirst{t, log} })(p, env)
		}},
		{name: "receipts are not entered", swap: func(_ *plan.Plan, env *apply.Env) { env.Log = silentLog{env.Log} }},
		{name: "an unknown commit is taken for done", swap: onTx(func(t mutatedTx) store.Tx { return hopeful{t} })},
		{name: "the approved set is ignored", swap: func(_ *plan.Plan, env *apply.Env) { env.Sets = noSets{} }},
		{name: "no date is taken for over", swap: func(p *plan.Plan, _ *apply.Env) { p.Steps[0].Work.Where = negated() }},
		{name: "a sweep without the condition of the holds", among: amongLone, swap: onTx(func(t mutatedTx) store.Tx { return sweepHeld{t} })},
		{name: "a sweep for a reason that reads other tables", among: amongUnguarded, harmless: lockedReads(), swap: onTx(func(t mutatedTx) store.Tx { return sweepReads{t} })},
		{name: "no gate between holds and a sweep's commit", among: amongLone, swap: func(_ *plan.Plan, env *apply.Env) { env.Holds = noGate{env.Holds} }},
		{name: "the approved set is ignored by a sweep", among: amongLone, swap: func(_ *plan.Plan, env *apply.Env) { env.Sets = noSets{} }},
		{name: "receipt before the effect of a sweep", among: amongLone, harmless: oneTransaction(), swap: onTx(func(t mutatedTx) store.Tx { return receiptFirst{t} })},
		{name: "a sweep's unknown commit is taken for done", among: amongLone, swap: onTx(func(t mutatedTx) store.Tx { return hopeful{t} })},
		{name: "calendar by time.AddDate", add: func(d policy.Date, months int) policy.Date {
			return policy.DateOf(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).AddDate(0, months, 0), time.UTC)
		}},
		{name: "a year of 365 days", add: func(d policy.Date, months int) policy.Date { return d.Add(policy.Days(months * 365 / 12)) }},
		{name: "cutoff by turning the interval round", cutoff: func(today policy.Date, months int) policy.Date {
			return today.Add(policy.Months(-months)).Add(policy.Days(-1))
		}},
		{name: "the last day is not kept", cutoff: func(today policy.Date, months int) policy.Date {
			return rightCutoff(today, months).Add(policy.Days(1))
		}},
	}
}

// oneWriter is why looking once is enough on SQLite.
func oneWriter() map[string]string {
	return map[string]string{onSQLite: "harmless: from BEGIN IMMEDIATE to COMMIT nobody else writes, so what was seen stays"}
}

// oneTransaction is why a second transaction beside the batch's cannot be written on SQLite.
func oneTransaction() map[string]string {
	return map[string]string{onSQLite: "cannot be: while the batch's transaction is open no other can begin, the receipt would wait for itself"}
}

// lockedReads is why one statement sees what other tables say, but on PostgreSQL.
func lockedReads() map[string]string {
	m := oneWriter()
	m[onMariaDB] = "harmless: InnoDB reads the other tables of a DELETE with locks, in their newest state; the connector refuses it all the same, as writers would wait"
	return m
}

// among says which clients a mutant is tried on: those with orders, lone ones, which are
// swept, or those whose orders no foreign key guards.
type among int

const (
	amongOwners among = iota
	amongLone
	amongUnguarded
)

// mutatedTx is a transaction with the store it belongs to.
type mutatedTx struct {
	store.Tx
	driver store.Driver
	actor  store.Actor
}

// onTx lets every transaction of the run be one of the mutant's.
func onTx(wrap func(mutatedTx) store.Tx) func(*plan.Plan, *apply.Env) {
	return func(_ *plan.Plan, env *apply.Env) { env.Stores = mutatedStores{env.Stores, wrap} }
}

type mutatedStores struct {
	apply.Stores
	wrap func(mutatedTx) store.Tx
}

func (s mutatedStores) Store(ctx context.Context, name string) (store.Driver, store.Actor, error) {
	d, a, err := s.Stores.Store(ctx, name)
	return d, mutatedActor{a, d, s.wrap}, err
}

type mutatedActor struct {
	store.Actor
	driver store.Driver
	wrap   func(mutatedTx) store.Tx
}

func (a mutatedActor) Begin(ctx context.Context) (store.Tx, error) {
	tx, err := a.Actor.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return a.wrap(mutatedTx{tx, a.driver, a.Actor}), nil
}

// Sweep implements store.Sweeper where the store does.
func (t mutatedTx) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	return sweep(ctx, t.Tx, q, fn)
}

func sweep(ctx context.Context, tx store.Tx, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	s, ok := tx.(store.Sweeper)
	if !ok {
		return store.Swept{}, errors.ErrUnsupported
	}
	return s.Sweep(ctx, q, fn)
}

// sweepHeld sweeps without the condition of the holds.
type sweepHeld struct{ mutatedTx }

func (t sweepHeld) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	q.Where = justification().Args[0]
	return t.mutatedTx.Sweep(ctx, q, fn)
}

// sweepReads sweeps for a reason that reads other tables.
type sweepReads struct{ mutatedTx }

func (t sweepReads) Sweep(ctx context.Context, q store.SweepQuery, fn func(store.Key, store.Row)) (store.Swept, error) {
	var keys []store.Key
	err := t.driver.Find(ctx, store.Query{Table: q.Table, Columns: q.Table.Key, Where: store.True()}, func(r store.Row) bool {
		keys = append(keys, store.Key(r))
		return true
	})
	if err == nil {
		keys, err = t.Tx.EraseIf(ctx, q.Table, keys, q.Where)
	}
	for _, k := range keys {
		fn(k, nil)
	}
	return store.Swept{Done: true}, err
}

type noRecheck struct{ mutatedTx }

func (t noRecheck) Recheck(_ context.Context, _ store.Table, keys []store.Key, _ store.Pred) ([]store.Key, error) {
	return keys, nil
}

type rowOnly struct{ mutatedTx }

func (t rowOnly) Recheck(ctx context.Context, table store.Table, keys []store.Key, where store.Pred) ([]store.Key, error) {
	own := store.Pred{Op: where.Op, Args: slices.DeleteFunc(slices.Clone(where.Args), readsOthers)}
	return t.Tx.Recheck(ctx, table, keys, own)
}

func readsOthers(p store.Pred) bool {
	return p.Op == store.OpExists || slices.ContainsFunc(p.Args, readsOthers)
}

// inLimit finds the candidates without a lock.
type inLimit struct{ noRecheck }

func (t inLimit) Lock(ctx context.Context, q store.LockQuery) (keys []store.Key, err error) {
	err = t.driver.Find(ctx, store.Query{Table: q.Table, Columns: q.Table.Key, Where: q.Where, After: q.After, Limit: q.Limit}, func(r store.Row) bool {
		keys = append(keys, store.Key(r))
		return true
	})
	return keys, err
}

type noLinkLock struct{ mutatedTx }

func (t noLinkLock) Linked(ctx context.Context, l store.Link, parents []store.Key) (keys []store.Key, err error) {
	q := store.Query{Table: l.Table, Columns: l.Table.Key, Where: store.KeyIn(l.Columns, parents)}
	err = t.driver.Find(ctx, q, func(r store.Row) bool { keys = append(keys, store.Key(r)); return true })
	return keys, err
}

type firstHolds struct {
	apply.Holds
	asked bool
	held  store.Pred
}

func (h *firstHolds) Held(ctx context.Context, dataset string) (store.Pred, int64, error) {
	held, epoch, err := h.Holds.Held(ctx, dataset)
	if !h.asked && dataset == "clients" {
		h.asked, h.held = true, held
	}
	return h.held, epoch, err
}

type noGate struct{ apply.Holds }

func (noGate) Commit(_ context.Context, _ int64, commit func() error) error { return commit() }

type receiptFirst struct{ mutatedTx }

func (t receiptFirst) WriteReceipt(ctx context.Context, r store.Receipt) error {
	return apart(ctx, t.actor, r)
}

// apart writes the receipt in a transaction of its own.
func apart(ctx context.Context, a store.Actor, r store.Receipt) error {
	tx, err := a.Begin(ctx)
	if err != nil {
		return err
	}
	if err := tx.WriteReceipt(ctx, r); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit(ctx)
}

type receiptLast struct {
	mutatedTx
	pending *store.Receipt
}

func (t *receiptLast) WriteReceipt(_ context.Context, r store.Receipt) error {
	t.pending = &r
	return nil
}

func (t *receiptLast) Commit(ctx context.Context) error {
	if err := t.Tx.Commit(ctx); err != nil || t.pending == nil {
		return err
	}
	return apart(ctx, t.actor, *t.pending)
}

type ledgerFirst struct {
	mutatedTx
	log apply.Log
}

func (t ledgerFirst) WriteReceipt(ctx context.Context, r store.Receipt) error {
	if err := t.Tx.WriteReceipt(ctx, r); err != nil {
		return err
	}
	last, err := t.log.LastReceipt(ctx, "crm")
	if err != nil {
		return err
	}
	r.Seq = last + 1
	return t.log.Enter(ctx, "crm", []store.Receipt{r})
}

type silentLog struct{ apply.Log }

func (silentLog) Enter(context.Context, string, []store.Receipt) error { return nil }

// LastReceipt makes the engine believe that there is nothing to enter.
func (silentLog) LastReceipt(context.Context, string) (int64, error) { return 0, nil }

type hopeful struct{ mutatedTx }

func (t hopeful) Commit(ctx context.Context) error {
	err := t.Tx.Commit(ctx)
	if errors.Is(err, store.ErrUnknownCommit) {
		return nil
	}
	return err
}

type noSets struct{}

func (noSets) Approved(context.Context, string, string) (apply.Set, error) { return nil, nil }

// negated is the justification as somebody writes who forgets that NULL is not later.
func negated() store.Pred {
	p := justification()
	args := slices.Clone(p.Args)
	args[0] = store.Not(store.LaterThan(*args[0].Col, policy.MustDate(cutoff)))
	return store.And(args...)
}
