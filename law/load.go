package law

import (
	"errors"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy/file"
)

// Load reads a pack from src, the content of the file called name. Everything wrong with it
// is said at once, each with its line and column.
func Load(name string, src []byte) (Pack, error) {
	r := file.NewReader(name, src)
	var p Pack
	if root := r.Root(); root != nil {
		f := root.Fields("a law pack", "version", "entries")
		f.Need(root, "a law pack", "version", "entries")
		p.Version = f["version"].Text()
		l := loader{seen: map[string][]placed{}}
		for _, n := range f["entries"].Items() {
			p.Entries = append(p.Entries, l.entry(n))
		}
	}
	var errs []error
	for _, pr := range r.Problems() {
		errs = append(errs, pr)
	}
	if len(errs) > 0 {
		return Pack{}, errors.Join(errs...)
	}
	return p, nil
}

// loader remembers the entries of each id, to find those that overlap.
type loader struct{ seen map[string][]placed }

type placed struct {
	entry Entry
	node  *file.Node
}

func (l *loader) entry(n *file.Node) Entry {
	const what = "an entry of a law pack"
	f := n.Fields(what, "id", "value", "valid_from", "valid_to", "source", "certainty", "note")
	f.Need(n, what, "id", "value", "valid_from", "source", "certainty")
	e := Entry{ID: f["id"].Text(), From: f["valid_from"].Day(), To: f["valid_to"].Day(), Source: f["source"].Text(), Note: f["note"].Text()}
	e.Certainty = Certainty(f["certainty"].Choice("unknown-certainty", "certainty", string(Settled), string(Contested), string(OurReading)))
	for _, v := range f["value"].Each() {
		e.Values = append(e.Values, v.Text())
	}
	if !e.To.IsZero() && e.To.Before(e.From) {
		f["valid_to"].Error("ends-before-it-begins", fmt.Sprintf("%s ends on %s, before it begins", e.ID, e.To), "")
	}
	for _, other := range l.seen[e.ID] {
		if overlap(e, other.entry) {
			n.Error("overlap", fmt.Sprintf("two entries say what %s is on the same day", e.ID), "end one with valid_to on the day before the other begins")
		}
	}
	l.seen[e.ID] = append(l.seen[e.ID], placed{e, n})
	return e
}

// overlap reports whether some day belongs to both.
func overlap(a, b Entry) bool {
	return (a.To.IsZero() || !b.From.After(a.To)) && (b.To.IsZero() || !a.From.After(b.To))
}

// Territory is a part of France with public holidays of its own.
type Territory string

// The territories; Metropole is everything that is not named apart.
const (
	Metropole       Territory = "metropole"
	AlsaceMoselle   Territory = "alsace-moselle"
	Guadeloupe      Territory = "guadeloupe"
	Guyane          Territory = "guyane"
	Martinique      Territory = "martinique"
	Mayotte         Territory = "mayotte"
	Reunion         Territory = "reunion"
	SaintBarthelemy Territory = "saint-barthelemy"
	SaintMartin     Territory = "saint-martin"
)

// Territories lists them all.
func Territories() []Territory {
	return []Territory{Metropole, AlsaceMoselle, Guadeloupe, Guyane, Martinique, Mayotte, Reunion, SaintBarthelemy, SaintMartin}
}

// Calendar returns the working days of a territory. It fails on a territory that is not
// known, and on a pack whose holidays cannot be read.
func (p Pack) Calendar(t Territory) (Calendar, error) {
	if !slices.Contains(Territories(), t) {
		return Calendar{}, fmt.Errorf("no territory is called %q", t)
	}
	c := Calendar{}
	for _, e := range p.Entries {
		if e.ID != "holidays.national" && e.ID != "holidays."+string(t) {
			continue
		}
		for _, v := range e.Values {
			h, err := parseHoliday(v)
			if err != nil {
				return Calendar{}, fmt.Errorf("law %s: %w", e.ID, err)
			}
			c.days = append(c.days, dated{h, e})
		}
	}
	return c, nil
}
