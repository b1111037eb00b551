package console_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// company is a company that found what it is given.
type company struct {
	look  console.Look
	err   error
	looks atomic.Int64
	days  atomic.Int64 // how often a day to come was looked at
	// last is what an earlier process found; Look waits for looking, unless it is nil.
	last    *console.Look
	years   []console.Year
	looking chan struct{}

	mu     sync.Mutex
	kept   console.Kept
	desk   desk
	people people

	against []console.Fault
	decided consent.Choices
	stores  []console.StoreTest // what Test and Setup tell, unless they are empty
	setup   console.Setup
	mailed  []string // whom TryMail wrote, and what about
	acts    int      // how often the plan was carried out
	holds   []retention.Hold
	broken  bool          // the ledger is
	refuse  error         // what Approve and Apply answer
	gate    chan struct{} // Apply waits for it, unless nil
}

func (c *company) Look(ctx context.Context) (console.Look, error) {
	if c.looking != nil {
		select {
		case <-c.looking:
		case <-ctx.Done():
			return console.Look{}, ctx.Err()
		}
	}
	c.looks.Add(1)
	return c.look, c.err
}

func (c *company) Last(context.Context) (*console.Look, []console.Year, error) {
	return c.last, c.years, nil
}

func (c *company) Ahead(context.Context) ([]console.Year, error) {
	return []console.Year{{Year: 2026, Due: map[policy.RuleID]int64{"quotes.end": 1204}, Fallen: []console.Fallen{{Rule: "quotes.end", Store: "crm", N: 2408}}}, {Year: 2027}}, nil
}

func (c *company) On(_ context.Context, day policy.Date) ([]console.Fallen, error) {
	c.days.Add(1)
	if day.Year > 2030 {
		return nil, errors.New("a store that is gone")
	}
	return []console.Fallen{{Rule: "quotes.end", Store: "crm", N: int64(day.Year)}, {Rule: "letters.end", Store: "mail", N: int64(day.Month)}}, nil
}

func (c *company) Proof(_ context.Context, n int64) ([]byte, error) {
	if n != c.look.Entry {
		return nil, console.ErrNoEntry
	}
	return []byte("c2sp.org/tlog-proof@v1\n"), nil
}

func (c *company) PublicKey(context.Context) (string, error) { return "garant+key", nil }

func (c *company) Export(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, "the ledger")
	return err
}

func (c *company) Plan(_ context.Context, tell func(string, int, int)) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tell("leads", 1, 2)
	if c.refuse != nil {
		return "", c.refuse
	}
	p := plan.Finish(plan.Plan{AsOf: policy.MustDate("2026-11-22"), Steps: []plan.Step{
		{ID: "leads/erase/row", Dataset: "leads", Store: "crm", Action: policy.Erase, WholeRow: true, Due: 1204, Rows: 5000, Needs: []string{"first quotes.end", "share 25"},
			Because: []plan.Reason{{Purpose: "quotes", Rule: "quotes.end", Cutoff: policy.MustDate("2023-11-21"), Says: "§ 1", Due: 1204}}},
		{ID: "mailing/erase/row", Dataset: "mailing", Store: "mail", Action: policy.Erase, WholeRow: true, Due: 6, Rows: 900, Needs: []string{"required"},
			Because: []plan.Reason{{Purpose: "letters", Rule: "letters.end", Says: "§ 2", Due: 6}}},
	}})
	c.kept = console.Kept{Plan: p, Digest: p.Digest(), Saved: instant()}
	return c.kept.Digest, nil
}

func (c *company) Approve(_ context.Context, digest, dataset string, by console.Consent) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != nil {
		return c.refuse
	}
	for _, s := range c.kept.Plan.Steps {
		if dataset == "" || s.Dataset == dataset {
			c.kept.Approvals = append(c.kept.Approvals, db.Approval{Plan: digest, Step: s.ID, Dataset: s.Dataset, Count: s.Due, By: by.By, Reason: by.Reason, At: instant()})
		}
	}
	return nil
}

