package db

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
)

func shopSite() collect.Site {
	return collect.Site{Purposes: []collect.Purpose{{ID: "audience", Consent: true}, {ID: "video", Consent: true}}}
}

// TestChoicesKilled kills a process while it enters choices: each that was acknowledged is
// there with its leaf, and no leaf is there without its choice.
func TestChoicesKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var told []string
	for range 3 {
		cmd, out := start(t, "choose", dir)
		for range 20 {
			id, err := out.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, strings.TrimSpace(id))
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
	}
	s := open(t, dir)
	for _, id := range told {
		if _, _, _, err := s.Choice(t.Context(), id); err != nil {
			t.Errorf("an acknowledged choice: %v", err)
		}
	}
	leaves := 0
	err := s.Ledger().Show(t.Context(), 0, math.MaxInt64, func(i int64, b []byte) error {
		e, err := ledger.Parse(b)
		if err != nil || e.Kind != ledger.Chosen {
			return err
		}
		leaves++
		_, body, leaf, err := s.Choice(t.Context(), e.Ref)
		if err == nil && (leaf != i || e.Root != consent.BodyDigest(body)) {
			t.Errorf("leaf %d is of another choice", i)
		}
		return err
	})
	all, _, _, cerr := s.Choices(t.Context(), time.Time{})
	if err != nil || cerr != nil || int64(leaves) != all || leaves < len(told) {
		t.Errorf("%d leaves, %d choices, %d acknowledged: %v %v", leaves, all, len(told), err, cerr)
	}
}

// TestChoices keeps choices, counts them, finds each with its leaf, and lets nobody rewrite
// one.
func TestChoices(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	site := shopSite()
	var ids []string
	for i, wanted := range [][]policy.CookieID{{"audience"}, nil, {"audience", "video"}, nil} {
		c := site.Choose(wanted, noon.Add(time.Duration(i)*time.Hour))
		c.Banner, c.Language = "sha256:00", "fr"
		if err := s.EnterChoice(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if all, agreed, refused, err := s.Choices(t.Context(), noon.Add(time.Hour)); all != 3 || agreed != 1 || refused != 2 || err != nil {
		t.Errorf("%d choices, %d agree, %d do not: %v", all, agreed, refused, err)
	}
	c, body, leaf, err := s.Choice(t.Context(), ids[2])
	if err != nil || len(c.Allowed) != 2 || c.Banner != "sha256:00" {
		t.Fatalf("%+v %v", c, err)
	}
	var e ledger.Entry
	err = s.Ledger().Show(t.Context(), leaf, leaf+1, func(_ int64, b []byte) error {
		e, err = ledger.Parse(b)
		return err
	})
	if err != nil || e.Kind != ledger.Chosen || e.Ref != ids[2] || e.Root != consent.BodyDigest(body) {
		t.Errorf("the leaf is %+v, %v", e, err)
	}
	if _, _, _, err := s.Choice(t.Context(), "nobody"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if err := s.EnterChoice(t.Context(), c); err == nil {
		t.Error("a choice is entered twice")
	}
	if _, err := s.db.ExecContext(t.Context(), "UPDATE choices SET body = '{}'"); err == nil {
		t.Error("a choice is rewritten")
	}
}
