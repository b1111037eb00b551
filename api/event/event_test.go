package event

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func reader() *Reader {
	plans := map[string]plan.Plan{
		"waits": {Steps: []plan.Step{{Due: 3, Needs: []string{"first"}}}}, "free": {Steps: []plan.Step{{Due: 3}}},
		"empty": {Steps: []plan.Step{{Needs: []string{"first"}}}}, "asked": {Occasion: "request request-1", Steps: []plan.Step{{Due: 3, Needs: []string{"first"}}}},
	}
	return &Reader{Source: "5f2a", Plan: func(digest string) (plan.Plan, error) {
		p, ok := plans[digest]
		if !ok {
			return p, errors.New("it is gone")
		}
		return p, nil
	}, Record: func(id string) (consent.Scope, error) {
		if id == "consent-2" {
			return consent.Scope{}, errors.New("it is gone")
		}
		return consent.Scope{Purposes: []policy.PurposeID{"news"}, Channels: []consent.Channel{consent.Email}}, nil
	}}
}

// TestRead reads each kind of entry.
func TestRead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		entry ledger.Entry
		want  string // type and data; empty where nothing is told
	}{
		{"a plan that waits", ledger.Entry{Kind: ledger.Planned, Plan: "waits", Due: 3, Held: 1}, `plan.waiting {"due":3,"entry":7,"held":1,"plan":"waits"}`},
		{"a plan that needs nobody", ledger.Entry{Kind: ledger.Planned, Plan: "free", Due: 3}, ""},
		{"a plan with nothing to do", ledger.Entry{Kind: ledger.Planned, Plan: "empty"}, ""},
		{"a plan of a request", ledger.Entry{Kind: ledger.Planned, Plan: "asked", Due: 3}, ""},
		{"a plan that is gone", ledger.Entry{Kind: ledger.Planned, Plan: "gone", Due: 3}, ""},
		{"a run", ledger.Entry{Kind: ledger.Run, Ref: "run-1", Plan: "waits", Outcome: "done"}, `run.done {"entry":7,"outcome":"done","plan":"waits","run":"run-1"}`},
		{"half a run", ledger.Entry{Kind: ledger.Run, Ref: "run-1", Plan: "waits", Outcome: "partly"}, `run.failed {"entry":7,"outcome":"partly","plan":"waits","run":"run-1"}`},
		{"a request", ledger.Entry{Kind: ledger.Request, Ref: "request-1", Action: "access", Outcome: "opened"}, `request.opened {"entry":7,"outcome":"opened","request":"request-1","right":"access"}`},
		{"an answer", ledger.Entry{Kind: ledger.Request, Ref: "request-1", Action: "access", Outcome: "answered_partly"}, `request.answered {"entry":7,"outcome":"answered_partly","request":"request-1","right":"access"}`},
		{"a refusal", ledger.Entry{Kind: ledger.Request, Ref: "request-1", Action: "access", Outcome: "refused"}, `request.refused {"entry":7,"outcome":"refused","request":"request-1","right":"access"}`},
		{"a step between", ledger.Entry{Kind: ledger.Request, Ref: "request-1", Action: "access", Outcome: "looked"}, ""},
		{"a consent", ledger.Entry{Kind: ledger.Recorded, Ref: "consent-1"}, `consent.given {"channels":["email"],"entry":7,"purposes":["news"],"record":"consent-1"}`},
		{"a consent that is gone", ledger.Entry{Kind: ledger.Recorded, Ref: "consent-2"}, `consent.given {"entry":7,"record":"consent-2"}`},
		{"a withdrawal", ledger.Entry{Kind: ledger.Recorded, Ref: "withdrawal-3"}, `consent.withdrawn {"channels":["email"],"entry":7,"purposes":["news"],"record":"withdrawal-3"}`},
		{"an objection", ledger.Entry{Kind: ledger.Recorded, Ref: "objection-3"}, `objection.made {"channels":["email"],"entry":7,"purposes":["news"],"record":"objection-3"}`},
		{"one lifted", ledger.Entry{Kind: ledger.Recorded, Ref: "objection_lifted-3"}, `objection.lifted {"channels":["email"],"entry":7,"purposes":["news"],"record":"objection_lifted-3"}`},
		{"a contact", ledger.Entry{Kind: ledger.Recorded, Ref: "contact-3"}, ""},
		{"a word", ledger.Entry{Kind: ledger.Recorded, Ref: "word"}, ""},
		{"an act", ledger.Entry{Kind: ledger.Act, Store: "crm"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.entry.At = noon
			got := ""
			for _, e := range reader().Read(7, tt.entry) {
				if e.ID != "5f2a-7" || !e.At.Equal(noon) {
					t.Errorf("named %s at %s", e.ID, e.At)
				}
				got += text(t, e)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func text(t *testing.T, e Event) string {
	t.Helper()
	b, err := json.Marshal(e.Data)
	if err != nil {
		t.Fatal(err)
	}
	var sorted map[string]any
	if err := json.Unmarshal(b, &sorted); err != nil {
		t.Fatal(err)
	}
	b, err = json.Marshal(sorted)
	if err != nil {
		t.Fatal(err)
	}
	return string(e.Type) + " " + string(b)
}

// TestChecked looks at the stores five times: a promise is told broken once and kept again once.
func TestChecked(t *testing.T) {
	t.Parallel()
	r := reader()
	var got []string
	for i, verdicts := range [][]ledger.Verdict{
		{{Promise: "a", Verdict: "broken", Overdue: 2}, {Promise: "b", Verdict: "kept"}},
		{{Promise: "a", Verdict: "broken", Overdue: 3}, {Promise: "b", Verdict: "broken", Overdue: 1}},
		{{Promise: "a", Verdict: "undetermined", Undetermined: 1}, {Promise: "b", Verdict: "kept"}},
		{{Promise: "a", Verdict: "kept"}, {Promise: "b", Verdict: "kept"}},
		{{Promise: "a", Verdict: "broken", Overdue: 1}},
	} {
		for _, e := range r.Read(int64(i), ledger.Entry{Kind: ledger.Check, At: noon, Verdicts: verdicts}) {
			got = append(got, e.ID+" "+string(e.Type))
		}
	}
	want := []string{"5f2a-0-a promise.broken", "5f2a-1-b promise.broken", "5f2a-2-b promise.kept", "5f2a-3-a promise.kept", "5f2a-4-a promise.broken"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a"}, r.Broken); diff != "" {
		t.Error(diff)
	}
}

// TestDue tells of a clock, and anew when its limit moved.
func TestDue(t *testing.T) {
	t.Parallel()
	c := rights.Case{ID: "request-1", Right: rights.Access, Person: rights.Person{Name: "Camille"}}
	for standing, want := range map[rights.Standing]string{
		rights.Running: "", rights.Stopped: "", rights.Over: "",
		rights.Soon:    `5f2a-request-1-due_soon-2026-12-22 request.due_soon {"limit":"2026-12-22","request":"request-1","right":"access"}`,
		rights.Overdue: `5f2a-request-1-overdue-2026-12-22 request.overdue {"limit":"2026-12-22","request":"request-1","right":"access"}`,
	} {
		got := ""
		for _, e := range reader().Due(c, rights.Due{Standing: standing, Limit: policy.MustDate("2026-12-22")}, noon) {
			got += e.ID + " " + text(t, e)
		}
		if got != want {
			t.Errorf("%s: got %s", standing, got)
		}
	}
}
