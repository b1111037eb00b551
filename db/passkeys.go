package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// Passkey is a key pair on somebody's device whose public half the state keeps (W3C Web
// Authentication).
type Passkey struct {
	// ID is the one that the device gave.
	ID      []byte
	Account int64
	// Name is what its owner calls it.
	Name string
	// Credential is what a signature is checked with, as the console wrote it.
	Credential []byte
	Made       time.Time
	// Used is when it last signed somebody in; zero before.
	Used time.Time
}

type passkeyRow struct {
	bun.BaseModel `bun:"table:passkeys"`
	ID            []byte `bun:",pk"`
	Account       int64
	Name          string
	Credential    []byte
	Made          time.Time
	Used          bun.NullTime
}

func (r passkeyRow) passkey() Passkey {
	out := Passkey{ID: r.ID, Account: r.Account, Name: r.Name, Credential: r.Credential, Made: r.Made.UTC()}
	if !r.Used.IsZero() {
		out.Used = r.Used.UTC()
	}
	return out
}

// Passkeys returns those of an account, oldest first.
func (s *State) Passkeys(ctx context.Context, account int64) ([]Passkey, error) {
	var rows []passkeyRow
	if err := s.db.NewSelect().Model(&rows).Where("account = ?", account).OrderExpr("made, rowid").Scan(ctx); err != nil {
		return nil, explain("read the passkeys", err)
	}
	var out []Passkey
	for _, r := range rows {
		out = append(out, r.passkey())
	}
	return out, nil
}

// AddPasskey keeps one; ErrTaken where the device's identifier is known.
func (s *State) AddPasskey(ctx context.Context, k Passkey) error {
	row := passkeyRow{ID: k.ID, Account: k.Account, Name: k.Name, Credential: k.Credential, Made: k.Made}
	return s.write(ctx, "keep a passkey", func(tx bun.Tx) error {
		known, err := tx.NewSelect().Model((*passkeyRow)(nil)).Where("id = ?", k.ID).Exists(ctx)
		if err != nil {
			return err
		}
		if known {
			return ErrTaken
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
}

// UsePasskey notes that a passkey signed its owner in, with what it has to be checked with the
// next time; ErrNotFound when it was removed meanwhile.
func (s *State) UsePasskey(ctx context.Context, id, credential []byte, at time.Time) error {
	return s.write(ctx, "note a passkey", func(tx bun.Tx) error {
		return one(tx.NewUpdate().Model((*passkeyRow)(nil)).Set("credential = ?, used = ?", credential, at).Where("id = ?", id).Exec(ctx))
	})
}

// RemovePasskey removes one of an account; one that is not there is gone.
func (s *State) RemovePasskey(ctx context.Context, account int64, id []byte) error {
	return s.write(ctx, "remove a passkey", func(tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*passkeyRow)(nil)).Where("account = ? AND id = ?", account, id).Exec(ctx)
		return err
	})
}
