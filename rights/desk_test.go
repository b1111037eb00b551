package rights_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// TestMoves walks a case through acts; the first that fails must be the last, with its error.
func TestMoves(t *testing.T) {
	t.Parallel()
	child := rights.Person{Born: policy.MustDate("2012-01-01")}
	type act = func(t *testing.T, d rights.Desk, id string) error
	doubt := func(day string) act {
		return func(t *testing.T, d rights.Desk, id string) error {
			_, err := d.Doubt(t.Context(), id, "another address than the one on file", on(day))
			return err
		}
	}
	identify := func(m rights.Means, day string) act {
		return func(t *testing.T, d rights.Desk, id string) error {
			_, err := d.Identify(t.Context(), id, m, on(day))
			return err
		}
	}
	extend := func(why, day string) act {
		return func(t *testing.T, d rights.Desk, id string) error {
			_, err := d.Extend(t.Context(), id, why, on(day))
			return err
		}
	}
	refuse := func(g rights.Ground, why string) act {
		return func(t *testing.T, d rights.Desk, id string) error {
			_, err := d.Refuse(t.Context(), id, g, why, on("2026-11-05"))
			return err
		}
	}
	closed := func(t *testing.T, d rights.Desk, id string) error {
		_, err := d.Close(t.Context(), id, on("2026-11-06"))
		return err
	}
	for _, tt := range []struct {
		name   string
		right  rights.Right
		person rights.Person
		acts   []act
		want   error
		state  rights.State
	}{
		{"identified", rights.Access, rights.Person{}, []act{identify(rights.CustomerNumber, "2026-11-03")}, nil, rights.Searching},
		{"identified twice", rights.Access, rights.Person{}, []act{identify(rights.CallBack, "2026-11-03"), identify(rights.CallBack, "2026-11-03")}, rights.ErrAct, rights.Searching},
		{"a document without a doubt", rights.Access, rights.Person{}, []act{identify(rights.Document, "2026-11-03")}, rights.ErrDocument, rights.Received},
		{"a document on a doubt", rights.Access, rights.Person{}, []act{doubt("2026-11-03"), identify(rights.Document, "2026-11-09")}, nil, rights.Searching},
		{"no such means", rights.Access, rights.Person{}, []act{identify("smile", "2026-11-03")}, rights.ErrMeans, rights.Received},
		{"a child alone", rights.Access, child, []act{identify(rights.Account, "2026-11-03")}, rights.ErrGuardian, rights.Received},
		{"a child with a parent", rights.Access, rights.Person{Born: child.Born, Guardian: "mother"}, []act{identify(rights.Account, "2026-11-03")}, nil, rights.Searching},
		{"extended in time", rights.Access, rights.Person{}, []act{extend("many requests", "2026-12-02")}, nil, rights.Received},
		{"extended too late", rights.Access, rights.Person{}, []act{extend("many requests", "2026-12-03")}, rights.ErrLate, rights.Received},
		{"extended twice", rights.Access, rights.Person{}, []act{extend("many", "2026-11-03"), extend("many", "2026-11-03")}, rights.ErrAct, rights.Received},
		{"extended without a word", rights.Access, rights.Person{}, []act{extend("", "2026-11-03")}, rights.ErrReason, rights.Received},
		{"refused and closed", rights.Erasure, rights.Person{}, []act{refuse(rights.LegalClaims, "a suit is pending"), closed}, nil, rights.Closed},
		{"refused on a ground of another right", rights.Access, rights.Person{}, []act{refuse(rights.LegalClaims, "a suit")}, rights.ErrGround, rights.Received},
		{"refused without a reason", rights.Access, rights.Person{}, []act{refuse(rights.Excessive, "")}, rights.ErrReason, rights.Received},
		{"refused for an identity nobody asked for", rights.Access, rights.Person{}, []act{refuse(rights.NotIdentified, "who is it")}, rights.ErrAct, rights.Received},
		{"refused for an identity not shown", rights.Access, rights.Person{}, []act{doubt("2026-11-03"), refuse(rights.NotIdentified, "no answer")}, nil, rights.Refused},
		{"closed without an answer", rights.Access, rights.Person{}, []act{closed}, rights.ErrAct, rights.Received},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, m := desk(t)
			c := opened(t, d, tt.right, "2026-11-02", tt.person)
			var err error
			for i, do := range tt.acts {
				if err = do(t, d, c.ID); err != nil && i < len(tt.acts)-1 {
					t.Fatal(err)
				}
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got error %v, want %v", err, tt.want)
			}
			if got := m.cases[0].State; got != tt.state {
				t.Errorf("got state %s, want %s", got, tt.state)
			}
		})
	}
}

