package law

import (
	"fmt"
	"strings"
	"time"
)

// zones names the clock of each territory.
var zones = map[Territory]string{
	Metropole: "Europe/Paris", AlsaceMoselle: "Europe/Paris", Guadeloupe: "America/Guadeloupe", Guyane: "America/Cayenne",
	Martinique: "America/Martinique", Mayotte: "Indian/Mayotte", Reunion: "Indian/Reunion",
	SaintBarthelemy: "America/St_Barthelemy", SaintMartin: "America/Marigot",
}

// Zone returns the clock that people read in the territory.
func (t Territory) Zone() (*time.Location, error) {
	name, ok := zones[t]
	if !ok {
		return nil, fmt.Errorf("no territory is called %q", t)
	}
	return time.LoadLocation(name)
}

// postcodes are the beginnings of the postcodes of each territory, the longer first.
var postcodes = []struct {
	begins string
	place  Territory
}{
	{"97133", SaintBarthelemy}, {"97150", SaintMartin}, {"971", Guadeloupe}, {"972", Martinique}, {"973", Guyane},
	{"974", Reunion}, {"976", Mayotte}, {"977", SaintBarthelemy}, {"978", SaintMartin},
	{"57", AlsaceMoselle}, {"67", AlsaceMoselle}, {"68", AlsaceMoselle},
}

// PlaceOf returns the territory of a French postcode, and whether it is one that the pack
// knows: Saint-Pierre-et-Miquelon and the Pacific have other holidays and are not.
func PlaceOf(postcode string) (Territory, bool) {
	if len(postcode) != 5 || strings.Trim(postcode, "0123456789") != "" {
		return "", false
	}
	for _, p := range postcodes {
		if strings.HasPrefix(postcode, p.begins) {
			return p.place, true
		}
	}
	known := !strings.HasPrefix(postcode, "96") && postcode >= "01000" && !strings.HasPrefix(postcode, "97") && !strings.HasPrefix(postcode, "98") && !strings.HasPrefix(postcode, "99")
	if !known {
		return "", false
	}
	return Metropole, true
}

// Span is a part of a day, in minutes from its midnight; To is the first minute outside.
type Span struct{ From, To int }

// Spans returns a value that is a list of hours, such as "10:00-13:00".
func (v Values) Spans(id string) ([]Span, error) {
	if _, err := v.one(id); err != nil {
		return nil, err
	}
	var spans []Span
	for _, s := range v.List(id) {
		from, to, _ := strings.Cut(s, "-")
		a, err1 := time.Parse("15:04", from)
		b, err2 := time.Parse("15:04", to)
		if err1 != nil || err2 != nil || !a.Before(b) {
			return nil, fmt.Errorf("law %s: %q is no part of a day", id, s)
		}
		spans = append(spans, Span{a.Hour()*60 + a.Minute(), b.Hour()*60 + b.Minute()})
	}
	return spans, nil
}
