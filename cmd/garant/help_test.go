package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// TestHelp asks every verb for help, and finds what its exit codes mean.
func TestHelp(t *testing.T) {
	t.Parallel()
	s := &session{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		args := append(strings.Fields(c.CommandPath())[1:], "--help")
		out, code := called(t, "", args...)
		if code != exitDone || !strings.Contains(out, "Exit codes: 0 ") || !strings.Contains(out, "Usage:") {
			t.Errorf("garant %s exits %d and documents no exit codes:\n%s", strings.Join(args, " "), code, out)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(s.root())
}

// TestHelpInFrench asks for help with a global flag after it: the flag's word is no verb.
func TestHelpInFrench(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help", "--lang", "fr"}, {"-h", "--lang", "fr"}, {"may", "--help", "--lang", "fr"}} {
		if out, code := called(t, "", args...); code != exitDone || !strings.Contains(out, "Usage:") {
			t.Errorf("garant %s exits %d: %s", strings.Join(args, " "), code, out)
		}
	}
	if out, _ := called(t, "", "fro"); !strings.Contains(out, `unknown command "fro" for "garant"; Did you mean this?; form`) {
		t.Errorf("a slip of the pen: %s", out)
	}
}

// TestUsage gives every kind of wrong argument: each is wrong usage, and one line with a hint.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"frobnicate", "plan extra", "plan --frobnicate", "--lang de plan", "--now noon plan", "apply", "apply a b", "approve plan.json",
		"hold lfit hold-1", "hold lift", "ledger shw", "archive raed", "why clients", "check extra", "verify extra", "init", "init --store crm=oracle:x",
		"init --store crm", "demo extra", "schema frobnicate", "replay", "ledger verify --file x", "ledger verify --certificate x", "ledger prove x",
		"request opne", "request open", "request show", "request list extra", "request answer", "request plan", "request apply", "hook replay", "request rectify request-1 clients=1",
	} {
		out, code := called(t, t.TempDir(), strings.Fields(args)...)
		if code != exitUsage {
			t.Errorf("garant %s exits %d, not %d: %s", args, code, exitUsage, out)
		}
		if n := strings.Count(out, "garant: "); n != 1 {
			t.Errorf("garant %s gives %d errors: %s", args, n, out)
		}
	}
}

// called runs garant in a folder and returns all it wrote, and its exit code.
func called(t *testing.T, dir string, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	english := func(name string) string { return map[string]string{"LANG": "en_GB.UTF-8"}[name] }
	w := world{in: strings.NewReader(""), out: &out, err: &out, getenv: english, clock: func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }}
	if dir != "" {
		args = append(args, "-C", dir)
	}
	code := w.run(t.Context(), args)
	return out.String(), code
}
