package ledger

import (
	"crypto/sha256"
	"slices"
)

// The functions of this file are RFC 6962 section 2.1 and the verifications of RFC 9162
// sections 2.1.3.2 and 2.1.4.2, written from the text of the RFCs with nothing of tlog, so
// that the ledger is checked by somebody else.

type hash = [32]byte

func rfcLeaf(d []byte) hash { return sha256.Sum256(append([]byte{0}, d...)) }

func rfcNode(l, r hash) hash {
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}

// rfcRoot is MTH(D[n]).
func rfcRoot(d [][]byte) hash {
	switch len(d) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return rfcLeaf(d[0])
	}
	k := 1
	for k*2 < len(d) {
		k *= 2
	}
	return rfcNode(rfcRoot(d[:k]), rfcRoot(d[k:]))
}

// rfcIncluded verifies an inclusion proof (RFC 9162, 2.1.3.2).
func rfcIncluded(leaf []byte, index, size int64, path []hash, root hash) bool {
	if index >= size {
		return false
	}
	fn, sn, r := index, size-1, rfcLeaf(leaf)
	for _, p := range path {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			r = rfcNode(p, r)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			r = rfcNode(r, p)
		}
		fn, sn = fn>>1, sn>>1
	}
	return sn == 0 && r == root
}

// rfcConsistent verifies a consistency proof (RFC 9162, 2.1.4.2).
func rfcConsistent(first, second int64, path []hash, firstRoot, secondRoot hash) bool {
	if first == second {
		return len(path) == 0 && firstRoot == secondRoot
	}
	if first&(first-1) == 0 {
		path = append([]hash{firstRoot}, path...)
	}
	if len(path) == 0 {
		return false
	}
	fn, sn := first-1, second-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	fr, sr := path[0], path[0]
	for _, c := range path[1:] {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			fr, sr = rfcNode(c, fr), rfcNode(c, sr)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			sr = rfcNode(sr, c)
		}
		fn, sn = fn>>1, sn>>1
	}
	return fr == firstRoot && sr == secondRoot && sn == 0
}
