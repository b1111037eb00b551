package serve

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Plan implements console.Worker.
func (c *Company) Plan(ctx context.Context, tell func(string, int, int)) (digest string, err error) {
	err = c.with(ctx, func(p *project.Project) error {
		now := c.Clock()
		pl, err := p.Plan(ctx, p.Today(now), tell)
		if err != nil {
			return err
		}
		pl, err = p.Keep(ctx, pl, now)
		digest = pl.Digest()
		return err
	})
	return digest, refusal(err)
}

// Approve implements console.Worker.
func (c *Company) Approve(ctx context.Context, digest, dataset string, by console.Consent) error {
	p, err := project.Read(c.Dir, c.Getenv) // the settings may name who approves
	if err != nil {
		return err
	}
	p.State = c.State
	pl, err := c.State.LoadPlan(ctx, digest)
	if err != nil {
		return refusal(err)
	}
	consent := project.Consent{By: by.By, Reason: by.Reason, At: c.Clock()}
	for _, s := range pl.Pending() {
		if len(s.Needs) == 0 || dataset != "" && s.Dataset != dataset {
			continue
		}
		if err := p.Approve(ctx, pl, s, consent); err != nil {
			return refusal(err)
		}
	}
	return nil
}

// Apply implements console.Worker.
func (c *Company) Apply(ctx context.Context, digest string, tell func(apply.Event)) (rep apply.Report, err error) {
	err = c.with(ctx, func(p *project.Project) error {
		pl, err := p.State.LoadPlan(ctx, digest)
		if err != nil {
			return err
		}
		rep, err = p.Apply(ctx, pl, project.Run{Clock: c.Clock, Tell: tell, Ratio: -1})
		return err
	})
	return rep, refusal(err)
}

// refusal words the errors that say that nothing was done, and why; others stay as they are.
func refusal(err error) error {
	no := func(fr, en string) error { return &console.Refusal{FR: fr, EN: en, Cause: err} }
	switch {
	case errors.Is(err, project.ErrDrift), errors.Is(err, db.ErrSeal), errors.Is(err, project.ErrFuture), errors.Is(err, apply.ErrRefused):
		return no("Les données ou les fichiers ont changé depuis ce plan : rien n’a été touché. Préparer un nouveau plan.", "The data or the files have moved since this plan: nothing was touched. Make a new plan.")
	case errors.Is(err, project.ErrNotApprover):
		return no("garant.yaml réserve l’approbation à d’autres noms (approval.approvers).", "garant.yaml lets other names approve (approval.approvers).")
	case errors.Is(err, plan.ErrNotApproved):
		return no("Il manque une approbation : rien n’a été touché.", "An approval is missing: nothing was touched.")
	case errors.Is(err, db.ErrRunning), errors.Is(err, db.ErrLocked):
		return no("Une autre exécution est en cours, peut-être dans un terminal ; attendre qu’elle se termine.", "Another run is at work, perhaps in a terminal; wait for it to end.")
	case errors.Is(err, apply.ErrRestored):
		return no("Une base a été restaurée d’une sauvegarde : lancer d’abord garant replay.", "A store was restored from a backup: run garant replay first.")
	case errors.Is(err, store.ErrUnreachable):
		return no("Une base ne répond pas. Vérifier son adresse et que son serveur est en marche, puis recommencer.", "A store does not answer. Check its address and that its server runs, then try again.")
	}
	return err
}

// shownPlans is how many plans are listed.
const shownPlans = 12

// Plans implements console.Keeper.
func (c *Company) Plans(ctx context.Context) ([]db.SavedPlan, error) {
	return c.State.Plans(ctx, shownPlans)
}

// Kept implements console.Keeper.
func (c *Company) Kept(ctx context.Context, digest string) (console.Kept, error) {
	pl, err := c.load(ctx, digest)
	if errors.Is(err, db.ErrNotFound) {
		return console.Kept{}, console.ErrNoPlan
	}
	if err != nil {
		return console.Kept{}, err
	}
	out := console.Kept{Plan: pl, Digest: digest, People: 1}
	if p, err := project.Read(c.Dir, c.Getenv); err == nil { // with the folder gone, nothing can be approved anyway
		out.People = p.Config.Approval.People
	}
	err = remembered(ctx, c.State, &out)
	return out, err
}

// load reads a plan. One that is shown is read over and over, never changes and is large, so
// a few stay at hand.
func (c *Company) load(ctx context.Context, digest string) (plan.Plan, error) {
	c.mu.Lock()
	pl, ok := c.plans[digest]
	c.mu.Unlock()
	if ok {
		return pl, nil
	}
	pl, err := c.State.LoadPlan(ctx, digest)
	if err != nil {
		return pl, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plans == nil || len(c.plans) >= shownPlans {
		c.plans = map[string]plan.Plan{}
	}
	c.plans[digest] = pl
	return pl, nil
}

// remembered adds what happened to a plan: when it was saved, approved, run and entered.
func remembered(ctx context.Context, s *db.State, k *console.Kept) error {
	saved, err := s.Saved(ctx, k.Digest)
	if err != nil {
		return err
	}
	k.Saved, k.Finished = saved.Saved, saved.Finished
	if k.Approvals, err = s.Approvals(ctx, k.Digest); err != nil {
		return err
	}
	runs, err := s.Runs(ctx)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if r.Plan == k.Digest {
			k.Runs = append(k.Runs, r)
		}
	}
	if len(k.Runs) == 0 {
		return nil // no act can be in the ledger
	}
	k.Entries, err = entries(ctx, s.Ledger(), k.Digest)
	return err
}

// entries finds the ledger's entries that tell of a plan.
func entries(ctx context.Context, log *ledger.Log, digest string) (out []console.Entry, err error) {
	name := []byte(digest)
	err = log.Show(ctx, 0, -1, func(i int64, leaf []byte) error {
		if !bytes.Contains(leaf, name) {
			return nil
		}
		e, err := ledger.Parse(leaf)
		if err == nil && e.Plan == digest {
			out = append(out, console.Entry{N: i, Entry: e})
		}
		return err
	})
	return out, err
}

// Export implements console.Prover.
func (c *Company) Export(ctx context.Context, w io.Writer) error {
	return c.State.Ledger().Export(ctx, w)
}

// Samples implements console.Sampler.
func (c *Company) Samples(ctx context.Context, digest, step string, most int) (out []string, err error) {
	err = c.with(ctx, func(p *project.Project) error {
		pl, err := p.State.LoadPlan(ctx, digest)
		if err != nil {
			return err
		}
		s, ok := pl.Step(step)
		if !ok || s.Store == vault.Store {
			return nil // what is over in the archive has no record that could be looked at
		}
		keys, err := p.Samples(ctx, digest, s, most)
		for _, k := range keys {
			out = append(out, rights.RecordName(k))
		}
		if errors.Is(err, db.ErrNotFound) {
			err = nil
		}
		return err
	})
	return out, refusal(err)
}
