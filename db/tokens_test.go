package db

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// TestTokens are known by their digest until they end, and their name may then be given again.
func TestTokens(t *testing.T) {
	t.Parallel()
	s, ctx := open(t, t.TempDir()), t.Context()
	crm := Token{Name: "crm", Rights: []string{"ask", "report"}, Purposes: []policy.PurposeID{"newsletter"}, Rate: 50, Made: noon}
	if err := s.AddToken(ctx, crm, digestOf(1)); err != nil {
		t.Fatal(err)
	}
	if err := s.AddToken(ctx, Token{Name: "crm", Made: noon}, digestOf(2)); !errors.Is(err, ErrTaken) {
		t.Errorf("a name that is taken: %v", err)
	}
	got, err := s.Token(ctx, digestOf(1))
	if err != nil || got.Name != "crm" || !slices.Equal(got.Rights, crm.Rights) || !slices.Equal(got.Purposes, crm.Purposes) || got.Rate != 50 {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := s.SetTokenRate(ctx, "crm", 80); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Token(ctx, digestOf(1)); err != nil || got.Rate != 80 {
		t.Errorf("another rate: %+v, %v", got, err)
	}
	if err := s.SetTokenRate(ctx, "site", 80); !errors.Is(err, ErrNotFound) {
		t.Errorf("the rate of a token that is not there: %v", err)
	}
	if err := s.EndToken(ctx, "crm", noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.EndToken(ctx, "crm", noon); !errors.Is(err, ErrNotFound) {
		t.Errorf("ended twice: %v", err)
	}
	if _, err := s.Token(ctx, digestOf(1)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a token that has ended: %v", err)
	}
	if err := s.AddToken(ctx, Token{Name: "crm", Made: noon.Add(time.Hour)}, digestOf(3)); err != nil {
		t.Errorf("the name again: %v", err)
	}
	if all, err := s.Tokens(ctx); err != nil || len(all) != 2 || all[0].Ended.IsZero() || !all[1].Ended.IsZero() || all[1].Purposes != nil {
		t.Errorf("got %+v, %v", all, err)
	}
}
