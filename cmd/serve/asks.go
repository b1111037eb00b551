package serve

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/api/limit"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/rights"
)

// Requests is where people ask for what is theirs, for the pages outside. Letters are written
// by Run, behind the answer: what is sent to whom does not show in the time it takes. It is
// safe for concurrent use.
type Requests struct {
	company *Company
	base    string
	log     *slog.Logger
	follow  func(id string) string

	letters chan errand
	wrote   *limit.Each[[sha256.Size]byte] // letters by address
}

// errand is a letter to be written about a case: the link that fetches its answer, or how to
// confirm or follow it.
type errand struct {
	id    string
	fetch bool
}

// waiting is how many letters may wait to be written; what comes on top of that is dropped, and
// the person asks again.
const waiting = 256

// NewRequests makes the place. base is the address by which browsers come.
func NewRequests(c *Company, base string, log *slog.Logger) *Requests {
	return &Requests{company: c, base: base, log: log, letters: make(chan errand, waiting), wrote: limit.New[[sha256.Size]byte](letterEvery, lettersAtOnce, letterBoxes)}
}

// FollowAt says where a request is followed; it is set before anything is asked.
func (q *Requests) FollowAt(follow func(id string) string) { q.follow = follow }

// by is who acts where nobody of the company does.
const by = "page publique"

// Open implements public.Asks.
func (q *Requests) Open(ctx context.Context, c rights.Case) error {
	p, d, err := q.company.desk(ctx)
	if err != nil {
		return err
	}
	now := q.company.Clock()
	c.Received, c.Owner = p.Today(now), p.Config.Requests.Owner
	k, err := d.Open(ctx, c, q.company.signed(by))
	id := k.ID
	var again *rights.Repeat
	if errors.As(err, &again) {
		id, err = again.Of, nil
	}
	if err != nil {
		return err
	}
	q.order(errand{id: id})
	return nil
}

// order has a letter written.
func (q *Requests) order(e errand) {
	select {
	case q.letters <- e:
	default:
		q.log.Warn("a letter about a request was not written: too many wait", "request", e.id)
	}
}

// FetchLink implements public.Asks.
func (q *Requests) FetchLink(_ context.Context, id string) error {
	q.order(errand{id, true})
	return nil
}

// Fetch implements public.Asks.
func (q *Requests) Fetch(ctx context.Context, link string) (id string, file []byte, err error) {
	p, d, err := q.company.desk(ctx)
	if err != nil {
		return "", nil, err
	}
	return p.Fetch(ctx, d, link, q.company.signed(by))
}

// Confirm implements public.Asks: what is asked about the use of data takes effect at once.
func (q *Requests) Confirm(ctx context.Context, link string) (rights.Case, error) {
	p, d, err := q.company.desk(ctx)
	if err != nil {
		return rights.Case{}, err
	}
	now := q.company.Clock()
	links, err := p.Links(ctx, now)
	if err != nil {
		return rights.Case{}, err
	}
	k, err := d.Follow(ctx, links, link, q.company.signed(by))
	if err != nil {
		return k, err
	}
	if k.State != rights.Searching {
		return k, nil // who acts for the person has yet to show that they may
	}
	return k, p.TakeEffect(ctx, k, now)
}

// Progress implements public.Asks.
func (q *Requests) Progress(ctx context.Context, id string) (rights.Case, rights.Due, error) {
	p, d, err := q.company.desk(ctx)
	if err != nil {
		return rights.Case{}, rights.Due{}, err
	}
	k, err := p.State.Case(ctx, id)
	if err != nil {
		return k, rights.Due{}, err
	}
	due, err := d.Clock.Of(k, p.Today(q.company.Clock()))
	return k, due, err
}

// Run writes the letters until the context ends.
func (q *Requests) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-q.letters:
			write := q.write
			if e.fetch {
				write = q.fetching
			}
			if err := write(ctx, e.id); err != nil && ctx.Err() == nil {
				q.log.Error("write about a request", "request", e.id, "error", err)
			}
		}
	}
}

