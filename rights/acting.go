package rights

import (
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// Asker is who acts for the person: the agent, the holder of parental authority or the heir;
// empty where the person asks.
func (p Person) Asker() string { return p.Agent + p.Guardian + p.Heir }

// Address returns where a letter of the case is mailed, empty for nowhere: to who acts, except
// an answer that an agent's mandate does not let them receive (article 77 of the decree of 29 May
// 2019), which goes to the person.
func (c Case) Address(kind LetterKind) string {
	if c.Person.Contact == "" || c.withheld(kind) {
		return c.Person.Identifiers["email"]
	}
	return c.Person.Contact
}

// withheld reports whether a letter goes past the agent, to the person.
func (c Case) withheld(kind LetterKind) bool {
	return kind == AnswerLetter && c.Person.Agent != "" && !c.Person.Receives
}

// addressee is the name over a letter.
func (c Case) addressee(kind LetterKind) string {
	if who := c.Person.Asker(); who != "" && !c.withheld(kind) {
		return who
	}
	return c.Person.Name
}

// ErrActing says that somebody may not act so for the person.
var ErrActing = errors.New("nobody may act so for the person")

// Acting checks what somebody who acts for the person says: one power at a time; a child is one,
// whom one may act for until they come of age; an heir has died before, and asks for what
// article 85 of the French act gives heirs, unless the directives name them. The error is
// ErrActing.
func (c Case) Acting(today policy.Date) error {
	p := c.Person
	n := len(slices.DeleteFunc([]string{p.Agent, p.Guardian, p.Heir}, func(s string) bool { return s == "" }))
	switch {
	case n > 1:
		return fmt.Errorf("%w: an agent, a guardian or an heir acts, one of them", ErrActing)
	case n == 0 && p.Contact != "":
		return fmt.Errorf("%w: an address of somebody who acts, and nobody acts", ErrActing)
	case p.Guardian != "" && !p.Born.IsZero() && !today.Before(p.Born.Add(policy.Period{Months: ofAge})):
		return fmt.Errorf("%w: the person is of age", ErrActing)
	case !p.Died.IsZero() && p.Died.After(today):
		return fmt.Errorf("%w: the day of death is to come", ErrActing)
	case p.Heir != "" && !p.Directives && !slices.Contains(HeirRights(), c.Right):
		return fmt.Errorf("%w: an heir whom no directives name asks for %v", ErrActing, HeirRights())
	}
	return nil
}

// ofAge is the age at which parental authority ends, in months (article 371-1 of the civil code).
// That of a child who is emancipated ended before: whoever settles identity sees that.
const ofAge = 18 * 12

// HeirRights returns what heirs may ask where no directives say otherwise (article 85, II, of
// the French act): a copy of what settles the estate and of family memories, that accounts are
// closed, that processing stops or is brought up to date. They show that they are heirs by an acte
// de notoriété or a livret de famille (article 124 of the decree of 29 May 2019).
func HeirRights() []Right { return []Right{Access, Erasure, Objection, Rectification} }

// sameAsker reports whether two requests are of the same person by the same hand: what an agent
// asks is no repeat of what the person asks, and must not tell whether they did.
func sameAsker(a, b Case) bool {
	return Normal("email", a.Person.Contact) == Normal("email", b.Person.Contact)
}

// confirmed notes that the address of who acts is theirs. Whom they act for, and that they may,
// is for a human to settle.
func (d Desk) confirmed(c *Case, s Signed) error { return c.act(d.step(s, AddressConfirmed, "", "")) }

// Represented reports what the power of who acts rests on, in a word: mandate, parental_authority,
// directives or succession; empty where the person asks.
func (p Person) Represented() string {
	switch {
	case p.Agent != "":
		return "mandate"
	case p.Guardian != "":
		return "parental_authority"
	case p.Directives:
		return "directives"
	case p.Heir != "":
		return "succession"
	}
	return ""
}
