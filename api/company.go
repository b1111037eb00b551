package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

// Verdict is what was found of a promise.
type Verdict struct {
	Promise string `json:"promise"`
	// Verdict is a word of garant verify: kept, broken, undetermined, unbound, not_checkable.
	Verdict      string `json:"verdict"`
	Overdue      int64  `json:"overdue"`
	Undetermined int64  `json:"undetermined"`
}

// Verdicts are what the last look at the stores found; AsOf is zero before the first.
type Verdicts struct {
	AsOf     policy.Date `json:"as_of,omitzero"`
	Verdicts []Verdict   `json:"verdicts"`
}

// PlanLine is a plan as it is listed; Finished is zero until it was carried out.
type PlanLine struct {
	Digest   string    `json:"digest"`
	Saved    time.Time `json:"saved"`
	Finished time.Time `json:"finished,omitzero"`
}

// ErrNothing says that there is no such thing.
var ErrNothing = errors.New("there is no such thing")

// Findings reads what Garant found and planned.
type Findings interface {
	// Verdicts returns what the last look found.
	Verdicts(ctx context.Context) (Verdicts, error)
	// Plans returns the latest plans, latest first.
	Plans(ctx context.Context) ([]PlanLine, error)
	// Plan returns the one of a digest, or ErrNothing.
	Plan(ctx context.Context, digest string) (plan.Plan, error)
}

func (s *Service) verdicts(w http.ResponseWriter, r *http.Request, _ Grant) error {
	v, err := s.o.Findings.Verdicts(r.Context())
	if err != nil {
		return err
	}
	if v.Verdicts == nil {
		v.Verdicts = []Verdict{}
	}
	return write(w, http.StatusOK, v)
}

func (s *Service) plans(w http.ResponseWriter, r *http.Request, _ Grant) error {
	all, err := s.o.Findings.Plans(r.Context())
	if err != nil {
		return err
	}
	if all == nil {
		all = []PlanLine{}
	}
	return write(w, http.StatusOK, map[string][]PlanLine{"plans": all})
}

func (s *Service) plan(w http.ResponseWriter, r *http.Request, _ Grant) error {
	pl, err := s.o.Findings.Plan(r.Context(), r.PathValue("digest"))
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, pl)
}
