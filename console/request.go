package console

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
)

// Mover moves requests.
type Mover interface {
	// Move does one act in a request, with what follows from it at once: identity lets an
	// objection take effect, for one. What the case does not allow is a *Refusal.
	Move(ctx context.Context, id string, m Move) error
}

// Move is an act that somebody does in a request.
type Move struct {
	Act rights.Act
	// Word is the means, the ground, the proof or the recipient that the act names.
	Word string
	// Why is the reason, or the answer, in words.
	Why string
	By  string
}

// Finder looks for the person of a request in the stores.
type Finder interface {
	// Find looks by the identifiers that were verified.
	Find(ctx context.Context, id, by string) (rights.Found, error)
	// Decide notes whether a candidate is the person's and looks again. Its key is written as
	// people write it.
	Decide(ctx context.Context, id string, said Said, by string) (rights.Found, error)
}

// Said is what somebody said of a candidate.
type Said struct {
	Dataset, Key string
	Theirs       bool
}

// Ender ends in the stores what a request ends.
type Ender interface {
	// PlanRequest keeps the plan of what the request ends and returns what stays.
	PlanRequest(ctx context.Context, id string, choice rights.Choice, by string) ([]Stay, error)
	// ApplyRequest carries the kept plan out, approved by by with the count that was shown; it
	// reports whether a fresh look found nothing left to do.
	ApplyRequest(ctx context.Context, id string, count int64, by string, tell func(apply.Event)) (bool, error)
}

// Stay is a group of fields that a request leaves, with what holds it.
type Stay struct {
	Dataset, Record string
	Group           policy.Category
	State           string
	Until           policy.Date
	For             []retention.WhyClaim
}

// requestScreen is one request, step by step.
type requestScreen struct {
	page
	Request
	Sight    *sight
	Plan     *plan.Plan
	Progress progress
	Refused  string
	// Shown is what the request says of the person, where somebody asked to see it.
	Shown *rights.Person
	// Handed is a file that was made just now.
	Handed *handed
	Letter *rights.Letter

	Grounds    []rights.Ground
	Means      []rights.Means
	Rights     []rights.Right
	Languages  []rights.Language
	Purposes   []policy.Purpose
	Recipients []policy.Recipient
	titles     ruleTitles
}

func (c *Console) request(w http.ResponseWriter, r *http.Request, v visit) error {
	s, err := c.requestScreen(r, v)
	if err != nil {
		return err
	}
	return c.show(w, "request", http.StatusOK, s)
}

func (c *Console) requestScreen(r *http.Request, v visit) (*requestScreen, error) {
	x, err := c.company.Request(r.Context(), r.PathValue("id"))
	if errors.Is(err, ErrNoRequest) {
		return nil, missing{}
	}
	if err != nil {
		return nil, err
	}
	s := &requestScreen{page: c.page(r, v, "Demande", "Request"), Request: x, Sight: c.sights.of(x.ID), Grounds: rights.Grounds(x.Right), Means: rights.AllMeans(), Rights: rights.Rights(), Languages: rights.Languages()}
	s.Title += " " + x.ID
	look := c.watch.seen().look
	if s.titles = newTitles(look); look != nil {
		s.Purposes, s.Recipients = look.Policy.Purposes, rights.Receivers(look.Policy, x.Right)
	}
	return s, c.planned(r.Context(), s)
}

// planned adds the plan of the request, and how far it came.
func (c *Console) planned(ctx context.Context, s *requestScreen) error {
	if s.Erasing == nil {
		return nil
	}
	k, err := c.company.Kept(ctx, s.Erasing.Plan)
	if errors.Is(err, ErrNoPlan) {
		return nil // it goes with what the request says of the person
	}
	if err != nil {
		return err
	}
	s.Plan = &k.Plan
	if p := c.bench.progress(); p.Work == applying && p.Digest == k.Digest {
		s.Progress = p
		s.Refused, _ = c.refused(s.page, p.Err)
	}
	if s.Progress.Busy {
		s.Refresh = 1
	}
	return nil
}

// Is reports whether the request stands in one of the states.
func (s *requestScreen) Is(states ...string) bool {
	return slices.Contains(states, string(s.State))
}

// Asks reports whether the request asks one of the rights.
func (s *requestScreen) Asks(list ...string) bool {
	return slices.Contains(list, string(s.Right))
}

// Did reports whether an act was done.
func (s *requestScreen) Did(act string) bool {
	_, ok := s.Has(rights.Act(act))
	return ok
}

// Open reports whether the person has no answer yet.
func (s *requestScreen) Open() bool { return !s.State.Decided() }

// Known reports whether it is settled who asks.
func (s *requestScreen) Known() bool { return len(s.Verified) > 0 }

// Told is the notice that a recipient got; nil without one.
func (s *requestScreen) Told(id policy.RecipientID) *rights.Notice {
	for i, n := range s.Notices {
		if n.Recipient == id {
			return &s.Notices[i]
		}
	}
	return nil
}

// Data is the title of a group.
func (s *requestScreen) Data(g policy.Category) string {
	if g == "" {
		return s.Say("toute la fiche", "the whole record")
	}
	return s.titles.data([]policy.Category{g})[0]
}

// RecordHref is the address that explains a record.
func (s *requestScreen) RecordHref(dataset, key string) string {
	return recordHref("/fiche", dataset, key)
}

// Kinds are the ways to know a person that the request gives, in order.
func (s *requestScreen) Kinds() []string { return slices.Sorted(maps.Keys(s.Person.Identifiers)) }

// Masked is an identifier of the request that tells who knows it from who does not: its ends
// alone are shown.
func (s *requestScreen) Masked(kind string) string { return masked(kind, s.Person.Identifiers[kind]) }

// masked hides all of an identifier but its ends.
func masked(kind, value string) string {
	first, size := utf8.DecodeRuneInString(value)
	name, domain, mail := strings.Cut(value, "@")
	switch {
	case value == "":
		return ""
	case mail && name != "":
		return string(first) + "•••@" + domain
	case kind == "phone" && len(value) > 4:
		return "•• •• •• " + value[len(value)-2:]
	case size == len(value):
		return "•"
	}
	return string(first) + "•••"
}
