package console

import (
	"context"
	"errors"
	"net/http"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// Explainer explains one record.
type Explainer interface {
	// Why says why a record is still here: each field, its claims, their sentences and ends.
	// No value is in it. A record that is not there is retention.ErrNoRecord, a key that is
	// none of the dataset's a *Refusal.
	Why(ctx context.Context, dataset, key string) (retention.Why, error)
}

// recordScreen is why one record is still here.
type recordScreen struct {
	page
	Datasets     []Seat
	Dataset, Key string
	Why          *retention.Why
	Refused      string
	titles       ruleTitles
}

// record shows the form, and the answer where a record is named.
func (c *Console) record(w http.ResponseWriter, r *http.Request, v visit) error {
	s := recordScreen{page: c.page(r, v, "Une fiche", "One record"), Dataset: r.URL.Query().Get("jeu"), Key: r.URL.Query().Get("cle")}
	look := c.watch.seen().look
	if s.titles = newTitles(look); look != nil {
		s.Datasets = look.Datasets
	}
	status := http.StatusOK
	if s.Key != "" {
		why, err := c.company.Why(r.Context(), s.Dataset, s.Key)
		var no *Refusal
		switch {
		case errors.Is(err, retention.ErrNoRecord):
			status, s.Refused = http.StatusNotFound, s.Say("Aucune fiche n’a cette clé : elle n’a jamais existé, ou elle est partie.", "No record has this key: it never was, or it is gone.")
		case errors.As(err, &no):
			status, s.Refused = http.StatusNotFound, s.Say(no.FR, no.EN)
		case err != nil:
			return err
		default:
			s.Why = &why
		}
	}
	return c.show(w, "record", status, s)
}

// GroupState is the word for what must be done with a group of fields.
func (s recordScreen) GroupState(state string) string {
	switch retention.GroupState(state) {
	case retention.GroupKept:
		return s.Say("conservé", "kept")
	case retention.GroupUndetermined:
		return s.Say("indéterminé", "undetermined")
	case retention.GroupAskDue:
		return s.Say("accord à redemander", "to be asked again")
	case retention.GroupArchiveDue:
		return s.Say("à archiver", "due for the archive")
	case retention.GroupDue:
		return s.Say("à effacer", "due")
	case retention.GroupQuestion:
		return s.Say("au-delà du minimum, à décider", "past the minimum, to be decided")
	case retention.GroupUnjustified:
		return s.Say("qu’aucune promesse ne couvre", "covered by no promise")
	case retention.GroupEmpty:
		return s.Say("effacé", "gone")
	}
	if state == "held" {
		return s.Say("gelé", "held")
	}
	return s.Say("en archive", "archived")
}

// Mark is the shape of a group's state: the ones of the verdicts mean the same here.
func (s recordScreen) Mark(state string) string {
	switch retention.GroupState(state) {
	case retention.GroupKept:
		return "kept"
	case retention.GroupDue, retention.GroupArchiveDue, retention.GroupAskDue, retention.GroupUnjustified:
		return "broken"
	case retention.GroupUndetermined, retention.GroupQuestion:
		return "undetermined"
	}
	return "not_checkable"
}

// ClaimState is the word for the state of a claim.
func (s recordScreen) ClaimState(st retention.State) string {
	switch st {
	case retention.Active:
		return s.Say("en cours", "active")
	case retention.Waiting:
		return s.Say("en attente de réponse", "waiting for the answer")
	case retention.AskDue:
		return s.Say("accord à redemander", "to be asked again")
	case retention.Archived:
		return s.Say("en archive", "archived")
	case retention.Ended:
		return s.Say("terminé", "ended")
	case retention.Settled:
		return s.Say("minimum passé", "minimum passed")
	}
	return s.Say("indéterminé", "undetermined")
}

// Claims are those that hold the group, or held it.
func (s recordScreen) Claims(g retention.WhyGroup) []retention.WhyClaim {
	var out []retention.WhyClaim
	for _, c := range g.Claims {
		if c.State != retention.Absent {
			out = append(out, c)
		}
	}
	return out
}

// Data is the title of a group.
func (s recordScreen) Data(g policy.Category) string { return s.titles.data([]policy.Category{g})[0] }

// Href is the address of a promise.
func (s recordScreen) Href(id policy.RuleID) string { return promiseHref(id, "") }

// Hold is the address at which this record would be held.
func (s recordScreen) Hold() string {
	return recordHref("/gels", s.Dataset, s.Key)
}
