package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`\]\(([^)#:\s]+)(#[^)]*)?\)`)

// TestLinks follows every link of the documentation to a file: a picture that was made and not
// kept is found here and not by a reader.
func TestLinks(t *testing.T) {
	t.Parallel()
	followed := 0
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md", "examples/*/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range link.FindAllStringSubmatch(string(text), -1) {
				followed++
				if _, err := os.Stat(filepath.Join(filepath.Dir(file), m[1])); err != nil {
					t.Errorf("%s leads to %s, which is not there", strings.TrimPrefix(file, root+"/"), m[1])
				}
			}
		}
	}
	if followed < 20 {
		t.Errorf("only %d links were followed", followed)
	}
}