func (c *company) Apply(ctx context.Context, digest string, tell func(apply.Event)) (apply.Report, error) {
	tell(apply.Event{Step: "leads/erase/row", Due: 1204, Done: 602})
	if c.gate != nil {
		select {
		case <-c.gate:
		case <-ctx.Done():
			return apply.Report{}, ctx.Err()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != nil {
		return apply.Report{}, c.refuse
	}
	c.acts++
	c.kept.Finished = instant()
	c.kept.Runs = []db.Run{{ID: "run-1", Plan: digest, Outcome: "done"}}
	c.kept.Entries = []console.Entry{
		{N: 11, Entry: ledger.Entry{Kind: ledger.Act, Step: "leads/erase/row", Rows: 1204}},
		{N: 12, Entry: ledger.Entry{Kind: ledger.Act, Step: "mailing/erase/row", Rows: 5}},
		{N: 13, Entry: ledger.Entry{Kind: ledger.Run, Outcome: "done"}},
	}
	return apply.Report{Plan: digest}, nil
}

func (c *company) Plans(context.Context) ([]db.SavedPlan, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept.Digest == "" {
		return nil, nil
	}
	return []db.SavedPlan{{Digest: c.kept.Digest, Saved: c.kept.Saved, Finished: c.kept.Finished}}, nil
}

func (c *company) Kept(_ context.Context, digest string) (console.Kept, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if digest != c.kept.Digest || digest == "" {
		return console.Kept{}, console.ErrNoPlan
	}
	return c.kept, nil
}

func (c *company) Samples(_ context.Context, _, step string, most int) ([]string, error) {
	return []string{"7", "8"}[:min(2, most)], nil
}

func (c *company) Law(context.Context) (console.Law, error) {
	pack, err := law.French()
	return console.Law{Pack: pack, Day: policy.MustDate("2026-11-22"), Choices: c.decided, Against: c.against}, err
}

func (c *company) Size(context.Context) (int64, error) { return 120, nil }

func (c *company) Entries(_ context.Context, from, to int64) (out []console.Entry, err error) {
	for n := from; n < to; n++ {
		out = append(out, console.Entry{N: n, Entry: ledger.Entry{Kind: ledger.Act, At: instant(), Step: "leads/erase/row", Rows: n}})
	}
	return out, nil
}

func (c *company) Verify(context.Context) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken {
		return 0, &ledger.Broken{At: 12, Reason: "leaf"}
	}
	return 120, nil
}

func (c *company) May(_ context.Context, w console.Wish) (consent.Reply, error) {
	if w.Person == "x" {
		return consent.Reply{}, &console.Refusal{FR: "Ce n’est pas une question.", EN: "No question."}
	}
	return consent.Reply{Answer: consent.Answer{Allowed: w.Channel == "email", Rule: "no_consent", Reason: consent.Text{FR: "Aucun accord.", EN: "No consent."}, Source: "L. 34-5", Day: policy.MustDate("2026-11-22")}}, nil
}

func (c *company) Test(context.Context) ([]console.StoreTest, error) {
	if c.stores != nil {
		return c.stores, c.err
	}
	return []console.StoreTest{{Name: "crm", Engine: "sqlite", Tables: 31}, {Name: "mail", Engine: "postgres", Silent: true},
		{Name: "shop", Engine: "postgres", Tables: 3, Restored: true, Grants: []string{`GRANT SELECT, UPDATE, DELETE ON "orders" TO "garant"`}}, {Name: "old", Engine: "mariadb", Denied: true}}, c.err
}

func (c *company) Setup(context.Context) (console.Setup, error) {
	if c.setup.Key != "" {
		return c.setup, nil
	}
	backup := func(state string) *console.StoreBackup {
		return &console.StoreBackup{Last: instant(), Kept: policy.Days(35), Horizon: policy.MustDate("2026-10-18"), State: state, Noted: state == "none"}
	}
	return console.Setup{Stores: []console.StoreSetup{{Name: "crm", Engine: "sqlite", Receipts: 42, Backup: backup("fine")}, {Name: "erp", Engine: "mariadb", Backup: backup("late")},
		{Name: "mail", Engine: "postgres", Backup: backup("none")}, {Name: "shop", Engine: "postgres"}}, Server: "mail.a.example:465", From: "rgpd@a.example", Key: "garant-1+key", Since: instant(),
		Keys: []console.RecordKey{{Store: "crm", Year: 2025, Made: instant(), Until: policy.MustDate("2026-02-05"), State: "spent"}, {Store: "crm", Year: 2026, Made: instant(), Until: policy.MustDate("2027-02-05"), State: "needed"},
			{Store: "erp", Year: 2024, Made: instant(), Destroyed: instant(), State: "destroyed"}, {Store: "shop", Year: 2026, Made: instant(), State: "unknown"}}}, nil
}

func (c *company) TryMail(_ context.Context, to, subject, body string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse == nil {
		c.mailed = append(c.mailed, to+" "+subject)
	}
	return c.refuse
}

func (c *company) Why(_ context.Context, dataset, key string) (retention.Why, error) {
	switch {
	case key == "404":
		return retention.Why{}, retention.ErrNoRecord
	case dataset != "leads":
		return retention.Why{}, &console.Refusal{FR: "Ce n’est pas une clé.", EN: "No key."}
	}
	return retention.Why{Groups: []retention.WhyGroup{{Group: "phone", Fields: []string{"phone"}, State: "due", Claims: []retention.WhyClaim{
		{Title: "Devis", Rule: "quotes.end", Says: "§ 1", State: retention.Ended, Until: policy.MustDate("2025-01-01")},
		{Title: "Jamais", Rule: "letters.end", State: retention.Absent},
	}}}, Holds: []retention.WhyHold{{Matter: "Litige 2025-014", Owner: "Direction"}}}, nil
}

func (c *company) Holds(context.Context) ([]retention.Hold, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.holds), nil
}

