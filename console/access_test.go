package console_test

import (
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestAccess calls every address as everybody and holds what happens against the table of
// docs/console.md, which is written by hand: an address that is new, or opens to one more role,
// has to be decided there.
func TestAccess(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../docs/console.md")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if cells := strings.Split(line, "|"); strings.HasPrefix(line, "| `") && len(cells) == 9 {
			want[strings.Trim(cells[1], " `")] = strings.TrimSpace(line)
		}
	}
	s := serve(t, kept())
	seats := []*served{}
	out := *s
	out.cookie = nil
	seats = append(seats, &out)
	for _, role := range []string{"agent", "auditor", "operator", "dpo", "owner"} {
		seats = append(seats, s.as("Personne "+role, role))
	}
	routes := s.console.Routes()
	for _, pattern := range slices.Sorted(maps.Keys(routes)) {
		got := "| `" + pattern + "`"
		for _, in := range seats {
			got += " | " + in.comes(pattern)
		}
		if got += " |"; got != want[pattern] {
			t.Errorf("docs/console.md has\n%s\nand the console does\n%s", want[pattern], got)
		}
		delete(want, pattern)
	}
	for _, line := range want {
		t.Errorf("docs/console.md has an address that is none: %s", line)
	}
}

// comes is a dot where somebody may call the address, a dash where not.
func (s *served) comes(pattern string) string {
	s.Helper()
	method, path := address(pattern)
	cookie := s.cookie
	if pattern == "POST /sortir" && cookie != nil {
		return "●" // it would end the session; TestLeave calls it
	}
	r := s.do(httptest.NewRequest(method, path, nil))
	led := strings.HasPrefix(r.Header.Get("Location"), "/entrer")
	if text := body(r); cookie == nil && led && path != "/entrer/x" || strings.Contains(text, "Votre rôle") {
		return "–"
	}
	return "●"
}
