package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the zones must be known on machines without a zone database

	events "github.com/garant-rgpd/garant/api/event"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

const token = "a token of some length"

var now = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC) // eleven in Paris, a Tuesday

// memory keeps records without a file.
type memory struct {
	mu      sync.Mutex
	key     []byte
	records []consent.Record
	refs    map[consent.Ref][]consent.Record
	logged  []consent.Logged
	commits int
	broken  error
}

func (m *memory) EnterRecords(_ context.Context, drafts []consent.Draft) ([]consent.Entered, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []consent.Entered
	for _, d := range drafts {
		if i := slices.IndexFunc(m.records, func(r consent.Record) bool { return r.Key != "" && r.Key == d.Record.Key }); i >= 0 {
			out = append(out, consent.Entered{Record: m.records[i]})
			continue
		}
		r, _, refs, err := consent.Seal(m.key, d, int64(len(m.records)+1))
		if err != nil {
			return nil, err
		}
		m.records, out = append(m.records, r), append(out, consent.Entered{Record: r, Fresh: true})
		for _, ref := range refs {
			m.refs[ref] = append(m.refs[ref], r)
		}
	}
	return out, m.broken
}

func (m *memory) RecordsOf(_ context.Context, refs []consent.Ref) ([]consent.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refs[refs[0]], m.broken
}

func (m *memory) RecordsOfEach(context.Context, []consent.Ref) (map[consent.Ref][]consent.Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.refs), m.broken
}

func (m *memory) LogAnswers(_ context.Context, a []consent.Logged) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.logged, m.commits = append(m.logged, a...), m.commits+1
	return m.broken
}

// service is one whose policy has the purpose news, to which someone@a.example agreed by mail.
func service(t testing.TB) (*httptest.Server, *memory) {
	t.Helper()
	m := &memory{key: []byte("key"), refs: map[consent.Ref][]consent.Record{}}
	d := newsDesk(t, m)
	yes := consent.Record{Kind: consent.Given, At: now.Add(-time.Hour), Entered: now, Scope: consent.Scope{Channels: []consent.Channel{consent.Email}, Purposes: []policy.PurposeID{"news"}}, Proof: consent.Digest([]byte("form"))}
	if _, err := m.EnterRecords(t.Context(), []consent.Draft{{Person: []consent.Identifier{{Kind: consent.ByEmail, Value: "someone@a.example"}}, Record: yes}}); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	s := New(d, Options{Gate: NewGate(OneToken{Token: token}, false, clock), Clock: clock, Link: func(i consent.Identifier, p policy.PurposeID, c consent.Channel) (Link, error) {
		return Link{Page: "https://a.example/p/" + i.Kind + "-" + string(p) + "-" + string(c), Headers: map[string]string{}}, nil
	}})
	server := httptest.NewServer(s.Handler())
	t.Cleanup(func() { server.Close(); s.Close() })
	return server, m
}

// newsDesk is a desk with the purposes news and visits.
func newsDesk(t testing.TB, m *memory) *consent.Desk {
	t.Helper()
	p, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	book, err := consent.NewBook(p)
	if err != nil {
		t.Fatal(err)
	}
	return &consent.Desk{Book: book, Keeper: m, Key: m.key,
		Policy:   policy.Policy{Purposes: []policy.Purpose{{ID: "news", Basis: []policy.Basis{policy.Consent}}, {ID: "visits", Basis: []policy.Basis{policy.Contract}}}},
		Settings: consent.Settings{Goods: consent.OtherGoods, Uses: map[policy.PurposeID]consent.UseOf{"news": {Use: consent.Prospecting}}}}
}

