package ledger

import (
	"crypto/sha256"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// frontier is the right edge of a growing tree: the roots of its complete subtrees, largest
// first. It is all that is needed to append and to know the root, so a tree of any size is
// built or verified in one pass with a few dozen hashes in memory.
type frontier struct {
	size  int64
	edge  []tlog.Hash
	fresh []tlog.Hash // what the last push completed: the leaf, then its ancestors
}

// push appends a leaf hash and returns the hashes that are complete since, the leaf's
// first: those that tlog stores for this leaf, in its order. They are valid until the next
// push.
func (f *frontier) push(leaf tlog.Hash) []tlog.Hash {
	f.fresh = append(f.fresh[:0], leaf)
	for range bits.TrailingZeros64(^uint64(f.size)) {
		last := len(f.edge) - 1
		leaf = tlog.NodeHash(f.edge[last], leaf)
		f.edge = f.edge[:last]
		f.fresh = append(f.fresh, leaf)
	}
	f.edge = append(f.edge, leaf)
	f.size++
	return f.fresh
}

// root returns the root of the tree; that of the empty tree is the hash of nothing.
func (f *frontier) root() tlog.Hash {
	if len(f.edge) == 0 {
		return sha256.Sum256(nil)
	}
	h := f.edge[len(f.edge)-1]
	for i := len(f.edge) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f.edge[i], h)
	}
	return h
}

// edgeIndexes returns where tlog stores the frontier of a tree of that size.
func edgeIndexes(size int64) []int64 {
	var at []int64
	for start := int64(0); size > start; {
		level := bits.Len64(uint64(size-start)) - 1
		at = append(at, tlog.StoredHashIndex(level, start>>level))
		start += 1 << level
	}
	return at
}
