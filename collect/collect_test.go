package collect

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func shop() Site {
	return Site{Purposes: []Purpose{
		{ID: "session", Names: []string{"PHPSESSID", "cart/*"}},
		{ID: "audience", Consent: true, Names: []string{"own_*"}, Services: []Service{{ID: "counter", Company: "Compteur", Hosts: []string{"*.counter.example", "cdn.example:8443"}, Names: []string{"_cnt*"}}}},
		{ID: "video", Consent: true, Services: []Service{{ID: "film", Company: "Film", Hosts: []string{"film.example"}}}},
	}}
}

func ends(given time.Time) time.Time { return Ends(given, policy.Months(6), time.UTC) }

// TestStands asks where a visitor stands for every kind of cookie, at the edges of its life.
func TestStands(t *testing.T) {
	t.Parallel()
	s := shop()
	given := s.Choose([]policy.CookieID{"audience", "session"}, noon)
	if !slices.Equal(given.Allowed, []policy.CookieID{"audience"}) || !slices.Equal(given.Refused, []policy.CookieID{"video"}) {
		t.Fatalf("chosen: %+v", given)
	}
	end := time.Date(2027, 5, 25, 0, 0, 0, 0, time.UTC)
	other := s
	other.Purposes = append(slices.Clone(s.Purposes), Purpose{ID: "ads", Consent: true})
	for _, c := range []struct {
		name  string
		site  Site
		value string
		at    time.Time
		want  bool
		ask   bool
	}{
		{"at once", s, given.Value(), noon, true, false},
		{"the last instant", s, given.Value(), end.Add(-time.Nanosecond), true, false},
		{"six months over", s, given.Value(), end, false, true},
		{"nothing chosen", s, "", noon, false, true},
		{"another question", other, given.Value(), noon, false, true},
		{"from the future", s, given.Value(), noon.Add(-2 * time.Hour), false, true},
		{"cut", s, given.Value()[:20], noon, false, true},
		{"more at the end", s, given.Value() + ".x", noon, false, true},
		{"nothing to ask", Site{Purposes: s.Purposes[:1]}, "", noon, false, false},
	} {
		got := c.site.Stands(Visit{Choice: c.value}, ends, c.at)
		if slices.Contains(got.Allowed, "audience") != c.want || got.Ask != c.ask {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestValue reads back what is written.
func TestValue(t *testing.T) {
	t.Parallel()
	s := shop()
	for _, wanted := range [][]policy.CookieID{nil, {"audience"}, {"audience", "video"}} {
		for _, signal := range []bool{false, true} {
			c := s.Choose(wanted, noon)
			c.Signal = signal
			got, err := ParseChoice(c.Value())
			if err != nil || got.ID != c.ID || !got.At.Equal(noon) || got.Signal != signal || !slices.Equal(got.Allowed, wanted) {
				t.Errorf("%s gives %+v, %v", c.Value(), got, err)
			}
		}
	}
	if a, b := s.Choose(nil, noon), s.Choose(nil, noon); a.ID == b.ID {
		t.Error("two choices have one number")
	}
}

// TestQuestion: a new third party is a new question, another order or wording is none.
func TestQuestion(t *testing.T) {
	t.Parallel()
	first := shop().Question()
	turned := shop()
	slices.Reverse(turned.Purposes)
	turned.Purposes[0].Title.FR, turned.Purposes[2].Names = "Films", nil
	if turned.Question() != first {
		t.Error("the order, a wording or an exempt purpose changes the question")
	}
	more := shop()
	more.Purposes[2].Services = append(more.Purposes[2].Services, Service{ID: "other", Company: "Autre"})
	if more.Question() == first {
		t.Error("a new third party goes unasked")
	}
}

// TestOwners finds who declared names and hosts.
func TestOwners(t *testing.T) {
	t.Parallel()
	s := shop()
	for name, want := range map[string]policy.CookieID{"PHPSESSID": "session", "cart/1": "session", "_cnt": "audience", "_cnt_2/3": "audience", "own_x": "audience", "PHPSESSID2": "", "": "", "garant_choice": "garant_choice"} {
		if o, ok := s.OwnerOf(name); o.Purpose != want || ok != (want != "") {
			t.Errorf("%q belongs to %+v", name, o)
		}
	}
	for host, want := range map[string]string{"a.counter.example": "counter", "counter.example": "counter", "A.B.COUNTER.example": "counter", "evilcounter.example": "", "film.example": "film", "www.film.example": "", "cdn.example:8443": "counter", "cdn.example": ""} {
		if o, _ := s.OwnerOfHost(host); o.Service != want {
			t.Errorf("%s belongs to %+v", host, o)
		}
	}
}

// TestGuard widens with what is allowed, and never before.
func TestGuard(t *testing.T) {
	t.Parallel()
	s := shop()
	none, audience := s.Guard(nil), s.Guard([]policy.CookieID{"audience"})
	if strings.Contains(none, "example") || !strings.Contains(audience, "https://*.counter.example") || strings.Contains(audience, "film") {
		t.Errorf("before: %s\nafter: %s", none, audience)
	}
}
