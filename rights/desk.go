package rights

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Memory keeps the cases.
type Memory interface {
	// OpenCase keeps the case that open makes and returns it with its name. open is given the
	// earlier cases that share one of the marks; an error of it keeps nothing. Both happen
	// while no other case is opened, so that of two equal requests one sees the other.
	OpenCase(ctx context.Context, marks []Mark, open func(earlier []Case) (Case, error)) (Case, error)
	// ChangeCase runs change on the case, alone, and keeps what it made of it; the steps that
	// were added are entered in the ledger in the same transaction. An error changes nothing.
	ChangeCase(ctx context.Context, id string, change func(*Case) error) (Case, error)
	// Cases returns all cases, oldest first.
	Cases(ctx context.Context) ([]Case, error)
}

// Desk is where cases are opened and moved. It is safe for concurrent use.
type Desk struct {
	Memory Memory
	Clock  Clock
	// Zone is the controller's, in which days are counted.
	Zone *time.Location
	// Rule says when working copies go.
	Rule Rule
}

// Signed says who acts, and when.
type Signed struct {
	By  string
	Now time.Time
}

func (d Desk) day(s Signed) policy.Date { return policy.DateOf(s.Now, d.Zone) }

func (d Desk) step(s Signed, what Act, word, why string) Step {
	return Step{At: s.Now.UTC().Round(0), Day: d.day(s), What: what, Word: word, Why: why, By: s.By}
}

// ErrRepeat says that the same right was asked by the same person and is not answered yet.
var ErrRepeat = errors.New("the same person already asks this")

// Repeat is the error of a request that is open already; it names the open case.
type Repeat struct{ Of string }

// Error names the case that is open.
func (r *Repeat) Error() string { return fmt.Sprintf("%s: %s", ErrRepeat, r.Of) }

// Is makes errors.Is find ErrRepeat.
func (r *Repeat) Is(target error) bool { return target == ErrRepeat }

// Open opens a case. A request that is there already is not opened twice: the error is a
// *Repeat. One that was answered before is opened and says of which case it is the repeat,
// since a reply to excessive requests (article 12(5)) must be able to show them.
func (d Desk) Open(ctx context.Context, c Case, s Signed) (Case, error) {
	if err := d.sound(c, s); err != nil {
		return Case{}, err
	}
	c.State, c.Steps = Received, []Step{d.step(s, Opened, string(c.Via), "")}
	return d.Memory.OpenCase(ctx, Marks(c.Person.Identifiers), func(earlier []Case) (Case, error) {
		for _, e := range earlier {
			if e.Right != c.Right || !sameAsker(e, c) {
				continue
			}
			if !e.State.Decided() {
				return c, &Repeat{e.ID}
			}
			c.RepeatOf = e.ID
		}
		return c, nil
	})
}

// ErrRequest says what a request lacks.
var ErrRequest = errors.New("a request cannot be opened so")

func (d Desk) sound(c Case, s Signed) error {
	switch {
	case !slices.Contains(Rights(), c.Right):
		return fmt.Errorf("%w: there is no such right; there are %v", ErrRequest, Rights())
	case !slices.Contains(Channels(), c.Via):
		return fmt.Errorf("%w: a request comes by one of %v", ErrRequest, Channels())
	case !c.Speaks().known():
		return fmt.Errorf("%w: people are written to in one of %v", ErrRequest, Languages())
	case c.Received.IsZero() || c.Received.After(d.day(s)):
		return fmt.Errorf("%w: it must have been received by today", ErrRequest)
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Person.Identifiers)) {
		if Normal(kind, c.Person.Identifiers[kind]) == "" {
			return fmt.Errorf("%w: the %s is none", ErrRequest, kind)
		}
	}
	if len(c.Person.Identifiers) == 0 {
		return fmt.Errorf("%w: nothing tells who asks; a name alone never does", ErrRequest)
	}
	if to := c.Person.Contact; to != "" && Normal("email", to) == "" {
		return fmt.Errorf("%w: the address of who acts is none", ErrRequest)
	}
	return c.Acting(d.day(s))
}

// Acknowledge notes that the person was told that the request arrived.
func (d Desk) Acknowledge(ctx context.Context, id string, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error { return c.act(d.step(s, Acknowledged, "", "")) })
}

// WriteIn sets the language in which the person is written to from now on.
func (d Desk) WriteIn(ctx context.Context, id string, l Language, s Signed) (Case, error) {
	if !l.known() {
		return Case{}, fmt.Errorf("%w: people are written to in one of %v", ErrRequest, Languages())
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if c.Forgotten {
			return fmt.Errorf("%s: %w", id, ErrForgotten)
		}
		c.Language = l
		return c.act(d.step(s, LanguageSet, string(l), ""))
	})
}

// Doubt stops the clock until identity is shown. The law allows it on a reasonable doubt,
// which is written down.
func (d Desk) Doubt(ctx context.Context, id, why string, s Signed) (Case, error) {
	if why == "" {
		return Case{}, fmt.Errorf("%s: doubt: %w", id, ErrReason)
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		c.Stops = append(c.Stops, Stop{From: d.day(s)})
		return c.act(d.step(s, Doubted, "", why))
	})
}

// Extend notes that the person was told, with the reason, that the answer takes up to three
// months from the receipt. It is possible once, within the first month.
func (d Desk) Extend(ctx context.Context, id, why string, s Signed) (Case, error) {
	if why == "" {
		return Case{}, fmt.Errorf("%s: extend: %w", id, ErrReason)
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		due, err := d.Clock.Of(*c, d.day(s))
		switch {
		case err != nil:
			return err
		case c.Extended:
			return fmt.Errorf("%s: extend twice: %w", id, ErrAct)
		case d.day(s).After(due.First):
			return fmt.Errorf("%s: extend after %s: %w", id, due.First, ErrLate)
		}
		c.Extended = true
		return c.act(d.step(s, Extend, "", why))
	})
}

// Close ends a case whose answer was sent.
func (d Desk) Close(ctx context.Context, id string, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error { return c.act(d.step(s, Close, "", "")) })
}

// Note moves a case by one of its acts that needs nothing but a word.
func (d Desk) Note(ctx context.Context, id string, what Act, word string, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error { return c.act(d.step(s, what, word, "")) })
}
