package console

import (
	"net/http"

	"github.com/garant-rgpd/garant/policy"
)

// processingScreen is the register of article 30, made from the policy and the binding: what
// is done with data, on which ground, for how long, and where they are. It prints.
type processingScreen struct {
	page
	Look     *Look
	Purposes []purposeView
}

type purposeView struct {
	policy.Purpose
	Rules        []*detail
	People, Data []string
	Places       []Seat
}

func (c *Console) processing(w http.ResponseWriter, r *http.Request, v visit) error {
	s := processingScreen{page: c.page(r, v, "Registre des traitements", "Record of processing")}
	now := c.watch.seen()
	if s.Look = now.look; s.Look == nil {
		s.Refresh = 2
		return c.show(w, "processing", http.StatusOK, s)
	}
	b := newBook(now, s.page)
	for _, pu := range s.Look.Policy.Purposes {
		out := purposeView{Purpose: pu, People: titles(s.Look.Policy.People, pu.People), Data: titles(s.Look.Policy.Data, pu.Data)}
		there := map[Seat]bool{}
		for _, rule := range pu.Rules {
			out.Rules = append(out.Rules, b.detail(rule.ID))
			for _, seat := range s.Look.Seats[rule.ID] {
				if !there[seat] {
					there[seat] = true
					out.Places = append(out.Places, seat)
				}
			}
		}
		s.Purposes = append(s.Purposes, out)
	}
	return c.show(w, "processing", http.StatusOK, s)
}
