package prose

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// writer cleans runes into the text of a block and remembers where each came from.
type writer struct {
	text  []byte
	pos   []int
	gaps  []gap
	end   int // where the last rune written ends in the source
	space int // offset of a space that waits for a word after it, or -1
	after int // where that space ends
	last  int // index in text of the last rune written
}

func newWriter() *writer { return &writer{space: -1} }

// rune adds r, which stands at source[start:end].
func (w *writer) rune(r rune, start, end int) {
	switch {
	case isSpace(r):
		if w.space < 0 && len(w.text) > 0 {
			w.space, w.after = start, end
		}
		return
	case isInvisible(r):
		return
	case unicode.Is(unicode.Mn, r) && w.compose(r, end):
		return
	}
	if w.space >= 0 {
		w.put(' ', w.space, w.after)
		w.space = -1
	}
	if long := ligature(r); long != "" {
		for _, c := range long {
			w.put(c, start, end)
		}
		return
	}
	w.put(regular(r), start, end)
}

// put writes a rune as it is. A rune of the length it has in the source is mapped byte by
// byte, any other to where it starts.
func (w *writer) put(r rune, start, end int) {
	if len(w.text) > 0 && w.end != start {
		w.gaps = append(w.gaps, gap{len(w.text), w.end})
	}
	w.last = len(w.text)
	w.text = utf8.AppendRune(w.text, r)
	for i := range len(w.text) - w.last {
		at := start
		if end-start == len(w.text)-w.last {
			at += i
		}
		w.pos = append(w.pos, at)
	}
	w.end = end
}

// compose joins a combining mark with the letter before it and reports whether it could.
func (w *writer) compose(mark rune, end int) bool {
	if len(w.text) == 0 || w.space >= 0 {
		return false
	}
	letter := string(w.text[w.last:])
	whole := norm.NFC.String(letter + string(mark))
	if utf8.RuneCountInString(whole) != 1 {
		return false
	}
	start := w.pos[w.last]
	w.text, w.pos = append(w.text[:w.last], whole...), w.pos[:w.last]
	for range whole {
		w.pos = append(w.pos, start)
	}
	for len(w.pos) < len(w.text) {
		w.pos = append(w.pos, start)
	}
	w.end = end
	return true
}

// string adds source[start:end], which is UTF-8. Bytes that are none are left out.
func (w *writer) string(source []byte, start, end int) {
	for i := start; i < end; {
		r, n := utf8.DecodeRune(source[i:end])
		if r != utf8.RuneError || n > 1 {
			w.rune(r, i, i+n)
		}
		i += n
	}
}

// dropHyphen takes back a hyphen at the end of what was written, and reports whether there
// was one that joins two halves of a word.
func (w *writer) dropHyphen(next []byte) bool {
	r, _ := utf8.DecodeRune(next)
	if !unicode.IsLower(r) || !splitWord(w.text, next) {
		return false
	}
	n := len(w.text) - 1
	w.text, w.pos, w.space = w.text[:n], w.pos[:n], -1
	for w.last = n - 1; w.last > 0 && !utf8.RuneStart(w.text[w.last]); {
		w.last--
	}
	return true
}

// block returns what was written as a block and starts anew.
func (w *writer) block(kind Kind, level int) Block {
	b := Block{Kind: kind, Level: level, Text: string(w.text), Pos: append(w.pos, w.end), gaps: w.gaps}
	*w = writer{space: -1}
	return b
}

// isSpace counts the spaces of typography, which unicode.IsSpace knows, and those of word
// processors.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r == '\u3000' || r == '\u2028' || r == '\u2029'
}

// isInvisible reports soft hyphens, zero-width and direction marks, and control characters.
func isInvisible(r rune) bool {
	return r == '\u00ad' || r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r)
}

// regular gives one form to what typography writes in several.
func regular(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ', '‛', '`', '´', '′':
		return '\''
	case '‐', '‑', '−':
		return '-'
	case '“', '”', '„', '‟':
		return '"'
	case '\uf0b7', '\uf0a7', '\uf0d8', '\uf02d':
		return '•' // the bullets of Symbol and Wingdings, which word processors leave behind
	}
	return r
}

// ligature writes out the ligatures of fonts, which PDF keeps. The œ is a letter, not one.
func ligature(r rune) string {
	if r >= 'ﬀ' && r <= 'ﬆ' {
		return norm.NFKC.String(string(r))
	}
	return ""
}
