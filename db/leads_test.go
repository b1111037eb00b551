package db

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

func lead(n int, at time.Time) collect.Lead {
	return collect.Lead{ID: fmt.Sprintf("LEAD%022d", n), Form: "contact", Received: at, Until: policy.MustDate("2026-11-29"), Language: "fr",
		Values: map[string]string{"email": "somebody-unmistakable@a.example"}, Agreed: []string{"news"}}
}

// TestLeads keeps a lead with its consent, refuses the same page, tries again later, and lets
// go of it; nothing of it is left in the files, and before that it was sealed.
func TestLeads(t *testing.T) {
	t.Parallel()
	s, ctx := open(t, t.TempDir()), t.Context()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	who := consent.Identifier{Kind: consent.ByEmail, Value: "somebody-unmistakable@a.example"}
	drafts := []consent.Draft{{Person: []consent.Identifier{who}, Record: consent.Record{Kind: consent.Given, At: at, Entered: at, Method: "form", Key: "form:1:0",
		Scope: consent.Scope{Channels: []consent.Channel{consent.Email}, Purposes: []policy.PurposeID{"news"}}}}}
	if err := s.EnterLead(ctx, lead(1, at), drafts, "page-1", at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	size := len(entries(t, s))
	if err := s.EnterLead(ctx, lead(2, at), drafts, "page-1", at.Add(time.Hour)); !errors.Is(err, collect.ErrSpent) {
		t.Errorf("the same page: %v", err)
	}
	if len(entries(t, s)) != size {
		t.Error("a page that was refused left a trace in the ledger")
	}
	absent(t, s.dir)
	due, err := s.DueLeads(ctx, "contact", at, 10)
	if err != nil || len(due) != 1 || due[0].Values["email"] != who.Value || due[0].Tries != 0 || !due[0].Received.Equal(at) {
		t.Fatalf("%+v, %v", due, err)
	}
	if err := s.PostponeLead(ctx, due[0].ID, at.Add(time.Minute), "no connection"); err != nil {
		t.Fatal(err)
	}
	if due, err := s.DueLeads(ctx, "contact", at, 10); err != nil || len(due) != 0 {
		t.Errorf("it is tried before its time: %v, %v", due, err)
	}
	if n, err := s.LeadCounts(ctx); err != nil || len(n) != 1 || n[0] != (LeadCount{"contact", 1, 1, "no connection"}) {
		t.Errorf("%+v, %v", n, err)
	}
	if due, err := s.DueLeads(ctx, "contact", at.Add(time.Minute), 10); err != nil || len(due) != 1 || due[0].Tries != 1 {
		t.Errorf("%v, %v", due, err)
	}
	if err := s.SettleLead(ctx, due[0].ID); err != nil {
		t.Fatal(err)
	}
	if n, err := s.LeadCounts(ctx); err != nil || len(n) != 0 {
		t.Errorf("%+v, %v", n, err)
	}
	// The page stays spent until nobody can have it open any more.
	if err := s.EnterLead(ctx, lead(3, at), nil, "page-1", at); !errors.Is(err, collect.ErrSpent) {
		t.Errorf("after it was forwarded the page counts again: %v", err)
	}
	if err := s.EnterLead(ctx, lead(4, at.Add(2*time.Hour)), nil, "page-2", at.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// TestExpire deletes what nobody took on the day after its last.
func TestExpire(t *testing.T) {
	t.Parallel()
	s, ctx := open(t, t.TempDir()), t.Context()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	if err := s.EnterLead(ctx, lead(1, at), nil, "page-1", at); err != nil {
		t.Fatal(err)
	}
	if n, err := s.ExpireLeads(ctx, policy.MustDate("2026-11-29"), at); err != nil || n != 0 {
		t.Errorf("on its last day: %d, %v", n, err)
	}
	size := len(entries(t, s))
	if n, err := s.ExpireLeads(ctx, policy.MustDate("2026-11-30"), at); err != nil || n != 1 || len(entries(t, s)) != size+1 {
		t.Errorf("the day after: %d, %v", n, err)
	}
}

// absent looks for the person in every file of the state.
func absent(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if bytes.Contains(b, []byte("unmistakable")) {
			t.Errorf("%s holds the address in clear", filepath.Base(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