// fetching sends a new link that fetches the answer, to the verified address alone.
func (q *Requests) fetching(ctx context.Context, id string) error {
	p, d, err := q.company.desk(ctx)
	if err != nil {
		return err
	}
	k, err := p.State.Case(ctx, id)
	if err != nil {
		return err
	}
	if to, err := k.Mailbox(); err != nil || !q.may(to) {
		return err
	}
	return q.send(ctx, p, d, k, rights.FetchLetter, d.FetchLink, "/donnees/droits/reponse/")
}

// write sends the link that confirms, or where the request was confirmed the one that follows
// it. Without a mail server there is nothing to send.
func (q *Requests) write(ctx context.Context, id string) error {
	p, d, err := q.company.desk(ctx)
	if err != nil {
		return err
	}
	server, err := p.Post()
	if errors.Is(err, project.ErrNoMail) {
		return nil
	}
	if err != nil {
		return err
	}
	k, err := p.State.Case(ctx, id)
	if err != nil {
		return err
	}
	to := k.Address(rights.LinkLetter)
	if to == "" || !q.may(to) {
		return nil
	}
	_, confirmed := k.Has(rights.AddressConfirmed)
	if confirmed || k.State != rights.Received && k.State != rights.Identity {
		in := k.Speaks()
		return server.Send(ctx, to, in.Say("Votre demande ", "Your request ")+k.ID,
			in.Say("Vous avez déjà fait cette demande, et nous la traitons.\n\n", "You have already made this request, and we are handling it.\n\n")+q.following(k, in))
	}
	return q.send(ctx, p, d, k, rights.LinkLetter, d.Link, "/donnees/droits/lien/")
}

// maker makes a link of a case.
type maker func(ctx context.Context, l rights.Links, id string, nonce []byte, s rights.Signed) (string, rights.Case, error)

// send sends a letter with a new link; the one before is of no more use.
func (q *Requests) send(ctx context.Context, p *project.Project, d rights.Desk, k rights.Case, kind rights.LetterKind, make maker, path string) error {
	server, err := p.Post()
	if err != nil {
		return err
	}
	s := q.company.signed(by)
	links, err := p.Links(ctx, s.Now)
	if err != nil {
		return err
	}
	nonce := [16]byte{}
	_, _ = rand.Read(nonce[:]) // it never fails
	link, k, err := make(ctx, links, k.ID, nonce[:], s)
	if err != nil {
		return err
	}
	at := q.base + path + link + "?langue=" + string(k.Speaks())
	l, err := p.Letter(ctx, d, k, project.Order{Kind: kind, Today: p.Today(s.Now), Add: func(w *rights.LetterWords) { w.Link = at }})
	if err != nil {
		return err
	}
	if err := server.Send(ctx, l.To, l.Subject, l.Body+"\n"+q.following(k, l.Language)); err != nil {
		return err
	}
	l.Body = "" // whoever reads the case must not be able to follow the link
	_, err = d.Sent(ctx, k.ID, l, s)
	return err
}

// following tells where a case is followed, in the language of the letter that it ends.
func (q *Requests) following(k rights.Case, in rights.Language) string {
	return in.Say("Pour suivre votre demande, gardez ce lien pour vous :\n\n", "To follow your request, keep this link to yourself:\n\n") + q.base + q.follow(k.ID) + "?langue=" + string(k.Speaks()) + "\n"
}

// An address is written to three times at once and once more every twenty minutes: nobody
// floods somebody else's letter box through the page.
const (
	lettersAtOnce = 3
	letterEvery   = 20 * time.Minute
	letterBoxes   = 10_000
)

func (q *Requests) may(to string) bool {
	return q.wrote.Of(sha256.Sum256([]byte(strings.ToLower(to)))).AllowN(q.company.Clock(), 1)
}
