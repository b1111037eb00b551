package db

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"
)

// HookMessage is something that a hook is told.
type HookMessage struct {
	Hook string    `json:"hook"`
	ID   string    `json:"id"`
	Type string    `json:"type"`
	At   time.Time `json:"at"`
	// Body is what it says, as JSON.
	Body json.RawMessage `json:"data"`
	// Next is when it is tried; zero once it is over, which Taken tells of whether the program
	// took it, or it was given up.
	Next  time.Time `json:"next,omitzero"`
	Tries int       `json:"tries"`
	Why   string    `json:"why,omitempty"`
	Over  time.Time `json:"over,omitzero"`
	Taken bool      `json:"taken"`
}

type hookRow struct {
	bun.BaseModel `bun:"table:hook_messages"`
	Hook          string `bun:",pk"`
	ID            string `bun:",pk"`
	Type          string
	At            time.Time
	Body          []byte
	Next          bun.NullTime
	Tries         int
	Why           string
	Over          bun.NullTime
	Taken         bool
}

func (r hookRow) message() HookMessage {
	return HookMessage{Hook: r.Hook, ID: r.ID, Type: r.Type, At: r.At.UTC(), Body: r.Body, Next: r.Next.UTC(), Tries: r.Tries, Why: r.Why, Over: r.Over.UTC(), Taken: r.Taken}
}

// HookMark says how far the ledger was read for hooks.
type HookMark struct {
	// Next is the number of the first entry that was not read.
	Next int64
	// Broken are the promises that were last told broken.
	Broken []string
}

type markRow struct {
	bun.BaseModel `bun:"table:hook_mark"`
	One           int `bun:",pk"`
	Next          int64
	Broken        []byte
}

// HookMark returns how far the ledger was read, or ErrNotFound while it never was.
func (s *State) HookMark(ctx context.Context) (HookMark, error) {
	row := markRow{One: 1}
	if err := missing(s.db.NewSelect().Model(&row).WherePK().Scan(ctx)); err != nil {
		return HookMark{}, explain("read the mark of the hooks", err)
	}
	out := HookMark{Next: row.Next}
	return out, json.Unmarshal(row.Broken, &out.Broken)
}

// QueueHooks keeps messages to be sent and, unless it is nil, moves the mark, in one
// transaction. A message that is there already is left as it is.
func (s *State) QueueHooks(ctx context.Context, messages []HookMessage, mark *HookMark) error {
	return s.write(ctx, "queue messages to hooks", func(tx bun.Tx) error {
		for _, m := range messages {
			row := hookRow{Hook: m.Hook, ID: m.ID, Type: m.Type, At: m.At.UTC(), Body: m.Body, Next: bun.NullTime{Time: m.Next.UTC()}}
			if _, err := tx.NewInsert().Model(&row).On("CONFLICT (hook, id) DO NOTHING").Exec(ctx); err != nil {
				return err
			}
		}
		if mark == nil {
			return nil
		}
		broken, err := json.Marshal(mark.Broken)
		if err != nil {
			return err
		}
		row := markRow{One: 1, Next: mark.Next, Broken: broken}
		_, err = tx.NewInsert().Model(&row).On("CONFLICT (one) DO UPDATE").Exec(ctx)
		return err
	})
}

// DueHooks returns messages to a hook whose next try has come, oldest first.
func (s *State) DueHooks(ctx context.Context, hook string, now time.Time, limit int) ([]HookMessage, error) {
	return s.hookMessages(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("hook = ? AND next <= ?", hook, now.UTC()).OrderExpr("next, at, id").Limit(int64(limit))
	})
}

// HookMessages returns what a hook was told or is to be told, latest first.
func (s *State) HookMessages(ctx context.Context, hook string, limit int) ([]HookMessage, error) {
	return s.hookMessages(ctx, func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("hook = ?", hook).OrderExpr("at DESC, id DESC").Limit(int64(limit))
	})
}

