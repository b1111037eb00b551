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

// SavedPlan says when a plan was saved and whether it was carried out to its end.
type SavedPlan struct {
	Digest   string    `json:"digest"`
	Saved    time.Time `json:"saved"`
	Finished time.Time `json:"finished,omitzero"`
}

// Saved returns when the plan of that digest was saved and finished, or ErrNotFound.
func (s *State) Saved(ctx context.Context, digest string) (SavedPlan, error) {
	row := planRow{Digest: digest}
	if err := missing(s.db.NewSelect().Model(&row).Column("digest", "saved", "finished").WherePK().Scan(ctx)); err != nil {
		return SavedPlan{}, explain("read the plan", err)
	}
	return row.saved(), nil
}

func (r planRow) saved() SavedPlan {
	p := SavedPlan{Digest: r.Digest, Saved: r.Saved.UTC()}
	if !r.Finished.IsZero() {
		p.Finished = r.Finished.UTC()
	}
	return p
}

// Plans returns the plans that were saved last, latest first.
func (s *State) Plans(ctx context.Context, limit int64) ([]SavedPlan, error) {
	var rows []planRow
	if err := s.db.NewSelect().Model(&rows).Column("digest", "saved", "finished").OrderExpr("saved DESC, rowid DESC").Limit(limit).Scan(ctx); err != nil {
		return nil, explain("read the plans", err)
	}
	var out []SavedPlan
	for _, r := range rows {
		out = append(out, r.saved())
	}
	return out, nil
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
	// Reason is why, in the words of who approved; like the name it stays in the state.
	Reason string `json:"reason,omitempty"`
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
	Reason        string
}

func (r approvalRow) approval() Approval {
	return Approval{"approval-" + strconv.FormatInt(r.ID, 10), r.Plan, r.Step, r.Dataset, r.Count, r.By, r.At.UTC(), r.Reason}
}

// Approve keeps an approval and enters it in the ledger, which is told everything but who
// and why. Whoever approves the same again, in two windows at once for instance, has approved
// once: the first approval is returned.
func (s *State) Approve(ctx context.Context, a Approval) (Approval, error) {
	row := approvalRow{Plan: a.Plan, Step: a.Step, Dataset: a.Dataset, Count: a.Count, By: a.By, At: a.At, Reason: a.Reason}
	err := s.write(ctx, "approve the step", func(tx bun.Tx) error {
		var before []approvalRow
		err := tx.NewSelect().Model(&before).Where("plan = ? AND step = ? AND dataset = ? AND count = ? AND by = ?", a.Plan, a.Step, a.Dataset, a.Count, a.By).
			Order("id").Limit(1).Scan(ctx)
		if err != nil {
			return err
		}
		if len(before) > 0 {
			a = before[0].approval()
			return nil
		}
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
		out = append(out, r.approval())
	}
	return out, nil
}