// post sends a body and returns the status and what came back.
func post(t testing.TB, url, kind, body string, with ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i+1 < len(with); i += 2 {
		r.Header.Set(with[i], with[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return res.StatusCode, err.Error()
	}
	return res.StatusCode, string(b)
}

const js = "application/json"

// TestMay asks, rightly and wrongly. What is wrong is told without a word of the question.
func TestMay(t *testing.T) {
	t.Parallel()
	server, m := service(t)
	ask := func(s string) string { return strings.ReplaceAll(s, "'", `"`) }
	for name, c := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"yes":              {`{'channel':'email','purpose':'news','person':{'email':'Someone@A.example'}}`, 200, `"allowed":true,"rule":"consent"`},
		"no":               {`{'channel':'email','purpose':'news','person':{'email':'other@a.example'}}`, 200, `"allowed":false,"rule":"no-consent"`},
		"another day":      {`{'channel':'email','purpose':'news','person':{'email':'someone@a.example'},'at':'2026-08-12T09:00:00+02:00'}`, 200, `"rule":"no-consent"`},
		"context":          {`{'channel':'sms','purpose':'visits','person':{'phone':'0199000007'},'context':{'contract':'yes'}}`, 200, `"rule":"service"`},
		"no channel":       {`{'channel':'fax','purpose':'news','person':{'email':'someone@a.example'}}`, 422, "no such channel"},
		"no purpose":       {`{'channel':'email','purpose':'none','person':{'email':'someone@a.example'}}`, 422, "no purpose called"},
		"nobody":           {`{'channel':'email','purpose':'news','person':{}}`, 422, "one to eight identifiers"},
		"no person at all": {`{'channel':'email','purpose':'news'}`, 422, "one to eight identifiers"},
		"no address":       {`{'channel':'email','purpose':'news','person':{'email':'someone'}}`, 422, "no @"},
		"context key":      {`{'channel':'email','purpose':'news','person':{'email':'someone@a.example'},'context':{'colour':'red'}}`, 422, "no key"},
		"injection":        {`{'channel':'email','purpose':'news','person':{'email':'\u0027 OR 1=1 --@a.example'}}`, 200, `"allowed":false`},
		"markup":           {`{'channel':'email','purpose':'<script>','person':{'email':'someone@a.example'}}`, 422, `\u003cscript\u003e`},
		"unknown member":   {`{'channel':'email','purpose':'news','person':{'email':'a@a.example'},'admin':true}`, 400, "bad request"},
		"no json":          {`{`, 400, "bad request"},
		"nothing":          {``, 400, "bad request"},
		"a list":           {`[]`, 400, "bad request"},
		"two":              {`{'channel':'email','purpose':'news','person':{'email':'a@a.example'}}{}`, 400, "and nothing else"},
		"twice":            {`{'channel':'email','purpose':'news','person':{'email':'a@a.example'},'channel':'sms'}`, 400, "bad request"},
		"no instant":       {`{'channel':'email','purpose':'news','person':{'email':'a@a.example'},'at':'noon'}`, 400, "bad request"},
		"large":            {`{'channel':'email','purpose':'` + strings.Repeat("x", maxBody) + `','person':{}}`, 413, "too large"},
	} {
		status, got := post(t, server.URL+"/v1/may", js, ask(c.body))
		if status != c.status || !strings.Contains(got, c.want) || strings.Contains(strings.ToLower(got), "someone") {
			t.Errorf("%s: %d %s", name, status, got)
		}
	}
	for _, a := range m.logged {
		if b, err := json.Marshal(a); err != nil || bytes.Contains(b, []byte("@")) || a.Rule == "" {
			t.Errorf("logged %s (%v)", b, err)
		}
	}
	if len(m.logged) != 5 {
		t.Errorf("%d answers are on file, want 5", len(m.logged))
	}
}

// TestDoor lets in who brings the token, and nobody else.
func TestDoor(t *testing.T) {
	t.Parallel()
	server, m := service(t)
	body := `{"channel":"email","purpose":"news","person":{"email":"someone@a.example"}}`
	for _, bring := range []string{"", "Bearer", "Bearer ", "Bearer a token of some lengthh", "bearer " + token, "Basic " + token, token} {
		for _, path := range []string{"/v1/may", "/v1/list", "/v1/events", "/v1/sms", "/v1/records", "/v1/links"} {
			if status, got := post(t, server.URL+path, js, body, "Authorization", bring); status != 401 || strings.Contains(got, token) {
				t.Errorf("%s with %q: %d %s", path, bring, status, got)
			}
		}
	}
	if status, _ := post(t, server.URL+"/v1/may", "text/plain", body); status != 415 {
		t.Errorf("a form of another site: %d", status)
	}
	res, err := http.Get(server.URL + "/v1/may")
	if err != nil || res.StatusCode != 405 {
		t.Errorf("GET: %v %v", res.StatusCode, err)
	}
	_ = res.Body.Close()
	if len(m.logged) != 0 {
		t.Errorf("%d answers were given at a closed door", len(m.logged))
	}
}

// TestEvents reports what happened: once, twice, with another meaning, from the future.
func TestEvents(t *testing.T) {
	t.Parallel()
	server, _ := service(t)
	event := func(key, outcome, at string) string {
		return fmt.Sprintf(`{"key":%q,"channel":"email","purpose":"news","person":{"email":"someone@a.example"},"outcome":%q,"at":%q}`, key, outcome, at)
	}
	for i, c := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"events", event("m-1", "clicked", "2026-09-01T08:00:00Z"), 201, `{"id":"contact-2","fresh":true}`},
		{"events", event("m-1", "clicked", "2026-09-01T08:00:00Z"), 200, `{"id":"contact-2","fresh":false}`},
		{"events", event("m-1", "bounced", "2026-09-01T08:00:00Z"), 409, "used for another event"},
		{"events", strings.Replace(event("m-1", "clicked", "2026-09-01T08:00:00Z"), "someone", "other", 1), 409, "used for another event"},
		{"events", event("m-2", "clicked", "2026-09-01T09:04:00Z"), 201, "contact-3"},
		{"events", event("m-3", "clicked", "2026-09-01T09:06:00Z"), 422, "is the clock right"},
		{"events", event("m-3", "happy", "2026-09-01T08:00:00Z"), 422, "outcome among"},
		{"events", event("", "clicked", "2026-09-01T08:00:00Z"), 422, "key: "},
		{"events", event("x'; DROP TABLE records", "clicked", "2026-09-01T08:00:00Z"), 422, "short names"},
		{"events", `{"key":"m-4","channel":"email","person":{"email":"a@a.example"},"outcome":"clicked"}`, 422, "at: "},
		{"events", strings.Replace(event("m-5", "clicked", "2026-09-01T08:00:00Z"), "news", "none", 1), 422, "no purpose called"},
		{"records", `{"key":"r-1","kind":"objection","person":{"email":"someone@a.example"},"at":"2026-09-01T08:30:00Z"}`, 201, "objection-4"},
		{"records", `{"key":"r-1","kind":"withdrawal","person":{"email":"someone@a.example"},"at":"2026-09-01T08:30:00Z"}`, 409, "used for another"},
		{"records", `{"key":"r-2","kind":"deceased","person":{"email":"someone@a.example"},"at":"2026-09-01T08:30:00Z"}`, 422, "no such record"},
		{"records", `{"key":"r-3","kind":"consent","person":{"email":"x@a.example"},"at":"2026-09-01T08:30:00Z","purposes":["none"],"channels":["email"]}`, 422, "no purpose called"},
		{"records", `{"key":"r-3","kind":"consent","person":{},"at":"2026-09-01T08:30:00Z"}`, 422, "identifiers"},
		{"records", `{"key":"r-3"`, 400, "bad request"},
		{"links", `{"person":{"email":"someone@a.example"},"purpose":"news","channel":"email"}`, 200, `{"page":"https://a.example/p/email-news-email","headers":{}}`},
		{"links", `{"person":{"email":"someone@a.example"},"purpose":"none"}`, 422, "no purpose called"},
		{"links", `{"person":{"email":"someone@a.example"},"channel":"fax"}`, 422, "no such channel"},
		{"links", `{"person":{"email":"someone@a.example","id":"7"}}`, 422, "one identifier"},
		{"links", `{"person":{}}`, 422, "identifiers"},
	} {
		if status, got := post(t, server.URL+"/v1/"+c.path, js, c.body); status != c.status || !strings.Contains(got, c.want) || strings.Contains(got, "someone") {
			t.Errorf("%d: %d %s", i, status, got)
		}
	}
	// The objection counts at once.
	if _, got := post(t, server.URL+"/v1/may", js, `{"channel":"email","purpose":"news","person":{"email":"someone@a.example"}}`); !strings.Contains(got, `"rule":"objection"`) {
		t.Error(got)
	}
}

