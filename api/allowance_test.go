package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// doorway is a gate with a clock that tests set.
type doorway struct {
	*Gate
	mu sync.Mutex
	at time.Time
}

func (d *doorway) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

func (d *doorway) wait(t time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(t)
}

func newDoorway(g Grants, proxied bool) *doorway {
	d := &doorway{at: now}
	d.Gate = NewGate(g, proxied, d.now)
	return d
}

// knock brings a token from an address, which a proxy tells of where told is one, and returns the
// status and the header Retry-After.
func (d *doorway) knock(token, remote, told string) (status int, after string) {
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	r.RemoteAddr = remote + ":1"
	if told != "" {
		r.Header.Set("X-Forwarded-For", told)
	}
	d.Guard(Ask, func(w http.ResponseWriter, _ *http.Request, _ Grant) error { return nil }).ServeHTTP(w, r)
	return w.Code, w.Header().Get("Retry-After")
}

// nobodys is a token that is nobody's, another one each time.
func nobodys(i int) string { return fmt.Sprintf("a token of nobody, number %d", i) }

// TestGuesses slows who guesses tokens, by the address that they come from; behind that address the
// right token does not help either unless it was met there, and elsewhere nobody notices.
func TestGuesses(t *testing.T) {
	t.Parallel()
	crm, site := "the token of the crm", "the token of the site"
	src := &given{grants: map[string]Grant{crm: {Name: "crm", Rights: []Right{Ask}}, site: {Name: "site", Rights: []Right{Ask}}}}
	d := newDoorway(src, false)
	if status, _ := d.knock(crm, "192.0.2.1", ""); status != 200 {
		t.Fatalf("the crm: %d", status)
	}
	for i := range guessBurst {
		if status, _ := d.knock(nobodys(i), "192.0.2.1", ""); status != 401 {
			t.Fatalf("guess %d: %d", i, status)
		}
	}
	asked := src.asked.Load()
	for _, c := range []struct {
		name, token, remote, told string
		want                      int
		after                     string
	}{
		{"one guess more", nobodys(99), "192.0.2.1", "", 429, "20"},
		{"what was guessed already", nobodys(1), "192.0.2.1", "", 401, ""},
		{"a right one that was not met there", site, "192.0.2.1", "", 429, "20"},
		{"a right one that was", crm, "192.0.2.1", "", 200, ""},
		{"elsewhere", site, "192.0.2.2", "", 200, ""},
		{"a guess elsewhere", nobodys(99), "192.0.2.2", "", 401, ""},
		{"somebody else's word for where it comes from", nobodys(100), "192.0.2.1", "198.51.100.1", 429, "20"},
		{"the same address, by the proxy's word", nobodys(101), "127.0.0.1", "192.0.2.1", 429, "20"},
		{"another, by the proxy's word", nobodys(102), "127.0.0.1", "198.51.100.1", 401, ""},
	} {
		if status, after := d.knock(c.token, c.remote, c.told); status != c.want || after != c.after {
			t.Errorf("%s: %d, after %q, want %d, %q", c.name, status, after, c.want, c.after)
		}
	}
	if n := src.asked.Load() - asked; n != 3 {
		t.Errorf("%d tokens were looked up, want 3", n)
	}
	d.wait(guessEvery)
	if status, _ := d.knock(site, "192.0.2.1", ""); status != 200 {
		t.Errorf("twenty seconds later: %d", status)
	}
	if status, _ := d.knock(nobodys(103), "192.0.2.1", ""); status != 401 {
		t.Errorf("who was let in gave the guess back: %d", status)
	}
	if status, _ := d.knock(nobodys(104), "192.0.2.1", ""); status != 429 {
		t.Errorf("twenty seconds later, a second guess: %d", status)
	}
}

// TestStaleToken brings a token that has ended again and again: it is one guess, and who shares the
// address is let in.
func TestStaleToken(t *testing.T) {
	t.Parallel()
	crm := "the token of the crm"
	d := newDoorway(&given{grants: map[string]Grant{crm: {Name: "crm", Rights: []Right{Ask}}}}, false)
	for range 5 * guessBurst {
		if status, _ := d.knock(nobodys(1), "192.0.2.1", ""); status != 401 {
			t.Fatalf("an ended token: %d", status)
		}
		d.wait(time.Second)
	}
	if status, _ := d.knock(crm, "192.0.2.1", ""); status != 200 {
		t.Errorf("its neighbour: %d", status)
	}
}

// TestManyGuessers brings more tokens than are remembered, each from somewhere else: what is
// remembered stays small, and who was let in before still is.
func TestManyGuessers(t *testing.T) {
	t.Parallel()
	src := &given{grants: map[string]Grant{token: {Name: "crm", Rights: []Right{Ask}}}}
	d := newDoorway(src, false)
	d.knock(token, "192.0.2.1", "")
	for i := range 3 * grantMost {
		d.knock(nobodys(i), fmt.Sprintf("10.0.%d.%d", i/250, i%250), "")
	}
	if len(d.known) > grantMost || len(d.left) != 1 {
		t.Errorf("%d tokens and %d allowances are remembered", len(d.known), len(d.left))
	}
	asked := src.asked.Load()
	if status, _ := d.knock(token, "192.0.2.1", ""); status != 200 || src.asked.Load() != asked {
		t.Errorf("who was let in before: %d, looked up %d times", status, src.asked.Load()-asked)
	}
}

