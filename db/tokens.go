package db

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/policy"
)

// Token is what one of the company's programs calls with; only the digest of it is kept.
type Token struct {
	// Name is what the company calls the program.
	Name string
	// Rights are words of the API.
	Rights []string
	// Purposes are those that it is for; all when there is none.
	Purposes []policy.PurposeID
	// Rate is how many requests a second it may make; the API's own default where it is zero.
	Rate int
	Made time.Time
	// Ended is when it stopped letting anybody in; zero while it does.
	Ended time.Time
}

type tokenRow struct {
	bun.BaseModel `bun:"table:tokens"`
	Digest        []byte `bun:",pk"`
	Name          string
	Rights        string // with a space between
	Purposes      string
	Rate          int
	Made          time.Time
	Ended         bun.NullTime
}

func (r tokenRow) token() Token {
	out := Token{Name: r.Name, Rights: strings.Fields(r.Rights), Rate: r.Rate, Made: r.Made.UTC()}
	for _, p := range strings.Fields(r.Purposes) {
		out.Purposes = append(out.Purposes, policy.PurposeID(p))
	}
	if !r.Ended.IsZero() {
		out.Ended = r.Ended.UTC()
	}
	return out
}

// AddToken keeps a token by its SHA-256 digest; ErrTaken when a token that has not ended has the
// name.
func (s *State) AddToken(ctx context.Context, t Token, digest [32]byte) error {
	var purposes []string
	for _, p := range t.Purposes {
		purposes = append(purposes, string(p))
	}
	row := tokenRow{Digest: digest[:], Name: t.Name, Rights: strings.Join(t.Rights, " "), Purposes: strings.Join(purposes, " "), Rate: t.Rate, Made: t.Made}
	return s.write(ctx, "keep a token", func(tx bun.Tx) error {
		taken, err := tx.NewSelect().Model((*tokenRow)(nil)).Where("name = ? AND ended IS NULL", t.Name).Exists(ctx)
		if err != nil {
			return err
		}
		if taken {
			return ErrTaken
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
}

// Token returns the one of a digest, or ErrNotFound when there is none or it has ended.
func (s *State) Token(ctx context.Context, digest [32]byte) (Token, error) {
	var row tokenRow
	err := s.db.NewSelect().Model(&row).Where("digest = ? AND ended IS NULL", digest[:]).Scan(ctx)
	if err != nil {
		return Token{}, explain("read a token", missing(err))
	}
	return row.token(), nil
}

// Tokens returns all there ever were, oldest first.
func (s *State) Tokens(ctx context.Context) ([]Token, error) {
	var rows []tokenRow
	if err := s.db.NewSelect().Model(&rows).OrderExpr("made, rowid").Scan(ctx); err != nil {
		return nil, explain("read the tokens", err)
	}
	var out []Token
	for _, r := range rows {
		out = append(out, r.token())
	}
	return out, nil
}

// SetTokenRate changes how many requests a second the token of that name may make; ErrNotFound when
// there is none.
func (s *State) SetTokenRate(ctx context.Context, name string, perSecond int) error {
	return s.write(ctx, "change the rate of a token", func(tx bun.Tx) error {
		return one(tx.NewUpdate().Model((*tokenRow)(nil)).Set("rate = ?", perSecond).Where("name = ? AND ended IS NULL", name).Exec(ctx))
	})
}

// EndToken makes the token of that name let nobody in any more; ErrNotFound when there is none.
func (s *State) EndToken(ctx context.Context, name string, at time.Time) error {
	return s.write(ctx, "end a token", func(tx bun.Tx) error {
		return one(tx.NewUpdate().Model((*tokenRow)(nil)).Set("ended = ?", at).Where("name = ? AND ended IS NULL", name).Exec(ctx))
	})
}
