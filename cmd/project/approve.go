package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
)

// ErrNotApprover says that the settings do not let this name approve.
var ErrNotApprover = errors.New("the settings name others as approvers")

// replayer is the name under which what was approved before a restore is done again.
const replayer = "replay"

// Consent is who approves, why and when.
type Consent struct {
	By, Reason string
	At         time.Time
}

// Approve notes that somebody approved a step of a kept plan with the count it shows. Where
// the settings list approvers, nobody else may.
func (p *Project) Approve(ctx context.Context, pl plan.Plan, s plan.Step, c Consent) error {
	if c.By == replayer {
		return fmt.Errorf("approve %s in the name of a replay: %w", s.ID, ErrNotApprover)
	}
	if who := p.Config.Approval.Approvers; len(who) > 0 && !slices.Contains(who, c.By) {
		return fmt.Errorf("approve %s: %w (approval.approvers in %s)", s.ID, ErrNotApprover, ConfigFile)
	}
	return p.note(ctx, pl, s, c)
}

// note keeps an approval.
func (p *Project) note(ctx context.Context, pl plan.Plan, s plan.Step, c Consent) error {
	_, err := p.State.Approve(ctx, db.Approval{Plan: pl.Digest(), Step: s.ID, Dataset: s.Dataset, Count: s.Due, By: c.By, At: c.At, Reason: c.Reason})
	return err
}
