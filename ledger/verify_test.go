package ledger

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func exported(t testing.TB, l *Log) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := l.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestVerifyFindsEveryFlippedBit is promise P12: no byte of an exported log can be altered
// unnoticed.
func TestVerifyFindsEveryFlippedBit(t *testing.T) {
	t.Parallel()
	l, _, public := filled(t, 6)
	text := exported(t, l)
	if _, err := Verify(bytes.NewReader(text), public); err != nil {
		t.Fatal(err)
	}
	for i := range text {
		for bit := range 8 {
			bad := bytes.Clone(text)
			bad[i] ^= 1 << bit
			var b *Broken
			if _, err := Verify(bytes.NewReader(bad), public); !errors.As(err, &b) {
				t.Errorf("bit %d of byte %d flipped: got %v, want *Broken", bit, i, err)
			}
		}
	}
}

func TestVerifyNamesTheFirstBadEntry(t *testing.T) {
	t.Parallel()
	l, _, public := filled(t, 9)
	text := string(exported(t, l))
	lines := strings.SplitAfter(text, "\n")
	head, leaves := strings.Join(lines[:6], ""), lines[6:15]
	_, other, err := NewKey("garant.example/test")
	if err != nil {
		t.Fatal(err)
	}
	forged := []byte(strings.Replace(leaves[4][45:len(leaves[4])-1], `"rows":500`, `"rows":501`, 1))
	for _, c := range []struct {
		name, text, key string
		at              int64
	}{
		{"an entry altered", strings.Replace(text, `plan/1/7`, `plan/1/8`, 1), public, 7},
		{"the last left out", strings.TrimSuffix(text, leaves[8]), public, 8},
		{"the last cut short", text[:len(text)-3], public, 8},
		{"one added", text + leaves[8], public, 9},
		{"two exchanged", head + leaves[1] + leaves[0] + strings.Join(leaves[2:], ""), public, -1},
		{"one altered with its hash", strings.Replace(text, leaves[4], tlog.RecordHash(forged).String()+" "+string(forged)+"\n", 1), public, -1},
		{"another key", text, other, -1},
		{"nothing", "", public, -1},
		{"no ledger at all", strings.Repeat("x\n", 40000), public, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var b *Broken
			if _, err := Verify(strings.NewReader(c.text), c.key); !errors.As(err, &b) || b.At != c.at {
				t.Errorf("got %v, want broken at %d", err, c.at)
			}
		})
	}
}

func TestVerifyEmpty(t *testing.T) {
	t.Parallel()
	l, m, public := filled(t, 0)
	if c, err := Verify(bytes.NewReader(exported(t, l)), public); err != nil || c.Size != 0 {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := VerifyStored(t.Context(), m, public); err != nil {
		t.Error(err)
	}
}

func TestVerifyStoredFindsEveryChange(t *testing.T) {
	t.Parallel()
	_, m, public := filled(t, 12)
	check := func(what string, at int64) {
		t.Helper()
		var b *Broken
		if _, err := VerifyStored(t.Context(), m, public); !errors.As(err, &b) || b.At != at {
			t.Errorf("%s: got %v, want broken at %d", what, err, at)
		}
	}
	if _, err := VerifyStored(t.Context(), m, public); err != nil {
		t.Fatal(err)
	}
	for i, l := range m.leaves {
		for j := range l.Data {
			l.Data[j] ^= 1
			check("byte of an entry", int64(i))
			l.Data[j] ^= 1
		}
		for level := range l.Hashes {
			l.Hashes[level][31] ^= 1
			check("stored hash", int64(i))
			l.Hashes[level][31] ^= 1
		}
	}
	for i := range m.checkpoint {
		m.checkpoint[i] ^= 1
		check("byte of the checkpoint", -1)
		m.checkpoint[i] ^= 1
	}
	m.leaves = m.leaves[:11]
	check("last entry gone", 11)
}

// FuzzVerify checks that no text makes the decoder panic, and that only the log itself is
// accepted.
func FuzzVerify(f *testing.F) {
	l, _, public := filled(f, 4)
	text := exported(f, l)
	f.Add(text)
	f.Add(text[:len(text)/2])
	f.Add([]byte("\n\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := Verify(bytes.NewReader(b), public); err == nil && !bytes.Equal(b, text) {
			t.Error("another text is accepted")
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	l, _, _ := filled(b, 1)
	for i := range b.N {
		if _, _, err := l.Append(b.Context(), act(i)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	l, _, public := filled(b, 10000)
	text := exported(b, l)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Verify(bytes.NewReader(text), public); err != nil {
			b.Fatal(err)
		}
	}
}
