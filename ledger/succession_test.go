package ledger

import (
	"bytes"
	"encoding/base64"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// succeeded gives a log another key of its name, enters an act under it, and returns the log with
// the new public key.
func succeeded(t *testing.T, l *Log, n int) (*Log, string) {
	t.Helper()
	private, public, err := NewKey(l.Name())
	if err != nil {
		t.Fatal(err)
	}
	var next *Log
	err = l.storage.Update(t.Context(), func(tx Tx) error {
		if next, err = l.Succeed(tx, private); err != nil {
			return err
		}
		_, _, err = next.AppendIn(tx, act(n))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return next, public
}

// rotated is a log of seven entries whose key was changed after the third and the fifth, with its
// three keys, the first one first.
func rotated(t *testing.T) (*Log, *memory, []string) {
	t.Helper()
	l, m, first := filled(t, 3)
	l, second := succeeded(t, l, 3)
	if _, _, err := l.Append(t.Context(), act(4)); err != nil {
		t.Fatal(err)
	}
	l, third := succeeded(t, l, 5)
	if _, _, err := l.Append(t.Context(), act(6)); err != nil {
		t.Fatal(err)
	}
	return l, m, []string{first, second, third}
}

func exportOf(t *testing.T, l *Log) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := l.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSuccession verifies all that rests on a checkpoint with each key that the log ever had, and
// with no other.
func TestSuccession(t *testing.T) {
	t.Parallel()
	l, m, keys := rotated(t)
	_, _, stranger := filled(t, 3)
	text := exportOf(t, l)
	proof, err := l.Prove(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	certificate := Certificate([]byte("words\n"), []Proof{proof})
	for i, key := range append(keys, stranger) {
		good := i < len(keys)
		if c, err := Verify(bytes.NewReader(text), key); (err == nil) != good || good && c.Size != 7 {
			t.Errorf("key %d, the export: %v", i, err)
		}
		if c, err := VerifyStored(t.Context(), m, key); (err == nil) != good || good && c.Size != 7 {
			t.Errorf("key %d, the log: %v", i, err)
		}
		if _, err := CheckCertificate(certificate, key); (err == nil) != good {
			t.Errorf("key %d, a certificate: %v", i, err)
		}
	}
	again, err := New(m, privateOf(t, l.Name()), l.Statements()...)
	if err != nil || len(again.Statements()) != 2 {
		t.Errorf("opened again with the statements: %v", err)
	}
	if _, err := l.Succeed(memoryTx{m}, privateOf(t, "garant.example/other")); err == nil {
		t.Error("a key of another name took the place")
	}
}

func privateOf(t *testing.T, name string) string {
	t.Helper()
	private, _, err := NewKey(name)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

// TestSuccessionFlipped alters each byte of an export of a log whose key was changed: no key that
// it ever had takes it.
func TestSuccessionFlipped(t *testing.T) {
	t.Parallel()
	l, _, keys := rotated(t)
	text := exportOf(t, l)
	for i := range text {
		bad := bytes.Clone(text)
		bad[i] ^= 1
		for k, key := range keys {
			if _, err := Verify(bytes.NewReader(bad), key); err == nil {
				t.Fatalf("byte %d is altered, and key %d takes it", i, k)
			}
		}
	}
}

// TestSuccessionForged makes what somebody would who has the latest key and not those before: a
// past that they did not vouch for, a statement of their own, one of before.
func TestSuccessionForged(t *testing.T) {
	t.Parallel()
	l, m, keys := rotated(t)
	// Another past, under the latest key and the true statements: the first key vouched for three
	// other entries.
	forged := &Log{storage: &memory{}, key: l.key, statements: l.statements}
	for i := range 7 {
		if _, _, err := forged.Append(t.Context(), act(i+100)); err != nil {
			t.Fatal(err)
		}
	}
	text := exportOf(t, forged)
	for i, key := range keys[:2] {
		if _, err := Verify(bytes.NewReader(text), key); err == nil || !strings.Contains(err.Error(), "vouched") {
			t.Errorf("another past, key %d: %v", i, err)
		}
		if _, err := VerifyStored(t.Context(), forged.storage, key); err == nil {
			t.Errorf("another past in the state, key %d", i)
		}
	}
	if _, err := Verify(bytes.NewReader(text), keys[2]); err != nil {
		t.Errorf("the key that signs vouches for what it signs: %v", err)
	}
	// A statement that the thief signs, and a checkpoint of before the true one.
	own, err := note.Sign(&note.Note{Text: Checkpoint{l.Name(), 3, tlogZero}.text() + keyMark + keys[2] + "\n"}, l.key)
	if err != nil {
		t.Fatal(err)
	}
	for name, statements := range map[string][]string{
		"none": nil, "their own": {base64.StdEncoding.EncodeToString(own)}, "no base64": {"%%%"}, "no note": {base64.StdEncoding.EncodeToString([]byte("key " + keys[2]))},
		"the last alone": l.statements[1:], "out of order": {l.statements[1], l.statements[0]},
	} {
		thief := &Log{storage: m, key: l.key, statements: statements}
		signed, err := thief.sign(7, tlogZero)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenCheckpoint(signed, keys[0]); err == nil {
			t.Errorf("%s: the first key is led to the last", name)
		}
	}
	early, err := l.sign(2, tlogZero)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCheckpoint(early, keys[0]); err == nil {
		t.Error("the latest key signed before it was named")
	}
}

// tlogZero is a root of nothing in particular.
var tlogZero [32]byte

// TestSuccessionSecondImplementation lets the verifier in another language follow the keys.
func TestSuccessionSecondImplementation(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("the second implementation needs python3")
	} else if err != nil {
		t.Skip("there is no python3")
	}
	l, _, keys := rotated(t)
	_, _, stranger := filled(t, 2)
	for _, index := range []int64{0, 6} {
		p, err := l.Prove(t.Context(), index)
		if err != nil {
			t.Fatal(err)
		}
		for i, key := range keys {
			if leaf, err := second(t, python, key, p.Text()); err != nil || !bytes.Equal(leaf, p.Leaf) {
				t.Errorf("entry %d, key %d: %v", index, i, err)
			}
		}
		if _, err := second(t, python, stranger, p.Text()); err == nil {
			t.Errorf("entry %d: a stranger's key takes it", index)
		}
		bare := &Log{storage: l.storage, key: l.key, statements: l.statements[1:]}
		signed, err := bare.sign(7, tlogZero)
		if err != nil {
			t.Fatal(err)
		}
		p.Checkpoint = signed
		if _, err := second(t, python, keys[0], p.Text()); err == nil {
			t.Errorf("entry %d: the first key is led on without a statement of its own", index)
		}
	}
}
