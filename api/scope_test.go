package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// route is a route of the service: the right that it needs, and a body about the purpose news,
// where it is about a purpose.
type route struct {
	method, path, kind, body string
	right                    Right
	scoped                   bool
}

func routes() []route {
	const person = `"person":{"email":"someone@a.example"}`
	return []route{
		{"POST", "/v1/may", js, `{"channel":"email","purpose":"news",` + person + `}`, Ask, true},
		{"POST", "/v1/list?channel=email&purpose=news", "text/csv", "email\nsomeone@a.example\n", Ask, true},
		{"POST", "/v1/events", js, `{"channel":"email","purpose":"news","outcome":"reached",` + person + `}`, Report, true},
		{"POST", "/v1/sms", js, `{}`, Report, false},
		{"POST", "/v1/records", js, `{"kind":"objection","purposes":["news"],` + person + `}`, Record, true},
		{"POST", "/v1/links", js, `{"purpose":"news",` + person + `}`, Record, true},
		{"POST", "/v1/requests", js, `{}`, Requests, false},
		{"GET", "/v1/requests", "", "", Requests, false},
		{"GET", "/v1/requests/request-1", "", "", Requests, false},
		{"GET", "/v1/verdicts", "", "", Read, false},
		{"GET", "/v1/plans", "", "", Read, false},
		{"GET", "/v1/plans/sha256:0", "", "", Read, false},
	}
}

// TestScopes goes to every route with a token of every right, for all purposes, for the one that
// is asked about and for another: who lacks the right, or the purpose, is turned away before
// anything is done.
func TestScopes(t *testing.T) {
	t.Parallel()
	for _, x := range routes() {
		for _, right := range Rights() {
			for _, purposes := range [][]policy.PurposeID{nil, {"news"}, {"visits"}} {
				code, entered := knocksAt(t, x, Grant{Name: "program", Rights: []Right{right}, Purposes: purposes})
				lacks := right != x.right || x.scoped && slices.Contains(purposes, "visits")
				if (code == http.StatusForbidden) != lacks || code == http.StatusUnauthorized || lacks && entered > 0 {
					t.Errorf("%s %s with %s for %v: %d, %d entered", x.method, x.path, right, purposes, code, entered)
				}
			}
		}
		if code, _ := knocksAt(t, x, Grant{Name: "program"}); code != http.StatusForbidden {
			t.Errorf("%s %s without a right: %d", x.method, x.path, code)
		}
	}
}

// empty is a memory of cases, plans and verdicts that has none.
type empty struct{}

func (empty) Verdicts(context.Context) (Verdicts, error)      { return Verdicts{}, nil }
func (empty) Plans(context.Context) ([]PlanLine, error)       { return nil, nil }
func (empty) Plan(context.Context, string) (plan.Plan, error) { return plan.Plan{}, ErrNothing }
func (empty) Cases(context.Context) ([]rights.Case, error)    { return nil, nil }
func (empty) ChangeCase(context.Context, string, func(*rights.Case) error) (rights.Case, error) {
	return rights.Case{}, ErrNothing
}

func (empty) OpenCase(context.Context, []rights.Mark, func([]rights.Case) (rights.Case, error)) (rights.Case, error) {
	return rights.Case{}, ErrNothing
}

// knocksAt goes to a route with a token of that grant, and returns the status and how much was
// written down.
func knocksAt(t *testing.T, x route, g Grant) (code, entered int) {
	t.Helper()
	m := &memory{key: []byte("key"), refs: map[consent.Ref][]consent.Record{}}
	const own = "the token of a program"
	clock := func() time.Time { return now }
	s := New(newsDesk(t, m), Options{Gate: NewGate(OneToken{Others: &given{grants: map[string]Grant{own: g}}}, false, clock), Clock: clock, Findings: empty{}, Cases: Cases{Desk: rights.Desk{Memory: empty{}, Zone: time.UTC}}})
	defer s.Close()
	r := httptest.NewRequestWithContext(t.Context(), x.method, x.path, strings.NewReader(x.body))
	r.Header.Set("Content-Type", x.kind)
	r.Header.Set("Authorization", "Bearer "+own)
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Code, len(m.records) + len(m.logged)
}
