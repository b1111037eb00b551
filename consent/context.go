package consent

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Context is what the asker says of the question or the person, by key. It is the asker's
// word: an answer that rests on it names the key among its proofs where it is a contract.
type Context map[string]string

// contexts are what an asker may say: each key with what it does.
var contexts = map[string]func(v string, q *Question, f *Facts) error{
	"use": func(v string, q *Question, _ *Facts) error {
		return oneOf(v, &q.Purpose.Use, Prospecting, Service, Other)
	},
	"goods":        func(v string, q *Question, _ *Facts) error { return oneOf(v, &q.Purpose.Goods, AllGoods()...) },
	"kind":         func(v string, _ *Question, f *Facts) error { return oneOf(v, &f.Kind, Consumer, Business, Mailbox) },
	"place":        func(v string, _ *Question, f *Facts) error { return oneOf(v, &f.Place, law.Territories()...) },
	"postcode":     postcode,
	"partner":      func(v string, q *Question, _ *Facts) error { return word(v, &q.Partner) },
	"caller":       shown,
	"offers":       func(v string, q *Question, _ *Facts) error { return truth(v, func(t Truth) { q.Offers = t == Yes }) },
	"related":      func(v string, q *Question, _ *Facts) error { return truth(v, func(t Truth) { q.Related = t }) },
	"informed":     func(v string, _ *Question, f *Facts) error { return truth(v, func(t Truth) { f.Informed = t }) },
	"bought":       func(v string, _ *Question, f *Facts) error { return truth(v, func(t Truth) { f.Bought = t == Yes }) },
	"contract":     ongoing,
	"last_contact": func(v string, _ *Question, f *Facts) error { return latest(v, &f.LastContact) },
	"screened":     func(v string, _ *Question, f *Facts) error { return latest(v, &f.Screened) },
}

// ContextKeys lists the keys, in order.
func ContextKeys() []string { return slices.Sorted(maps.Keys(contexts)) }

// apply puts the context into the question and the facts: the goods first, which a contract
// is about. Errors name the key and never the value.
func (c Context) apply(q *Question, f *Facts) error {
	if g, ok := c["goods"]; ok {
		if err := contexts["goods"](g, q, f); err != nil {
			return fmt.Errorf("context goods: %w", err)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c)) {
		set, ok := contexts[key]
		if !ok {
			return fmt.Errorf("context has no key %q; there are %s", key, strings.Join(ContextKeys(), ", "))
		}
		if err := set(c[key], q, f); err != nil {
			return fmt.Errorf("context %s: %w", key, err)
		}
	}
	return nil
}

func oneOf[T ~string](v string, to *T, among ...T) error {
	if !slices.Contains(among, T(v)) {
		return fmt.Errorf("write one of %q", among)
	}
	*to = T(v)
	return nil
}

func word(v string, to *string) error {
	if !wordForm.MatchString(v) {
		return fmt.Errorf("write a short name")
	}
	*to = v
	return nil
}

// shown reads the number that is shown, or that none is: what is neither would pass for a
// number that is shown.
func shown(v string, q *Question, _ *Facts) error {
	switch n := len(digits(v)); {
	case slices.Contains([]string{Masked, "masqué", "masque"}, strings.ToLower(v)):
		q.Caller = Masked
	case n < 4 || n > 15:
		return fmt.Errorf("write the number that is shown, or %s", Masked)
	default:
		q.Caller = v
	}
	return nil
}

func truth(v string, set func(Truth)) error {
	switch v {
	case "yes", "oui":
		set(Yes)
	case "no", "non":
		set(No)
	default:
		return fmt.Errorf("write yes or no")
	}
	return nil
}

func postcode(v string, _ *Question, f *Facts) error {
	place, ok := law.PlaceOf(v)
	if !ok {
		return fmt.Errorf("it is no postcode whose calling hours are known")
	}
	f.Place = place
	return nil
}

// latest keeps the later of two days.
func latest(v string, to *policy.Date) error {
	d, err := policy.ParseDate(v)
	if err == nil && d.After(*to) {
		*to = d
	}
	return err
}

// ongoing is a contract in force that the asker vouches for, about the goods of the purpose.
func ongoing(v string, q *Question, f *Facts) error {
	return truth(v, func(t Truth) {
		if t == Yes {
			day := policy.DateOf(q.At, q.At.Location())
			f.Contracts = append(f.Contracts, Contract{ID: "context:contract", From: day.Add(policy.Days(-1)), About: []Goods{q.Purpose.Goods}})
		}
	})
}
