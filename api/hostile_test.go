package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// onFile is the service on a state in SQLite.
func onFile(t *testing.T) (*httptest.Server, *db.State) {
	t.Helper()
	state, err := db.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p, err1 := law.French()
	book, err2 := consent.NewBook(p)
	key, err3 := state.PersonKey(t.Context())
	calendar, err4 := p.Calendar(law.Metropole)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	d := &consent.Desk{Book: book, Keeper: state, Key: key, Policy: policy.Policy{Purposes: []policy.Purpose{{ID: "news", Basis: []policy.Basis{policy.Consent}}}},
		Settings: consent.Settings{Goods: consent.OtherGoods, Uses: map[policy.PurposeID]consent.UseOf{"news": {Use: consent.Prospecting}}}}
	clock := func() time.Time { return now }
	cases := rights.Desk{Memory: state, Clock: rights.Clock{Pack: p, Calendar: calendar}, Zone: time.UTC}
	s := New(d, Options{Gate: NewGate(OneToken{Token: token}, false, clock), Clock: clock, Cases: Cases{Desk: cases}, Link: func(consent.Identifier, policy.PurposeID, consent.Channel) (Link, error) { return Link{}, nil }})
	server := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		server.Close()
		s.Close()
		if err := state.Close(); err != nil {
			t.Error(err)
		}
	})
	return server, state
}

// TestHostile puts statements, markup, zeros, broken and endless words in every member of
// every question: each is understood for what it is or refused, nothing of it comes back as
// markup, and what is on file stays whole.
func TestHostile(t *testing.T) {
	t.Parallel()
	server, state := onFile(t)
	if err := state.Recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	bodies := map[string]map[string]any{
		"may":      {"channel": "email", "purpose": "news", "person": map[string]string{"email": "a@a.example"}, "context": map[string]string{"postcode": "75001"}, "at": "2026-09-01T08:00:00Z"},
		"events":   {"key": "k", "channel": "email", "purpose": "news", "person": map[string]string{"email": "a@a.example"}, "outcome": "clicked", "at": "2026-09-01T08:00:00Z"},
		"records":  {"key": "r", "kind": "objection", "person": map[string]string{"email": "a@a.example"}, "at": "2026-09-01T08:00:00Z", "method": "phone", "language": "fr", "notice": "", "proof": ""},
		"links":    {"person": map[string]string{"email": "a@a.example"}, "purpose": "news", "channel": "email"},
		"requests": {"right": "access", "person": map[string]string{"email": "c@a.example"}, "name": "Claude Zanzibar", "via": "mail", "received": "2026-08-31", "says": "Que savez-vous de moi ?", "language": "fr"},
		"sms":      {"from": "0639980001", "text": "STOP", "id": "1", "at": "2026-09-01T08:00:00Z"},
	}
	payloads := []string{`'; DROP TABLE records; --`, `" OR "1"="1`, `<script>alert(1)</script>`, "a\x00b", "\u202e\ufeff", `{{.}}`, `../../../etc/passwd`, "%00%0a", strings.Repeat("é", 4000), "\r\nSet-Cookie: a=b"}
	for path, body := range bodies {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		if status, got := post(t, server.URL+"/v1/"+path, js, string(b)); status != 200 && status != 201 {
			t.Errorf("%s, as it should be: %d %s", path, status, got)
		}
		for member := range body {
			for i, payload := range payloads {
				sent := maps.Clone(body)
				if who, ok := body[member].(map[string]string); ok {
					for k := range who {
						sent[member] = map[string]string{k: payload}
					}
				} else {
					sent[member] = payload
				}
				b, err := json.Marshal(sent)
				if err != nil {
					t.Fatal(err)
				}
				status, got := post(t, server.URL+"/v1/"+path, js, string(b))
				if !slices.Contains([]int{200, 201, 400, 409, 413, 422}, status) || strings.Contains(got, "<script") || strings.Contains(got, "DROP TABLE") && status < 300 {
					t.Errorf("%s, %s, payload %d: %d %s", path, member, i, status, got)
				}
			}
		}
		for name, raw := range map[string]string{"no UTF-8": "{\"channel\":\"\xff\xfe\"}", "deep": strings.Repeat(`{"person":`, 5000), "large": `{"key":"` + strings.Repeat("x", 1<<20) + `"}`} {
			if status, got := post(t, server.URL+"/v1/"+path, js, raw); status != 400 && status != 413 {
				t.Errorf("%s, %s: %d %s", path, name, status, got)
			}
		}
	}
	if _, err := state.VerifyLedger(t.Context()); err != nil {
		t.Errorf("the ledger is broken: %v", err)
	}
	no := `{"key":"last","kind":"objection","person":{"email":"b@a.example"},"at":"2026-09-01T08:00:00Z"}`
	if status, got := post(t, server.URL+"/v1/records", js, no); status != 201 {
		t.Errorf("no record can be entered any more: %d %s", status, got)
	}
}

// TestReplayed reports the same things again and again, and at once: each counts once. What is
// dated before anybody was born or after today is refused or held against nobody.
func TestReplayed(t *testing.T) {
	t.Parallel()
	server, state := onFile(t)
	event := func(at string) string {
		return fmt.Sprintf(`{"key":"call-1","channel":"call","purpose":"news","person":{"phone":"0199000001"},"outcome":"opposed","at":%q}`, at)
	}
	done := make(chan int)
	for range 20 {
		go func() {
			status, _ := post(t, server.URL+"/v1/events", js, event("2026-09-01T08:00:00Z"))
			done <- status
		}()
	}
	fresh := 0
	for range 20 {
		switch status := <-done; status {
		case 201:
			fresh++
		case 200:
		default:
			t.Errorf("a report is answered %d", status)
		}
	}
	key, err := state.PersonKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ref := consent.Refer(key, consent.Identifier{Kind: consent.ByPhone, Value: "0199000001"})
	if records, err := state.RecordsOf(t.Context(), []consent.Ref{ref}); err != nil || fresh != 1 || len(records) != 1 {
		t.Errorf("%d fresh, %d on file, %v", fresh, len(records), err)
	}
	if spoken, err := state.Outspoken(t.Context()); err != nil || !spoken[ref] {
		t.Errorf("the next plan will not know of it: %v", err)
	}
	if _, got := post(t, server.URL+"/v1/may", js, `{"channel":"call","purpose":"news","person":{"phone":"+33 1 99 00 00 01"}}`); !strings.Contains(got, `"rule":"objection-in-call"`) {
		t.Errorf("it does not count at once: %s", got)
	}
	for _, at := range []string{"2027-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-09-01T09:05:01Z"} {
		if status, got := post(t, server.URL+"/v1/events", js, strings.Replace(event(at), "call-1", "call-"+at[:10], 1)); status != 422 || !strings.Contains(got, "clock") {
			t.Errorf("at %s: %d %s", at, status, got)
		}
	}
}
