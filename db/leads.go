package db

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

type leadRow struct {
	bun.BaseModel `bun:"table:leads"`
	ID            string `bun:",pk"`
	Form          string
	Received      time.Time
	Until         string
	Next          time.Time
	Tries         int
	Why           string
	Body          []byte
}

type pageRow struct {
	bun.BaseModel `bun:"table:form_pages"`
	Page          string `bun:",pk"`
	Spent         time.Time
}

// leadSeal returns what seals leads in the state: whoever has the file without the folder of
// keys reads none of them. A lost key is never replaced.
func (s *State) leadSeal(ctx context.Context) (cipher.AEAD, error) {
	var secret []byte
	err := s.write(ctx, "open the key of leads", func(tx bun.Tx) error {
		known, err := s.meta(ctx, tx, "leads_key")
		if err != nil {
			return err
		}
		if secret, err = s.secret("leads", known != "", randomKey); err != nil || known != "" {
			return err
		}
		return s.setMeta(ctx, tx, "leads_key", "made")
	})
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256(secret)
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// EnterLead implements collect.Receiver.
func (s *State) EnterLead(ctx context.Context, l collect.Lead, records []consent.Draft, page string, spent time.Time) error {
	seal, err := s.leadSeal(ctx)
	if err != nil {
		return err
	}
	key, err := s.PersonKey(ctx)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(l)
	if err != nil {
		return err
	}
	row := leadRow{ID: l.ID, Form: string(l.Form), Received: l.Received.UTC(), Until: l.Until.String(), Next: l.Received.UTC(), Body: seal.Seal(nil, nil, plain, []byte(l.ID))}
	return s.write(ctx, "enter a lead", func(tx bun.Tx) error {
		if err := spend(ctx, tx, pageRow{Page: page, Spent: spent.UTC()}, l.Received); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return err
		}
		w := recordWriter{s: s, ctx: ctx, tx: tx, key: key, drafts: map[string]consent.Record{}}
		_, err := w.enter(records)
		return err
	})
}

// spend takes the number of a page, and forgets those that no page bears any more.
func spend(ctx context.Context, tx bun.Tx, p pageRow, now time.Time) error {
	if _, err := tx.NewDelete().Model((*pageRow)(nil)).Where("spent < ?", now.UTC()).Exec(ctx); err != nil {
		return err
	}
	res, err := tx.NewInsert().Model(&p).On("CONFLICT (page) DO NOTHING").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, collect.ErrSpent)
	}
	return nil
}

// DueLeads implements collect.Outbox.
func (s *State) DueLeads(ctx context.Context, form collect.FormID, now time.Time, limit int) ([]collect.Waiting, error) {
	seal, err := s.leadSeal(ctx)
	if err != nil {
		return nil, err
	}
	var rows []leadRow
	err = s.db.NewSelect().Model(&rows).Where("form = ?", string(form)).Where("next <= ?", now.UTC()).OrderExpr("next, id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, explain("read the leads", err)
	}
	out := make([]collect.Waiting, len(rows))
	for i, r := range rows {
		plain, err := seal.Open(nil, nil, r.Body, []byte(r.ID))
		if err == nil {
			err = json.Unmarshal(plain, &out[i].Lead)
		}
		if err != nil {
			return nil, errors.New("read the leads: one is damaged, or the key is that of another state")
		}
		out[i].Tries = r.Tries
	}
	return out, nil
}

// SettleLead implements collect.Outbox.
func (s *State) SettleLead(ctx context.Context, id string) error {
	err := s.write(ctx, "settle a lead", func(tx bun.Tx) error {
		_, err := tx.NewDelete().Model(&leadRow{ID: id}).WherePK().Exec(ctx)
		return err
	})
	if err == nil {
		s.tidy(ctx)
	}
	return err
}

// PostponeLead implements collect.Outbox.
func (s *State) PostponeLead(ctx context.Context, id string, next time.Time, why string) error {
	return s.write(ctx, "postpone a lead", func(tx bun.Tx) error {
		_, err := tx.NewUpdate().Model((*leadRow)(nil)).Set("tries = tries + 1").Set("next = ?", next.UTC()).Set("why = ?", why).Where("id = ?", id).Exec(ctx)
		return err
	})
}

// ExpireLeads deletes the leads whose last day has passed, forwarded or not, enters in the
// ledger how many, and returns the number.
func (s *State) ExpireLeads(ctx context.Context, today policy.Date, at time.Time) (n int64, err error) {
	err = s.write(ctx, "expire leads", func(tx bun.Tx) error {
		res, err := tx.NewDelete().Model((*leadRow)(nil)).Where("until < ?", today.String()).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.enter(ctx, tx, ledger.Entry{Kind: ledger.Swept, At: at, Ref: "leads", Rows: n})
	})
	if err == nil && n > 0 {
		s.tidy(ctx)
	}
	return n, err
}

// LeadsDue reports whether a lead waits to be tried at an instant, or has passed its last day.
func (s *State) LeadsDue(ctx context.Context, now time.Time) (bool, error) {
	due, err := s.db.NewSelect().Table("leads").Where("next <= ? OR until < ?", now.UTC(), now.UTC().Format(time.DateOnly)).Exists(ctx)
	return due, explain("look at the leads", err)
}

// LeadCount is how many leads of a form wait, and why the last try of one failed.
type LeadCount struct {
	Form    collect.FormID `json:"form"`
	Waiting int64          `json:"waiting"`
	Failed  int64          `json:"failed"`
	Why     string         `json:"why,omitempty"`
}

// LeadCounts counts the leads that wait, by form.
func (s *State) LeadCounts(ctx context.Context) ([]LeadCount, error) {
	var out []LeadCount
	err := s.db.NewSelect().Table("leads").ColumnExpr("form, count(*) AS waiting, sum(tries > 0) AS failed, max(why) AS why").
		GroupExpr("form").OrderExpr("form").Scan(ctx, &out)
	return out, explain("count the leads", err)
}