func (c *company) Hold(_ context.Context, h retention.Hold, keys []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if keys[0] == "x" {
		return &console.Refusal{FR: "Ce n’est pas une clé.", EN: "No key."}
	}
	h.ID = fmt.Sprintf("hold-%d", len(c.holds)+1)
	c.holds = append(c.holds, h)
	return nil
}

func (c *company) Lift(_ context.Context, id, by string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.holds {
		if c.holds[i].ID == id && c.holds[i].Active() {
			c.holds[i].Lifted, c.holds[i].LiftedBy = instant(), by
			return nil
		}
	}
	return &console.Refusal{FR: "Ce gel n’est pas en vigueur.", EN: "Not in force."}
}

func instant() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }

// kept is a company of two promises: one kept, one broken.
func kept() *company {
	three := policy.Years(3)
	rules := func(id policy.RuleID, says policy.Says) []policy.Rule {
		return []policy.Rule{{ID: id, Says: says, Keep: policy.Keep{Set: true, Period: three}, After: []policy.Event{"last_contact"}, Then: policy.Erase}}
	}
	return &company{against: []console.Fault{{Message: console.Words{FR: "Trois ans au plus.", EN: "Three years at most."}, Article: "art. 5(1)(e)"}},
		decided: consent.Choices{{Point: consent.RefusalInCall, Mode: "noted", By: "Direction", On: policy.MustDate("2026-01-02"), Why: "avis"}, {Point: consent.Heating, Mode: "other", By: "Direction", On: policy.MustDate("2027-01-02")}},
		look: console.Look{
			At: instant(), Today: policy.MustDate("2026-11-22"), Entry: 7,
			Policy: policy.Policy{
				Controller: policy.Controller{Name: "Boutique Exemple"}, Language: "fr", Text: "policy.fr.md",
				Events: []policy.Named[policy.Event]{{ID: "last_contact", Title: "Dernier contact"}},
				Purposes: []policy.Purpose{
					{ID: "quotes", Title: "Devis", Basis: []policy.Basis{policy.Contract}, Rules: rules("quotes.end", "§ 1")},
					{ID: "letters", Title: "Lettre", Basis: []policy.Basis{policy.Consent}, Rules: rules("letters.end", "§ 2")},
					{ID: "lost", Title: "Sans phrase", Rules: rules("lost.end", "§ 9")},
				},
			},
			Text: console.Text{File: "policy.fr.md", Blocks: []console.Block{
				{Kind: console.Heading, Level: 1, Sentences: []console.Sentence{{Text: "Notre politique"}}},
				{Kind: console.Paragraph, Sentences: []console.Sentence{{Text: "§ 1. Devis : trois ans.", Terms: []policy.Period{three}}}},
				{Kind: console.Paragraph, Sentences: []console.Sentence{{Text: "§ 2. Lettre : trois ans.", Terms: []policy.Period{three}}}},
			}},
			Truth: retention.Verification{AsOf: policy.MustDate("2026-11-22"), Promises: []retention.Promise{
				{ID: "letters.end", Purpose: "letters", Title: "Lettre", Says: "§ 2", Verdict: retention.Kept},
				{ID: "quotes.end", Purpose: "quotes", Title: "Devis", Says: "§ 1", Verdict: retention.Broken, Overdue: 1204, Held: 2, Oldest: policy.MustDate("2017-03-01"),
					Where: []retention.Place{{Dataset: "leads", Store: "crm", Overdue: 1204}}},
				{ID: "lost.end", Purpose: "lost", Title: "Sans phrase", Says: "§ 9", Verdict: retention.Unbound},
			}, Gaps: []retention.Gap{{Kind: "table", Table: "crm.audit_log"}}},
			Cutoffs:  map[policy.RuleID]policy.Date{"quotes.end": policy.MustDate("2023-11-21")},
			Seats:    map[policy.RuleID][]console.Seat{"quotes.end": {{Dataset: "leads", Store: "crm", Table: "leads"}}},
			Datasets: []console.Seat{{Dataset: "leads", Store: "crm", Table: "leads"}},
			Holds:    []retention.Hold{{ID: "hold-1", Matter: "Litige 2025-014", Owner: "Direction", Dataset: "leads", Review: policy.MustDate("2027-01-01")}},
		}}
}

