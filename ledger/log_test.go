package ledger

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// TestTree checks roots, inclusion and consistency of every size up to 40 against RFC 6962
// as written in this package's tests, and the stored hashes against tlog's own.
func TestTree(t *testing.T) {
	t.Parallel()
	const most = 40
	l, m, public := filled(t, most)
	data := m.data()
	var f frontier
	var stored []tlog.Hash
	for n := range most {
		stored = append(stored, f.push(tlog.RecordHash(data[n]))...)
		reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
			for _, i := range at {
				out = append(out, stored[i])
			}
			return out, nil
		})
		root, err := tlog.TreeHash(f.size, reader)
		if err != nil || root != f.root() || hash(root) != rfcRoot(data[:n+1]) {
			t.Fatalf("size %d: root differs (%v)", f.size, err)
		}
		edge, _ := reader(edgeIndexes(f.size))
		if (&frontier{size: f.size, edge: edge}).root() != root {
			t.Fatalf("size %d: the edge read back gives another root", f.size)
		}
	}
	for i := range int64(most) {
		checkInclusion(t, l, public, i, data)
		checkConsistency(t, l, public, i+1, data)
	}
}

func checkInclusion(t *testing.T, l *Log, public string, i int64, data [][]byte) {
	t.Helper()
	p, err := l.Prove(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	p, err = ParseProof(p.Text())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Check(public); err != nil {
		t.Error(err)
	}
	var path []hash
	for _, h := range p.Hashes {
		path = append(path, hash(h))
	}
	if !rfcIncluded(data[i], i, int64(len(data)), path, rfcRoot(data)) {
		t.Errorf("entry %d: the RFC's verifier refuses the proof", i)
	}
}

func checkConsistency(t *testing.T, l *Log, public string, size int64, data [][]byte) {
	t.Helper()
	proof, signed, err := l.Consistency(t.Context(), size)
	if err != nil {
		t.Fatal(err)
	}
	newer, err := OpenCheckpoint(signed, public)
	if err != nil {
		t.Fatal(err)
	}
	older := Checkpoint{newer.Origin, size, tlog.Hash(rfcRoot(data[:size]))}
	if err := CheckConsistency(older, newer, proof); err != nil {
		t.Error(err)
	}
	var path []hash
	for _, h := range proof {
		path = append(path, hash(h))
	}
	if !rfcConsistent(size, newer.Size, path, hash(older.Root), hash(newer.Root)) {
		t.Errorf("size %d: the RFC's verifier refuses the proof", size)
	}
	older.Root[0] ^= 1
	if CheckConsistency(older, newer, proof) == nil {
		t.Errorf("size %d: another past is accepted", size)
	}
}

func TestAppendSaysWhere(t *testing.T) {
	t.Parallel()
	l, _, _ := filled(t, 3)
	first, last, err := l.Append(t.Context(), act(3), act(4))
	if err != nil || first != 3 || last != 4 {
		t.Errorf("got %d, %d, %v; want 3, 4", first, last, err)
	}
	if first, last, err := l.Append(t.Context()); first != -1 || last != -1 || err != nil {
		t.Errorf("nothing appended: got %d, %d, %v; want -1, -1", first, last, err)
	}
}

func TestEntryTakesNoText(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]Entry{
		"name as reference":  {Kind: HoldPlaced, At: noon, Ref: "affaire Needle"},
		"mail as reference":  {Kind: HoldPlaced, At: noon, Ref: "needle@home.example"},
		"sentence as result": {Kind: Run, At: noon, Outcome: "stopped by Needle"},
		"text as kind":       {Kind: "what Needle did", At: noon},
	} {
		_, err := e.Line()
		if !errors.Is(err, ErrFreeText) || strings.Contains(err.Error(), "home.example") {
			t.Errorf("%s: got %v, want ErrFreeText without the value", name, err)
		}
	}
}

func TestLineIsCanonical(t *testing.T) {
	t.Parallel()
	got, err := Entry{Kind: HoldPlaced, At: noon, Ref: "hold-7", Dataset: "<leads> & co"}.Line()
	want := `{"v":1,"kind":"hold_placed","at":"2026-11-22T12:00:00Z","ref":"hold-7","dataset":"<leads> & co"}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	later, err := act(1).Line()
	if err != nil || bytes.ContainsRune(later, '\n') {
		t.Errorf("a leaf holds a line feed or fails: %v", err)
	}
	e, err := Parse(got)
	if err != nil || e.Ref != "hold-7" {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestProofRefuses(t *testing.T) {
	t.Parallel()
	l, _, public := filled(t, 5)
	p, err := l.Prove(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	text := p.Text()
	for i := range text {
		bad := bytes.Clone(text)
		bad[i] ^= 1
		if q, err := ParseProof(bad); err == nil {
			if _, err := q.Check(public); err == nil {
				t.Errorf("byte %d of the proof flipped and accepted", i)
			}
		}
	}
	if _, err := l.Prove(t.Context(), 5); !errors.Is(err, ErrNoLeaf) {
		t.Errorf("got %v, want ErrNoLeaf", err)
	}
}

func TestPublicKey(t *testing.T) {
	t.Parallel()
	for range 20 { // base64 with and without plus signs
		private, want, err := NewKey("garant.example/test")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := PublicKey(private); err != nil || got != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
	if _, err := PublicKey("PRIVATE+KEY+x"); err == nil {
		t.Error("half a key is accepted")
	}
}
