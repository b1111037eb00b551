package consent

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Inbound is a message that a person sent to the company's number. Neither the number nor the
// text is kept: a record has their digests.
type Inbound struct {
	From string `json:"from"`
	Text string `json:"text"`
	// At is when it was sent; zero where the operator does not say.
	At time.Time `json:"at"`
	// ID is the operator's name of the message; empty where it gives none.
	ID string `json:"id"`
}

// stops are the words by which people end messages, without accents. STOP is the one that
// operators prescribe; whoever writes another means the same.
var stops = []string{"stop", "stopsms", "stoppez", "arret", "arretez", "desabonner", "desabonnez", "desabonnement", "desinscrire", "desinscription", "unsubscribe", "stopall"}

// Stop reports whether the message asks for no more of them: a word of it is STOP, however it
// is written, or one that says the same. Who is taken for refusing and did not can say so; the
// other mistake is a message too many.
func (m Inbound) Stop() bool {
	words := strings.FieldsFunc(plain(m.Text), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(stops, w) })
}

// plain writes a text without case and accents.
func plain(text string) string {
	text = strings.ToLower(text)
	out, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn))), text)
	if err != nil {
		return text
	}
	return out
}

// Drafts returns what a STOP is, the same each time it is read: an objection to messages, and
// the withdrawal of what was agreed to by SMS. It counts from now where the operator's clock is
// ahead. It is empty for any other message; an error says that no number can be read.
func (m Inbound) Drafts(key []byte, now time.Time) ([]Draft, error) {
	if !m.Stop() {
		return nil, nil
	}
	who, err := Identify(ByPhone + "=" + m.From)
	if err != nil || len(digits(who.Value)) < 4 {
		return nil, errors.New("the message has no number that it came from")
	}
	at := m.At
	if at.IsZero() || at.After(now) {
		at = now
	}
	name := m.ID
	if name == "" {
		name = m.At.UTC().Format(time.RFC3339) + "\x00" + m.Text
	}
	name = "sms:" + Refer(key, Identifier{"sms", who.Value + "\x00" + name}).Short()
	r := Record{Kind: Opposition, At: at, Entered: now, Method: "sms", Scope: Scope{Channels: []Channel{SMS}}, Proof: keyedDigest(key, m), Key: name}
	w := r
	w.Kind, w.Key = Ended, name+":w"
	return []Draft{{[]Identifier{who}, r}, {[]Identifier{who}, w}}, nil
}

// keyedDigest digests a message under the key of persons: without it, whoever has the record
// could try every number.
func keyedDigest(key []byte, m Inbound) string {
	ref := Refer(key, Identifier{"sms text", m.From + "\x00" + m.Text})
	return Digest(ref[:])
}

// smsHeads are the columns of a file of messages, as operators name them.
var smsHeads = map[string]string{
	"from": "from", "de": "from", "sender": "from", "msisdn": "from", "numero": "from", "numéro": "from", "expediteur": "from", "expéditeur": "from", "phone": "from", "tel": "from",
	"text": "text", "message": "text", "texte": "text", "body": "text", "content": "text",
	"at": "at", "date": "at", "received": "at", "received_at": "at", "recu": "at", "reçu": "at", "timestamp": "at",
	"id": "id", "message_id": "id", "messageid": "id",
}

// ReadInbound reads messages, one by one, from CSV with a head or from JSON, an array or an object a
// line. What cannot be read is handed on as an error with its number, which starts at 1 and in
// CSV counts lines; only an error of each, or of the reader, ends it. Instants without zone are
// of the zone given.
func ReadInbound(r io.Reader, zone *time.Location, each func(n int, m Inbound, err error) error) error {
	in := bufio.NewReaderSize(r, maxLine)
	if b, _ := in.Peek(3); bytes.Equal(b, []byte("\ufeff")) {
		_, _ = in.Discard(3) // it was peeked at
	}
	b, err := in.Peek(1)
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return fmt.Errorf("read the messages: %w", err)
	case b[0] == '[' || b[0] == '{':
		return readJSON(in, each)
	}
	return readSMSLines(&List{in: in}, zone, each)
}

// readJSON reads an array, or objects one after the other. JSON that is broken ends it: nobody
// can tell where the next message begins.
func readJSON(in io.Reader, each func(int, Inbound, error) error) error {
	d := jsontext.NewDecoder(in)
	if d.PeekKind() == '[' {
		if _, err := d.ReadToken(); err != nil {
			return errors.New("read the messages: the JSON is broken")
		}
	}
	for n := 1; ; n++ {
		var m Inbound
		switch d.PeekKind() {
		case ']':
			return nil
		case 0:
			if _, err := d.ReadToken(); errors.Is(err, io.EOF) && d.StackDepth() == 0 {
				return nil
			}
			return fmt.Errorf("read message %d: the JSON is broken or cut off", n)
		}
		v, err := d.ReadValue()
		if err != nil {
			return fmt.Errorf("read message %d: the JSON is broken or cut off", n)
		}
		if json.Unmarshal(v, &m) != nil {
			err = errors.New("a message is an object with from and text, at (RFC 3339) and id")
		}
		if err := each(n, m, err); err != nil {
			return err
		}
	}
}

// readSMSLines reads CSV.
func readSMSLines(l *List, zone *time.Location, each func(int, Inbound, error) error) error {
	raw, err := l.line()
	if err != nil {
		return errors.New("read the messages: the file is empty")
	}
	l.Comma = separator(raw)
	head, err := l.cells(raw)
	at := map[string]int{}
	for i, h := range head {
		if name, ok := smsHeads[strings.ToLower(strings.TrimSpace(h))]; ok {
			at[name] = i + 1
		}
	}
	if err != nil || at["from"] == 0 || at["text"] == 0 {
		return errors.New("read the messages: the first line must name the columns from and text")
	}
	for {
		cells, n, err := l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the messages: %w", err)
		}
		m, err := smsOf(cells, len(head), at, zone)
		if err := each(n, m, err); err != nil {
			return err
		}
	}
}

func smsOf(cells []string, width int, at map[string]int, zone *time.Location) (Inbound, error) {
	if len(cells) != width {
		return Inbound{}, errLine
	}
	cell := func(name string) string {
		if at[name] == 0 {
			return ""
		}
		return strings.TrimSpace(cells[at[name]-1])
	}
	m := Inbound{From: cell("from"), Text: cell("text"), ID: cell("id")}
	if when := cell("at"); when != "" {
		for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "02/01/2006 15:04:05", "02/01/2006 15:04"} {
			if t, err := time.ParseInLocation(layout, when, zone); err == nil {
				m.At = t
			}
		}
	}
	return m, nil
}
