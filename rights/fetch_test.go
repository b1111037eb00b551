package rights_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/rights"
)

// TestFetch fetches an answer by links: each once, one at a time, three times in all, in time, and
// only after the address was shown to be the person's; a link that identifies fetches nothing.
func TestFetch(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	links, nonce := rights.Links{Key: []byte("key")}, []byte(strings.Repeat("n", 16))
	called := opened(t, d, rights.Access, "2026-11-01", rights.Person{Identifiers: map[string]string{"phone": "0199000007"}})
	if _, err := d.Identify(t.Context(), called.ID, rights.CallBack, on("2026-11-02")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Deposit(t.Context(), called.ID, "ab", false, on("2026-11-03")); !errors.Is(err, rights.ErrNoMailbox) {
		t.Errorf("without an address: %v", err)
	}
	c := opened(t, d, rights.Access, "2026-11-01", rights.Person{})
	if _, err := d.Deposit(t.Context(), c.ID, "ab", false, on("2026-11-03")); !errors.Is(err, rights.ErrNoMailbox) {
		t.Errorf("before identity: %v", err)
	}
	identifies, _, err := d.Link(t.Context(), links, c.ID, nonce, on("2026-11-01"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Fetch(t.Context(), links, identifies, on("2026-11-01")); !errors.Is(err, rights.ErrLink) {
		t.Errorf("by the link that identifies: %v", err)
	}
	if _, err := d.Follow(t.Context(), links, identifies, on("2026-11-02")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.FetchLink(t.Context(), links, c.ID, nonce, on("2026-11-02")); !errors.Is(err, rights.ErrNoParcel) {
		t.Errorf("before the answer: %v", err)
	}
	if _, err := d.Deposit(t.Context(), c.ID, "ab", false, on("2026-11-03")); err != nil {
		t.Fatal(err)
	}
	link := func(nonce string) string {
		l, _, err := d.FetchLink(t.Context(), links, c.ID, []byte(nonce), on("2026-11-03"))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	first, second := link(strings.Repeat("a", 16)), link(strings.Repeat("b", 16))
	fetch := func(name, link, day string, want error) {
		if _, err := d.Fetch(t.Context(), links, link, on(day)); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fetch("replaced", first, "2026-11-03", rights.ErrLinkUsed)
	fetch("changed", strings.Replace(second, "request", "requesu", 1), "2026-11-03", rights.ErrLink)
	fetch("too late", second, "2026-11-12", rights.ErrLinkExpired)
	fetch("in time", second, "2026-11-04", nil)
	fetch("again", second, "2026-11-04", rights.ErrLinkUsed)
	fetch("a second time", link(strings.Repeat("c", 16)), "2026-11-04", nil)
	fetch("a third time", link(strings.Repeat("d", 16)), "2026-11-04", nil)
	if _, _, err := d.FetchLink(t.Context(), links, c.ID, nonce, on("2026-11-04")); !errors.Is(err, rights.ErrNoParcel) {
		t.Errorf("a fourth time: %v", err)
	}
}
