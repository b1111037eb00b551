package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestEnter puts a table into documents: what people wrote around it stays.
func TestEnter(t *testing.T) {
	const table = begin + "\n\nnew\n\n" + end + "\n"
	for _, c := range []struct{ name, before, after string }{
		{"not there", "", table},
		{"another run's table", "# Title\n\n" + begin + "\nold\n" + end + "\n\nprose\n", "# Title\n\n" + table + "\nprose\n"},
		{"no lines", "# Title\n", ""},
		{"one line", begin + "\nold\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "benchmarks.md")
			if c.before != "" {
				if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := enter(path, "new\n")
			if (err != nil) != (c.after == "") {
				t.Fatal(err)
			}
			got, _ := os.ReadFile(path)
			want := c.after
			if want == "" {
				want = c.before
			}
			if string(got) != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
