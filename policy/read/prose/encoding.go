package prose

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// characters are the characters of a file as UTF-8, and where each byte of it came from.
type characters struct {
	utf8 []byte
	from []int // offset in the file of each byte, one more at the end; nil when it is the same
}

// decoded returns the characters of a file: UTF-16 where its first bytes say so, UTF-8 where
// they are nearly all that, Windows-1252 otherwise.
func decoded(data []byte) (characters, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return wide(data, func(i int) uint16 { return uint16(data[i]) | uint16(data[i+1])<<8 }), nil
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return wide(data, func(i int) uint16 { return uint16(data[i+1]) | uint16(data[i])<<8 }), nil
	case binary(data):
		return characters{}, ErrNotText
	case mostlyUTF8(data):
		return characters{utf8: data}, nil
	}
	return western(data), nil
}

// binary reports a file with bytes that no text has.
func binary(data []byte) bool {
	odd := 0
	for _, c := range data[:min(len(data), 1<<16)] {
		if c == 0 {
			return true
		}
		if c < 32 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b {
			odd++
		}
	}
	return 50*odd > min(len(data), 1<<16)
}

// mostlyUTF8 allows a wrong byte in a hundred of those outside ASCII: pages are pasted
// together from several sources.
func mostlyUTF8(data []byte) bool {
	wrong, right := 0, 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && n <= 1:
			wrong++
		case n > 1:
			right++
		}
		i += n
	}
	return wrong == 0 || 100*wrong < right
}

func western(data []byte) characters {
	out := characters{}
	for i, c := range data {
		out.add(charmap.Windows1252.DecodeByte(c), i)
	}
	out.from = append(out.from, len(data))
	return out
}

func wide(data []byte, unit func(int) uint16) characters {
	out := characters{}
	for i := 2; i+1 < len(data); i += 2 {
		r, at := rune(unit(i)), i
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			r = utf16.DecodeRune(r, rune(unit(i+2)))
			i += 2
		}
		out.add(r, at)
	}
	out.from = append(out.from, len(data))
	return out
}

func (c *characters) add(r rune, at int) {
	n := len(c.utf8)
	c.utf8 = utf8.AppendRune(c.utf8, r)
	for range len(c.utf8) - n {
		c.from = append(c.from, at)
	}
}

// restore makes the offsets of a document count in the file.
func (c characters) restore(doc Document, file []byte) Document {
	if c.from == nil {
		return doc
	}
	doc.Source, doc.chars = file, &c
	for b := range doc.Blocks {
		for i, p := range doc.Blocks[b].Pos {
			doc.Blocks[b].Pos[i] = c.from[p]
		}
		for i, g := range doc.Blocks[b].gaps {
			doc.Blocks[b].gaps[i].end = c.from[g.end]
		}
	}
	return doc
}
