package project

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// Look reads off the stores what an answer may rest on: what KEEP says of the use, and the
// contracts and purchases of the person that consent.yaml says where to find, and by what else
// the person is known. A store that does not answer is an error.
func (p *Project) Look(ctx context.Context, in consent.Inquiry) (consent.Inquiry, error) {
	found, err := p.person(ctx, in.Person)
	if err != nil {
		return in, err
	}
	day := p.Today(in.At)
	if in.Claim, err = p.claim(ctx, found, in.Purpose, day); err != nil {
		return in, err
	}
	for _, r := range found.Records {
		if err := p.bound(ctx, r, day, &in); err != nil {
			return in, err
		}
	}
	return in, p.alsoKnown(ctx, found, day, &in)
}

// alsoKnown adds the identifiers that the person's own records bear beside those asked about:
// who refused by telephone is not to be written to because the question names an address.
func (p *Project) alsoKnown(ctx context.Context, found rights.Found, day policy.Date, in *consent.Inquiry) error {
	x, err := p.refusals(ctx, day)
	if err != nil {
		return err
	}
	for _, r := range found.Records {
		ds, ok := p.Bound.Dataset(r.Dataset)
		if !ok {
			continue
		}
		rows, err := x.scan(ctx, &ds, store.KeyIn(ds.Table.Key, []store.Key{r.Key}))
		if err != nil {
			return err
		}
		for _, row := range rows {
			in.Also = append(in.Also, row.who...)
		}
	}
	return nil
}

// bound adds what one record is: a contract, a purchase, both or neither.
func (p *Project) bound(ctx context.Context, r rights.Record, day policy.Date, in *consent.Inquiry) error {
	ds, ok := p.Bound.Dataset(r.Dataset)
	if !ok || len(ds.Table.Key) == 0 || !p.looked(r.Dataset) {
		return nil
	}
	rec, err := retention.Load(ctx, p.stores[ds.Store], &ds, r.Key)
	if errors.Is(err, retention.ErrNoRecord) {
		return nil
	}
	if err != nil {
		return err
	}
	x := retention.Interpreter{Bound: &p.Bound, Today: day, Holds: mem.Eval}
	for _, c := range p.Uses.Contracts {
		if c.Dataset != r.Dataset {
			continue
		}
		from, to, ok, err := span(x, &ds, c, rec)
		if err != nil {
			return err
		}
		if ok {
			in.Contracts = append(in.Contracts, consent.Contract{ID: "store:" + c.Dataset, From: from, To: to, About: c.About})
		}
	}
	for _, c := range p.Uses.Sales {
		if c.Dataset != r.Dataset {
			continue
		}
		on, ok, err := x.Event(&ds, c.On, rec)
		if err != nil {
			return err
		}
		if ok && !on.IsZero() {
			in.Sales = append(in.Sales, consent.Sale{ID: "store:" + c.Dataset, At: on, Goods: c.Goods, Told: consent.Truly(c.Told), Free: consent.Truly(c.Free)})
		}
	}
	return nil
}

// span reads the first and last day of a contract; ok is false where one cannot be told or it
// never began.
func span(x retention.Interpreter, ds *register.BoundDataset, c consent.ContractsIn, rec retention.Record) (from, to policy.Date, ok bool, err error) {
	if from, ok, err = x.Event(ds, c.From, rec); err != nil || !ok || from.IsZero() || c.To == "" {
		return from, to, ok && !from.IsZero(), err
	}
	to, ok, err = x.Event(ds, c.To, rec)
	return from, to, ok, err
}

// looked reports whether records of a dataset are contracts or purchases.
func (p *Project) looked(dataset string) bool {
	for _, c := range p.Uses.Contracts {
		if c.Dataset == dataset {
			return true
		}
	}
	for _, c := range p.Uses.Sales {
		if c.Dataset == dataset {
			return true
		}
	}
	return false
}

// lookups checks that what consent.yaml looks up is there: a dataset that the register binds,
// and events that its own columns tell.
func (p *Project) lookups() (out []policy.Problem) {
	for i, c := range p.Uses.Contracts {
		path := fmt.Sprintf("$.contracts[%d]", i)
		out = append(out, p.lookup(path, c.Dataset, map[string]policy.Event{"from": c.From, "to": c.To})...)
	}
	for i, c := range p.Uses.Sales {
		out = append(out, p.lookup(fmt.Sprintf("$.sales[%d]", i), c.Dataset, map[string]policy.Event{"on": c.On})...)
	}
	return out
}

func (p *Project) lookup(path, dataset string, events map[string]policy.Event) (out []policy.Problem) {
	say := func(path, code, message, hint string) {
		out = append(out, p.place(policy.Problem{File: filepath.Join(p.Dir, ConsentFile), Path: path, Code: code, Severity: policy.Error, Message: message, Hint: hint}))
	}
	ds, ok := p.Bound.Dataset(dataset)
	if !ok {
		if len(p.Unreachable) == 0 {
			say(path+".in", "unknown-dataset", fmt.Sprintf("register.yaml binds no dataset called %q", dataset), "write it as register.yaml does")
		}
		return out
	}
	for _, key := range []string{"from", "to", "on"} {
		e, given := events[key]
		if !given || e == "" {
			continue
		}
		sources := ds.Events[e]
		if len(sources) != 1 || !sources[0].Own() || sources[0].Unrecorded {
			say(path+"."+key, "event-elsewhere", fmt.Sprintf("dataset %s does not bind the event %s to a column of its own", dataset, e), "bind it under events in register.yaml")
		}
	}
	return out
}
