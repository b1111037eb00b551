package db

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
)

type planRow struct {
	bun.BaseModel `bun:"table:plans"`
	Digest        string `bun:",pk"`
	Body          []byte
	Saved         time.Time
	Finished      bun.NullTime
}

// Seal returns the plan with its seal: a keyed digest of everything it says.
func (s *State) Seal(p plan.Plan) plan.Plan {
	p.Seal = s.sealOf(p)
	return p
}

func (s *State) sealOf(p plan.Plan) string {
	h := hmac.New(sha256.New, s.seal)
	h.Write([]byte("garant plan\x00" + p.Digest()))
	return hex.EncodeToString(h.Sum(nil))
}

// CheckSeal returns ErrSeal unless the plan says what it said when this state sealed it.
func (s *State) CheckSeal(p plan.Plan) error {
	if !hmac.Equal([]byte(p.Seal), []byte(s.sealOf(p))) {
		return ErrSeal
	}
	return nil
}

// SavePlan seals the plan, keeps it under its digest and enters it in the ledger. Saving it
// again changes nothing.
func (s *State) SavePlan(ctx context.Context, p plan.Plan, at time.Time) (plan.Plan, error) {
	p = s.Seal(p)
	row := planRow{Digest: p.Digest(), Body: plan.Encode(p), Saved: at}
	err := s.write(ctx, "save the plan", func(tx bun.Tx) error {
		res, err := tx.NewInsert().Model(&row).On("CONFLICT (digest) DO NOTHING").Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.enter(ctx, tx, ledger.Entry{
			Kind: ledger.Planned, At: at, Plan: row.Digest, AsOf: p.AsOf,
			PolicyDigest: p.PolicyDigest, BindingDigest: p.BindingDigest, SchemaDigest: p.SchemaDigest,
			Due: p.Totals.Due, Held: p.Totals.Held, Undetermined: p.Totals.Undetermined,
		})
	})
	return p, err
}

// LoadPlan returns the plan of that digest, its seal checked, or ErrNotFound.
func (s *State) LoadPlan(ctx context.Context, digest string) (plan.Plan, error) {
	p, err := loadPlan(ctx, s.db, digest)
	if err != nil {
		return plan.Plan{}, explain("load the plan", err)
	}
	return p, s.CheckSeal(p)
}

func loadPlan(ctx context.Context, tx bun.IDB, digest string) (plan.Plan, error) {
	row := planRow{Digest: digest}
	if err := missing(tx.NewSelect().Model(&row).WherePK().Scan(ctx)); err != nil {
		return plan.Plan{}, err
	}
	return plan.Decode(row.Body)
}

// Approval is the consent of a named person to one step, with the count that was shown.
type Approval struct {
	ID      string    `json:"id"`
	Plan    string    `json:"plan"`
	Step    string    `json:"step"`
	Dataset string    `json:"dataset"`
	Count   int64     `json:"count"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

type approvalRow struct {
	bun.BaseModel `bun:"table:approvals"`
	ID            int64 `bun:",pk,autoincrement"`
	Plan          string
	Step          string
	Dataset       string
	Count         int64
	By            string
	At            time.Time
}

// Approve keeps an approval and enters it in the ledger, which is told everything but who.
func (s *State) Approve(ctx context.Context, a Approval) (Approval, error) {
	row := approvalRow{Plan: a.Plan, Step: a.Step, Dataset: a.Dataset, Count: a.Count, By: a.By, At: a.At}
	err := s.write(ctx, "approve the step", func(tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		a.ID = "approval-" + strconv.FormatInt(row.ID, 10)
		return s.enter(ctx, tx, ledger.Entry{
			Kind: ledger.Approved, At: a.At, Ref: a.ID, Plan: a.Plan, Step: a.Step, Dataset: a.Dataset, Rows: a.Count,
		})
	})
	return a, err
}

// Approvals returns the approvals of a plan, oldest first.
func (s *State) Approvals(ctx context.Context, digest string) ([]Approval, error) {
	var rows []approvalRow
	if err := s.db.NewSelect().Model(&rows).Where("plan = ?", digest).Order("id").Scan(ctx); err != nil {
		return nil, explain("read the approvals", err)
	}
	var out []Approval
	for _, r := range rows {
		id := "approval-" + strconv.FormatInt(r.ID, 10)
		out = append(out, Approval{id, r.Plan, r.Step, r.Dataset, r.Count, r.By, r.At.UTC()})
	}
	return out, nil
}
