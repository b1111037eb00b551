package ledger

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	stdhash "hash"
	"math/bits"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/garant-rgpd/garant/store"
)

// Records makes the commitment to a set of records while their keys come in, so that little
// is left to do when the last one is there. It is for one goroutine.
type Records struct {
	mac     stdhash.Hash
	encoded []byte
	all     []record
}

// record is the keyed digest of a record's key, and the leaf that it makes.
type record struct {
	digest [sha256.Size]byte
	leaf   tlog.Hash
}

// NewRecords returns an empty set under the key.
func NewRecords(key []byte) *Records { return &Records{mac: hmac.New(sha256.New, key)} }

// Add adds the record with that key.
func (r *Records) Add(k store.Key) {
	r.encoded = appendKey(r.encoded[:0], k)
	r.mac.Reset()
	r.mac.Write(r.encoded)
	var one record
	r.mac.Sum(one.digest[:0])
	one.leaf = leafHash(one.digest)
	r.all = append(r.all, one)
}

// Root returns the commitment: the RFC 6962 root, in base64, over the digests in ascending
// order.
func (r *Records) Root() string {
	if len(r.all) == 0 {
		return tlog.Hash(sha256.Sum256(nil)).String()
	}
	// Sorting places instead of records moves a quarter of the bytes.
	type place struct {
		head uint64
		at   int
	}
	places := make([]place, len(r.all))
	for i := range r.all {
		places[i] = place{Short(r.all[i].digest), i}
	}
	slices.SortFunc(places, func(a, b place) int {
		if c := cmp.Compare(a.head, b.head); c != 0 {
			return c
		}
		return slices.Compare(r.all[a.at].digest[:], r.all[b.at].digest[:])
	})
	leaves := make([]tlog.Hash, len(places))
	for i, p := range places {
		leaves[i] = r.all[p.at].leaf
	}
	return treeRoot(leaves, parallel).String()
}

// parallel is how many leaves make it worth while to hash two subtrees at the same time.
const parallel = 1 << 10

// treeRoot returns the root over leaf hashes, of which there is at least one; at is the size from which
// subtrees are hashed side by side.
func treeRoot(leaves []tlog.Hash, at int) tlog.Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	half := 1 << (bits.Len(uint(len(leaves)-1)) - 1) // the largest power of two below
	if len(leaves) < at {
		return nodeHash(treeRoot(leaves[:half], at), treeRoot(leaves[half:], at))
	}
	var left tlog.Hash
	var wg sync.WaitGroup
	wg.Go(func() { left = treeRoot(leaves[:half], at) })
	right := treeRoot(leaves[half:], at)
	wg.Wait()
	return nodeHash(left, right)
}

// leafHash is tlog.RecordHash without its allocations.
func leafHash(digest [sha256.Size]byte) tlog.Hash {
	var b [1 + sha256.Size]byte // RFC 6962: 0 before a leaf
	copy(b[1:], digest[:])
	return sha256.Sum256(b[:])
}

// nodeHash is tlog.NodeHash without its allocations.
func nodeHash(left, right tlog.Hash) tlog.Hash {
	b := [1 + 2*tlog.HashSize]byte{1} // RFC 6962: 1 before a node
	copy(b[1:], left[:])
	copy(b[1+tlog.HashSize:], right[:])
	return sha256.Sum256(b[:])
}

// appendKey appends the canonical encoding of a record key.
func appendKey(b []byte, k store.Key) []byte {
	b = binary.AppendUvarint(b, uint64(len(k)))
	for _, v := range k {
		b = appendValue(b, v)
	}
	return b
}
