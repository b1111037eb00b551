package project

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// LeadsOf counts the people whom one source brought, by what became of telling them so.
type LeadsOf struct {
	Source string `json:"source"`
	People int    `json:"people"`
	Told   int    `json:"told"`
	// Late are those told after their day, Overdue those who were not told and whose day is past.
	Late    int `json:"told_late"`
	Overdue int `json:"overdue"`
	// Next is the earliest day to tell one of the others; zero when there are none.
	Next policy.Date `json:"next,omitzero"`
}

// Leads counts the contacts that third parties brought, source by source.
func (p *Project) Leads(ctx context.Context, today policy.Date) ([]LeadsOf, error) {
	known := map[string]consent.Lead{}
	err := p.State.Brought(ctx, func(records []consent.Record) {
		for _, l := range consent.LeadsOf(records, p.Config.Zone) {
			known[l.ID] = sooner(known[l.ID], l)
		}
	})
	by := map[string]*LeadsOf{}
	for _, l := range known {
		if by[l.Source] == nil {
			by[l.Source] = &LeadsOf{Source: l.Source}
		}
		by[l.Source].count(l, today)
	}
	out := []LeadsOf{}
	for _, l := range by {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b LeadsOf) int { return cmp.Compare(a.Source, b.Source) })
	return out, err
}

// sooner joins what two identifiers of one person tell of a lead.
func sooner(a, b consent.Lead) consent.Lead {
	if a.ID == "" {
		return b
	}
	if a.Due.Before(b.Due) {
		b.Due = a.Due
	}
	if b.Told.IsZero() || !a.Told.IsZero() && a.Told.Before(b.Told) {
		b.Told = a.Told
	}
	return b
}

func (l *LeadsOf) count(x consent.Lead, today policy.Date) {
	l.People++
	late := x.Overdue(today)
	switch {
	case !x.Told.IsZero():
		l.Told++
		if late {
			l.Late++
		}
	case late:
		l.Overdue++
	case l.Next.IsZero() || x.Due.Before(l.Next):
		l.Next = x.Due
	}
}

// Told enters that the people of a list were told at an instant; the notice is the digest of
// the words. It returns how many lines were entered, and the numbers of those that name nobody.
func (p *Project) Told(ctx context.Context, list *consent.List, notice string, at, now time.Time) (entered int, refused []int, err error) {
	refused = []int{}
	var drafts []consent.Draft
	enter := func() error {
		got, err := p.State.EnterRecords(ctx, drafts)
		for _, r := range got {
			if r.Fresh {
				entered++
			}
		}
		drafts = drafts[:0]
		return err
	}
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return 0, nil, err
	}
	for {
		who, n, err := list.Person()
		if errors.Is(err, io.EOF) {
			return entered, refused, enter()
		}
		var line consent.ErrInquiry
		switch {
		case errors.As(err, &line):
			refused = append(refused, n)
			continue
		case err != nil:
			return entered, refused, fmt.Errorf("read the list: %w", err)
		}
		name := "told:" + consent.Refer(key, who[0]).Short() + ":" + at.UTC().Format("20060102")
		drafts = append(drafts, consent.Draft{Person: who, Record: consent.Record{Kind: consent.Told, At: at, Entered: now, Method: "import", Notice: notice, Key: name}})
		if len(drafts) == 4000 {
			if err := enter(); err != nil {
				return entered, refused, err
			}
		}
	}
}
