// Package law is for what the law says on a given day: legal periods, deadlines, bans and
// lists as dated values, each with its source and how certain it is; and the days on which
// nobody works, with the arithmetic of deadlines (Regulation 1182/71).
//
// The values are data, in fr.yaml, which a lawyer can read, correct and extend. A program
// asks the pack for the values of a day, so that yesterday's answer can be given again and
// tomorrow's can be seen today.
package law

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

//go:embed fr.yaml
var french []byte

// Certainty says how firm a legal value is.
type Certainty string

// The three degrees: Settled is written in a text in force or applied without dispute;
// Contested is disputed before courts or among authorities; OurReading is how Garant reads
// texts that are silent or that were not seen in full.
const (
	Settled    Certainty = "settled"
	Contested  Certainty = "contested"
	OurReading Certainty = "our reading"
)

// French returns the name of the degree as French readers see it.
func (c Certainty) French() string {
	switch c {
	case Contested:
		return "droit discuté"
	case OurReading:
		return "notre lecture"
	}
	return "droit établi"
}

// Entry is one legal value between two days.
type Entry struct {
	// ID names what is regulated, such as answer.period; several entries of one ID follow
	// each other in time and never overlap.
	ID string
	// Values are the words written as value; most entries have one.
	Values []string
	// From is the first day it holds, To the last; a zero To is open.
	From, To  policy.Date
	Source    string
	Certainty Certainty
	// Note explains, in French.
	Note string
}

// InFrench writes values for people who read French: periods in their language, other words as
// they are.
func InFrench(values []string) []string {
	out := slices.Clone(values)
	for i, v := range out {
		if p, err := policy.ParsePeriod(v); err == nil {
			out[i] = p.French()
		}
	}
	return out
}

// holds reports whether the entry is law on the day.
func (e Entry) holds(day policy.Date) bool {
	return !day.Before(e.From) && (e.To.IsZero() || !day.After(e.To))
}

// Pack is a country's law as Garant knows it. It is not changed once loaded, and may be used
// by several goroutines.
type Pack struct {
	// Version names the pack, such as fr-2026-11; every answer that rests on it repeats it.
	Version string
	Entries []Entry
}

// French returns the pack of French law that the program carries.
func French() (Pack, error) { return Load("law/fr.yaml", french) }

// On returns the values that hold on a day.
func (p Pack) On(day policy.Date) Values {
	v := Values{Version: p.Version, Day: day, entries: map[string]Entry{}}
	for _, e := range p.Entries {
		if e.holds(day) {
			v.entries[e.ID] = e
		}
	}
	return v
}

// IDs returns what the pack regulates on some day, in order, each once.
func (p Pack) IDs() []string {
	var ids []string
	for _, e := range p.Entries {
		ids = append(ids, e.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Changes returns, in order, the days on which the law is another one than the day before.
func (p Pack) Changes() []policy.Date {
	var days []policy.Date
	for _, e := range p.Entries {
		days = append(days, e.From)
		if !e.To.IsZero() {
			days = append(days, plusDays(e.To, 1))
		}
	}
	slices.SortFunc(days, policy.Date.Compare)
	return slices.Compact(days)
}

// ErrSilent says that the law has no such value on the day asked.
var ErrSilent = errors.New("the law says nothing on that day")

// Values are the law of one day.
type Values struct {
	Version string
	Day     policy.Date
	entries map[string]Entry
}

// Entry returns what the law says, and whether it says anything.
func (v Values) Entry(id string) (Entry, bool) {
	e, ok := v.entries[id]
	return e, ok
}

// Has reports whether the law says anything about id on that day.
func (v Values) Has(id string) bool { return v.entries[id].ID != "" }

// Period returns a value that is a calendar length.
func (v Values) Period(id string) (policy.Period, error) {
	s, err := v.one(id)
	if err != nil {
		return policy.Period{}, err
	}
	p, err := policy.ParsePeriod(s)
	if err != nil {
		return policy.Period{}, fmt.Errorf("law %s: %w", id, err)
	}
	return p, nil
}

// Int returns a value that is a whole number: of hours, of years of age, of calls.
func (v Values) Int(id string) (int, error) {
	s, err := v.one(id)
	if err != nil {
		return 0, err
	}
	var n int
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil {
		return 0, fmt.Errorf("law %s: %q is not a number", id, s)
	}
	return n, nil
}

// List returns a value that is a list, such as the countries with an adequacy decision;
// empty where the law is silent.
func (v Values) List(id string) []string { return slices.Clone(v.entries[id].Values) }

func (v Values) one(id string) (string, error) {
	e, ok := v.entries[id]
	if !ok {
		return "", fmt.Errorf("law %s: %w", id, ErrSilent)
	}
	return e.Values[0], nil
}
