package musicshop_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestInit: what garant init writes of a database that nobody prepared for it, check accepts
// without an error, every column is accounted for, and nothing is due of it.
func TestInit(t *testing.T) {
	t.Parallel()
	chinook(t) // without it nothing is worth building
	garant := filepath.Join(t.TempDir(), "garant")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", garant, "../../cmd/garant")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	everywhere(t, func(t *testing.T, s *shop) {
		dir := t.TempDir()
		s.run(t, garant, "-C", dir, "init", "--store", s.flag())
		s.accepted(t, s.run(t, garant, "-C", dir, "check", "--json"))
		var made struct {
			Digest string
			Totals *struct{ Due int }
		}
		out := s.run(t, garant, "-C", dir, "plan", "--json")
		if err := json.Unmarshal(out, &made); err != nil || made.Digest == "" || made.Totals == nil || made.Totals.Due != 0 {
			t.Errorf("a plan of files nobody has read: %v: %s", err, out)
		}
	})
}

// flag names the shop's store as init wants it.
func (s *shop) flag() string {
	if s.env == nil {
		return "shop=sqlite:" + filepath.Join(s.dir, "Chinook_Sqlite.sqlite")
	}
	return "shop=" + s.engine + ":env:SHOP"
}

// run runs the command and returns what it wrote; it must end with exit code 0.
func (s *shop) run(t *testing.T, command string, args ...string) []byte {
	t.Helper()
	c := exec.CommandContext(t.Context(), command, args...)
	c.Env = os.Environ()
	for name, value := range s.env {
		c.Env = append(c.Env, name+"="+value)
	}
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	return out
}

// accepted reads what check said: no error, and the tables with people in them bound whole.
func (s *shop) accepted(t *testing.T, said []byte) {
	t.Helper()
	var rep struct {
		Errors   int
		Datasets []struct {
			Dataset           string
			Columns, Personal int
			NotPersonal       int `json:"not_personal"`
		}
	}
	if err := json.Unmarshal(said, &rep); err != nil || rep.Errors != 0 {
		t.Fatalf("%v: %s", err, said)
	}
	personal := map[string]int{}
	for _, d := range rep.Datasets {
		personal[d.Dataset] = d.Personal
		if d.Columns == 0 || d.Personal+d.NotPersonal != d.Columns {
			t.Errorf("%s: %d of %d columns are accounted for", d.Dataset, d.Personal+d.NotPersonal, d.Columns)
		}
	}
	for dataset, want := range map[string]int{"customer": 8, "employee": 10, "invoice": 3} {
		if personal[dataset] != want {
			t.Errorf("%s: %d personal columns, want %d", dataset, personal[dataset], want)
		}
	}
}
