package collect

import (
	"cmp"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Phase is when a look at a site took place.
type Phase string

// The phases: before any choice, after a refusal of everything, after an agreement to it.
const (
	Before  Phase = "before"
	Refused Phase = "refused"
	Agreed  Phase = "agreed"
)

// Phases lists the phases in their order.
func Phases() []Phase { return []Phase{Before, Refused, Agreed} }

// SightingKind is what was seen.
type SightingKind string

// The kinds of sightings: a cookie, an entry in the browser's storage, a request to a third
// party.
const (
	SeenCookie  SightingKind = "cookie"
	SeenStorage SightingKind = "storage"
	SeenRequest SightingKind = "request"
)

// Sighting is one thing that a site did. It holds names and hosts alone: a value may tell who
// a visitor is.
type Sighting struct {
	Phase Phase        `json:"phase"`
	Kind  SightingKind `json:"kind"`
	// Name is the name of the cookie or entry; of a request, the host.
	Name string `json:"name"`
	// Host is whose it is.
	Host string `json:"host"`
	// Until is when a cookie ends; zero for one that ends with the visit.
	Until time.Time `json:"until,omitzero"`
}

// Verdict is what is to be thought of a sighting.
type Verdict string

// The verdicts. Early is what waits for a consent and did not; Longer a cookie that lives
// longer than the policy says.
const (
	Declared   Verdict = "declared"
	Undeclared Verdict = "undeclared"
	Early      Verdict = "early"
	Longer     Verdict = "longer"
)

// Judged is a sighting with what is to be thought of it.
type Judged struct {
	Sighting
	Verdict Verdict `json:"verdict"`
	// Owner is who declared it; empty when nobody did.
	Owner Owner `json:"owner,omitzero"`
}

// Judge holds what was seen on a day against what the site declares: the worst first, then by
// phase, kind and name. What is undeclared or early in one phase is so once in the list for
// each phase it was seen in.
func (s Site) Judge(seen []Sighting, today policy.Date, zone *time.Location) []Judged {
	out := make([]Judged, 0, len(seen))
	for _, x := range seen {
		j := Judged{Sighting: x}
		var ok bool
		if x.Kind == SeenRequest {
			j.Owner, ok = s.OwnerOfHost(x.Host)
		} else {
			j.Owner, ok = s.OwnerOf(x.Name)
		}
		j.Verdict = s.verdict(j, ok, policy.DateOf(x.Until, zone), today)
		out = append(out, j)
	}
	slices.SortStableFunc(out, func(a, b Judged) int {
		return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), cmp.Compare(slices.Index(Phases(), a.Phase), slices.Index(Phases(), b.Phase)),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func (s Site) verdict(j Judged, known bool, until, today policy.Date) Verdict {
	switch {
	case !known:
		return Undeclared
	case j.Owner.Consent && j.Phase != Agreed:
		return Early
	}
	p, ok := s.Purpose(j.Owner.Purpose)
	if ok && !p.Keep.IsZero() && !j.Until.IsZero() && until.After(today.Add(p.Keep)) {
		return Longer
	}
	return Declared
}

func rank(v Verdict) int { return slices.Index([]Verdict{Early, Undeclared, Longer, Declared}, v) }
