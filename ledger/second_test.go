package ledger

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// second runs the verifier that has nothing of Garant in it, and returns what it proved.
func second(t *testing.T, python, public string, proof []byte) ([]byte, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), python, "testdata/verify_proof.py", public)
	cmd.Stdin = bytes.NewReader(proof)
	return cmd.Output()
}

// TestSecondImplementation lets a verifier that was written apart, in another language and
// with no library, check proofs of logs of many sizes; it refuses what was altered.
func TestSecondImplementation(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("the second implementation needs python3")
	} else if err != nil {
		t.Skip("there is no python3")
	}
	for _, size := range []int{1, 2, 3, 7, 8, 13} {
		l, _, public := filled(t, size)
		for _, index := range []int64{0, int64(size / 2), int64(size - 1)} {
			p, err := l.Prove(t.Context(), index)
			if err != nil {
				t.Fatal(err)
			}
			leaf, err := second(t, python, public, p.Text())
			if err != nil || !bytes.Equal(leaf, p.Leaf) {
				t.Errorf("entry %d of %d: %v", index, size, err)
			}
		}
	}
	l, _, public := filled(t, 6)
	_, _, other := filled(t, 6)
	p, err := l.Prove(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	text := string(p.Text())
	for name, c := range map[string]struct{ key, text string }{
		"key of another log": {other, text},
		"other entry":        {public, strings.Replace(text, "index 3", "index 2", 1)},
		"other size":         {public, strings.Replace(text, "\n6\n", "\n7\n", 1)},
		"altered entry":      {public, strings.Replace(text, "extra e", "extra f", 1)},
		"nothing":            {public, ""},
	} {
		if c.text == text && c.key == public {
			t.Errorf("%s: nothing was altered", name)
		}
		if _, err := second(t, python, c.key, []byte(c.text)); err == nil {
			t.Errorf("%s: it was accepted", name)
		}
	}
}
