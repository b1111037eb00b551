package consent

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones must be known on machines without a zone database

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// decision is one line of the table: a question, what is known, the rule that must decide
// and the text of law that must be cited.
type decision struct {
	name string
	// ask is the channel, the use, the kind of goods (- for unknown) and the instant by the
	// clock of Paris.
	ask   string
	given []fact
	want  Rule
	cites string
}

// fact adds to what is known, or to the question.
type fact func(*Question, *Facts, *Choices)

func book(t testing.TB) *Book {
	t.Helper()
	p, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewBook(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// at reads an instant by the clock of Paris.
func at(s string) time.Time {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	for _, form := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, s, zone); err == nil {
			return t
		}
	}
	panic("no instant: " + s)
}

// question reads the ask of a decision.
func question(ask string) Question {
	w := strings.SplitN(ask, " ", 4)
	q := Question{Channel: Channel(w[0]), Purpose: Purpose{ID: "sales", Use: Use(w[1]), Basis: []policy.Basis{policy.Consent, policy.LegitimateInterest}}, At: at(w[3])}
	if w[2] != "-" {
		q.Purpose.Goods = Goods(strings.ReplaceAll(w[2], "_", " "))
	}
	return q
}

func (d decision) answer(b *Book) Answer {
	q, f, c := question(d.ask), Facts{}, Choices{}
	for _, g := range d.given {
		g(&q, &f, &c)
	}
	return b.Decide(c, q, f)
}

// decisions are all the tables.
func decisions() []decision {
	var all []decision
	for _, table := range [][]decision{refusals(), services(), bans(), callbacks(), optIns(), mails(), professionals(), hours(), attempts(), ages(), uses(), dates(), reaches(), thirds(), channels(), promises(), terms()} {
		all = append(all, table...)
	}
	return all
}

// TestDecisions answers every question of the tables.
func TestDecisions(t *testing.T) {
	t.Parallel()
	b := book(t)
	all := decisions()
	if len(all) < 150 {
		t.Errorf("there are %d decisions", len(all))
	}
	names, used := map[string]bool{}, map[Rule]bool{}
	for _, d := range all {
		if names[d.name] {
			t.Errorf("two decisions are called %q", d.name)
		}
		names[d.name], used[d.want] = true, true
		got := d.answer(b)
		if got.Rule != d.want || got.Allowed != d.want.Yes() {
			t.Errorf("%s: %s, not %s (%s)", d.name, got.Rule, d.want, got.Reason.EN)
			continue
		}
		if !strings.Contains(got.Source, d.cites) || got.Source != "" && d.cites == "" {
			t.Errorf("%s: cites %q, not %q", d.name, got.Source, d.cites)
		}
		if got.Law != "fr-2026-11" || got.Reason.FR == "" || got.Reason.EN == "" {
			t.Errorf("%s: an answer without its law or its reason: %+v", d.name, got)
		}
	}
	for _, r := range Rules() {
		if !used[r] {
			t.Errorf("no decision shows the rule %s", r)
		}
	}
}

// What may be known.

func place(p law.Territory) fact { return func(_ *Question, f *Facts, _ *Choices) { f.Place = p } }
func paris() fact                { return place(law.Metropole) }
func kind(k Kind) fact           { return func(_ *Question, f *Facts, _ *Choices) { f.Kind = k } }
func informed(x Truth) fact      { return func(_ *Question, f *Facts, _ *Choices) { f.Informed = x } }
func related(x Truth) fact       { return func(q *Question, _ *Facts, _ *Choices) { q.Related = x } }
func offers() fact               { return func(q *Question, _ *Facts, _ *Choices) { q.Offers = true } }
func caller(n string) fact       { return func(q *Question, _ *Facts, _ *Choices) { q.Caller = n } }
func partner(p string) fact      { return func(q *Question, _ *Facts, _ *Choices) { q.Partner = p } }
func bought() fact               { return func(_ *Question, f *Facts, _ *Choices) { f.Bought = true } }
func claim(c Claim) fact         { return func(_ *Question, f *Facts, _ *Choices) { f.Claim = c } }
func known(mark func(*Facts)) fact {
	return func(_ *Question, f *Facts, _ *Choices) { mark(f) }
}

func rests(on ...policy.Basis) fact {
	return func(q *Question, _ *Facts, _ *Choices) { q.Purpose.Basis = on }
}

func lastContact(day string) fact {
	return known(func(f *Facts) { f.LastContact = policy.MustDate(day) })
}

func screened(day string) fact {
	return known(func(f *Facts) { f.Screened = policy.MustDate(day) })
}

func chose(p Point, mode, on string) fact {
	return func(_ *Question, _ *Facts, c *Choices) {
		*c = append(*c, Choice{Point: p, Mode: mode, By: "direction", On: policy.MustDate(on)})
	}
}

// agreed is a consent to the purpose by the channels, complete in everything.
func agreed(when string, goods Goods, channels ...Channel) Consent {
	given := policy.DateOf(at(when), at(when).Location())
	return Consent{ID: "consent-1", At: at(when), Scope: Scope{channels, []policy.PurposeID{"sales"}}, Goods: []Goods{goods},
		Until: given.Add(policy.Years(1)), Notice: "sha256:01", Proof: "sha256:02"}
}

func consent(c Consent) fact { return known(func(f *Facts) { f.Consents = append(f.Consents, c) }) }

// without is a consent from which something is missing or in which it differs.
func without(c Consent, change func(*Consent)) fact {
	change(&c)
	return consent(c)
}

func contract(from, to string, about ...Goods) fact {
	c := Contract{ID: "contract-1", From: policy.MustDate(from), About: about}
	if to != "" {
		c.To = policy.MustDate(to)
	}
	return known(func(f *Facts) { f.Contracts = append(f.Contracts, c) })
}

func request(when string, about ...Goods) fact {
	r := Request{ID: "request-1", At: at(when), About: about, Proof: "sha256:03"}
	return known(func(f *Facts) { f.Requests = append(f.Requests, r) })
}

func objection(when string, everything bool, channels ...Channel) fact {
	o := Objection{ID: "objection-1", At: at(when), Scope: Scope{Channels: channels}, Everything: everything}
	return known(func(f *Facts) { f.Objections = append(f.Objections, o) })
}

func withdrawal(when string, spoken bool, channels ...Channel) fact {
	w := Withdrawal{ID: "withdrawal-1", At: at(when), Scope: Scope{Channels: channels}, Spoken: spoken}
	return known(func(f *Facts) { f.Withdrawals = append(f.Withdrawals, w) })
}

func contact(when string, ch Channel, o Outcome) fact {
	r := Record{ID: "contact-1", Kind: Reached, At: at(when), Channel: ch, Outcome: o}
	return known(func(f *Facts) { f.add(r, policy.Date{}) })
}

// tried is as many unanswered calls at noon of the days.
func tried(days ...string) fact {
	return func(q *Question, f *Facts, c *Choices) {
		for _, d := range days {
			contact(d+" 12:00", Call, Unanswered)(q, f, c)
		}
	}
}

func slot(when, proof string) fact {
	return known(func(f *Facts) { f.Slots = append(f.Slots, Slot{"slot-1", at(when), proof}) })
}

func sale(day string, goods Goods, told, free Truth) fact {
	s := Sale{ID: "sale-1", At: policy.MustDate(day), Goods: []Goods{goods}, Told: told, Free: free}
	return known(func(f *Facts) { f.Sales = append(f.Sales, s) })
}