// TestSMS takes a STOP in once, and keeps neither number nor text.
func TestSMS(t *testing.T) {
	t.Parallel()
	server, m := service(t)
	for i, c := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"from":"+33 6 39 98 00 01","text":"Bonjour"}`, 200, `{"stop":false,"fresh":false}`},
		{`{"from":"+33 6 39 98 00 01","text":"Stop.","id":"m-1","at":"2026-09-01T08:00:00Z"}`, 201, `{"stop":true,"id":"objection-2","fresh":true}`},
		{`{"from":"0639980001","text":"Stop.","id":"m-1","at":"2026-09-01T08:00:00Z"}`, 200, `{"stop":true,"id":"objection-2","fresh":false}`},
		{`{"from":"BOUTIQUE","text":"STOP"}`, 422, "no number"},
		{`{"from":"0639980001","text":"STOP","text":"oui"}`, 400, "bad request"},
		{`{"from":"0639980001","text":"` + strings.Repeat("x", maxBody) + `"}`, 413, "too large"},
		{`[]`, 400, "bad request"},
	} {
		if status, got := post(t, server.URL+"/v1/sms", js, c.body); status != c.status || !strings.Contains(got, c.want) || strings.Contains(got, "6399") {
			t.Errorf("%d: %d %s", i, status, got)
		}
	}
	for _, r := range m.records {
		if b, err := r.Body(); err != nil || strings.Contains(string(b), "63998") || strings.Contains(string(b), "Stop.") {
			t.Errorf("kept %s", b)
		}
	}
	if _, got := post(t, server.URL+"/v1/may", js, `{"channel":"sms","purpose":"news","person":{"phone":"06 39 98 00 01"}}`); !strings.Contains(got, `"rule":"objection"`) {
		t.Error(got)
	}
}

// TestList sends a list: an answer a line, in order; what is no list is refused.
func TestList(t *testing.T) {
	t.Parallel()
	server, m := service(t)
	n := 9000
	status, got := post(t, server.URL+"/v1/list?channel=email&purpose=news", "text/csv", "email\n"+strings.Repeat("someone@a.example\nother@a.example\n", n/2))
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if status != 200 || len(lines) != n || !strings.HasPrefix(lines[0], `{"line":2,"allowed":true`) || !strings.HasPrefix(lines[n-1], fmt.Sprintf(`{"line":%d,"allowed":false`, n+1)) || len(m.logged) != n {
		t.Fatalf("%d, %d lines, %d logged", status, len(lines), len(m.logged))
	}
	for _, c := range []struct {
		query, kind, body string
		status            int
	}{
		{"channel=email&purpose=news", "text/csv", "name\nx\n", 422}, {"channel=fax&purpose=news", "text/csv", "email\nx@a.example\n", 422},
		{"channel=email&purpose=none", "text/csv", "email\nx@a.example\n", 422}, {"channel=email&purpose=news&at=noon", "text/csv", "email\n", 422},
		{"channel=email&purpose=news", js, "email\n", 415}, {"channel=email&purpose=news", "text/csv", "", 422},
	} {
		if status, got := post(t, server.URL+"/v1/list?"+c.query, c.kind, c.body); status != c.status {
			t.Errorf("%s: %d %s", c.query, status, got)
		}
	}
	m.mu.Lock()
	m.broken = errors.New("the disk is gone")
	m.mu.Unlock()
	if status, got := post(t, server.URL+"/v1/list?channel=email&purpose=news", "text/csv", "email\nsomeone@a.example\n"); status != 500 || strings.Contains(got, "allowed") {
		t.Errorf("a broken memory: %d %s", status, got)
	}
}

// TestTogether asks from many sides at once: everybody gets their own answer, each is on
// file, and many share a commit.
func TestTogether(t *testing.T) {
	t.Parallel()
	server, m := service(t)
	const askers, each = 16, 25
	var wg sync.WaitGroup
	for a := range askers {
		wg.Go(func() {
			who, want := "someone", "true"
			if a%2 == 1 {
				who, want = "other", "false"
			}
			for range each {
				status, got := post(t, server.URL+"/v1/may", js, fmt.Sprintf(`{"channel":"email","purpose":"news","person":{"email":"%s@a.example"}}`, who))
				if status != 200 || !strings.Contains(got, `"allowed":`+want) {
					t.Errorf("%d %s", status, got)
				}
			}
		})
	}
	wg.Wait()
	if len(m.logged) != askers*each || m.commits > askers*each {
		t.Errorf("%d answers in %d commits", len(m.logged), m.commits)
	}
}

// TestNoAnswer: where the memory fails, or the service stops, no answer is given.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	server, m := service(t)
	m.mu.Lock()
	m.broken = errors.New("someone@a.example is on the disk that is gone")
	m.mu.Unlock()
	status, got := post(t, server.URL+"/v1/may", js, `{"channel":"email","purpose":"news","person":{"email":"someone@a.example"}}`)
	if status != 500 || strings.Contains(got, "allowed") || strings.Contains(got, "someone") {
		t.Errorf("%d %s", status, got)
	}
	c := newCounter(&consent.Desk{})
	c.close()
	c.close()
	if _, err := c.ask(t.Context(), consent.Inquiry{}); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	full := &counter{in: make(chan *call), ended: make(chan struct{})}
	if _, err := full.ask(gone, consent.Inquiry{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestDocument holds the document against the code: every route, every word that may be sent.
func TestDocument(t *testing.T) {
	t.Parallel()
	server, _ := service(t)
	res, err := http.Get(server.URL + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var doc struct {
		OpenAPI    string                    `json:"openapi"`
		Paths      map[string]map[string]any `json:"paths"`
		Webhooks   map[string]any            `json:"webhooks"`
		Components struct {
			Schemas map[string]struct {
				Enum       []string                  `json:"enum"`
				Properties map[string]map[string]any `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(doc.Paths)); !slices.Equal(got, []string{"/openapi.json", "/v1/events", "/v1/links", "/v1/list", "/v1/may", "/v1/plans", "/v1/plans/{digest}", "/v1/records", "/v1/requests", "/v1/requests/{id}", "/v1/sms", "/v1/verdicts"}) || doc.OpenAPI != "3.1.0" {
		t.Errorf("paths %v", got)
	}
	for path, methods := range doc.Paths {
		for method, operation := range methods {
			said, _ := operation.(map[string]any)["responses"].(map[string]any)
			if _, ok := said["429"]; ok != strings.HasPrefix(path, "/v1/") {
				t.Errorf("%s %s: whether it may be answered 429: %v", method, path, ok)
			}
		}
	}
	schemas := doc.Components.Schemas
	same(t, "channels", schemas["Channel"].Enum, consent.Channels())
	same(t, "outcomes", words(schemas["Event"].Properties["outcome"]["enum"]), consent.Outcomes())
	same(t, "kinds", words(schemas["Record"].Properties["kind"]["enum"]), kinds())
	same(t, "events", words(schemas["Told"].Properties["type"]["enum"]), append(events.Types(), events.Test))
	if _, ok := doc.Webhooks["told"]; !ok {
		t.Error("the document has no webhook")
	}
	same(t, "goods", words(schemas["Record"].Properties["goods"]["items"].(map[string]any)["enum"]), consent.AllGoods())
	same(t, "rights", words(schemas["Request"].Properties["right"]["enum"]), rights.Rights())
	same(t, "ways in", words(schemas["NewRequest"].Properties["via"]["enum"]), rights.Channels())
	same(t, "languages", words(schemas["NewRequest"].Properties["language"]["enum"]), rights.Languages())
	same(t, "context", slices.Sorted(maps.Keys(schemas["Question"].Properties["context"]["properties"].(map[string]any))), consent.ContextKeys())
	for name, v := range map[string]any{"Question": question{}, "Event": event{}, "Record": record{}, "Entered": entered{}, "Problem": failure{}, "WantedLink": wantedLink{}, "Link": Link{},
		"NewRequest": wanted{}, "Request": caseView{}, "Due": dueView{}, "Step": stepView{}, "Verdict": Verdict{}, "Verdicts": Verdicts{AsOf: policy.MustDate("2026-01-01")}, "PlanLine": PlanLine{Finished: now}, "Happening": happening()} {
		b, err := json.Marshal(v)
		var members map[string]any
		if err == nil {
			err = json.Unmarshal(b, &members)
		}
		if err != nil {
			t.Fatal(err)
		}
		for m := range schemas[name].Properties {
			if _, ok := members[m]; !ok && m != "detail" {
				t.Errorf("%s has no member %s in the code", name, m)
			}
		}
		for m := range members {
			if _, ok := schemas[name].Properties[m]; !ok {
				t.Errorf("%s has no member %s in the document", name, m)
			}
		}
	}
}

// happening says everything that an event can.
func happening() events.Data {
	entry, day := int64(1), policy.MustDate("2026-01-01")
	return events.Data{Entry: &entry, Promise: "p", Overdue: 1, Undetermined: 1, AsOf: day, Plan: "p", Due: 1, Held: 1, Run: "r", Request: "r", Right: rights.Access, Limit: day,
		Outcome: "done", Record: "r", Purposes: []policy.PurposeID{"news"}, Channels: []consent.Channel{consent.Email}}
}

func words(v any) []string {
	var out []string
	for _, w := range v.([]any) {
		out = append(out, w.(string))
	}
	return out
}

func same[T ~string](t *testing.T, what string, got []string, want []T) {
	t.Helper()
	w := make([]string, len(want))
	for i := range want {
		w[i] = string(want[i])
	}
	if !slices.Equal(got, w) {
		t.Errorf("%s: the document has %q, the code %q", what, got, w)
	}
}
