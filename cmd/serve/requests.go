package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// desk reads the folder and opens the desk of requests on the state; no store is opened. What
// is over goes first, so that no working copy outlives its use because nobody asked.
func (c *Company) desk(ctx context.Context) (*project.Project, rights.Desk, error) {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		return nil, rights.Desk{}, err
	}
	p.State = c.State
	d, err := c.swept(ctx, p)
	return p, d, err
}

func (c *Company) swept(ctx context.Context, p *project.Project) (rights.Desk, error) {
	d, err := p.Desk()
	if err == nil {
		_, err = d.Sweep(ctx, p.State, c.signed(""))
	}
	return d, err
}

func (c *Company) signed(by string) rights.Signed { return rights.Signed{By: by, Now: c.Clock()} }

// onStores runs fn on the desk with the stores open.
func (c *Company) onStores(ctx context.Context, fn func(p *project.Project, d rights.Desk) error) error {
	return asked(c.with(ctx, func(p *project.Project) error {
		d, err := c.swept(ctx, p)
		if err != nil {
			return err
		}
		return fn(p, d)
	}))
}

// Requests implements console.Clerk.
func (c *Company) Requests(ctx context.Context) ([]console.Request, error) {
	p, d, err := c.desk(ctx)
	if err != nil {
		return nil, err
	}
	cases, err := c.State.Cases(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]console.Request, len(cases))
	for i, k := range cases {
		if out[i], err = c.request(p, d, k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *Company) request(p *project.Project, d rights.Desk, k rights.Case) (console.Request, error) {
	due, err := d.Clock.Of(k, p.Today(c.Clock()))
	return console.Request{Case: k, Due: due}, err
}

// Request implements console.Clerk.
func (c *Company) Request(ctx context.Context, id string) (console.Request, error) {
	p, d, err := c.desk(ctx)
	if err != nil {
		return console.Request{}, err
	}
	k, err := c.State.Case(ctx, id)
	if errors.Is(err, db.ErrNotFound) {
		return console.Request{}, console.ErrNoRequest
	}
	if err != nil {
		return console.Request{}, err
	}
	return c.request(p, d, k)
}

// Open implements console.Clerk.
func (c *Company) Open(ctx context.Context, k rights.Case, by string) (string, error) {
	p, d, err := c.desk(ctx)
	if err != nil {
		return "", err
	}
	k.Owner = p.Config.Requests.Owner
	k, err = d.Open(ctx, k, c.signed(by))
	return k.ID, asked(err)
}

// Move implements console.Mover.
func (c *Company) Move(ctx context.Context, id string, m console.Move) error {
	s := c.signed(m.By)
	if m.Act == rights.Restricted {
		return c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
			_, _, err := p.RestrictCase(ctx, d, id, s)
			return err
		})
	}
	p, d, err := c.desk(ctx)
	if err != nil {
		return err
	}
	return asked(move(ctx, p, d, id, m, s))
}

// move does an act that needs no store.
func move(ctx context.Context, p *project.Project, d rights.Desk, id string, m console.Move, s rights.Signed) (err error) {
	var k rights.Case
	switch m.Act {
	case rights.Acknowledged:
		_, err = d.Acknowledge(ctx, id, s)
	case rights.Confirm:
		_, err = p.ConfirmRight(ctx, d, id, rights.Right(m.Word), s)
	case rights.NoRequest:
		_, err = d.NotARequest(ctx, id, m.Why, s)
	case rights.LanguageSet:
		_, err = d.WriteIn(ctx, id, rights.Language(m.Word), s)
	case rights.Doubted:
		_, err = d.Doubt(ctx, id, m.Why, s)
	case rights.Identified:
		if k, err = d.Identify(ctx, id, rights.Means(m.Word), s); err == nil {
			err = p.TakeEffect(ctx, k, s.Now)
		}
	case rights.LinkMade:
		nonce := make([]byte, 16)
		if _, err = rand.Read(nonce); err == nil {
			_, err = p.MailLink(ctx, d, id, nonce, s)
		}
	case rights.Extend:
		_, err = d.Extend(ctx, id, m.Why, s)
	case rights.Refuse:
		_, err = d.Refuse(ctx, id, rights.Ground(m.Word), m.Why, s)
	case rights.Answer:
		_, err = d.Finish(ctx, id, m.Why, s)
	case rights.Close:
		_, err = d.Close(ctx, id, s)
	default:
		err = afterwards(ctx, p, d, id, m, s)
	}
	return err
}

// afterwards does an act that follows the answer.
func afterwards(ctx context.Context, p *project.Project, d rights.Desk, id string, m console.Move, s rights.Signed) error {
	switch m.Act {
	case rights.Told:
		_, err := p.TellRecipients(ctx, d, id, s)
		return err
	case rights.RecipientDone:
		_, err := d.Confirmed(ctx, id, policy.RecipientID(m.Word), s)
		return err
	case rights.Lifted:
		k, err := d.Lift(ctx, id, m.Word == "told", s)
		if err != nil {
			return err
		}
		return p.Unrestrict(ctx, k, s.By, s.Now)
	case rights.Executed:
		k, err := d.Execute(ctx, id, m.Why, s)
		if err != nil {
			return err
		}
		return p.Died(ctx, k, s.Now)
	}
	return rights.ErrAct
}

