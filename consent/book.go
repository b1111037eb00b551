package consent

import (
	"fmt"
	"sort"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Book is a law pack made ready for many questions: the rules of each stretch of days on
// which the law stays the same. It is not changed once made, and may be used by several
// goroutines.
type Book struct {
	version   string
	stretches []stretch
	calendars map[law.Territory]law.Calendar
	zones     map[law.Territory]*time.Location
}

// stretch is the law from a day until the next stretch begins.
type stretch struct {
	from   policy.Date
	values law.Values
	// regime is "" before there was any, opposition or consent.
	regime string
	// phoneBan and messageBan are the goods that may not be offered.
	phoneBan, messageBan map[Goods]bool
	hours                []law.Span
	attempts             int
	window               policy.Period
	silence, consentMax  policy.Period
	prospect             policy.Period
	callbackDays         int
	callbackHours        int
	screenDays           int
	slotMinutes          int
}

// NewBook reads the pack once. It fails on a pack whose values are not of their kind.
func NewBook(p law.Pack) (*Book, error) {
	b := &Book{version: p.Version, calendars: map[law.Territory]law.Calendar{}, zones: map[law.Territory]*time.Location{}}
	for _, day := range p.Changes() {
		s, err := readStretch(p.On(day))
		if err != nil {
			return nil, err
		}
		b.stretches = append(b.stretches, s)
	}
	for _, t := range law.Territories() {
		var err error
		if b.calendars[t], err = p.Calendar(t); err != nil {
			return nil, err
		}
		if b.zones[t], err = t.Zone(); err != nil {
			return nil, fmt.Errorf("find the clock of %s: %w", t, err)
		}
	}
	return b, nil
}

// Version returns the version of the pack.
func (b *Book) Version() string { return b.version }

func readStretch(v law.Values) (stretch, error) {
	r := reader{v: v}
	s := stretch{
		from: v.Day, values: v,
		phoneBan: ban(v, "sector.ban.phone"), messageBan: ban(v, "sector.ban.messages"),
		attempts: r.number("phone.attempts"), window: r.period("phone.attempts.window"),
		silence: r.period("phone.refusal.silence"), consentMax: r.period("phone.consent.max"), prospect: r.period("retention.prospect"),
		callbackDays: r.number("phone.callback.days"), callbackHours: r.number("phone.callback.hours"),
		screenDays: r.number("phone.opposition.days"), slotMinutes: r.number("phone.slot.minutes"), hours: r.spans("phone.hours"),
	}
	for _, word := range v.List("phone.regime") {
		s.regime = word
	}
	return s, r.err
}

func ban(v law.Values, id string) map[Goods]bool {
	goods := map[Goods]bool{}
	for _, g := range v.List(id) {
		goods[Goods(g)] = true
	}
	return goods
}

// reader reads values that may be silent, and keeps the first error.
type reader struct {
	v   law.Values
	err error
}

func (r *reader) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) number(id string) int {
	if !r.v.Has(id) {
		return 0
	}
	n, err := r.v.Int(id)
	r.keep(err)
	return n
}

func (r *reader) period(id string) policy.Period {
	if !r.v.Has(id) {
		return policy.Period{}
	}
	p, err := r.v.Period(id)
	r.keep(err)
	return p
}

func (r *reader) spans(id string) []law.Span {
	if !r.v.Has(id) {
		return nil
	}
	spans, err := r.v.Spans(id)
	r.keep(err)
	return spans
}

// on returns the law of a day; that of a day before any is the empty one.
func (b *Book) on(day policy.Date) *stretch {
	i := sort.Search(len(b.stretches), func(i int) bool { return b.stretches[i].from.After(day) })
	if i == 0 {
		return &stretch{}
	}
	return &b.stretches[i-1]
}
