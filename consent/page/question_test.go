package page

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// TestQuestion answers a question of re-permission once, from the person's own page and from
// nobody else's; to read the page answers nothing.
func TestQuestion(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ask := func(who string) string {
		t.Helper()
		q := consent.Record{Kind: consent.PermissionAsked, At: now.Add(-time.Hour), Entered: now, Scope: consent.Scope{Purposes: []policy.PurposeID{"news"}},
			From: policy.MustDate("2026-11-30"), Until: policy.MustDate("2026-12-22"), Notice: consent.Digest([]byte(words1))}
		e, err := r.EnterRecords(t.Context(), []consent.Draft{{Person: []consent.Identifier{{Kind: consent.ByEmail, Value: who}}, Record: q}})
		if err != nil {
			t.Fatal(err)
		}
		return e[0].ID
	}
	mine, other := ask("someone@a.example"), ask("other@a.example")
	_, html := r.ask(t, "GET", "/p/"+r.word, "")
	if !strings.Contains(html, "Oui, gardez-les") || !strings.Contains(html, `value="`+mine+`"`) || strings.Contains(html, other) || strings.Contains(html, "checked") {
		t.Fatalf("the question is not put:\n%s", html)
	}
	say := func(act, id string) int {
		res, _ := r.ask(t, "POST", "/p/"+r.word, url.Values{"act": {act}, "question": {id}}.Encode())
		return res.StatusCode
	}
	if got := say("kept", other); got != http.StatusConflict {
		t.Errorf("another's question is answered: %d", got)
	}
	if got := say("kept", mine); got != http.StatusSeeOther {
		t.Errorf("a yes is refused: %d", got)
	}
	if got := say("let_go", mine); got != http.StatusConflict {
		t.Errorf("it is answered twice: %d", got)
	}
	last := r.records[len(r.records)-1]
	if last.Kind != consent.Kept || last.Of != mine || last.Notice == "" || last.Proof == "" || len(last.Channels) > 0 {
		t.Errorf("entered %+v", last)
	}
	if _, html := r.ask(t, "GET", "/p/"+r.word, ""); strings.Contains(html, "Oui, gardez-les") {
		t.Error("it is put again")
	}
	ask("someone@a.example")
	r.clock = time.Date(2026, 12, 23, 9, 0, 0, 0, time.UTC)
	if _, html := r.ask(t, "GET", "/p/"+r.word, ""); strings.Contains(html, "Oui, gardez-les") {
		t.Error("it is put after the last day to answer")
	}
}

// TestQuestionWords keeps the message neutral: no offer, both answers, the last day.
func TestQuestionWords(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"fr": "jusqu’au 22/12/2026, elles sont supprimées", "en": "by 22 December 2026, they go", "en-GB": "by 22 December 2026, they go"} {
		subject, text := Question(lang, "Boutique", "Lettre", policy.MustDate("2026-12-22"))
		if !strings.Contains(text, want) || subject == "" || strings.Contains(strings.ToLower(text), "offre") {
			t.Errorf("%s: %s\n%s", lang, subject, text)
		}
	}
}
