package ledger

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

var moment = time.Date(2026, 3, 29, 1, 59, 59, 123456000, time.UTC)

func alike() []store.Key {
	return []store.Key{
		{}, {nil}, {int64(1)}, {int64(-1)}, {"1"}, {[]byte("1")}, {1.0}, {true}, {false}, {""}, {[]byte{}},
		{"2026-03-29"}, {policy.MustDate("2026-03-29")}, {moment}, {moment.Truncate(time.Second)},
		{"ab", "c"}, {"a", "bc"}, {"abc"}, {"a", "b", "c"}, {"a\x00s\x01", "b"}, {int64(1), "1"}, {"1", int64(1)},
		{policy.Date{Year: -1, Month: 1, Day: 1}}, {int64(1), nil}, {nil, int64(1)},
	}
}

func TestKeyEncodingIsUnambiguous(t *testing.T) {
	t.Parallel()
	keys := alike()
	for i, k := range keys {
		for j, other := range keys {
			if i != j && bytes.Equal(EncodeKey(k), EncodeKey(other)) {
				t.Errorf("keys %d and %d share an encoding", i, j)
			}
		}
		got, err := DecodeKey(EncodeKey(k))
		if err != nil || !cmp.Equal([]any(got), []any(k)) {
			t.Errorf("key %d does not come back: %v", i, err)
		}
		paris := moment.In(time.FixedZone("", 3600))
		if !bytes.Equal(EncodeKey(store.Key{moment}), EncodeKey(store.Key{paris})) {
			t.Error("an instant differs by zone")
		}
	}
}

func TestDecodeKeyRefuses(t *testing.T) {
	t.Parallel()
	whole := EncodeKey(store.Key{int64(1), "ab", policy.MustDate("2026-03-29"), moment})
	for i := range whole {
		if _, err := DecodeKey(whole[:i]); err == nil {
			t.Errorf("the first %d bytes of %d are read as a key", i, len(whole))
		}
	}
	if _, err := DecodeKey(append(whole, 0)); err == nil {
		t.Error("a byte too many is read as a key")
	}
}

func TestKeyedRoot(t *testing.T) {
	t.Parallel()
	key, keys := []byte("secret"), alike()
	root := KeyedRoot(key, keys)
	turned := slices.Clone(keys)
	slices.Reverse(turned)
	var digests [][]byte
	for _, k := range keys {
		d := Digest(key, k)
		digests = append(digests, d[:])
	}
	slices.SortFunc(digests, bytes.Compare)
	h := rfcRoot(digests)
	for name, same := range map[string]bool{
		"order does not matter":  KeyedRoot(key, turned) == root,
		"the RFC's root":         string(mustHash(t, root)) == string(h[:]),
		"key matters":            KeyedRoot([]byte("other"), keys) != root,
		"every record matters":   KeyedRoot(key, keys[1:]) != root,
		"dataset matters":        KeyedRoot(DatasetKey(key, "a"), keys) != KeyedRoot(DatasetKey(key, "b"), keys),
		"short form is a prefix": Short([32]byte{0, 0, 0, 0, 0, 0, 1, 2, 3}) == 258,
	} {
		if !same {
			t.Error(name)
		}
	}
}

// TestKeyedRootSizes compares roots of many sizes with those that the RFC's recursion gives.
func TestKeyedRootSizes(t *testing.T) {
	t.Parallel()
	key := []byte("secret")
	for _, size := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 1000, 1023, 1024, 1025, 3072} {
		var keys []store.Key
		var digests [][]byte
		for i := range size {
			k := store.Key{int64(i), "x"}
			keys = append(keys, k)
			d := Digest(key, k)
			digests = append(digests, d[:])
		}
		slices.SortFunc(digests, bytes.Compare)
		if want := rfcRoot(digests); KeyedRoot(key, keys) != tlog.Hash(want).String() {
			t.Errorf("the root of %d records is not the RFC's", size)
		}
	}
}

func BenchmarkKeyedRoot(b *testing.B) {
	keys := make([]store.Key, 10000)
	for i := range keys {
		keys[i] = store.Key{int64(i)}
	}
	for b.Loop() {
		KeyedRoot([]byte("secret"), keys)
	}
}

func mustHash(t *testing.T, s string) []byte {
	t.Helper()
	h, err := tlog.ParseHash(s)
	if err != nil {
		t.Fatal(err)
	}
	return h[:]
}
