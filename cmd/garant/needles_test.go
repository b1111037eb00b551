package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/policy"
)

// TestNoPersonalValue runs the verbs on a company whose every personal value is known, and
// finds none in what they write: not in their words, the plan, the ledger or an error.
func TestNoPersonalValue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := demo.WriteCompany(dir); err != nil {
		t.Fatal(err)
	}
	facts, err := demo.Fill(t.Context(), demo.Options{People: 30, Seed: 1, Today: policy.MustDate("2026-11-22"), Dir: dir, Needles: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(facts.Needles) < 150 {
		t.Fatalf("only %d personal values were made", len(facts.Needles))
	}
	person := slices.IndexFunc(facts.Needles, func(n string) bool { return strings.Contains(n, "@") })
	said := everything(t, dir, facts.Needles[person])
	said["the plan"] = read(t, filepath.Join(dir, "plan.json"))
	for where, text := range said {
		for _, needle := range facts.Needles {
			if strings.Contains(text, needle) && !promised(t, dir, needle) {
				t.Errorf("%s holds a personal value of %d characters", where, len(needle))
			}
		}
	}
}

// promised reports whether the value is also a word of the company's own files, which say
// nothing of anybody.
func promised(t *testing.T, dir, value string) bool {
	t.Helper()
	return slices.ContainsFunc([]string{"policy.yaml", "register.yaml"}, func(name string) bool {
		return strings.Contains(read(t, filepath.Join(dir, name)), value)
	})
}

// everything runs the verbs one after the other and returns what each wrote. The person is
// one that the company knows, named in a hold and in errors.
func everything(t *testing.T, dir, person string) map[string]string {
	t.Helper()
	plan := filepath.Join(dir, "plan.json")
	said := map[string]string{}
	for _, v := range []struct {
		args string
		code int
	}{
		{"check", exitDone},
		{"verify", exitNotTrue},
		{"hold place --person email=" + person + " --matter 2026-014 --owner direction", exitDone},
		{"plan -o " + plan, exitDone},
		{"why clients 1", exitDone},
		{"why leads " + person, exitUsage},
		{"why " + person + " 1", exitUsage},
		{"apply " + plan + " --by direction", exitDone},
		{"why clients 2 --json", exitDone},
		{"ledger show", exitDone},
		{"ledger show --json", exitDone},
		{"ledger prove 3", exitDone},
		{"ledger export", exitDone},
	} {
		args := strings.Fields(v.args)
		if strings.HasSuffix(v.args, "--by direction") && strings.HasPrefix(v.args, "apply") {
			args = append(args, approveAll(t, plan)...)
		}
		out, code := called(t, dir, args...)
		if code != v.code {
			t.Fatalf("garant %s exits %d, not %d", args[0], code, v.code)
		}
		said["garant "+strings.Join(args[:min(2, len(args))], " ")] += strings.ReplaceAll(out, dir, "")
	}
	return said
}

// approveAll approves every step of a plan by name and count, as the plan's own last words say.
func approveAll(t *testing.T, path string) []string {
	t.Helper()
	pl, err := readPlan(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(strings.ReplaceAll(approvals(pl.Pending()), "\\", ""))
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ToValidUTF8(b, nil))
}
