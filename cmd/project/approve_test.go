package project_test

import (
	"errors"
	"testing"

	"github.com/garant-rgpd/garant/cmd/project"
)

// TestApprovers: where the settings list approvers, nobody else approves anything.
func TestApprovers(t *testing.T) {
	t.Parallel()
	p := company(t, 20)
	p.Config.Approval.Approvers = []string{"direction"}
	pl, err := p.Plan(t.Context(), p.Today(now), nil)
	if err == nil {
		pl, err = p.Keep(t.Context(), pl, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	s := pl.Pending()[0]
	if err := p.Approve(t.Context(), pl, s, project.Consent{By: "somebody", At: now}); !errors.Is(err, project.ErrNotApprover) {
		t.Errorf("somebody else: got %v", err)
	}
	if err := p.Approve(t.Context(), pl, s, project.Consent{By: "direction", At: now}); err != nil {
		t.Error(err)
	}
	as, err := p.State.Approvals(t.Context(), pl.Digest())
	if err != nil || len(as) != 1 {
		t.Errorf("got %d approvals, %v", len(as), err)
	}
}
