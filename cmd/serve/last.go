package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// The parts of a look that are kept: what is true of the day, and what falls due later.
const (
	ofToday = "today"
	ofYears = "ahead"
)

// found is what of a look only the stores know. The policy, its text, the holds and the months
// before are read afresh.
type found struct {
	Truth    retention.Verification
	Cutoffs  map[policy.RuleID]policy.Date
	Seats    map[policy.RuleID][]console.Seat
	Datasets []console.Seat
	Flows    []console.Flow
	Entry    int64
}

// keep keeps a part of a look for the next start.
func keep(ctx context.Context, p *project.Project, part string, at time.Time, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("keep a look: %w", err)
	}
	return p.State.KeepLook(ctx, part, db.Look{Model: p.ModelDigest(), At: at, Body: body})
}

func keepLook(ctx context.Context, p *project.Project, l console.Look) error {
	return keep(ctx, p, ofToday, l.At, found{l.Truth, l.Cutoffs, l.Seats, l.Datasets, l.Flows, l.Entry})
}

// errOther says that there is no look that was made under the files as they are.
var errOther = errors.New("no look under these files")

// lastOf reads a part of the last look, where it was made under the files as they are and can
// still be read.
func (c *Company) lastOf(ctx context.Context, p *project.Project, part string, into any) (time.Time, error) {
	kept, err := c.State.KeptLook(ctx, part)
	if errors.Is(err, db.ErrNotFound) || err == nil && kept.Model != p.ModelDigest() {
		return time.Time{}, errOther
	}
	if err == nil && json.Unmarshal(kept.Body, into) != nil {
		err = errOther // another release wrote it
	}
	return kept.At, err
}

// Last implements console.Looker. It opens no store.
func (c *Company) Last(ctx context.Context) (*console.Look, []console.Year, error) {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil || p.Failed() {
		return nil, nil, err // the look that follows tells what is wrong in the files
	}
	var f found
	at, err := c.lastOf(ctx, p, ofToday, &f)
	if err != nil {
		return nil, nil, unlessOther(err)
	}
	out := &console.Look{At: at, Today: f.Truth.AsOf, Policy: p.Policy, Truth: f.Truth, Cutoffs: f.Cutoffs, Seats: f.Seats, Datasets: f.Datasets, Flows: f.Flows, Entry: f.Entry}
	if out.Text, err = text(p); err != nil {
		return nil, nil, err
	}
	if out.Holds, _, err = c.State.Holds(ctx); err != nil {
		return nil, nil, err
	}
	if out.Trend, err = c.history(ctx, out.Today); err != nil {
		return nil, nil, err
	}
	var years []console.Year
	if _, err = c.lastOf(ctx, p, ofYears, &years); err != nil || len(years) == 0 || years[0].Year != p.Today(c.Clock()).Year {
		years = nil // those of last year begin in another one
	}
	return out, years, unlessOther(err)
}

// unlessOther drops the error that is none: there is no look to show.
func unlessOther(err error) error {
	if errors.Is(err, errOther) {
		return nil
	}
	return err
}
