package api

import (
	"errors"
	"net/http"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// Cases is where what people ask is opened and followed.
type Cases struct {
	Desk rights.Desk
	// Owner is the role that answers for what comes in here; it may be empty.
	Owner string
}

// wanted is what a person asks, as it is sent.
type wanted struct {
	Right     rights.Right       `json:"right"`
	Person    map[string]string  `json:"person"`
	Name      string             `json:"name"`
	Via       rights.Channel     `json:"via"`
	Received  policy.Date        `json:"received"`
	Says      string             `json:"says"`
	Purposes  []policy.PurposeID `json:"purposes"`
	Marketing bool               `json:"marketing"`
	Language  rights.Language    `json:"language"`
}

// caseView is a case as programs see it: how it stands and by when to answer, nothing of the
// person.
type caseView struct {
	ID       string         `json:"id"`
	Right    rights.Right   `json:"right"`
	State    rights.State   `json:"state"`
	Via      rights.Channel `json:"via"`
	Received policy.Date    `json:"received"`
	Extended bool           `json:"extended"`
	Due      dueView        `json:"due"`
	Steps    []stepView     `json:"steps"`
}

// dueView is by when to answer: Target by the calendar alone, Limit the last lawful day.
type dueView struct {
	Target   policy.Date     `json:"target"`
	Limit    policy.Date     `json:"limit"`
	Left     int             `json:"left"`
	Standing rights.Standing `json:"standing"`
}

type stepView struct {
	Day  policy.Date `json:"day"`
	What rights.Act  `json:"what"`
}

func (s *Service) today() policy.Date {
	return policy.DateOf(s.o.Clock(), s.o.Cases.Desk.Zone)
}

func (s *Service) caseView(c rights.Case) (caseView, error) {
	d, err := s.o.Cases.Desk.Clock.Of(c, s.today())
	v := caseView{c.ID, c.Right, c.State, c.Via, c.Received, c.Extended, dueView{d.Target, d.Limit, d.Left, d.Standing}, []stepView{}}
	for _, x := range c.Steps {
		v.Steps = append(v.Steps, stepView{x.Day, x.What})
	}
	return v, err
}

// open opens what a person asks: 201; 200 with the open case when the same person asks the same
// already. The answer is the same whether the person is known or not.
func (s *Service) open(w http.ResponseWriter, r *http.Request, g Grant) error {
	var x wanted
	if err := read(w, r, &x); err != nil {
		return err
	}
	for _, id := range x.Purposes {
		if !slices.ContainsFunc(s.desk.Policy.Purposes, func(p policy.Purpose) bool { return p.ID == id }) {
			return consent.ErrInquiry{Err: errors.New("purposes: the policy has no such purpose")}
		}
	}
	k := rights.Case{Right: x.Right, Via: x.Via, Received: x.Received, Owner: s.o.Cases.Owner, Purposes: x.Purposes, Marketing: x.Marketing, Language: x.Language,
		Person: rights.Person{Identifiers: x.Person, Name: x.Name, Said: x.Says}}
	if k.Via == "" {
		k.Via = rights.ByForm
	}
	if k.Received.IsZero() {
		k.Received = s.today()
	}
	status := http.StatusCreated
	k, err := s.o.Cases.Desk.Open(r.Context(), k, rights.Signed{By: g.Name, Now: s.o.Clock()})
	var again *rights.Repeat
	if errors.As(err, &again) {
		status = http.StatusOK
		k, err = s.find(r, again.Of)
	}
	if err != nil {
		return err
	}
	v, err := s.caseView(k)
	if err != nil {
		return err
	}
	return write(w, status, v)
}

// find returns a case, or ErrNothing.
func (s *Service) find(r *http.Request, id string) (rights.Case, error) {
	all, err := s.o.Cases.Desk.Memory.Cases(r.Context())
	if err != nil {
		return rights.Case{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return rights.Case{}, ErrNothing
}

func (s *Service) request(w http.ResponseWriter, r *http.Request, _ Grant) error {
	k, err := s.find(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	v, err := s.caseView(k)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, v)
}

// requests lists what is not decided yet, oldest first; with all=true, everything.
func (s *Service) requests(w http.ResponseWriter, r *http.Request, _ Grant) error {
	all, err := s.o.Cases.Desk.Memory.Cases(r.Context())
	if err != nil {
		return err
	}
	out := []caseView{}
	for _, c := range all {
		if c.State.Decided() && r.URL.Query().Get("all") != "true" {
			continue
		}
		v, err := s.caseView(c)
		if err != nil {
			return err
		}
		out = append(out, v)
	}
	return write(w, http.StatusOK, map[string][]caseView{"requests": out})
}
