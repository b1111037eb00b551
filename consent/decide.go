package consent

import (
	"slices"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Decide answers a question about a person. The order of the steps is that in which the law
// is to be read: what a person refused comes before what a contract allows, and a ban before
// a consent, which does not lift it.
func (b *Book) Decide(c Choices, q Question, f Facts) Answer {
	x := b.ask(c, q, f)
	for _, step := range steps {
		if v := step(x); v.rule != "" {
			return x.answer(v)
		}
	}
	return x.answer(x.ground)
}

// steps are the questions put one after the other. A step that decides names its rule.
var steps = []func(*asked) verdict{
	(*asked).readable, (*asked).objected, (*asked).withdrawn, (*asked).stopped, (*asked).unused, (*asked).service, (*asked).banned,
	(*asked).phoned, (*asked).written, (*asked).posted, (*asked).used, (*asked).promised, (*asked).dialled, (*asked).aged,
}

// verdict is a decision with what it rests on; the zero verdict decides nothing.
type verdict struct {
	rule   Rule
	entry  string // the entry of the law, where it is not the rule's own
	proofs []string
	until  time.Time
}

// no is a refusal.
func no(r Rule) verdict { return verdict{rule: r} }

// from says on which entry of the law a verdict rests.
func (v verdict) from(entry string) verdict { v.entry = entry; return v }

// asked is one question on its way through the steps.
type asked struct {
	book  *Book
	law   *stretch
	q     Question
	f     Facts
	c     Choices
	day   policy.Date
	place law.Territory // the person's, or that on whose clock an unknown place is dated
	zone  *time.Location
	goods Goods
	// ground is what allows so far; open is set when the phone's opt-in is answered by a
	// contract, and only when a ban leaves consent alone as a way.
	ground verdict
	open   bool
	only   bool
	relied []Point
	ends   time.Time
}

func (b *Book) ask(c Choices, q Question, f Facts) *asked {
	x := &asked{book: b, q: q, f: f, c: c, place: f.Place}
	if b.zones[x.place] == nil {
		x.place, x.f.Place = law.Metropole, ""
	}
	x.zone = b.zones[x.place]
	x.day = policy.DateOf(q.At, x.zone)
	x.law = b.on(x.day)
	x.goods = x.kind(q.Purpose.Goods)
	return x
}

// kind puts a contested kind of goods where the owner's choice, or else prudence, puts it.
func (x *asked) kind(g Goods) Goods {
	if g != HeatingReplacement {
		return g
	}
	if x.chose(Heating) == "other" {
		return OtherGoods
	}
	return EnergySaving
}

// chose returns the mode of a contested point and notes that the answer relies on it.
func (x *asked) chose(p Point) string {
	mode, chosen := x.c.mode(p, x.day)
	if chosen && !slices.Contains(x.relied, p) {
		x.relied = append(x.relied, p)
	}
	return mode
}

// consumer reports whether the person is protected as one; who is not known to be anything
// else is.
func (x *asked) consumer() bool { return x.f.Kind != Business && x.f.Kind != Mailbox }

func (x *asked) prospecting() bool { return x.q.Purpose.Use == Prospecting }

// answer writes the verdict out.
func (x *asked) answer(v verdict) Answer {
	a := Answer{Allowed: v.rule.Yes(), Rule: v.rule, Reason: v.rule.Text(), Law: x.book.version, Day: x.day, Proofs: v.proofs, Choices: x.relied, Until: v.until}
	if v.entry == "" {
		v.entry = rules[v.rule].entry
	}
	if e, ok := x.law.values.Entry(v.entry); ok {
		a.Source, a.Certainty = e.Source, e.Certainty
	}
	if a.Allowed {
		a.Until = x.bounded(a.Until)
	}
	return a
}

// bounded returns the first of the instants at which a yes ends: its own, that of the hours
// of calling, and the end of the person's day.
func (x *asked) bounded(until time.Time) time.Time {
	first := nextDay(x.day).Start(x.zone)
	for _, t := range []time.Time{until, x.ends} {
		if !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	return first
}

func nextDay(d policy.Date) policy.Date { return d.Add(policy.Days(1)) }

// readable refuses a question without its parts.
func (x *asked) readable() verdict {
	switch {
	case !slices.Contains(Channels(), x.q.Channel), x.q.At.IsZero(), x.q.Purpose.ID == "":
		return no(QuestionUnreadable)
	case x.q.Purpose.Use == "" && x.q.Channel != Share && x.q.Channel != Profile:
		return no(UseUnknown)
	}
	return verdict{}
}

// stopped refuses every use of the data of people whom nobody may reach.
func (x *asked) stopped() verdict {
	switch {
	case x.f.Deceased:
		return no(IsDeceased)
	case x.f.Restricted, x.f.Claim == ClaimSuspended:
		return no(IsRestricted)
	case x.f.Quarantined:
		return no(IsQuarantined)
	case x.f.Claim == ClaimUnknown:
		return no(KeptUnknown)
	case x.f.Claim != "" && x.f.Claim != ClaimActive, x.termOver():
		return no(NotKept)
	}
	return verdict{}
}

// unused refuses what the owner said that the purpose never does.
func (x *asked) unused() verdict {
	if !x.q.Purpose.Uses(x.q.Channel) {
		return no(ChannelUnused)
	}
	return verdict{}
}

// service lets messages pass that carry out a contract or answer a request.
func (x *asked) service() verdict {
	if x.q.Purpose.Use != Service || x.q.Channel == Share || x.q.Channel == Profile {
		return verdict{}
	}
	if x.q.Offers {
		return no(ServiceOffers)
	}
	if c, ok := x.contract(false); ok {
		return verdict{rule: AsService, proofs: ids(c.ID)}
	}
	if i := slices.IndexFunc(x.f.Requests, x.pending); i >= 0 {
		return verdict{rule: AsService, proofs: ids(x.f.Requests[i].ID)}
	}
	if x.q.Purpose.rests(policy.LegalObligation) {
		return verdict{rule: AsService, entry: "use.obligation"}
	}
	return no(ServiceUnfounded)
}

func (x *asked) pending(r Request) bool {
	return !r.At.After(x.q.At) && (r.Closed.IsZero() || r.Closed.After(x.q.At))
}

// related finds a contract in force that is about the goods. It lets its own parties be called:
// whoever calls for a third party has none (article L. 223-1).
func (x *asked) related() (Contract, bool) {
	if x.q.Partner != "" {
		return Contract{}, false
	}
	return x.contract(true)
}

// contract finds a contract in force on the day; related asks that it be about the goods.
func (x *asked) contract(related bool) (Contract, bool) {
	for _, c := range x.f.Contracts {
		began := !c.From.IsZero() && !c.From.After(x.day)
		runs := c.To.IsZero() || !c.To.Before(x.day)
		if began && runs && (!related || x.about(c.About)) {
			return c, true
		}
	}
	return Contract{}, false
}

// about reports whether the goods of the question are among some.
func (x *asked) about(goods []Goods) bool {
	return x.goods != "" && slices.ContainsFunc(goods, func(g Goods) bool { return x.kind(g) == x.goods })
}

// ids lists the records that have a name.
func ids(names ...string) []string {
	return slices.DeleteFunc(names, func(s string) bool { return s == "" })
}
