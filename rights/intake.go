package rights

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Message is what somebody wrote by e-mail, as an intake takes it.
type Message struct {
	// Digest is a keyed digest of what tells the message from any other, in hex: the same
	// message is taken once.
	Digest string
	// From is the address that it gives as the writer's, and Name the name; neither is shown.
	From, Name    string
	Subject, Text string
	// Received is the day on which the mail server had it, from which the law counts.
	Received policy.Date
	// Owner is the role that answers for a case that it opens.
	Owner string
}

// Taking is what became of a message.
type Taking string

// A message opens a case, is joined to an open one, or was taken before.
const (
	TookNew    Taking = "opened"
	TookJoined Taking = "joined"
	TookBefore Taking = "known"
)

// taken ends the opening of a case that need not be opened.
type taken struct {
	id  string
	how Taking
}

func (t *taken) Error() string { return fmt.Sprintf("%s: %s", t.id, t.how) }

// Take takes a message in, once: it opens a case whose right is a guess (GuessRight), or is
// joined to the open case of the same person and right; where its words speak of no right, to the
// open case whose name its subject bears, else to the latest. It returns the name of the case.
// ErrRequest says that nothing tells who wrote.
func (d Desk) Take(ctx context.Context, m Message, s Signed) (string, Taking, error) {
	for {
		id, how, err := d.take(ctx, m, s)
		if errors.Is(err, ErrAct) {
			continue // the case was answered just now, so that the message opens one
		}
		return id, how, err
	}
}

func (d Desk) take(ctx context.Context, m Message, s Signed) (string, Taking, error) {
	g := GuessRight(m.Subject, m.Text)
	c := Case{Right: g.Right, Guess: g.How, Marketing: g.Marketing, Language: GuessLanguage(m.Subject, m.Text), Via: ByMail, Received: m.Received, Owner: m.Owner, Messages: []string{m.Digest},
		Person: Person{Identifiers: map[string]string{"email": m.From}, Name: m.Name, Said: m.said()}}
	if err := d.sound(c, s); err != nil {
		return "", "", err
	}
	c.State, c.Steps = Received, []Step{d.step(s, Opened, string(c.Via), "")}
	marks := append(Marks(c.Person.Identifiers), Mark{"message", m.Digest})
	c, err := d.Memory.OpenCase(ctx, marks, func(earlier []Case) (Case, error) { return c.among(earlier, m) })
	var t *taken
	if !errors.As(err, &t) {
		return c.ID, TookNew, err
	}
	if t.how == TookJoined {
		t.how, err = d.join(ctx, t.id, m, s)
		return t.id, t.how, err
	}
	return t.id, t.how, nil
}

// among is the case that a message opens among the earlier ones of its person, or a *taken.
func (c Case) among(earlier []Case, m Message) (Case, error) {
	var open, named, same string
	for _, e := range earlier {
		switch {
		case slices.Contains(e.Messages, m.Digest):
			return c, &taken{e.ID, TookBefore}
		case e.State.Decided():
			if e.Right == c.Right {
				c.RepeatOf = e.ID
			}
			continue
		case e.Right == c.Right:
			same = e.ID
		}
		if open = e.ID; slices.Contains(strings.FieldsFunc(m.Subject, notOfName), e.ID) {
			named = e.ID
		}
	}
	if c.Guess == Unclear {
		same = cmp.Or(named, open)
	}
	if same != "" {
		return c, &taken{same, TookJoined}
	}
	return c, nil
}

// notOfName reports whether a character is in no name of a case.
func notOfName(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }

// longest is how much of what people write a case keeps, in bytes; the mailbox has the rest.
const longest = 32 << 10

func (m Message) said() string {
	return short(strings.TrimSpace(m.Subject + "\n" + m.Text))
}

// short cuts a text that is too long, at a character.
func short(s string) string {
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest], "") + " […]"
}

// join adds a message to an open case, once.
func (d Desk) join(ctx context.Context, id string, m Message, s Signed) (Taking, error) {
	how := TookJoined
	_, err := d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if slices.Contains(c.Messages, m.Digest) {
			how = TookBefore
			return nil
		}
		c.Messages = append(slices.Clone(c.Messages), m.Digest)
		c.Person.Said = short(strings.TrimSpace(c.Person.Said + "\n\n— " + m.Received.String() + "\n" + m.said()))
		return c.act(d.step(s, Joined, "", ""))
	})
	return how, err
}

// ConfirmRight says which right a case asks whose right was guessed; empty for the one that was.
func (d Desk) ConfirmRight(ctx context.Context, id string, r Right, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if r == "" {
			r = c.Right
		}
		switch {
		case c.Guess == "":
			return fmt.Errorf("%s: confirm a right that was not guessed: %w", id, ErrAct)
		case !slices.Contains(Rights(), r):
			return fmt.Errorf("%w: there is no such right; there are %v", ErrRequest, Rights())
		}
		c.Right, c.Marketing = r, c.Marketing && r == Objection
		if err := c.act(d.step(s, Confirm, string(r), "")); err != nil {
			return err
		}
		c.Guess = ""
		return nil
	})
}

// NotARequest closes a case that a message opened and that asks nothing: an advertisement, or
// words of thanks. It says why; the person gets no answer.
func (d Desk) NotARequest(ctx context.Context, id, why string, s Signed) (Case, error) {
	if why == "" {
		return Case{}, fmt.Errorf("%s: not a request: say why: %w", id, ErrRequest)
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if c.Guess == "" {
			return fmt.Errorf("%s: a request that somebody confirmed: %w", id, ErrAct)
		}
		return c.act(d.step(s, NoRequest, "", why))
	})
}
