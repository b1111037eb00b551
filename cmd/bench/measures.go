package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// bed gives fresh copies of the standard set.
type bed interface {
	fresh(ctx context.Context) (site, error)
}

// race runs own and peer in turn, each on a fresh copy, as often as the options and the share of
// the time allow, and at least once.
func (b *bench) race(ctx context.Context, from bed, own, peer func(site) (time.Duration, error)) (owns, peers []time.Duration, err error) {
	for n := range b.runs {
		if n > 0 && time.Now().After(b.share) {
			break
		}
		for _, side := range []struct {
			do func(site) (time.Duration, error)
			to *[]time.Duration
		}{{peer, &peers}, {own, &owns}} {
			s, err := from.fresh(ctx)
			if err != nil {
				return owns, peers, err
			}
			took, err := side.do(s)
			s.close()
			if err != nil {
				return owns, peers, err
			}
			*side.to = append(*side.to, took)
		}
	}
	return owns, peers, nil
}

// statements times bare SQL in one transaction, its commit included, on a connection with the settings.
func statements(ctx context.Context, settings []string, queries ...string) func(site) (time.Duration, error) {
	return func(s site) (time.Duration, error) {
		conn, err := s.raw.Conn(ctx)
		if err != nil {
			return 0, err
		}
		defer func() { _ = conn.Close() }()
		for _, q := range settings {
			if _, err := conn.ExecContext(ctx, q); err != nil {
				return 0, err
			}
		}
		start := time.Now()
		tx, err := conn.BeginTx(ctx, nil)
		if err != nil {
			return 0, err
		}
		defer func() { _ = tx.Rollback() }()
		for _, q := range queries {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return 0, err
			}
		}
		err = tx.Commit()
		return time.Since(start), err
	}
}

// purges times the step; what it saw of its insides is added to seen.
func (b *bench) purges(ctx context.Context, step plan.Step, seen *[]outcome) func(site) (time.Duration, error) {
	return func(s site) (time.Duration, error) {
		o, err := b.purge(ctx, s, step, nil, 0)
		*seen = append(*seen, o)
		return o.took, errors.Join(err, ctx.Err())
	}
}