// TestRates lets each token make as many requests as it may, wherever they come from, and the next
// ones after a while; one that floods costs the others nothing, and a new rate counts within a
// second.
func TestRates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ rate, atOnce, later int }{
		"unless it says otherwise": {0, DefaultRate, DefaultRate},
		"a few":                    {20, 20, 20},
		"one a second":             {1, leastBurst, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flood, calls := "the token that floods", "the token of the call centre"
			src := &given{grants: map[string]Grant{flood: {Name: "flood", Rights: []Right{Ask}, Rate: c.rate}, calls: {Name: "calls", Rights: []Right{Ask}}}}
			d := newDoorway(src, false)
			if n := d.burst(t, flood); n != c.atOnce {
				t.Errorf("%d at once, want %d", n, c.atOnce)
			}
			if status, _ := d.knock(calls, "192.0.2.1", ""); status != 200 {
				t.Errorf("the call centre: %d", status)
			}
			d.wait(time.Second)
			if n := d.burst(t, flood); n != c.later {
				t.Errorf("%d a second later, want %d", n, c.later)
			}
			src.grants[flood] = Grant{Name: "flood", Rights: []Right{Ask}, Rate: 40}
			d.wait(time.Second)
			d.knock(flood, "192.0.2.1", "") // the new rate is read
			d.wait(time.Second)
			if n := d.burst(t, flood); n != 40 {
				t.Errorf("at the new rate %d, want 40", n)
			}
		})
	}
}

// burst asks from two addresses until it is told to wait, and returns how often it was answered.
func (d *doorway) burst(t *testing.T, token string) int {
	t.Helper()
	for i := range 2 * DefaultRate {
		status, after := d.knock(token, []string{"192.0.2.1", "192.0.2.2"}[i%2], "")
		if status == http.StatusTooManyRequests {
			if after != "1" {
				t.Errorf("ask again after %q", after)
			}
			return i
		}
		if status != http.StatusOK {
			t.Fatalf("request %d: %d", i, status)
		}
	}
	return 2 * DefaultRate
}

// TestRefused words a refusal as the API's other errors, and never with the token.
func TestRefused(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	refuse(w, tooMany{1500 * time.Millisecond, "a reason"})
	var f failure
	if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Content-Type") != "application/problem+json" || f != (failure{"too many requests", 429, "a reason; ask again in 2 s"}) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

// TestLists answers two lists of a token at the same time, and a third once one has ended.
func TestLists(t *testing.T) {
	t.Parallel()
	server, _ := service(t)
	path := server.URL + "/v1/list?channel=email&purpose=news"
	var ends []func() string
	for range listsAtOnce {
		ends = append(ends, slowList(t, path))
	}
	third := func() int {
		status, _ := post(t, path, "text/csv", "email\nsomeone@a.example\n")
		return status
	}
	for range 500 { // the service takes up both after a moment
		if third() == http.StatusTooManyRequests {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if status := third(); status != http.StatusTooManyRequests {
		t.Errorf("a third list: %d", status)
	}
	if status, got := post(t, server.URL+"/v1/may", js, `{"channel":"email","purpose":"news","person":{"email":"someone@a.example"}}`); status != 200 {
		t.Errorf("a question meanwhile: %d %s", status, got)
	}
	for _, end := range ends {
		if got := end(); !strings.Contains(got, `"allowed":true`) {
			t.Errorf("a list: %s", got)
		}
	}
	if status := third(); status != http.StatusOK {
		t.Errorf("once they ended: %d", status)
	}
}

// slowList begins to send a list; end sends the rest and returns what came back.
func slowList(t *testing.T, path string) (end func() string) {
	t.Helper()
	body, rest := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/csv")
	r.Header.Set("Authorization", "Bearer "+token)
	answer := make(chan string, 1)
	go func() {
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			b = []byte(err.Error())
		}
		answer <- string(b)
	}()
	if _, err := io.WriteString(rest, "email\n"); err != nil {
		t.Fatal(err)
	}
	return func() string {
		if _, err := io.WriteString(rest, "someone@a.example\n"); err != nil {
			t.Error(err)
		}
		_ = rest.Close()
		return <-answer
	}
}

// TestGuardAllocates holds the way to an answer to what it costs without limits: a token that is
// known is let in, and counted, without an allocation more than the header that every answer has.
func TestGuardAllocates(t *testing.T) {
	d := newDoorway(OneToken{Token: token, Rate: 1_000_000}, false)
	h := d.Guard(Ask, func(http.ResponseWriter, *http.Request, Grant) error { return nil })
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if n := testing.AllocsPerRun(1000, func() { h.ServeHTTP(w, r) }); n > 1 {
		t.Errorf("%v allocations for each question", n)
	}
}
