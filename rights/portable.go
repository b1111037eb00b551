package rights

import (
	_ "embed"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// PortableSchema is the JSON Schema of Portable, which is handed over with it.
//
//go:embed templates/portable.schema.json
var PortableSchema []byte

// Portable is what a person takes along (article 20 GDPR): what is held with their consent or
// under a contract with them.
type Portable struct {
	Version int              `json:"version"`
	Request string           `json:"request"`
	Made    policy.Date      `json:"made"`
	From    string           `json:"from"`
	Records []PortableRecord `json:"records"`
}

// PortableRecord is one record of it.
type PortableRecord struct {
	Dataset  string             `json:"dataset"`
	Record   string             `json:"record"`
	Category policy.Category    `json:"category"`
	Basis    []policy.Basis     `json:"basis"`
	Purposes []policy.PurposeID `json:"purposes"`
	Values   map[string]any     `json:"values"`
}

// Portable is the part of the dossier that may be taken along: the groups that a living claim
// under consent or contract holds. What the company noted by itself stands in groups of other
// bases; a field of its own in such a group is left out with LeaveOut.
func (d Dossier) Portable() Portable {
	out := Portable{Version: 1, Request: d.Request, Made: d.Made, From: d.Controller.Name, Records: []PortableRecord{}}
	for _, it := range d.Items {
		for _, g := range it.Groups {
			if r, ok := portable(it, g); ok {
				out.Records = append(out.Records, r)
			}
		}
	}
	return out
}

func portable(it Item, g ItemGroup) (PortableRecord, bool) {
	r := PortableRecord{Dataset: it.Dataset, Record: it.Record, Category: g.Category, Values: map[string]any{}}
	for _, c := range g.Claims {
		for _, b := range c.Basis {
			if c.Lives && slices.Contains([]policy.Basis{policy.Consent, policy.Contract, policy.Precontract}, b) {
				r.Basis, r.Purposes = append(r.Basis, b), append(r.Purposes, c.Purpose)
			}
		}
	}
	for _, v := range g.Values {
		if v.Value != theirsOnly {
			r.Values[v.Name] = v.Value
		}
	}
	return r, len(r.Basis) > 0 && len(r.Values) > 0
}