// TestLink shows a link once, late, replaced, altered, and by another key.
func TestLink(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	links := rights.Links{Key: []byte("a key for tests, thirty-two bytes")}
	nonce := func(b byte) []byte { return append(make([]byte, 15), b) }
	c := opened(t, d, rights.Access, "2026-11-02", rights.Person{})
	first, _, err := d.Link(t.Context(), links, c.ID, nonce(1), on("2026-11-02"))
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := d.Link(t.Context(), links, c.ID, nonce(2), on("2026-11-03"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, link string
		links      rights.Links
		day        string
		want       error
	}{
		{"replaced", first, links, "2026-11-04", rights.ErrLinkUsed},
		{"altered", "request-2" + second[len("request-1"):], links, "2026-11-04", rights.ErrLink},
		{"of another key", second, rights.Links{Key: []byte("another")}, "2026-11-04", rights.ErrLink},
		{"no link", "request-1", links, "2026-11-04", rights.ErrLink},
		{"expired", second, links, "2026-11-11", rights.ErrLinkExpired},
		{"followed", second, links, "2026-11-04", nil},
		{"replayed", second, links, "2026-11-04", rights.ErrLinkUsed},
	} {
		got, err := d.Follow(t.Context(), tt.links, tt.link, on(tt.day))
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
		if tt.want == nil && (got.State != rights.Searching || len(got.Verified) != 1 || got.Verified[0] != "email") {
			t.Errorf("%s: state %s, verified %v", tt.name, got.State, got.Verified)
		}
	}
}

// TestRepeats opens the same request in another notation, then again after the answer.
func TestRepeats(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	phone := func(n string) rights.Person { return rights.Person{Identifiers: map[string]string{"phone": n}} }
	c := opened(t, d, rights.Erasure, "2026-11-02", phone("01 99 00 12 34"))
	again := rights.Case{Right: rights.Erasure, Via: rights.ByCall, Received: policy.MustDate("2026-11-03"), Person: phone("+33 (0)1.99.00.12.34")}
	_, err := d.Open(t.Context(), again, on("2026-11-03"))
	var open *rights.Repeat
	if !errors.As(err, &open) || open.Of != c.ID {
		t.Fatalf("opened twice: %v", err)
	}
	other := again
	other.Right = rights.Access
	if _, err := d.Open(t.Context(), other, on("2026-11-03")); err != nil {
		t.Fatalf("another right: %v", err)
	}
	if _, err := d.Refuse(t.Context(), c.ID, rights.LegalClaims, "a suit", on("2026-11-04")); err != nil {
		t.Fatal(err)
	}
	got, err := d.Open(t.Context(), again, on("2026-11-20"))
	if err != nil || got.RepeatOf != c.ID {
		t.Errorf("after the answer: repeats %q, %v", got.RepeatOf, err)
	}
}

// TestAtOnce opens the same request five hundred times at once: one case is opened.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	opened, repeats := 0, 0
	for i := range 500 {
		wg.Go(func() {
			c := rights.Case{Right: rights.Access, Via: rights.ByForm, Received: policy.MustDate("2026-11-02"),
				Person: rights.Person{Identifiers: map[string]string{"email": fmt.Sprintf("person%d@shop.example", i%250)}}}
			_, err := d.Open(t.Context(), c, on("2026-11-02"))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				opened++
			case errors.Is(err, rights.ErrRepeat):
				repeats++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if opened != 250 || repeats != 250 || len(m.cases) != 250 {
		t.Errorf("%d opened, %d repeats, %d kept", opened, repeats, len(m.cases))
	}
}

// TestSweep lets time pass: identity that never comes ends the case, what it says of the
// person goes a month after the decision, refused or not, and the file after five years.
func TestSweep(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	who := func(n int) rights.Person {
		return rights.Person{Identifiers: map[string]string{"email": fmt.Sprintf("p%d@shop.example", n)}, Name: "Ada Un", Said: "tout effacer"}
	}
	waiting := opened(t, d, rights.Access, "2026-11-02", who(1))
	refused := opened(t, d, rights.Erasure, "2026-11-02", who(2))
	opened(t, d, rights.Access, "2026-11-02", who(3))
	for _, err := range []error{
		second(d.Doubt(t.Context(), waiting.ID, "who is it", on("2026-11-03"))),
		second(d.Refuse(t.Context(), refused.ID, rights.Excessive, "the tenth time", on("2026-11-05"))),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		day  string
		want rights.Swept
	}{
		{"2026-12-05", rights.Swept{}},
		{"2026-12-06", rights.Swept{Forgotten: 1}},
		{"2027-02-03", rights.Swept{}},
		{"2027-02-04", rights.Swept{Lapsed: 1}},
		{"2027-03-05", rights.Swept{Forgotten: 1}},
		{"2031-11-05", rights.Swept{}},
		{"2031-11-06", rights.Swept{Dropped: 1}},
		{"2032-02-05", rights.Swept{Dropped: 1}},
	} {
		got, err := d.Sweep(t.Context(), m, on(tt.day))
		if err != nil || got != tt.want {
			t.Errorf("%s: swept %+v, want %+v (%v)", tt.day, got, tt.want, err)
		}
		for _, c := range m.cases {
			if c.Forgotten && (c.Person.Name != "" || len(c.Person.Identifiers) > 0 || c.Steps[1].Why != "") {
				t.Errorf("%s: %s still says something of the person", tt.day, c.ID)
			}
		}
	}
	if len(m.cases) != 1 {
		t.Errorf("%d cases are left, want the open one", len(m.cases))
	}
}

func second(_ rights.Case, err error) error { return err }

// TestUnsound refuses what is no request.
func TestUnsound(t *testing.T) {
	t.Parallel()
	day := policy.MustDate("2026-11-02")
	email := map[string]string{"email": "ada@shop.example"}
	for name, c := range map[string]rights.Case{
		"no right":        {Right: "gold", Via: rights.ByMail, Received: day, Person: rights.Person{Identifiers: email}},
		"no channel":      {Right: rights.Access, Via: "raven", Received: day, Person: rights.Person{Identifiers: email}},
		"of tomorrow":     {Right: rights.Access, Via: rights.ByMail, Received: day.Add(policy.Period{Days: 1}), Person: rights.Person{Identifiers: email}},
		"a name alone":    {Right: rights.Access, Via: rights.ByMail, Received: day, Person: rights.Person{Name: "Ada Un"}},
		"no address":      {Right: rights.Access, Via: rights.ByMail, Received: day, Person: rights.Person{Identifiers: map[string]string{"email": "ada"}}},
		"a date as phone": {Right: rights.Access, Via: rights.ByMail, Received: day, Person: rights.Person{Identifiers: map[string]string{"phone": "2024-01-12"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := desk(t)
			if _, err := d.Open(t.Context(), c, rights.Signed{Now: day.Start(time.UTC)}); !errors.Is(err, rights.ErrRequest) || len(m.cases) > 0 {
				t.Errorf("got %v with %d cases", err, len(m.cases))
			}
		})
	}
}
