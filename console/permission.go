package console

import (
	"context"
	"net/http"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// Asker answers whether a person may be reached.
type Asker interface {
	// May answers, and writes down that it did without anything personal. What is no question
	// is a *Refusal.
	May(ctx context.Context, w Wish) (consent.Reply, error)
}

// Wish is a use that somebody wants to make now.
type Wish struct {
	Channel consent.Channel
	Purpose policy.PurposeID
	// Person is an identifier as people write it; Postcode is where they are, if it is known.
	Person, Postcode string
}

// permissionScreen asks whether a person may be reached, and shows the answer with its reason.
// The person is in the form alone: no address, log or history bears it.
type permissionScreen struct {
	page
	Channels []consent.Channel
	Purposes []policy.Purpose
	Wish     Wish
	Reply    *consent.Reply
	Refused  string
}

func (c *Console) permission(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.show(w, "permission", http.StatusOK, c.permissionScreen(r, v))
}

func (c *Console) permissionScreen(r *http.Request, v visit) permissionScreen {
	s := permissionScreen{page: c.page(r, v, "Permission", "Permission"), Channels: consent.Channels()}
	if l := c.watch.seen().look; l != nil {
		s.Purposes = l.Policy.Purposes
	} else {
		s.Refresh = 2
	}
	return s
}

func (c *Console) ask(w http.ResponseWriter, r *http.Request, v visit) error {
	s := c.permissionScreen(r, v)
	s.Wish = Wish{consent.Channel(field(r, "channel")), policy.PurposeID(field(r, "purpose")), field(r, "person"), field(r, "postcode")}
	reply, err := c.company.May(r.Context(), s.Wish)
	if err != nil {
		text, _ := c.refused(s.page, err)
		s.Refused = text
		c.note("answer a question of use", err)
		return c.show(w, "permission", http.StatusConflict, s)
	}
	s.Reply = &reply
	return c.show(w, "permission", http.StatusOK, s)
}
