package project

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// The archive's place where the settings name none: beside the state.
const (
	archiveFile = "archive.db"
	archiveKey  = "archive.key"
)

// archives reports whether a promise of the policy has an archived phase.
func (p *Project) archives() bool {
	for _, pu := range p.Policy.Purposes {
		for _, r := range pu.Rules {
			if r.Archive != nil {
				return true
			}
		}
	}
	return false
}

// OpenArchive opens the intermediate archive where the policy needs one; nil where it needs
// none. Ends are told as of the day today. The project closes it.
func (p *Project) OpenArchive(ctx context.Context, today policy.Date) (*vault.Vault, error) {
	if p.Archive != nil || !p.archives() {
		return p.Archive, nil
	}
	path, key := p.Config.Archive.Address, p.Config.Archive.KeyFile
	if path == "" {
		path, key = filepath.Join(p.Config.State, archiveFile), filepath.Join(p.Config.State, archiveKey)
	}
	v, err := vault.Open(ctx, p.in(path), p.in(key), func(ctx context.Context, s plan.Step, keys []store.Key) ([]policy.Date, error) {
		planner, err := p.Planner(ctx, today)
		if err != nil {
			return nil, err
		}
		return planner.Ends(ctx, mem.Eval, s.Dataset, s.Groups[0], keys)
	})
	p.Archive = v
	return v, err
}

func (p *Project) in(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.Dir, path)
}

// expired lists the copies in the archive whose own end has come, as steps.
func (p *Project) expired(ctx context.Context, today policy.Date) ([]plan.Step, error) {
	v, err := p.OpenArchive(ctx, today)
	if v == nil || err != nil {
		return nil, err
	}
	counts, err := v.Expired(ctx, today)
	if err != nil {
		return nil, err
	}
	var out []plan.Step
	for _, c := range counts {
		s := archiveStep(c.Dataset, policy.Category(c.Group))
		s.Due, s.Rows = c.Items, c.Items
		s.Because = p.archivedBecause(s)
		held, err := p.heldCopies(ctx, v, c)
		if err != nil {
			return nil, err
		}
		s.Due, s.Held = s.Due-held, held
		out = append(out, s)
	}
	return out, nil
}

// archiveStep is a step that deletes copies of a group from the archive, where records are known
// by digests.
func archiveStep(dataset string, g policy.Category) plan.Step {
	return plan.Step{ID: fmt.Sprintf("%s/%s/%s/%s", vault.Store, dataset, policy.Erase, g), Dataset: dataset, Store: vault.Store,
		Action: policy.Erase, WholeRow: true, Groups: []policy.Category{g},
		Work: plan.Work{Table: store.Table{Name: "copies", Key: []string{"digest"}}}}
}

// heldCopies counts the copies that holds stop. Keys are looked up; any other hold stops all.
func (p *Project) heldCopies(ctx context.Context, v *vault.Vault, c vault.Count) (int64, error) {
	all, keys, err := p.heldKeys(ctx, c.Dataset)
	if err != nil || all {
		return c.Items, err
	}
	var n int64
	for _, k := range keys {
		items, err := v.Has(ctx, c.Dataset, k)
		if err != nil {
			return 0, err
		}
		if slices.ContainsFunc(items, func(i vault.Item) bool { return i.Group == c.Group }) {
			n++
		}
	}
	return min(n, c.Items), nil
}

func (p *Project) heldKeys(ctx context.Context, dataset string) (bool, []store.Key, error) {
	holds, _, err := p.State.Holds(ctx)
	if err != nil {
		return true, nil, err
	}
	return retention.HeldKeys(&p.Bound, holds, dataset)
}

// archivedBecause names the rules with an archived phase on the group.
func (p *Project) archivedBecause(s plan.Step) []plan.Reason {
	ds, ok := p.Bound.Dataset(s.Dataset)
	if !ok {
		return nil
	}
	var out []plan.Reason
	for _, g := range ds.Groups {
		if !slices.Contains(s.Groups, g.Category) {
			continue
		}
		for _, c := range g.Claims {
			if c.Rule.Archive != nil {
				out = append(out, plan.Reason{Purpose: c.Purpose.ID, Rule: c.Rule.ID, Says: c.Rule.Says, Due: s.Due})
			}
		}
	}
	return out
}

// purge deletes what is over in the archive and enters the receipts.
func (p *Project) purge(ctx context.Context, s plan.Step, asOf policy.Date, now time.Time) (apply.StepReport, error) {
	rep := apply.StepReport{Step: s.ID, Dataset: s.Dataset, Store: s.Store, Action: s.Action, State: apply.Done, Due: s.Due}
	v, err := p.OpenArchive(ctx, asOf)
	if err != nil {
		return rep, err
	}
	gate, err := p.archiveGate(ctx, asOf, now)
	if err != nil {
		return rep, err
	}
	rs, err := v.Purge(ctx, gate)
	for _, r := range rs {
		if r.Dataset == s.Dataset && slices.Contains(r.Groups, string(s.Groups[0])) {
			rep.Done += r.Rows
			rep.Batches++
		}
	}
	if err != nil {
		return rep, err
	}
	return rep, p.enterArchive(ctx, v)
}

// archiveGate lets copies go that no hold stops, and nothing once the holds have moved.
func (p *Project) archiveGate(ctx context.Context, asOf policy.Date, now time.Time) (vault.Purge, error) {
	_, epoch, err := p.State.Holds(ctx)
	return vault.Purge{
		Today: asOf, At: now,
		Held: func(dataset string) (bool, []store.Key, error) { return p.heldKeys(ctx, dataset) },
		Gate: func(commit func() error) error { return p.State.Commit(ctx, epoch, commit) },
	}, err
}

// enterArchive enters the archive's receipts that the ledger has not got yet.
func (p *Project) enterArchive(ctx context.Context, v *vault.Vault) error {
	last, err := p.State.LastReceipt(ctx, vault.Store)
	if err != nil {
		return err
	}
	var rs []store.Receipt
	err = v.Receipts(ctx, last, func(r store.Receipt) bool {
		rs = append(rs, r)
		return true
	})
	if err != nil || len(rs) == 0 {
		return err
	}
	return p.State.Enter(ctx, vault.Store, rs)
}

// Why explains one record, with what of it is in the archive.
func (p *Project) Why(ctx context.Context, today policy.Date, dataset string, key store.Key) (retention.Why, error) {
	planner, err := p.Planner(ctx, today)
	if err != nil {
		return retention.Why{}, err
	}
	if planner.Releases, err = p.refusedOn(ctx, dataset, key, today); err != nil {
		return retention.Why{}, err
	}
	w, err := planner.Why(ctx, mem.Eval, dataset, key)
	if err != nil {
		return w, err
	}
	v, err := p.OpenArchive(ctx, today)
	if v == nil || err != nil {
		return w, err
	}
	return w, archived(ctx, v, dataset, key, &w)
}