const host = "127.0.0.1:8484"

// served is a console of the company, looked at once.
type served struct {
	*testing.T
	console *console.Console
	handler http.Handler
	cookie  *http.Cookie
	state   *db.State
}

func serve(t *testing.T, c *company, change ...func(*console.Options)) *served {
	t.Helper()
	opt := console.Options{Clock: instant, Zone: time.UTC, Every: time.Hour, Hosts: []string{host}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Entrance: console.LinkFirst, Argon: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16}}
	for _, f := range change {
		f(&opt)
	}
	state, err := db.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = state.Close() })
	out, err := console.New(c, state, opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); out.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	s := &served{T: t, console: out, handler: out.Handler(), state: state}
	link, err := out.Link(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.cookie = s.get(link).Cookies()[0]
	deadline := time.Now().Add(10 * time.Second)
	for strings.Contains(body(s.get("/")), `class="waiting"`) && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	return s
}

func (s *served) get(path string) *http.Response { return s.do(httptest.NewRequest("GET", path, nil)) }

func (s *served) do(r *http.Request) *http.Response {
	if r.Host == "example.com" {
		r.Host = host
	}
	if s.cookie != nil {
		r.AddCookie(s.cookie)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

func body(r *http.Response) string {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// page gets a page, which must be there.
func (s *served) page(path string) string {
	s.Helper()
	r := s.get(path)
	text := body(r)
	if r.StatusCode != http.StatusOK {
		s.Fatalf("GET %s: %s\n%s", path, r.Status, text)
	}
	return text
}

// has checks that a page says all of the words.
func (s *served) has(page string, words ...string) {
	s.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			s.Errorf("the page does not say %q:\n%s", w, page)
		}
	}
}