func (s *State) hookMessages(ctx context.Context, narrow func(*bun.SelectQuery) *bun.SelectQuery) ([]HookMessage, error) {
	var rows []hookRow
	if err := narrow(s.db.NewSelect().Model(&rows)).Scan(ctx); err != nil {
		return nil, explain("read the messages to hooks", err)
	}
	out := []HookMessage{}
	for _, r := range rows {
		out = append(out, r.message())
	}
	return out, nil
}

// SettleHook notes that a hook took a message.
func (s *State) SettleHook(ctx context.Context, hook, id string, at time.Time) error {
	return s.changeHook(ctx, "settle a message to a hook", func(q *bun.UpdateQuery) *bun.UpdateQuery {
		return q.Set("next = NULL, over = ?, taken = TRUE, tries = tries + 1, why = ''", at.UTC()).Where("hook = ? AND id = ?", hook, id)
	})
}

// PostponeHook notes that a hook did not take a message and why, and when to try again; a zero
// next gives it up.
func (s *State) PostponeHook(ctx context.Context, m HookMessage, at, next time.Time, why string) error {
	over := at.UTC()
	if !next.IsZero() {
		over = time.Time{}
	}
	return s.changeHook(ctx, "postpone a message to a hook", func(q *bun.UpdateQuery) *bun.UpdateQuery {
		return q.Set("next = ?, over = ?, tries = tries + 1, why = ?", bun.NullTime{Time: next.UTC()}, bun.NullTime{Time: over}, why).Where("hook = ? AND id = ?", m.Hook, m.ID)
	})
}

// HookReplay says which messages a hook is told again: the one of that name, those of what
// happened since an instant, or, where both are empty, those that were given up.
type HookReplay struct {
	ID    string
	Since time.Time
}

func (x HookReplay) narrow(q *bun.UpdateQuery) *bun.UpdateQuery {
	switch {
	case x.ID != "":
		return q.Where("id = ?", x.ID)
	case !x.Since.IsZero():
		return q.Where("at >= ?", x.Since.UTC())
	}
	return q.Where("over IS NOT NULL AND NOT taken")
}

// ReplayHook has a hook told again, under the same names, and returns how many messages.
func (s *State) ReplayHook(ctx context.Context, hook string, x HookReplay, now time.Time) (n int64, err error) {
	err = s.write(ctx, "replay messages to a hook", func(tx bun.Tx) error {
		q := tx.NewUpdate().Model((*hookRow)(nil)).Set("next = ?, over = NULL, taken = FALSE, tries = 0", now.UTC()).Where("hook = ?", hook)
		res, err := x.narrow(q).Exec(ctx)
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	return n, err
}

// ForgetHooks drops the messages that were over before an instant.
func (s *State) ForgetHooks(ctx context.Context, before time.Time) error {
	_, err := s.db.NewDelete().Model((*hookRow)(nil)).Where("over < ?", before.UTC()).Exec(ctx)
	return explain("forget messages to hooks", err)
}

// HookCount is how many messages to a hook wait, were taken and were given up, and why the last
// try of one failed.
type HookCount struct {
	Hook    string `json:"-"`
	Waiting int64  `json:"waiting"`
	Taken   int64  `json:"taken"`
	GivenUp int64  `json:"given_up"`
	Why     string `json:"why,omitempty"`
}

// HookCounts counts the messages by hook.
func (s *State) HookCounts(ctx context.Context) ([]HookCount, error) {
	var out []HookCount
	err := s.db.NewSelect().Table("hook_messages").
		ColumnExpr("hook, sum(next IS NOT NULL) AS waiting, sum(taken) AS taken, sum(over IS NOT NULL AND NOT taken) AS given_up, max(why) AS why").
		GroupExpr("hook").OrderExpr("hook").Scan(ctx, &out)
	return out, explain("count the messages to hooks", err)
}

func (s *State) changeHook(ctx context.Context, what string, set func(*bun.UpdateQuery) *bun.UpdateQuery) error {
	return s.write(ctx, what, func(tx bun.Tx) error {
		_, err := set(tx.NewUpdate().Model((*hookRow)(nil))).Exec(ctx)
		return err
	})
}