// moves times the archive step into a vault of its own.
func (b *bench) moves(ctx context.Context) func(site) (time.Duration, error) {
	return func(s site) (time.Duration, error) {
		dir, err := os.MkdirTemp(b.dir, "vault-")
		if err != nil {
			return 0, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		open := func(_ context.Context, _ plan.Step, keys []store.Key) ([]policy.Date, error) {
			return make([]policy.Date, len(keys)), nil
		}
		v, err := vault.Open(ctx, filepath.Join(dir, "vault.db"), filepath.Join(dir, "vault.key"), open)
		if err != nil {
			return 0, err
		}
		defer func() { _ = v.Close() }()
		o, err := b.purge(ctx, s, b.move(), v, 0)
		return o.took, errors.Join(err, ctx.Err())
	}
}

// measure is one measurement of an engine, under a name that -only takes.
type measure struct {
	name string
	do   func(ctx context.Context) error
}

// patience is how many shares of the time a measurement may take: a run that has begun is
// finished, but one that would never end must not cost the others theirs.
const patience = 3

// each carries out the measurements that are asked for. One that takes too long is given up.
func (b *bench) each(ctx context.Context, measures ...measure) error {
	for _, m := range measures {
		if !b.wants(m.name) {
			continue
		}
		b.begins()
		timed, cancel := context.WithTimeout(ctx, patience*time.Until(b.share))
		err := m.do(timed)
		late := timed.Err() != nil && ctx.Err() == nil
		cancel()
		switch {
		case late:
			b.notes = append(b.notes, fmt.Sprintf("%s was given up after %d times its share of the time.", m.name, patience))
		case err != nil:
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// engine is where the measurements that every engine has are made: least is the goal of the
// purge where the reason is in the row and cross where it is in another table too; settings
// are those of the peer's connection.
type engine struct {
	*bench
	name         string
	from         bed
	least, cross float64
	settings     []string
}

// common are the measurements that every engine has.
func (e engine) common(ctx context.Context) error {
	return e.each(ctx, measure{"purge", e.inRow}, measure{"evidence", e.evidence}, measure{"cross", e.inOther}, measure{"anonymise", e.blanks}, measure{"archive", e.archives}, measure{"plan", e.plans})
}

// inRow purges for a reason that is in the row.
func (e engine) inRow(ctx context.Context) error {
	var seen []outcome
	own, peer, err := e.race(ctx, e.from, e.purges(ctx, e.erase(false), &seen), statements(ctx, e.settings, "DELETE FROM clients WHERE "+dueRow))
	e.ratio(fmt.Sprintf("%s safe purge ≥ %.2f of one DELETE", e.name, e.least), e.least, own, peer, "one DELETE")
	if err != nil {
		return err
	}
	e.insides(e.name, seen)
	return nil
}

// evidence purges with receipts and ledger and without.
func (e engine) evidence(ctx context.Context) error {
	var seen []outcome
	step := e.erase(false)
	_, without, err := e.race(ctx, e.from, e.purges(ctx, step, &seen), e.bares(ctx, step))
	if err != nil {
		return err
	}
	var with []time.Duration
	for _, o := range seen {
		with = append(with, o.acted)
	}
	share := 100 * (1 - median(without).Seconds()/median(with).Seconds())
	e.enter(e.name+" receipts and ledger ≤ 5 % of purge time", share <= 5, fmt.Sprintf("%.1f %% (%s)", share, spread(with)), "the same purge without evidence, "+spread(without))
	return nil
}

// inOther purges for a reason that is in another table too.
func (e engine) inOther(ctx context.Context) error {
	var seen []outcome
	own, peer, err := e.race(ctx, e.from, e.purges(ctx, e.erase(true), &seen), statements(ctx, e.settings, "DELETE FROM clients WHERE "+dueCross))
	e.ratio(fmt.Sprintf("%s safe purge, event in another table, ≥ %.2f", e.name, e.cross), e.cross, own, peer, "one DELETE with NOT EXISTS")
	return err
}

// blanks anonymises rows.
func (e engine) blanks(ctx context.Context) error {
	var seen []outcome
	own, peer, err := e.race(ctx, e.from, e.purges(ctx, e.anonymise(), &seen), statements(ctx, e.settings, "UPDATE clients SET name = NULL, note = 'anonymous' WHERE "+dueRow+" AND name IS NOT NULL"))
	e.ratio(e.name+" anonymise ≥ 0.70 of one UPDATE", 0.7, own, peer, "one UPDATE")
	return err
}

// archives moves rows to the archive.
func (e engine) archives(ctx context.Context) error {
	own, peer, err := e.race(ctx, e.from, e.moves(ctx), func(s site) (time.Duration, error) {
		if _, err := s.raw.ExecContext(ctx, "CREATE TABLE gone AS SELECT * FROM clients WHERE id < 0"); err != nil {
			return 0, err
		}
		defer func() { _, _ = s.raw.ExecContext(ctx, "DROP TABLE gone") }()
		return statements(ctx, e.settings, "INSERT INTO gone SELECT * FROM clients WHERE "+dueRow, "DELETE FROM clients WHERE "+dueRow)(s)
	})
	e.ratio(e.name+" archive move (sealed, to a vault) ≥ 0.33 of INSERT-SELECT and DELETE", 0.33, own, peer, "the two statements, same server")
	return err
}

// insides enters what the purges took in parts.
func (b *bench) insides(name string, seen []outcome) {
	var evidence, took time.Duration
	var txs []time.Duration
	phases := map[string]time.Duration{}
	for _, o := range seen {
		for name, d := range o.phases {
			phases[name] += d
		}
		evidence, took, txs = evidence+o.evidence, took+o.took, append(txs, o.txs...)
	}
	var parts []string
	for _, name := range []string{"lock", "effect", "receipt", "commit", "enter", "cursor"} {
		parts = append(parts, fmt.Sprintf("%s %.0f %%", name, 100*phases[name].Seconds()/took.Seconds()))
	}
	b.notes = append(b.notes, fmt.Sprintf("%s: making receipts and entering them was at work for %.0f %% of the purge's time, where stretches are swept in two transactions at once while the next stretch is. "+
		"Of the purge's time, %s; the rest is opening, growing the first batches and the last look.", name, 100*evidence.Seconds()/took.Seconds(), strings.Join(parts, ", ")))
	p99 := percentile(txs, 99)
	b.enter(name+" transactions p99 ≤ 250 ms", p99 <= 250*time.Millisecond, fmt.Sprintf("%d ms of %d transactions", p99.Milliseconds(), len(txs)), "—")
}

// plans counts for a plan beside one scan, and looks how far the memory grows.
func (e engine) plans(ctx context.Context) error {
	b, name := e.bench, e.name
	s, err := e.from.fresh(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	var own, peer []time.Duration
	debug.FreeOSMemory() // what the measures before took
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	for range b.runs {
		start := time.Now()
		var n int64
		if err := s.raw.QueryRowContext(ctx, "SELECT COUNT(*) FROM clients WHERE note <> ''").Scan(&n); err != nil {
			return err
		}
		peer = append(peer, time.Since(start))
		start = time.Now()
		if _, err := s.own.Count(ctx, clients, questions()); err != nil {
			return err
		}
		own = append(own, time.Since(start))
	}
	times := median(own).Seconds() / median(peer).Seconds()
	b.enter(name+" plan of 5 purposes × 3 groups ≤ 2.5 scans", times <= 2.5, fmt.Sprintf("%.2f (%s)", times, spread(own)), "one scan, "+spread(peer))
	kB, _ := field("/proc/self/status", "VmHWM:")
	b.enter(name+" plan's memory ≤ 128 MB", kB <= 128<<10, fmt.Sprintf("%d MB, the whole process", kB>>10), "—")
	return nil
}

// stops cancels a purge at random instants and measures how long it goes on.
func (e engine) stops(ctx context.Context) error {
	b, name := e.bench, e.name
	var took []time.Duration
	s, err := e.from.fresh(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	for range 10 {
		stopping, cancel := context.WithCancel(ctx)
		var at time.Time
		after := time.Duration(50+rand.IntN(150)) * time.Millisecond
		timer := time.AfterFunc(after, func() { at = time.Now(); cancel() })
		_, err := b.purge(stopping, s, b.erase(false), nil, 0)
		end := time.Now()
		if !timer.Stop() && !at.IsZero() {
			took = append(took, end.Sub(at))
		}
		cancel()
		if err != nil && stopping.Err() == nil {
			break // nothing was left to purge
		}
	}
	if len(took) == 0 {
		return nil
	}
	worst := percentile(took, 99)
	b.enter(name+" a stop takes effect within 1 s", worst <= time.Second, fmt.Sprintf("%d ms at most in %d stops", worst.Milliseconds(), len(took)), "—")
	return nil
}

func onSQLite(b *bench, ctx context.Context) error {
	l, err := b.newLite(ctx)
	if err != nil {
		return err
	}
	return engine{bench: b, name: "SQLite", from: l, least: 0.7, cross: 0.7}.common(ctx)
}

func onPostgres(b *bench, ctx context.Context) error {
	p, err := b.newPG(ctx)
	if err != nil {
		return err
	}
	defer p.drop(ctx)
	e := engine{bench: b, name: "PostgreSQL", from: p, least: 0.65, cross: 0.45}
	if err := e.common(ctx); err != nil {
		return err
	}
	return e.each(ctx, measure{"space", e.space}, measure{"stops", e.stops}, measure{"holds", e.holds}, measure{"restarts", e.restarts})
}

// space compares the state and the receipts of a purge with the table.
func (e engine) space(ctx context.Context) error {
	b := e.bench
	s, err := e.from.fresh(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	relation := func(name string) (n int64) {
		_ = s.raw.QueryRowContext(ctx, "SELECT pg_total_relation_size('"+name+"')").Scan(&n)
		return n
	}
	table := relation("clients")
	o, err := b.purge(ctx, s, b.erase(false), apply.Archive(nil), 0)
	if err != nil {
		return err
	}
	share := 100 * float64(o.state+relation("garant_receipts")) / float64(table)
	b.enter("State and receipts ≤ 1 % of the bound data", share <= 1, fmt.Sprintf("%.2f %% (%d kB)", share, (o.state+relation("garant_receipts"))>>10), fmt.Sprintf("the table, %d MB", table>>20))
	return nil
}
