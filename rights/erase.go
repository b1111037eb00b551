package rights

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// Erasing is what a case ends and on which records: the claims of some purposes, by the law
// or by a human's choice. It stays with the file, since a store that comes back from a backup
// must lose the same again; it names records by their keys and nobody by name.
type Erasing struct {
	// Plan is the digest of the plan that was shown, AsOf its day.
	Plan    string      `json:"plan"`
	AsOf    policy.Date `json:"as_of"`
	Endings []Ending    `json:"endings"`
	Records []RecordRef `json:"records"`
	// Shared are records that belong to others too: they stay, and a human takes the person off.
	Shared []RecordRef `json:"shared,omitempty"`
	// Copies are those in the archive that go early, since the law lets every claim on them end.
	Copies []CopyRef `json:"copies,omitempty"`
	// Done is the day it was carried out and seen to be; zero until then.
	Done policy.Date `json:"done,omitzero"`
	// Stays is true when some group of a record stays.
	Stays bool `json:"stays,omitempty"`
}

// RecordRef names a record; Key is encoded, in hex.
type RecordRef struct {
	Dataset string `json:"dataset"`
	Key     string `json:"key"`
}

// CopyRef names a field group of a record that is in the archive.
type CopyRef struct {
	RecordRef
	Group policy.Category `json:"group"`
}

// Decode returns the key itself. An error says that the reference was not made by RefOf.
func (r RecordRef) Decode() (store.Key, error) {
	b, err := hex.DecodeString(r.Key)
	if err != nil {
		return nil, fmt.Errorf("read a record of the request: %w", err)
	}
	k, err := ledger.DecodeKey(b)
	if err != nil {
		return nil, fmt.Errorf("read a record of the request: %w", err)
	}
	return k, nil
}

// Shares returns the records of what was found that belong to others too.
func (f Found) Shares() []RecordRef {
	var out []RecordRef
	for _, r := range f.Records {
		if r.Shared {
			out = append(out, RefOf(r.Name(), r.Key))
		}
	}
	return out
}

// RefOf returns the reference of a record.
func RefOf(dataset string, k store.Key) RecordRef {
	return RecordRef{dataset, hex.EncodeToString(ledger.EncodeKey(k))}
}

// Name writes the key as people read and type it; a key that cannot be read is empty.
func (r RecordRef) Name() string {
	k, err := r.Decode()
	if err != nil {
		return ""
	}
	return RecordName(k)
}

// Ending says what becomes of a purpose's claims on a person, and under which text.
type Ending struct {
	Purpose policy.PurposeID `json:"purpose"`
	Title   string           `json:"title"`
	Basis   []policy.Basis   `json:"basis"`
	Ends    bool             `json:"ends"`
	// Article is the text that ends or keeps it.
	Article string `json:"article"`
	// Ground is what a human chose against the rule; empty where the rule decides.
	Ground Ground `json:"ground,omitempty"`
}

// Choice is what a human decides beside the rule.
type Choice struct {
	// Only narrows an objection or a withdrawal to some purposes; empty means all of them.
	Only []policy.PurposeID
	// Keep keeps a purpose on a ground of article 17(3), or against an objection for
	// compelling grounds (Overriding, article 21(1)). End ends one that the rule keeps because
	// it is no longer necessary (article 17(1)(a)).
	Keep map[policy.PurposeID]Ground
	End  []policy.PurposeID
}

// Overriding are compelling legitimate grounds against an objection (article 21(1)); the
// balance is written down.
const Overriding Ground = "overriding_interest"

// Errors of choices.
var (
	// ErrPurpose says that the policy has no such purpose, or not one this can be said of.
	ErrPurpose = errors.New("this cannot be chosen for the purpose")
	// ErrNothing says that the right ends nothing.
	ErrNothing = errors.New("the right ends no claim")
)

// notAsked stands for the text that keeps a purpose which an objection or a withdrawal is not about.
const notAsked = "non demandé"

// Endings says, purpose by purpose, what the right ends and what it does not.
func Endings(p policy.Policy, r Right, c Choice) ([]Ending, error) {
	if !r.erases() {
		return nil, fmt.Errorf("%s: %w", r, ErrNothing)
	}
	if err := c.known(p, r); err != nil {
		return nil, err
	}
	var out []Ending
	for _, pu := range p.Purposes {
		e := Ending{Purpose: pu.ID, Title: pu.Title, Basis: pu.Basis}
		e.Ends, e.Article = ends(r, pu.Basis)
		switch g, kept := c.Keep[pu.ID]; {
		case r != Erasure && len(c.Only) > 0 && !slices.Contains(c.Only, pu.ID):
			e.Ends, e.Article = false, notAsked
		case kept && e.Ends:
			e.Ends, e.Article, e.Ground = false, keepArticle(g), g
		case slices.Contains(c.End, pu.ID):
			e.Ends, e.Article, e.Ground = true, "art. 17(1)(a)", "no_longer_necessary"
		}
		out = append(out, e)
	}
	return out, nil
}

// known refuses choices for purposes that are not there, or that the law leaves no choice on.
func (c Choice) known(p policy.Policy, r Right) error {
	basis := map[policy.PurposeID][]policy.Basis{}
	for _, pu := range p.Purposes {
		basis[pu.ID] = pu.Basis
	}
	for _, id := range c.Only {
		if ends, _ := ends(r, basis[id]); !ends {
			return fmt.Errorf("%s: %w: %s does not reach it", id, ErrPurpose, r)
		}
	}
	for _, id := range c.End {
		if r != Erasure || basis[id] == nil || slices.Contains(basis[id], policy.LegalObligation) || slices.Contains(basis[id], policy.PublicTask) {
			return fmt.Errorf("%s: %w: article 17(3)(b) keeps it, or it is not there", id, ErrPurpose)
		}
	}
	for id, g := range c.Keep {
		allowed := append(Grounds(Erasure), Overriding)
		if r == Withdrawal || basis[id] == nil || !slices.Contains(allowed, g) {
			return fmt.Errorf("%s: %w: the grounds are %v", id, ErrPurpose, allowed)
		}
	}
	return nil
}

