package mailbox

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // people write in more than UTF-8
	"github.com/emersion/go-message/mail"
	"golang.org/x/text/encoding/charmap"
)

// read reads the header and the words of a message, as far as they can be read, and returns its
// Message-ID.
func (m *Message) read(r io.Reader) string {
	e, err := message.Read(r)
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		m.Kept = Nobody
		return ""
	}
	h := mail.Header{Header: e.Header}
	m.Subject = line(text(h, "Subject"))
	m.sender(h)
	m.Kept = kept(h, m.From)
	w := &words{}
	w.walk(e, 0)
	m.Text = fresh(w.best())
	id, err := h.MessageID()
	if err != nil {
		return ""
	}
	return id
}

func text(h mail.Header, key string) string {
	s, err := h.Text(key)
	if err != nil {
		s = h.Get(key)
	}
	return clean(s)
}

// sender reads who wrote. More than one writer is nobody: who asks must be one person.
func (m *Message) sender(h mail.Header) {
	list, err := h.AddressList("From")
	if err != nil || len(list) != 1 {
		return
	}
	m.From, m.Name = clean(list[0].Address), line(clean(list[0].Name))
}

// kept says why a human must look first (RFC 3834, 3464, 2919 and what mail servers do).
func kept(h mail.Header, from string) Kept {
	kind, _, _ := h.ContentType()
	auto := strings.ToLower(h.Get("Auto-Submitted"))
	local, _, _ := strings.Cut(strings.ToLower(from), "@")
	switch {
	case from == "":
		return Nobody
	case kind == "multipart/report", h.Get("Return-Path") == "<>", slices.Contains([]string{"mailer-daemon", "postmaster"}, local):
		return Bounce
	case strings.EqualFold(strings.TrimSpace(h.Get("X-Spam-Flag")), "yes"):
		return Spam
	case h.Has("List-Id"), h.Has("List-Unsubscribe"), slices.Contains([]string{"bulk", "list", "junk"}, strings.ToLower(h.Get("Precedence"))):
		return ToMany
	case auto != "" && !strings.HasPrefix(auto, "no"), h.Has("X-Autoreply"), h.Has("X-Autorespond"), strings.EqualFold(h.Get("Precedence"), "auto_reply"):
		return Automatic
	}
	return ""
}

// words are the plain text and the HTML of a message.
type words struct {
	plain, html strings.Builder
	parts       int
}

// How deep and wide messages are read; real ones are nowhere near.
const (
	deepest = 10
	widest  = 100
)

// walk gathers the words of an entity and of its parts.
func (w *words) walk(e *message.Entity, depth int) {
	if w.parts++; depth > deepest || w.parts > widest {
		return
	}
	if parts := e.MultipartReader(); parts != nil {
		for w.parts <= widest {
			p, err := parts.NextPart()
			if p == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return // cut short, or not made as it must be: what came before counts
			}
			w.walk(p, depth+1)
		}
		return
	}
	kind, _, err := e.Header.ContentType()
	if d, _, _ := e.Header.ContentDisposition(); d == "attachment" {
		return
	}
	switch {
	case kind == "text/html":
		w.add(&w.html, e.Body)
	case kind == "text/plain", err != nil:
		w.add(&w.plain, e.Body)
	}
}

func (w *words) add(to *strings.Builder, body io.Reader) {
	b, _ := io.ReadAll(io.LimitReader(body, most)) // what could be read counts
	to.WriteString(clean(string(b)) + "\n")
}

// best is the plain text, or that of the HTML where there is no other.
func (w *words) best() string {
	if strings.TrimSpace(w.plain.String()) != "" {
		return w.plain.String()
	}
	return plain(w.html.String())
}

// clean makes text of what may be none: other bytes are Windows-1252, which is what people's
// programs write when they say ISO-8859-1 or nothing; what moves a cursor or turns the direction of
// writing is left out.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s, _ = charmap.Windows1252.NewDecoder().String(s) // every byte has a character
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x80 && r < 0xa0:
			return charmap.Windows1252.DecodeByte(byte(r))
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
}

// line makes one line of a text, of a bounded length.
func line(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 300 {
		return string(r[:300])
	}
	return s
}

// answered finds where the message begins that somebody answers, as French and English programs
// put it.
var answered = regexp.MustCompile(`(?mi)^(-+ *(message d.origine|original message|message transf[ée]r[ée]) *-+|le .{5,200} a [ée]crit *:|on .{5,200} wrote *:|_{20,})\s*$`)

// fresh is what was written now: without the message that is answered.
func fresh(s string) string {
	if at := answered.FindStringIndex(s); at != nil && strings.TrimSpace(s[:at[0]]) != "" {
		s = s[:at[0]]
	}
	lines := slices.DeleteFunc(strings.Split(s, "\n"), func(l string) bool { return strings.HasPrefix(l, ">") })
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
