package serve

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
)

// identified reads an identifier; the refusal does not repeat it.
func identified(person string) ([]consent.Identifier, error) {
	who, err := consent.Identify(person)
	if err != nil {
		return nil, &console.Refusal{FR: "Ce n’est ni un courriel, ni un téléphone, ni un numéro.", EN: "This is no e-mail address, telephone or number.", Cause: err}
	}
	return []consent.Identifier{who}, nil
}

// Person implements console.Searcher. The look is noted before anything is shown.
func (c *Company) Person(ctx context.Context, q console.Quest) (console.Holding, error) {
	who, err := identified(q.Person)
	if err != nil {
		return console.Holding{}, err
	}
	out := console.Holding{Who: who[0]}
	err = c.with(ctx, func(p *project.Project) error {
		records, found, err := p.HeldOn(ctx, who, c.signed(q.By))
		if err != nil {
			return err
		}
		for _, r := range records {
			out.Records = append(out.Records, console.HeldRecord(r))
		}
		out.Gaps, out.Candidates = found.Gaps, int64(len(found.Candidates))
		if out.Agreements, err = p.RecordsOf(ctx, who); err != nil {
			return err
		}
		out.Read, err = c.State.LogRead(ctx, db.Read{At: c.Clock(), What: "records", Records: int64(len(records)), By: q.By, Reason: q.Reason})
		return err
	})
	return out, refusal(err)
}

// Values implements console.Searcher. The reading is noted before it is done.
func (c *Company) Values(ctx context.Context, q console.Quest, dataset, key string) (item rights.Item, err error) {
	who, err := identified(q.Person)
	if err != nil {
		return item, err
	}
	err = c.with(ctx, func(p *project.Project) error {
		ds, err := p.Dataset(dataset)
		if err != nil {
			return noKey(err)
		}
		k, err := project.ReadKey(ds, key)
		if err != nil {
			return noKey(err)
		}
		name, err := c.State.LogRead(ctx, db.Read{At: c.Clock(), What: "values", Records: 1, By: q.By, Reason: q.Reason})
		if err != nil {
			return err
		}
		item, err = p.ValuesOf(ctx, who, ds.Name, k, name, c.signed(q.By))
		return err
	})
	if errors.Is(err, project.ErrNotTheirs) || errors.Is(err, retention.ErrNoRecord) {
		err = &console.Refusal{FR: "Cette fiche n’est pas trouvée pour cette personne.", EN: "This record is not found for that person.", Cause: err}
	}
	return item, refusal(err)
}

// shownReads is how many looks at people are listed.
const shownReads = 30

// Reads implements console.Searcher.
func (c *Company) Reads(ctx context.Context) ([]db.Read, error) {
	return c.State.Reads(ctx, shownReads)
}

// onState reads the folder and puts the open state in it; no store is opened.
func (c *Company) onState() (*project.Project, error) {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		return nil, err
	}
	if p.State = c.State; p.Failed() {
		return nil, &console.Unready{Problems: failed(p.Problems)}
	}
	return p, nil
}

// Agreements implements console.Recorder.
func (c *Company) Agreements(ctx context.Context, person, by string) ([]consent.Record, error) {
	who, err := identified(person)
	if err != nil {
		return nil, err
	}
	p, err := c.onState()
	if err != nil {
		return nil, err
	}
	records, err := p.RecordsOf(ctx, who)
	if err == nil {
		_, err = c.State.LogRead(ctx, db.Read{At: c.Clock(), What: "agreements", Records: int64(len(records)), By: by})
	}
	return records, err
}

// Agreement implements console.Recorder.
func (c *Company) Agreement(ctx context.Context, id string) (console.Agreement, error) {
	r, body, leaf, err := c.State.Record(ctx, id)
	if errors.Is(err, db.ErrNotFound) {
		return console.Agreement{}, console.ErrNoRecord
	}
	if err != nil {
		return console.Agreement{}, err
	}
	out := console.Agreement{Record: r, Digest: consent.BodyDigest(body), Entry: leaf}
	if r.Notice != "" {
		text, err := c.State.Notice(ctx, r.Notice)
		if err != nil && !errors.Is(err, db.ErrNotFound) { // the digest alone may have been entered
			return out, err
		}
		out.Shown = string(text)
	}
	return out, nil
}

// Enter implements console.Recorder.
func (c *Company) Enter(ctx context.Context, s console.Saying) error {
	who, err := identified(s.Person)
	if err != nil {
		return err
	}
	p, err := c.onState()
	if err != nil {
		return err
	}
	r := consent.Record{Kind: s.Kind, At: c.Clock(), Entered: c.Clock(), Policy: p.PolicyDigest(), Spoken: s.Spoken, Scope: consent.Scope{Channels: s.Channels, Purposes: s.Purposes}}
	if s.Spoken {
		r.Method = "phone"
	}
	if err := errors.Join(r.Check(), known(p.Policy, s.Purposes)); err != nil {
		return &console.Refusal{FR: "Ce moyen ou cette finalité n’existe pas.", EN: "There is no such means or purpose.", Cause: err}
	}
	_, err = c.State.EnterRecords(ctx, []consent.Draft{{Person: who, Record: r}})
	return err
}

// known refuses purposes that the policy does not have.
func known(p policy.Policy, ids []policy.PurposeID) error {
	for _, id := range ids {
		if !slices.ContainsFunc(p.Purposes, func(pu policy.Purpose) bool { return pu.ID == id }) {
			return errors.New("the policy has no such purpose")
		}
	}
	return nil
}

// Import implements console.Importer.
func (c *Company) Import(ctx context.Context, list io.Reader, o console.Origin) (out console.Imported, err error) {
	p, err := c.onState()
	if err != nil {
		return out, err
	}
	read, err := consent.ReadList(list)
	if err != nil {
		return out, &console.Refusal{FR: "Ce n’est pas une liste que Garant sait lire : un CSV dont la première ligne nomme les colonnes.", EN: "This is no list that Garant can read: CSV whose first line names the columns.", Cause: err}
	}
	im := consent.Import{Source: o.Source, Bought: o.Bought, Now: c.Clock(), Defaults: consent.Record{Policy: p.PolicyDigest(), Language: p.Policy.Language}}
	done, err := p.ImportConsents(ctx, read, im)
	out = console.Imported{Entered: int64(done.Entered), Known: int64(done.Known), Incomplete: int64(done.Incomplete), Quarantined: int64(done.Quarantined), Suppressed: int64(done.Suppressed)}
	for _, l := range done.Refused {
		out.Refused = append(out.Refused, console.RefusedLine{Line: int64(l.Line), Why: l.Why})
	}
	return out, err
}

// Leads implements console.Importer.
func (c *Company) Leads(ctx context.Context) ([]console.Lead, error) {
	p, err := c.onState()
	if err != nil {
		return nil, err
	}
	all, err := p.Leads(ctx, p.Today(c.Clock()))
	var out []console.Lead
	for _, l := range all {
		out = append(out, console.Lead{Source: l.Source, People: int64(l.People), Told: int64(l.Told), Overdue: int64(l.Overdue), Next: l.Next})
	}
	return out, err
}
