package rights_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// acted opens a request by which somebody acts for the person.
func acted(t *testing.T, d rights.Desk, right rights.Right, p rights.Person) (rights.Case, error) {
	t.Helper()
	p.Identifiers, p.Contact, p.Name = map[string]string{"email": "ada@shop.example"}, "marie@a.example", "Ada Exemple"
	return d.Open(t.Context(), rights.Case{Right: right, Via: rights.ByForm, Received: policy.MustDate("2026-11-01"), Person: p}, on("2026-11-01"))
}

// TestActing opens requests by those who act for the person, or does not.
func TestActing(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		right  rights.Right
		person rights.Person
		power  string // empty where nobody may act so
	}{
		"an agent":             {rights.Portability, rights.Person{Agent: "Marie"}, "mandate"},
		"a guardian":           {rights.Access, rights.Person{Guardian: "Marie", Born: policy.MustDate("2012-01-01")}, "parental_authority"},
		"an heir":              {rights.Erasure, rights.Person{Heir: "Marie", Died: policy.MustDate("2026-10-01")}, "succession"},
		"named in directives":  {rights.Portability, rights.Person{Heir: "Marie", Directives: true}, "directives"},
		"an heir for too much": {rights.Portability, rights.Person{Heir: "Marie"}, ""},
		"for a grown-up":       {rights.Access, rights.Person{Guardian: "Marie", Born: policy.MustDate("2008-11-01")}, ""},
		"the day before":       {rights.Access, rights.Person{Guardian: "Marie", Born: policy.MustDate("2008-11-02")}, "parental_authority"},
		"two powers":           {rights.Access, rights.Person{Guardian: "Marie", Agent: "Marie"}, ""},
		"nobody":               {rights.Access, rights.Person{}, ""},
		"before the death":     {rights.Access, rights.Person{Heir: "Marie", Died: policy.MustDate("2026-12-01")}, ""},
	} {
		d, _ := desk(t)
		c, err := acted(t, d, x.right, x.person)
		if errors.Is(err, rights.ErrActing) != (x.power == "") || err == nil && c.Person.Represented() != x.power {
			t.Errorf("%s: %q, %v", name, c.Person.Represented(), err)
		}
	}
}

// TestActingTellsNothing has an agent ask what the person asks already: it is no repeat, the link
// settles the agent's address and not who the person is, and an answer that the mandate does not
// let the agent receive goes past them.
func TestActingTellsNothing(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	own := opened(t, d, rights.Access, "2026-11-01", rights.Person{})
	c, err := acted(t, d, rights.Access, rights.Person{Agent: "Marie"})
	if err != nil || c.ID == own.ID {
		t.Fatalf("the agent is told of %s: %v", own.ID, err)
	}
	var again *rights.Repeat
	if _, err := acted(t, d, rights.Access, rights.Person{Agent: "Marie"}); !errors.As(err, &again) || again.Of != c.ID {
		t.Errorf("the same agent again: %v", err)
	}
	links := rights.Links{Key: []byte("key")}
	link, _, err := d.Link(t.Context(), links, c.ID, []byte(strings.Repeat("n", 16)), on("2026-11-01"))
	if err != nil {
		t.Fatal(err)
	}
	if c, err = d.Follow(t.Context(), links, link, on("2026-11-02")); err != nil || c.State != rights.Received || len(c.Verified) != 0 {
		t.Fatalf("the link settled %s, %v, %v", c.State, c.Verified, err)
	}
	if _, err := c.Mailbox(); !errors.Is(err, rights.ErrNoMailbox) {
		t.Errorf("before the mandate was seen: %v", err)
	}
	if c, err = d.Identify(t.Context(), c.ID, rights.CallBack, on("2026-11-03")); err != nil {
		t.Fatal(err)
	}
	if to := c.Address(rights.AckLetter); to != "marie@a.example" {
		t.Errorf("the agent is written to at %s", to)
	}
	if to := c.Address(rights.AnswerLetter); to != "ada@shop.example" {
		t.Errorf("the answer goes to %s", to)
	}
	if to, err := c.Mailbox(); !errors.Is(err, rights.ErrNoMailbox) {
		t.Errorf("an address that the agent wrote: %s, %v", to, err)
	}
	c.Person.Receives = true
	if to, err := c.Mailbox(); err != nil || to != "marie@a.example" {
		t.Errorf("a mandate that says so: %s, %v", to, err)
	}
}
