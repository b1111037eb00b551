package public

import (
	"net/url"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// acting is what somebody writes who asks for another person.
type acting struct {
	// For is self, agent, child or dead.
	For                             string
	Whose, Their, Born, Died, Power string
	Receives, Directives            bool
	MendActing                      string
}

// For whom a request is made.
const (
	forSelf  = "self"
	forOther = "agent"
	forChild = "child"
	forDead  = "dead"
)

// act reads for whom the request is, and notes what is to be mended. The address of who acts
// is theirs to be written to, and no identifier of the person.
func (v *requestView) act(f url.Values, c *rights.Case, today policy.Date) {
	word := func(name string) string { return strings.TrimSpace(f.Get(name)) }
	v.acting = acting{For: word("for"), Whose: word("whose"), Their: word("their"), Born: word("born"), Died: word("died"), Power: word("power"),
		Receives: f.Get("receives") != "", Directives: f.Get("directives") != ""}
	if v.For == "" || v.For == forSelf {
		v.For = forSelf
		return
	}
	if !words(v.Whose, longestName) || !words(v.Their, longestName) || !words(v.Power, longestSaid) {
		v.MendActing = v.Say("Trop long, ou illisible", "Too long, or not readable")
		return
	}
	p := rights.Person{Name: v.Whose, Said: v.Said, Power: v.Power, Contact: v.Email, Identifiers: named(v.Their)}
	switch v.For {
	case forOther:
		p.Agent, p.Receives = v.Name, v.Receives
	case forChild:
		p.Guardian, p.Born = v.Name, v.date(v.Born, today)
	case forDead:
		p.Heir, p.Died, p.Directives = v.Name, v.date(v.Died, today), v.Directives
	}
	if v.MendActing == "" && (p.Asker() == "" || v.Whose == "" || v.Power == "" || len(p.Identifiers) == 0) {
		v.MendActing = v.Say("Pour agir pour une autre personne, il nous faut votre nom, le sien, de quoi la reconnaître, et ce qui vous permet d’agir", "To act for somebody else we need your name, theirs, something to know them by, and what lets you act")
	}
	c.Person = p
	v.lawful(*c, today)
}

// named are the identifiers that somebody writes of another person: an address, a telephone
// number, else a number of customer.
func named(s string) map[string]string {
	switch {
	case s == "":
		return nil
	case rights.Normal("email", s) != "":
		return map[string]string{"email": s}
	case rights.Normal("phone", s) != "":
		return map[string]string{"phone": s}
	}
	return map[string]string{"id": s}
}

// date reads a day that is past, and notes where it is none.
func (v *requestView) date(s string, today policy.Date) policy.Date {
	d, err := policy.ParseDate(s)
	if err != nil || d.After(today) {
		v.MendActing = v.Say("Un jour s’écrit 2020-11-30, et il est passé", "A day is written 2020-11-30, and it has passed")
	}
	return d
}

// lawful notes what the law lets nobody ask for another person.
func (v *requestView) lawful(c rights.Case, today policy.Date) {
	err := c.Acting(today)
	switch {
	case v.MendActing != "" || err == nil:
	case v.For == forChild:
		v.MendActing = v.Say("La personne est majeure : c’est à elle de demander, ou à qui elle donne mandat", "The person is of age: they ask themselves, or whoever they give a mandate")
	default:
		v.MendActing = v.Say("Sans directives qui vous désignent, un héritier peut demander ce qui sert à régler la succession ou tient du souvenir de famille, la clôture d’un compte, la mise à jour des données ou la fin de leur usage (article 85, II, de la loi Informatique et Libertés) : choisir la copie, l’effacement, la correction ou l’opposition", "Without directives that name you, an heir may ask for what settles the estate or is a family memory, the closing of an account, the update of data or the end of their use (article 85, II, of the French act): choose the copy, erasure, correction or objection")
	}
}
