package limit

import (
	"net/http/httptest"
	"testing"
	"time"
)

var now = time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)

// TestEach slows one and not the others, lets it come again after a while, and holds no more than
// it was told to.
func TestEach(t *testing.T) {
	t.Parallel()
	e := New[string](10*time.Second, 2, 3)
	for i, want := range []bool{true, true, false} {
		if got := e.Of("a").AllowN(now, 1); got != want {
			t.Errorf("time %d: %v", i, got)
		}
	}
	if !e.Of("b").AllowN(now, 1) {
		t.Error("another is slowed too")
	}
	if !e.Of("a").AllowN(now.Add(10*time.Second), 1) || e.Of("a").AllowN(now.Add(10*time.Second), 1) {
		t.Error("ten seconds later it is not once more")
	}
	for _, k := range []string{"c", "d", "e"} {
		e.Of(k)
	}
	if len(e.of) > 3 {
		t.Errorf("%d are held", len(e.of))
	}
}

// TestAddress believes a proxy where there may be one, its last word alone, and nobody else.
func TestAddress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		remote  string
		said    []string
		proxied bool
		want    string
	}{
		"connected":               {"192.0.2.1:80", nil, false, "192.0.2.1"},
		"no proxy is believed":    {"192.0.2.1:80", []string{"198.51.100.7"}, true, "192.0.2.1"},
		"of this machine":         {"127.0.0.1:80", []string{"198.51.100.7"}, false, "198.51.100.7"},
		"the last":                {"127.0.0.1:80", []string{"203.0.113.1", "203.0.113.2, 198.51.100.7"}, false, "198.51.100.7"},
		"not an address":          {"127.0.0.1:80", []string{"unknown"}, false, "127.0.0.1"},
		"private without a proxy": {"10.0.0.9:80", []string{"198.51.100.7"}, false, "10.0.0.9"},
		"private, with a proxy":   {"10.0.0.9:80", []string{"198.51.100.7"}, true, "198.51.100.7"},
		"version 6":               {"[2001:db8:1:2:3::4]:80", nil, false, "2001:db8:1:2::"},
		"version 4 as 6":          {"[::ffff:192.0.2.1]:80", nil, false, "192.0.2.1"},
		"nothing":                 {"", nil, false, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		for _, s := range c.said {
			r.Header.Add("X-Forwarded-For", s)
		}
		if got := Address(r, c.proxied).String(); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
