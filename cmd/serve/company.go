// Package serve is for showing a company's folder in the console: it answers what the console
// asks with what garant verify, plan and why are made of.
package serve

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// Company is a company's folder. Each question opens it anew, as a verb of the command does,
// so that an edited file counts at once and a store that came back is found. It is safe for
// concurrent use.
type Company struct {
	Dir    string
	Getenv func(string) string
	Clock  func() time.Time
	// State is the folder's, open: it answers what needs no store at once.
	State *db.State

	mu    sync.Mutex
	plans map[string]plan.Plan // under mu; see load
}

// open opens the folder, its stores and its state.
func (c *Company) open(ctx context.Context) (*project.Project, error) {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		return nil, err
	}
	err = p.Connect(ctx)
	if errors.Is(err, project.ErrProblems) {
		err = &console.Unready{Problems: failed(p.Problems)}
	}
	if err == nil {
		err = p.OpenState(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func failed(all []policy.Problem) []policy.Problem {
	return slices.DeleteFunc(slices.Clone(all), func(p policy.Problem) bool { return p.Severity != policy.Error })
}

// with runs fn on the open folder.
func (c *Company) with(ctx context.Context, fn func(*project.Project) error) error {
	p, err := c.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(fn(p), p.Close())
}

// Look implements console.Looker: it verifies, as garant verify does, and enters what was
// found in the ledger.
func (c *Company) Look(ctx context.Context) (out console.Look, err error) {
	err = c.with(ctx, func(p *project.Project) error {
		now := c.Clock()
		out = console.Look{At: now, Today: p.Today(now), Policy: p.Policy, Entry: -1}
		if out.Text, err = text(p); err != nil {
			return err
		}
		if out.Truth, err = p.Verify(ctx, out.Today); err != nil {
			return err
		}
		if out.Entry, err = enter(ctx, p, out.Truth, now); err != nil {
			return err
		}
		if out.Holds, _, err = p.State.Holds(ctx); err != nil {
			return err
		}
		for _, d := range p.Bound.Datasets {
			out.Datasets = append(out.Datasets, console.Seat{Dataset: d.Name, Store: d.Store, Table: d.Table.Name})
		}
		if out.Trend, err = c.history(ctx, out.Today); err != nil {
			return err
		}
		if err := placed(p, &out); err != nil {
			return err
		}
		if _, err := p.Backups(ctx, now); err != nil { // what the stores say of theirs is kept for the settings
			return err
		}
		return keepLook(ctx, p, out)
	})
	return out, err
}

// enter writes what was found into the ledger, and returns the number of the entry.
func enter(ctx context.Context, p *project.Project, v retention.Verification, now time.Time) (int64, error) {
	var found []ledger.Verdict
	for _, pr := range v.Promises {
		found = append(found, ledger.Verdict{Promise: string(pr.ID), Verdict: string(pr.Verdict), Overdue: pr.Overdue, Undetermined: pr.Undetermined})
	}
	if err := p.State.SaveCheck(ctx, v.AsOf, found, now); err != nil {
		return -1, err
	}
	return last(ctx, p, ledger.Check)
}

// last finds the last entry of a kind among the latest ones; negative when it is not there.
func last(ctx context.Context, p *project.Project, kind ledger.Kind) (int64, error) {
	size, err := size(ctx, p)
	if err != nil {
		return -1, err
	}
	at := int64(-1)
	err = p.State.Ledger().Show(ctx, max(0, size-16), size, func(i int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		if e.Kind == kind {
			at = i
		}
		return err
	})
	return at, err
}

func size(ctx context.Context, p *project.Project) (int64, error) {
	signed, err := p.State.Ledger().Checkpoint(ctx)
	if err != nil {
		return 0, err
	}
	cp, err := ledger.OpenCheckpoint(signed, p.State.PublicKey())
	return cp.Size, err
}

// history is how the verdicts were in the twelve months before a day.
func (c *Company) history(ctx context.Context, today policy.Date) (out []console.Tally, err error) {
	all, err := c.State.Tallies(ctx, today.Add(policy.Period{Months: -12}))
	for _, t := range all {
		out = append(out, console.Tally{Day: t.AsOf, Verdict: retention.Outcome(t.Verdict), N: t.N})
	}
	return out, err
}

// placed adds, by rule, in which datasets it claims something and its cutoff of the day, and
// what flows where.
func placed(p *project.Project, l *console.Look) error {
	compiled, err := retention.Compile(&p.Bound, l.Today)
	if err != nil {
		return err
	}
	l.Seats, l.Cutoffs = map[policy.RuleID][]console.Seat{}, map[policy.RuleID]policy.Date{}
	for _, d := range compiled {
		seat := console.Seat{Dataset: d.Bound.Name, Store: d.Bound.Store, Table: d.Bound.Table.Name}
		for _, g := range d.Groups {
			for _, cl := range g.Claims {
				claimed(l, seat, g.Bound.Category, cl)
			}
		}
	}
	for _, pu := range p.Policy.Purposes {
		for _, r := range pu.Rules {
			if r.By != "" {
				elsewhere(l, pu, r)
			}
		}
	}
	return nil
}

// claimed notes that a rule claims a group of a dataset.
func claimed(l *console.Look, seat console.Seat, group policy.Category, cl retention.Split) {
	id := cl.Claim.Rule.ID
	if !slices.Contains(l.Seats[id], seat) {
		l.Seats[id] = append(l.Seats[id], seat)
	}
	if !cl.Cutoff.IsZero() {
		l.Cutoffs[id] = cl.Cutoff
	}
	if f := (console.Flow{Purpose: cl.Claim.Purpose.ID, Data: group, Seat: seat}); !slices.Contains(l.Flows, f) {
		l.Flows = append(l.Flows, f)
	}
}

// elsewhere notes what a third party keeps.
func elsewhere(l *console.Look, pu policy.Purpose, r policy.Rule) {
	data := r.Data
	if len(data) == 0 {
		data = pu.Data
	}
	for _, d := range data {
		l.Flows = append(l.Flows, console.Flow{Purpose: pu.ID, Data: d, With: r.By})
	}
}

// years is how far Ahead looks.
const years = 10

// Ahead implements console.Looker: it verifies on the first day of each of the coming years,
// as garant plan --at does; what is overdue then and was not before falls due in between.
//
// It ends what one look does, so what that left behind is given back: the next look may be an
// hour away.
func (c *Company) Ahead(ctx context.Context) (out []console.Year, err error) {
	defer debug.FreeOSMemory()
	err = c.with(ctx, func(p *project.Project) error {
		today := p.Today(c.Clock())
		now, err := fallen(ctx, p, today)
		if err != nil {
			return err
		}
		before := byRule(now)
		for y := today.Year; y < today.Year+years; y++ {
			all, err := fallen(ctx, p, policy.Date{Year: y + 1, Month: time.January, Day: 1})
			if err != nil {
				return err
			}
			then, due := byRule(all), map[policy.RuleID]int64{}
			for id, n := range then {
				due[id] = max(0, n-before[id])
			}
			out, before = append(out, console.Year{Year: y, Due: due, Fallen: all}), then
		}
		return keep(ctx, p, ofYears, c.Clock(), out)
	})
	return out, err
}

// On implements console.Looker.
func (c *Company) On(ctx context.Context, day policy.Date) (out []console.Fallen, err error) {
	defer debug.FreeOSMemory()
	err = c.with(ctx, func(p *project.Project) error {
		out, err = fallen(ctx, p, day)
		return err
	})
	return out, err
}

// fallen is what is overdue on a day, by rule and store.
func fallen(ctx context.Context, p *project.Project, day policy.Date) ([]console.Fallen, error) {
	planner, err := p.Planner(ctx, day)
	if err != nil {
		return nil, err
	}
	planner.Undated = true
	v, err := planner.Verify(ctx)
	var out []console.Fallen
	for _, pr := range v.Promises {
		at := map[string]int64{}
		for _, w := range pr.Where {
			at[w.Store] += w.Overdue
		}
		for _, name := range slices.Sorted(maps.Keys(at)) {
			if at[name] > 0 {
				out = append(out, console.Fallen{Rule: pr.ID, Store: name, N: at[name]})
			}
		}
	}
	return out, err
}

func byRule(all []console.Fallen) map[policy.RuleID]int64 {
	out := map[policy.RuleID]int64{}
	for _, f := range all {
		out[f.Rule] += f.N
	}
	return out
}

// Proof implements console.Prover.
func (c *Company) Proof(ctx context.Context, entry int64) ([]byte, error) {
	proof, err := c.State.Ledger().Prove(ctx, entry)
	if errors.Is(err, ledger.ErrNoLeaf) {
		return nil, fmt.Errorf("prove entry %d: %w", entry, console.ErrNoEntry)
	}
	if err != nil {
		return nil, err
	}
	return proof.Text(), nil
}

// PublicKey implements console.Prover.
func (c *Company) PublicKey(context.Context) (string, error) { return c.State.PublicKey(), nil }
