package ledger

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	stdhash "hash"
	"math"
	"math/bits"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/garant-rgpd/garant/store"
)

// Digest returns the keyed digest of a record key: HMAC-SHA256 over its canonical encoding.
// Without the key it tells nothing of the record, not even to who guesses.
func Digest(key []byte, k store.Key) [32]byte { return NewDigester(key).Digest(k) }

// Digester makes the digests of many records under one key. It is for one goroutine.
type Digester struct {
	mac          stdhash.Hash // made once and reset
	encoded, sum []byte
}

// NewDigester returns a Digester of the key.
func NewDigester(key []byte) *Digester { return &Digester{mac: hmac.New(sha256.New, key)} }

// Digest returns what the function Digest returns for the key.
func (d *Digester) Digest(k store.Key) [32]byte {
	d.encoded = appendKey(d.encoded[:0], k)
	d.mac.Reset()
	d.mac.Write(d.encoded)
	d.sum = d.mac.Sum(d.sum[:0])
	return [32]byte(d.sum)
}

// Short returns the first eight bytes of a digest, the form in which approved sets are
// kept. Among a million records two share it with a chance of one in 37 million.
func Short(digest [32]byte) uint64 { return binary.BigEndian.Uint64(digest[:8]) }

// DatasetKey derives the key of one dataset, so that equal record keys of two datasets
// have digests that cannot be compared.
func DatasetKey(key []byte, dataset string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("garant dataset\x00" + dataset))
	return h.Sum(nil)
}

// KeyedRoot commits to a set of records: the RFC 6962 root, in base64, over the keyed
// digests of their keys in ascending order. Whoever holds the key can show that a record
// was or was not among them; nobody else learns anything.
func KeyedRoot(key []byte, keys []store.Key) string {
	d := NewDigester(key)
	digests := make([][sha256.Size]byte, len(keys))
	for i, k := range keys {
		digests[i] = d.Digest(k)
	}
	var f frontier
	for _, d := range inOrder(digests) {
		f.push(leafHash(d))
	}
	return f.root().String()
}

// inOrder returns digests in ascending order. They are spread evenly, as only who holds the key
// could choose them; so each is put where it should be, and few of them move afterwards.
func inOrder(digests [][sha256.Size]byte) [][sha256.Size]byte {
	n := uint64(len(digests))
	starts := make([]int, n+1)
	for _, d := range digests {
		at, _ := bits.Mul64(Short(d), n)
		starts[at+1]++
	}
	for i := range n {
		starts[i+1] += starts[i]
	}
	out := make([][sha256.Size]byte, n)
	for _, d := range digests {
		at, _ := bits.Mul64(Short(d), n)
		out[starts[at]] = d
		starts[at]++
	}
	for i := 1; i < len(out); i++ { // insertion sort, which is fast where little is to be done
		for j := i; j > 0 && bytes.Compare(out[j][:], out[j-1][:]) < 0; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// leafHash is tlog.RecordHash of a digest, made in one go.
func leafHash(d [sha256.Size]byte) tlog.Hash {
	var b [1 + sha256.Size]byte // the 0 in front is the RFC's mark of a leaf
	copy(b[1:], d[:])
	return sha256.Sum256(b[:])
}

// Tags of the canonical encoding. Each value is its tag and then either a fixed number of
// bytes or a length and that many, so that no two keys share an encoding: the number 1, the
// text "1" and the byte "1" differ, and so do ("ab","c") and ("a","bc").
const (
	tagNil    = 'n'
	tagInt    = 'i'
	tagFloat  = 'f'
	tagBool   = 'o'
	tagText   = 's'
	tagBytes  = 'b'
	tagDay    = 'd'
	tagMoment = 't'
)

// EncodeKey returns the canonical encoding of a record key. An instant is the same in every
// zone. It panics on a value that store.Key does not allow, which is a bug of a connector.
func EncodeKey(k store.Key) []byte { return appendKey(make([]byte, 0, roomFor(k)), k) }

// roomFor returns at least what the encoding of the key takes.
func roomFor(k store.Key) int {
	const tagAndSize = 1 + binary.MaxVarintLen64
	room := binary.MaxVarintLen64
	for _, v := range k {
		switch v := v.(type) {
		case string:
			room += tagAndSize + len(v)
		case []byte:
			room += tagAndSize + len(v)
		default: // a moment is the longest
			room += 1 + 8 + 4
		}
	}
	return room
}

func appendKey(b []byte, k store.Key) []byte {
	b = binary.AppendUvarint(b, uint64(len(k)))
	for _, v := range k {
		b = appendValue(b, v)
	}
	return b
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, tagNil)
	case int64:
		return binary.BigEndian.AppendUint64(append(b, tagInt), uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(b, tagFloat), math.Float64bits(v))
	case bool:
		if v {
			return append(b, tagBool, 1)
		}
		return append(b, tagBool, 0)
	case string:
		return append(binary.AppendUvarint(append(b, tagText), uint64(len(v))), v...)
	case []byte:
		return append(binary.AppendUvarint(append(b, tagBytes), uint64(len(v))), v...)
	case store.Day:
		b = binary.BigEndian.AppendUint32(append(b, tagDay), uint32(int32(v.Year)))
		return append(b, byte(v.Month), byte(v.Day))
	case time.Time:
		b = binary.BigEndian.AppendUint64(append(b, tagMoment), uint64(v.Unix()))
		return binary.BigEndian.AppendUint32(b, uint32(v.Nanosecond()))
	}
	panic(fmt.Sprintf("ledger: a record key holds a %T", v))
}

var errKeyEncoding = errors.New("read a record key: the encoding is damaged")

// DecodeKey reads what EncodeKey wrote; instants come back in UTC.
func DecodeKey(b []byte) (store.Key, error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)) {
		return nil, errKeyEncoding
	}
	d := decoder{rest: b[size:]}
	k := make(store.Key, 0, n)
	for range n {
		k = append(k, d.value())
	}
	if d.bad || len(d.rest) > 0 {
		return nil, errKeyEncoding
	}
	return k, nil
}

// decoder reads values off an encoding; once something was wrong it is bad for good.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) take(n uint64) []byte {
	if d.bad || n > uint64(len(d.rest)) {
		d.bad = true
		return make([]byte, 12) // enough for every value of fixed length
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) counted() []byte {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.bad = true
		return nil
	}
	d.rest = d.rest[size:]
	return d.take(n)
}

func (d *decoder) value() any {
	switch d.take(1)[0] {
	case tagNil:
		return nil
	case tagInt:
		return int64(binary.BigEndian.Uint64(d.take(8)))
	case tagFloat:
		return math.Float64frombits(binary.BigEndian.Uint64(d.take(8)))
	case tagBool:
		return d.take(1)[0] == 1
	case tagText:
		return string(d.counted())
	case tagBytes:
		return bytes.Clone(d.counted())
	case tagDay:
		b := d.take(6)
		return store.Day{Year: int(int32(binary.BigEndian.Uint32(b))), Month: time.Month(b[4]), Day: int(b[5])}
	case tagMoment:
		b := d.take(12)
		return time.Unix(int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint32(b[8:]))).UTC()
	}
	d.bad = true
	return nil
}