// ends says whether the right ends claims that rest on all of these bases, and why: it must
// reach each of them.
func ends(r Right, bases []policy.Basis) (bool, string) {
	why := ""
	for _, b := range bases {
		yes, article := ended(r, b)
		if !yes {
			return false, article
		}
		if why == "" {
			why = article
		}
	}
	return len(bases) > 0, why
}

// ended says whether the right ends claims on one basis.
func ended(r Right, b policy.Basis) (bool, string) {
	switch {
	case r == Withdrawal:
		return b == policy.Consent, "art. 7(3)"
	case r == Objection:
		return b == policy.LegitimateInterest, "art. 21(1)"
	}
	switch b {
	case policy.Consent:
		return true, "art. 17(1)(b)"
	case policy.LegitimateInterest:
		return true, "art. 17(1)(c) et 21(1)"
	case policy.Precontract:
		return true, "art. 17(1)(a)"
	case policy.Unstated:
		return true, "art. 17(1)(d)"
	case policy.LegalObligation, policy.PublicTask:
		return false, "art. 17(3)(b)"
	case policy.VitalInterest:
		return false, "art. 6(1)(d)"
	}
	return false, "art. 6(1)(b)"
}

func keepArticle(g Ground) string {
	article, ok := map[Ground]string{Expression: "art. 17(3)(a)", LegalObligation: "art. 17(3)(b)", PublicHealth: "art. 17(3)(c)",
		Archiving: "art. 17(3)(d)", LegalClaims: "art. 17(3)(e)", Overriding: "art. 21(1)"}[g]
	if !ok {
		return "art. 12(5)"
	}
	return article
}

// Erases returns the records of what was found that claims can hold: those in datasets.
func (f Found) Erases() []RecordRef {
	var out []RecordRef
	for _, r := range f.Records {
		if r.Dataset != "" && len(r.Table.Key) > 0 && !r.Shared {
			out = append(out, RefOf(r.Dataset, r.Key))
		}
	}
	return out
}

// Releases returns what the case does to claims, one release for each dataset, and the
// records by dataset.
func (e Erasing) Releases() (rs []retention.Release, only map[string][]store.Key, err error) {
	only = map[string][]store.Key{}
	var names []string
	for _, r := range e.Records {
		k, err := r.Decode()
		if err != nil {
			return nil, nil, err
		}
		if only[r.Dataset] == nil {
			names = append(names, r.Dataset)
		}
		only[r.Dataset] = append(only[r.Dataset], k)
	}
	var ended []policy.PurposeID
	for _, x := range e.Endings {
		if x.Ends {
			ended = append(ended, x.Purpose)
		}
	}
	for _, n := range names {
		rs = append(rs, retention.Release{Dataset: n, Keys: only[n], Purposes: ended, Day: e.AsOf})
	}
	return rs, only, nil
}

// ErrUnplanned says that the case has no plan that was shown.
var ErrUnplanned = errors.New("nothing was planned for the case")

// Plan notes what a case would end, as it was shown.
func (d Desk) Plan(ctx context.Context, id string, e Erasing, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if c.Erasing != nil && !c.Erasing.Done.IsZero() {
			return fmt.Errorf("%s: plan what was carried out: %w", id, ErrAct)
		}
		c.Erasing = &e
		step := d.step(s, Planned, "", "")
		step.Digest = e.Plan
		return c.act(step)
	})
}

// Carry notes that the plan was carried out; seen is true when a fresh look at the stores
// found nothing of it left to do, and stays when something of the person is kept.
func (d Desk) Carry(ctx context.Context, id string, seen, stays bool, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if c.Erasing == nil {
			return fmt.Errorf("%s: %w", id, ErrUnplanned)
		}
		e := *c.Erasing
		e.Stays = stays
		what := Carried
		if seen {
			what, e.Done = Verified, d.day(s)
		}
		c.Erasing = &e
		return c.act(d.step(s, what, "", ""))
	})
}

// Finish notes that the person was told what was done: answered, or partly where something
// stays of an erasure. Where something is to be done in the stores, it is refused until that
// is done and seen. Why is the answer in words, where words are the answer.
func (d Desk) Finish(ctx context.Context, id, why string, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		what := Answer
		switch {
		case c.Right.erases() && (c.Erasing == nil || c.Erasing.Done.IsZero()):
			return fmt.Errorf("%s: answer before it is done: %w", id, ErrUnplanned)
		case c.Right == Erasure && c.Erasing.Stays:
			what = AnswerPartly
		case c.Right == Restriction:
			if _, ok := c.Has(Restricted); !ok {
				return fmt.Errorf("%s: answer before it is done: %w", id, ErrUnplanned)
			}
		case c.Right == Rectification:
			if _, ok := c.Has(Rectified); !ok && why == "" {
				return fmt.Errorf("%s: answer before it is done: %w", id, ErrUnplanned)
			}
		case !c.Right.erases() && why == "":
			return fmt.Errorf("%s: answer: %w", id, ErrReason)
		}
		return c.act(d.step(s, what, "", why))
	})
}

// erases reports whether the right is done by ending claims.
func (r Right) erases() bool { return r == Erasure || r == Objection || r == Withdrawal }
