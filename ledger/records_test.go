package ledger

import (
	"bytes"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/garant-rgpd/garant/store"
)

// TestRecords compares roots of many sizes with those that the RFC's recursion gives.
func TestRecords(t *testing.T) {
	t.Parallel()
	key := []byte("secret")
	for _, size := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 1000, parallel - 1, parallel, parallel + 1, 3 * parallel} {
		r := NewRecords(key)
		var digests [][]byte
		for i := range size {
			k := store.Key{int64(i), "x"}
			r.Add(k)
			d := Digest(key, k)
			digests = append(digests, d[:])
		}
		slices.SortFunc(digests, bytes.Compare)
		if want := rfcRoot(digests); r.Root() != tlog.Hash(want).String() {
			t.Errorf("the root of %d records is not the RFC's", size)
		}
	}
}
