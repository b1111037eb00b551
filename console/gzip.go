package console

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"strings"
)

// packed is a body with its compressed form, made once for all its readers: what differs from
// one to the other is put in when it is sent. Only what is the same for each request is
// compressed, and never a page that bears a secret beside what somebody sent.
type packed struct {
	head, tail []byte
	// flat is the head compressed (RFC 1951) up to a byte's boundary, with more to come.
	flat []byte
	sum  uint32 // of the head
}

// pack compresses the head; the tail, which follows what differs, is short and is sent as it is.
func pack(head, tail []byte) (packed, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return packed{}, err
	}
	if _, err := w.Write(head); err != nil {
		return packed{}, err
	}
	if err := w.Flush(); err != nil {
		return packed{}, err
	}
	return packed{head: head, tail: tail, flat: bytes.Clone(b.Bytes()), sum: crc32.ChecksumIEEE(head)}, nil
}

// write sends the body with what differs in its place, in the form that the reader takes.
func (p packed) write(w http.ResponseWriter, r *http.Request, differs string) {
	end := append([]byte(differs), p.tail...)
	w.Header().Set("Vary", "Accept-Encoding")
	if !takesGzip(r) || len(end) > 1<<15 { // what is not compressed goes in one block
		_, _ = w.Write(append(bytes.Clone(p.head), end...)) // a reader who left cannot be told
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(p.gzip(end))
}

// gzip is the whole as a file of RFC 1952: its head, the compressed part, the end as a block
// that is not compressed, the sum and the length.
func (p packed) gzip(end []byte) []byte {
	out := make([]byte, 0, 10+len(p.flat)+5+len(end)+8)
	out = append(out, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
	out = append(out, p.flat...)
	out = append(out, 1) // the last block, as it is
	out = binary.LittleEndian.AppendUint16(out, uint16(len(end)))
	out = binary.LittleEndian.AppendUint16(out, ^uint16(len(end)))
	out = append(out, end...)
	out = binary.LittleEndian.AppendUint32(out, crc32.Update(p.sum, crc32.IEEETable, end))
	return binary.LittleEndian.AppendUint32(out, uint32(len(p.head)+len(end)))
}

// takesGzip reports whether the reader takes compressed bodies (RFC 9110, section 12.5.3).
func takesGzip(r *http.Request) bool {
	for _, coding := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return strings.TrimRight(strings.TrimSpace(weight), ".0") != "q="
		}
	}
	return false
}
