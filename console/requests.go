package console

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// Clerk keeps what people ask. What it will not do, it refuses with a *Refusal.
type Clerk interface {
	// Requests returns every request, oldest first.
	Requests(ctx context.Context) ([]Request, error)
	// Request returns one; ErrNoRequest when there is none of that name.
	Request(ctx context.Context, id string) (Request, error)
	// Open opens a request in the name of by, and returns its name. It looks nothing up.
	Open(ctx context.Context, c rights.Case, by string) (string, error)
}

// ErrNoRequest says that there is no request of a name.
var ErrNoRequest = errors.New("no such request")

// Request is what somebody asked, with what its clock says today.
type Request struct {
	rights.Case
	Due rights.Due
}

// rank puts the most urgent first and the answered last.
func (r Request) rank() int {
	if r.Due.Standing == rights.Over {
		return 1 << 20
	}
	return r.Due.Left
}

// requestsScreen lists what people asked, the most urgent first, or as a board by state.
type requestsScreen struct {
	page
	Requests []Request
	Board    []boardColumn
	All      bool
	// Open counts those without an answer, Late those past the limit, Soon those near it.
	Open, Late, Soon int64
	Form             requestForm
	Refused          string
	// Kinds are the ways to know a person that the form asks for.
	Rights    []rights.Right
	Channels  []rights.Channel
	Languages []rights.Language
}

// boardColumn is a stage of the work with the requests that stand there.
type boardColumn struct {
	Title    string
	Requests []Request
}

// requestForm is what somebody wrote to open a request.
type requestForm struct {
	Right, Via, Received, Language                  string
	Email, Phone, Number, Name, Said, Agent, Parent string
	Marketing                                       bool
}

func (c *Console) requests(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.showRequests(w, r, v, requestForm{Right: r.URL.Query().Get("droit")}, "")
}

func (c *Console) showRequests(w http.ResponseWriter, r *http.Request, v visit, f requestForm, refused string) error {
	s := requestsScreen{page: c.page(r, v, "Demandes", "Requests"), All: r.URL.Query().Has("toutes"), Form: f, Refused: refused, Rights: rights.Rights(), Channels: rights.Channels(), Languages: rights.Languages()}
	all, err := c.company.Requests(r.Context())
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b Request) int { return a.rank() - b.rank() })
	for _, x := range all {
		s.count(x)
		if s.All || !x.State.Decided() {
			s.Requests = append(s.Requests, x)
		}
	}
	if r.URL.Query().Get("vue") == "tableau" {
		s.Board = s.board(all)
	}
	status := http.StatusOK
	if refused != "" {
		status = http.StatusConflict
	}
	return c.show(w, "requests", status, s)
}

func (s *requestsScreen) count(x Request) {
	if x.State.Decided() {
		return
	}
	s.Open++
	switch x.Due.Standing {
	case rights.Overdue:
		s.Late++
	case rights.Soon:
		s.Soon++
	}
}

// board puts the requests under the stage of the work that they have reached; those that are
// closed have left it.
func (s *requestsScreen) board(all []Request) []boardColumn {
	stages := []struct {
		title  string
		states []rights.State
	}{
		{s.Say("Savoir qui demande", "Know who asks"), []rights.State{rights.Received, rights.Identity}},
		{s.Say("Chercher", "Look"), []rights.State{rights.Searching, rights.Incomplete}},
		{s.Say("Faire et répondre", "Do and answer"), []rights.State{rights.Review}},
		{s.Say("Prévenir et clore", "Tell and close"), []rights.State{rights.Answered, rights.Partly, rights.Refused, rights.Notified}},
	}
	out := make([]boardColumn, len(stages))
	for i, st := range stages {
		out[i].Title = st.title
		for _, x := range all {
			if slices.Contains(st.states, x.State) {
				out[i].Requests = append(out[i].Requests, x)
			}
		}
	}
	return out
}

// open opens a request. Its answer is the same whether the person is known or not.
func (c *Console) open(w http.ResponseWriter, r *http.Request, v visit) error {
	p := c.page(r, v, "", "")
	f := requestForm{
		Right: field(r, "right"), Via: field(r, "via"), Received: field(r, "received"), Language: field(r, "language"), Email: field(r, "email"), Phone: field(r, "phone"), Number: field(r, "number"),
		Name: field(r, "person"), Said: field(r, "said"), Agent: field(r, "agent"), Parent: field(r, "parent"), Marketing: r.PostFormValue("marketing") != "",
	}
	k, err := f.request(p.Today)
	if err != nil {
		return c.showRequests(w, r, v, f, p.Say("Le jour d’arrivée s’écrit 2026-11-30.", "Write the day it arrived as 2026-11-30."))
	}
	id, err := c.company.Open(r.Context(), k, signature(r, v))
	var no *Refusal
	if errors.As(err, &no) {
		return c.showRequests(w, r, v, f, p.Say(no.FR, no.EN))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/demandes/"+id, http.StatusSeeOther)
	return nil
}

// request is the request that the form describes.
func (f requestForm) request(today policy.Date) (rights.Case, error) {
	k := rights.Case{Right: rights.Right(f.Right), Via: rights.Channel(f.Via), Language: rights.Language(f.Language), Received: today, Marketing: f.Marketing && rights.Right(f.Right) == rights.Objection,
		Person: rights.Person{Identifiers: map[string]string{}, Name: f.Name, Said: f.Said, Agent: f.Agent, Guardian: f.Parent}}
	for kind, value := range map[string]string{"email": f.Email, "phone": f.Phone, "id": f.Number} {
		if value != "" {
			k.Person.Identifiers[kind] = value
		}
	}
	var err error
	if f.Received != "" {
		k.Received, err = policy.ParseDate(f.Received)
	}
	return k, err
}
