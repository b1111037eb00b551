package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// Holder places and lifts holds.
type Holder interface {
	// Holds returns every hold there ever was, the lifted ones included, oldest first.
	Holds(ctx context.Context) ([]retention.Hold, error)
	// Hold places a hold on records of a dataset, named by their keys as people write them.
	// What does not hold anything is a *Refusal.
	Hold(ctx context.Context, h retention.Hold, keys []string) error
	// Lift ends a hold. It deletes nothing. One that is not there is a *Refusal.
	Lift(ctx context.Context, id, by string) error
}

// holdsScreen is what is kept from being erased, whatever was promised.
type holdsScreen struct {
	page
	Active, Lifted []retention.Hold
	Datasets       []Seat
	Given          holdForm
	Refused        string
}

// holdForm is what somebody wrote to place a hold.
type holdForm struct{ Dataset, Keys, Matter, Owner, Reason, Review string }

func (c *Console) holds(w http.ResponseWriter, r *http.Request, v visit) error {
	given := holdForm{Dataset: r.URL.Query().Get("jeu"), Keys: r.URL.Query().Get("cles")}
	return c.showHolds(w, r, v, given, "")
}

func (c *Console) showHolds(w http.ResponseWriter, r *http.Request, v visit, given holdForm, refused string) error {
	s := holdsScreen{page: c.page(r, v, "Gels", "Holds"), Given: given, Refused: refused}
	all, err := c.company.Holds(r.Context())
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.Active() {
			s.Active = append(s.Active, h)
		} else {
			s.Lifted = append(s.Lifted, h)
		}
	}
	if l := c.watch.seen().look; l != nil {
		s.Datasets = l.Datasets
	}
	status := http.StatusOK
	if refused != "" {
		status = http.StatusConflict
	}
	return c.show(w, "holds", status, s)
}

// Over reports whether a hold's day of review has passed; that lifts nothing.
func (s holdsScreen) Over(h retention.Hold) bool {
	return !h.Review.IsZero() && h.Review.Before(s.Today)
}

// place places a hold.
func (c *Console) place(w http.ResponseWriter, r *http.Request, v visit) error {
	f := holdForm{field(r, "jeu"), field(r, "cles"), field(r, "matter"), field(r, "owner"), field(r, "reason"), field(r, "review")}
	p := c.page(r, v, "", "")
	h := retention.Hold{Matter: f.Matter, Owner: f.Owner, Reason: f.Reason, Dataset: f.Dataset, Placed: c.opt.Clock()}
	keys := strings.Fields(f.Keys)
	if f.Matter == "" || f.Owner == "" || len(keys) == 0 {
		return c.showHolds(w, r, v, f, p.Say("Un gel a une affaire, un responsable et des fiches.", "A hold has a matter, an owner and records."))
	}
	if f.Review != "" {
		d, err := policy.ParseDate(f.Review)
		if err != nil {
			return c.showHolds(w, r, v, f, p.Say("La date de revue s’écrit 2027-01-31.", "Write the day of review as 2027-01-31."))
		}
		h.Review = d
	}
	err := c.company.Hold(r.Context(), h, keys)
	return c.held(w, r, v, f, err)
}

// lift ends a hold.
func (c *Console) lift(w http.ResponseWriter, r *http.Request, v visit) error {
	by := v.who.Name
	if by == "" {
		by = "terminal"
	}
	err := c.company.Lift(r.Context(), r.PathValue("id"), by)
	return c.held(w, r, v, holdForm{}, err)
}

// held goes back to the list, which says why where something was refused.
func (c *Console) held(w http.ResponseWriter, r *http.Request, v visit, f holdForm, err error) error {
	var no *Refusal
	if errors.As(err, &no) {
		return c.showHolds(w, r, v, f, c.page(r, v, "", "").Say(no.FR, no.EN))
	}
	if err != nil {
		return err
	}
	c.watch.ask()
	http.Redirect(w, r, "/gels", http.StatusSeeOther)
	return nil
}

// Len counts the records that a hold names.
func (s holdsScreen) Len(keys []store.Key) int64 { return int64(len(keys)) }
