package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/garant-rgpd/garant/consent"
)

// ImportConsents enters the consents, withdrawals and objections of a list. The policy, the key
// of persons and the zone are the company's, whatever im says.
func (p *Project) ImportConsents(ctx context.Context, list *consent.List, im consent.Import) (Imported, error) {
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return Imported{}, err
	}
	im.Policy, im.Key, im.Zone = p.Policy, key, p.Config.Zone
	i := importer{ctx: ctx, p: p, im: im, list: list}
	err = i.run()
	return i.Imported, err
}

// importer enters the lines of a list.
type importer struct {
	Imported
	ctx    context.Context
	p      *Project
	im     consent.Import
	list   *consent.List
	drafts []consent.Draft
	refs   []consent.Ref
}

// Imported counts what became of the lines of a list.
type Imported struct {
	Entered     int            `json:"entered"`
	Known       int            `json:"already_known"`
	Incomplete  int            `json:"incomplete"`
	Quarantined int            `json:"quarantined"`
	Suppressed  int            `json:"objected_before"`
	Refused     []RefusedLine  `json:"refused"`
	Missing     map[string]int `json:"missing"`
}

// RefusedLine is a line that was not entered, and why.
type RefusedLine struct {
	Line int    `json:"line"`
	Why  string `json:"why"`
}

func (i *importer) run() error {
	i.Missing, i.Refused = map[string]int{}, []RefusedLine{}
	for {
		cells, number, err := i.list.Next()
		if errors.Is(err, io.EOF) {
			return i.flush()
		}
		if err != nil {
			return fmt.Errorf("read the list: %w", err)
		}
		drafts, err := i.im.Read(i.list, cells)
		if err != nil {
			i.Refused = append(i.Refused, RefusedLine{number, err.Error()})
			continue
		}
		i.add(drafts)
		if len(i.drafts) >= 4000 {
			if err := i.flush(); err != nil {
				return err
			}
		}
	}
}

func (i *importer) add(drafts []consent.Draft) {
	i.drafts = append(i.drafts, drafts...)
	i.refs = append(i.refs, consent.Refer(i.im.Key, drafts[0].Person[0]))
}

// flush screens the people who wait against the objections on file, and enters them.
func (i *importer) flush() error {
	before, err := i.p.State.RecordsOfEach(i.ctx, i.refs)
	if err != nil {
		return err
	}
	for _, ref := range i.refs {
		if objected(before[ref], i.im.Now) {
			i.Suppressed++
		}
	}
	entered, err := i.p.State.EnterRecords(i.ctx, i.drafts)
	if err != nil {
		return err
	}
	for _, r := range entered {
		i.count(r)
	}
	i.drafts, i.refs = i.drafts[:0], i.refs[:0]
	return nil
}

func objected(records []consent.Record, now time.Time) bool {
	for _, o := range consent.FactsOf(records, now).Objections {
		if o.Lifted.IsZero() {
			return true
		}
	}
	return false
}

func (i *importer) count(r consent.Entered) {
	switch {
	case r.Kind == consent.Brought: // it comes with a line that is counted
		return
	case !r.Fresh:
		i.Known++
		return
	case r.Kind == consent.Quarantine:
		i.Quarantined++
		return
	}
	i.Entered++
	if len(r.Missing) > 0 {
		i.Incomplete++
	}
	for _, m := range r.Missing {
		i.Missing[m]++
	}
}