// Find implements console.Finder.
func (c *Company) Find(ctx context.Context, id, by string) (found rights.Found, err error) {
	err = c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		_, found, err = p.LookCase(ctx, d, id, c.signed(by))
		return err
	})
	return found, err
}

// Decide implements console.Finder.
func (c *Company) Decide(ctx context.Context, id string, said console.Said, by string) (found rights.Found, err error) {
	err = c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		ds, err := p.Dataset(said.Dataset)
		if err != nil {
			return noKey(err)
		}
		k, err := project.ReadKey(ds, said.Key)
		if err != nil {
			return noKey(err)
		}
		if _, err := d.Decide(ctx, id, []rights.Decision{rights.Decide(ds.Name, k, said.Theirs)}, c.signed(by)); err != nil {
			return err
		}
		_, found, err = p.LookCase(ctx, d, id, c.signed(by))
		return err
	})
	return found, err
}

// PlanRequest implements console.Ender.
func (c *Company) PlanRequest(ctx context.Context, id string, choice rights.Choice, by string) (stays []console.Stay, err error) {
	err = c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		planned, err := p.PlanCase(ctx, d, id, choice, c.signed(by))
		for _, s := range planned.Stays {
			stays = append(stays, console.Stay(s))
		}
		return err
	})
	return stays, err
}

// ApplyRequest implements console.Ender.
func (c *Company) ApplyRequest(ctx context.Context, id string, count int64, by string, tell func(apply.Event)) (seen bool, err error) {
	err = c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		done, err := p.ApplyCase(ctx, d, id, count, c.signed(by), project.Run{Clock: c.Clock, Tell: tell, Ratio: -1})
		seen = done.Seen
		return err
	})
	return seen, err
}

// Letter implements console.Correspondent.
func (c *Company) Letter(ctx context.Context, id string, kind rights.LetterKind) (l rights.Letter, err error) {
	err = c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		l, err = c.write(ctx, p, d, id, kind)
		return err
	})
	return l, err
}

func (c *Company) write(ctx context.Context, p *project.Project, d rights.Desk, id string, kind rights.LetterKind) (rights.Letter, error) {
	if !slices.Contains(rights.PersonLetters(), kind) {
		return rights.Letter{}, rights.ErrLetter
	}
	k, err := p.State.Case(ctx, id)
	if err != nil {
		return rights.Letter{}, err
	}
	return p.Letter(ctx, d, k, project.Order{Kind: kind, Today: p.Today(c.Clock())})
}

// Dispatch implements console.Correspondent.
func (c *Company) Dispatch(ctx context.Context, id string, kind rights.LetterKind, by string, mail bool) error {
	return c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		l, err := c.write(ctx, p, d, id, kind)
		if err == nil && mail {
			err = p.Mail(ctx, l)
		}
		if err == nil {
			_, err = d.Sent(ctx, id, l, c.signed(by))
		}
		return err
	})
}

// Dossier implements console.Correspondent.
func (c *Company) Dossier(ctx context.Context, id string, h console.Handing, by string) (out console.Package, err error) {
	err = c.onStores(ctx, func(p *project.Project, d rights.Desk) error {
		k, err := p.State.Case(ctx, id)
		if err == nil && k.Right != rights.Access && k.Right != rights.Portability {
			err = rights.ErrAct
		}
		if err != nil {
			return err
		}
		handing := project.Handing{LeaveOut: h.LeaveOut, Partly: h.Partly, Reviewed: h.Reviewed}
		if h.Online {
			_, _, out.Phrase, err = p.Deposit(ctx, d, id, handing, c.signed(by))
			return err
		}
		out, err = c.handOver(ctx, p, d, id, handing, by)
		return err
	})
	return out, err
}

// handOver seals what is held, notes the answer, and returns the file.
func (c *Company) handOver(ctx context.Context, p *project.Project, d rights.Desk, id string, h project.Handing, by string) (out console.Package, err error) {
	_, dossier, err := p.TellCase(ctx, d, id, h, c.signed(by))
	if err != nil {
		return out, err
	}
	to, phrase, err := project.NewPassphrase()
	if err != nil {
		return out, err
	}
	file, digest, err := project.Sealed(dossier, to)
	if err != nil {
		return out, err
	}
	partly := slices.ContainsFunc(dossier.Gaps, rights.Gap.Stops)
	if _, err = d.Answered(ctx, id, digest, partly, c.signed(by)); err != nil {
		return out, err
	}
	return console.Package{File: file, Phrase: phrase}, nil
}
