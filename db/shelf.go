package db

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/consent"
)

// boxSize is the size of the pieces in which a shelf takes memory.
const boxSize = 1 << 20

// shelf keeps records by person in a tenth of the memory that they take unpacked. What many
// records have in common (kind, purposes, channels, goods, notice, policy) is kept once; of
// each record there is its number, its persons, its instants and its proof.
type shelf struct {
	most   int
	where  map[consent.Ref]uint64 // box and place in it
	boxes  [][]byte
	models []consent.Record
	modelN map[string]int
}

// empty forgets everything; most is how many bytes there is room for.
func (s *shelf) empty(most int) {
	*s = shelf{most: most, where: map[consent.Ref]uint64{}, modelN: map[string]int{}}
}

// room reports whether there is room for more bytes. An entry of the map takes some 64.
func (s *shelf) room(more int) bool { return len(s.boxes)*boxSize+len(s.where)*64+more <= s.most }

// modelsMost bounds the models: where records have little in common they are not kept.
const modelsMost = 10_000

// put keeps the records of a person, unless unpacking would not give the very bytes of each.
func (s *shelf) put(ref consent.Ref, records []consent.Record, bodies [][]byte) {
	packed := binary.AppendUvarint(nil, uint64(len(records)))
	for i, r := range records {
		from := len(packed)
		var ok bool
		if packed, ok = s.pack(packed, r); !ok {
			return
		}
		again, _ := s.unpack(packed[from:])
		if body, err := again.Body(); err != nil || !bytes.Equal(body, bodies[i]) {
			return
		}
	}
	if len(packed) > boxSize {
		return
	}
	n := len(s.boxes)
	if n == 0 || len(s.boxes[n-1])+len(packed) > boxSize {
		if !s.room(boxSize) {
			s.empty(s.most) // and begin again with those who are asked about now
			return
		}
		s.boxes, n = append(s.boxes, make([]byte, 0, boxSize)), n+1
	}
	s.where[ref] = uint64(n-1)<<32 | uint64(len(s.boxes[n-1]))
	s.boxes[n-1] = append(s.boxes[n-1], packed...)
}

// get returns the records kept of a person; ok is false where it is not known whether there are.
func (s *shelf) get(ref consent.Ref) (out []consent.Record, ok bool) {
	at, ok := s.where[ref]
	if !ok {
		return nil, false
	}
	b := s.boxes[at>>32][uint32(at):]
	count, n := binary.Uvarint(b)
	b = b[n:]
	out = make([]consent.Record, count)
	for i := range out {
		out[i], n = s.unpack(b)
		b = b[n:]
	}
	return out, true
}

// pack appends a record; ok is false where it is not made as Seal makes them.
func (s *shelf) pack(b []byte, r consent.Record) (_ []byte, ok bool) {
	number, err := strconv.ParseUint(strings.TrimPrefix(r.ID, r.Kind+"-"), 10, 64)
	model, found := s.model(r)
	if err != nil || !found {
		return b, false
	}
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(model)), number)
	b = appendInstant(appendInstant(b, r.At), r.Entered)
	b = binary.AppendUvarint(b, uint64(len(r.Subjects)))
	for _, subject := range r.Subjects {
		raw, err := base64.StdEncoding.DecodeString(subject)
		if err != nil || len(raw) != 32 {
			return b, false
		}
		b = append(b, raw...)
	}
	return appendWord(appendWord(appendWord(b, r.Proof), r.Key), r.Of), true
}

// unpack reads what pack appended, and says how long it was.
func (s *shelf) unpack(b []byte) (consent.Record, int) {
	in := packedReader{b: b}
	r := s.models[in.number()]
	r.ID = r.Kind + "-" + strconv.FormatUint(in.number(), 10)
	r.At, r.Entered = in.instant(), in.instant()
	r.Subjects = make([]string, in.number())
	for i := range r.Subjects {
		r.Subjects[i] = base64.StdEncoding.EncodeToString(in.take(32))
	}
	r.Proof, r.Key, r.Of = in.word(), in.word(), in.word()
	return r, in.at
}

// model returns the number of what a record has in common with others.
func (s *shelf) model(r consent.Record) (int, bool) {
	r.ID, r.Subjects, r.At, r.Entered, r.Proof, r.Key, r.Of = "", nil, time.Time{}, time.Time{}, "", "", ""
	key, err := r.Body()
	if err != nil {
		return 0, false
	}
	if n, ok := s.modelN[string(key)]; ok {
		return n, true
	}
	if len(s.models) == modelsMost {
		return 0, false
	}
	// Many share it: who appends to a list of it gets a list of their own.
	r.Channels, r.Purposes, r.Goods = slices.Clip(r.Channels), slices.Clip(r.Purposes), slices.Clip(r.Goods)
	r.Partners, r.Missing = slices.Clip(r.Partners), slices.Clip(r.Missing)
	s.modelN[string(key)] = len(s.models)
	s.models = append(s.models, r)
	return len(s.models) - 1, true
}

func appendInstant(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

// digestMark begins a digest, and is in no length of a word.
const digestMark = 255

// appendWord appends a text of at most 254 bytes, a digest as its 32. What is longer is cut,
// and so found not to be the same.
func appendWord(b []byte, w string) []byte {
	if hexed, ok := strings.CutPrefix(w, "sha256:"); ok {
		if raw, err := hex.DecodeString(hexed); err == nil && len(raw) == 32 {
			return append(append(b, digestMark), raw...)
		}
	}
	w = w[:min(len(w), digestMark-1)]
	return append(append(b, byte(len(w))), w...)
}

// packedReader reads what was packed.
type packedReader struct {
	b  []byte
	at int
}

func (p *packedReader) number() uint64 {
	v, n := binary.Uvarint(p.b[p.at:])
	p.at += n
	return v
}

func (p *packedReader) instant() time.Time {
	sec, n := binary.Varint(p.b[p.at:])
	p.at += n
	return time.Unix(sec, int64(p.number())).UTC()
}

func (p *packedReader) take(n int) []byte {
	p.at += n
	return p.b[p.at-n : p.at]
}

func (p *packedReader) word() string {
	n := p.take(1)[0]
	if n == digestMark {
		var out [71]byte
		hex.Encode(out[copy(out[:], "sha256:"):], p.take(32))
		return string(out[:])
	}
	return string(p.take(int(n)))
}
