package consent

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Line is a line of a list with its answer. Cells are those of the line as they were read,
// so that a filtered list is the list without some lines.
type Line struct {
	Number int
	Cells  []string
	Reply
}

// List is a list of people in CSV: its head names identifiers (email, phone, id) and what is
// known of the people by the keys of a context; other columns are left alone.
type List struct {
	Head    []string
	Comma   rune
	in      *bufio.Reader
	number  int
	columns []column
}

// column says what a column of the list is: an identifier of a kind, a key of the context, or
// neither.
type column struct{ kind, key string }

// maxLine bounds a line: a longer one is no line about a person.
const maxLine = 64 << 10

// heads are the names under which people's lists have what is understood.
var heads = map[string]column{
	"email": {kind: ByEmail}, "e-mail": {kind: ByEmail}, "mail": {kind: ByEmail}, "courriel": {kind: ByEmail},
	"phone": {kind: ByPhone}, "telephone": {kind: ByPhone}, "téléphone": {kind: ByPhone}, "tel": {kind: ByPhone}, "mobile": {kind: ByPhone},
	"id": {kind: ByID}, "code_postal": {key: "postcode"}, "code postal": {key: "postcode"}, "cp": {key: "postcode"},
}

// ErrNobody says that no column of a list names people.
var ErrNobody = errors.New("no column of the list names people: its first line must have email, phone or id")

// ReadList reads the head of a list. Columns may be separated by commas, semicolons or tabs,
// and a line that is no UTF-8 is read as Windows-1252, as spreadsheets write them. A field
// does not go over the end of its line.
func ReadList(r io.Reader) (*List, error) {
	l := &List{in: bufio.NewReaderSize(r, maxLine)}
	raw, err := l.line()
	if err != nil {
		return nil, ErrNobody
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	l.Comma = separator(raw)
	if l.Head, err = l.cells(raw); err != nil {
		return nil, ErrNobody
	}
	people := false
	for _, h := range l.Head {
		name := strings.ToLower(strings.TrimSpace(h))
		c, ok := heads[name]
		if _, known := contexts[name]; !ok && known {
			c = column{key: name}
		}
		people = people || c.kind != ""
		l.columns = append(l.columns, c)
	}
	if !people {
		return nil, ErrNobody
	}
	return l, nil
}

// separator is the one that the head has most of.
func separator(head []byte) rune {
	best := ','
	for _, c := range []rune{';', '\t'} {
		if bytes.Count(head, []byte(string(c))) > bytes.Count(head, []byte(string(best))) {
			best = c
		}
	}
	return best
}

// line returns the next line without its end. A line too long is cut, and so unreadable.
func (l *List) line() ([]byte, error) {
	raw, err := l.in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.in.ReadSlice('\n')
		}
		l.number++
		return []byte("\x00"), nil
	case err != nil && len(raw) == 0:
		return nil, err
	}
	l.number++
	return bytes.TrimRight(raw, "\r\n"), nil
}

var errLine = errors.New("the line cannot be read")

// cells cuts a line apart.
func (l *List) cells(raw []byte) ([]string, error) {
	if bytes.IndexByte(raw, 0) >= 0 {
		return nil, errLine
	}
	if !utf8.Valid(raw) {
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(raw)
		if err != nil {
			return nil, errLine
		}
		raw = decoded
	}
	if bytes.IndexByte(raw, '"') < 0 {
		return strings.Split(string(raw), string(l.Comma)), nil
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma, r.FieldsPerRecord = l.Comma, -1
	cells, err := r.Read()
	if err != nil {
		return nil, errLine
	}
	return cells, nil
}

// next returns the next line that is not empty.
func (l *List) next() (cells []string, number int, err error) {
	for {
		raw, err := l.line()
		if err != nil {
			return nil, 0, err
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		cells, err := l.cells(raw)
		if err != nil {
			return nil, l.number, nil
		}
		return cells, l.number, nil
	}
}

// person reads who a line is about and what it says of them.
func (l *List) person(cells []string, given Context) ([]Identifier, Context, error) {
	if len(cells) != len(l.columns) {
		return nil, nil, errLine
	}
	var who []Identifier
	said := given
	for i, c := range l.columns {
		value := strings.TrimSpace(cells[i])
		switch {
		case value == "" || c == column{}:
		case c.kind != "":
			id, err := Identify(c.kind + "=" + value)
			if err != nil {
				return nil, nil, err
			}
			who = append(who, id)
		default:
			if len(said) == len(given) {
				said = maps.Clone(given)
			}
			if said == nil {
				said = Context{}
			}
			said[c.key] = value
		}
	}
	if len(who) == 0 {
		return nil, nil, errLine
	}
	return who, said, nil
}

// batch is how many lines are looked up and written down together.
const batch = 4000

// Screen answers for every line of a list, in order. Before a line is handed on, its answer
// is written down. A line that cannot be read is a no.
func (d *Desk) Screen(ctx context.Context, l *List, in Inquiry, each func(Line) error) error {
	in.Person = []Identifier{{}} // each line has its own
	q, err := d.question(in)
	if err != nil {
		return ErrInquiry{err}
	}
	s := screening{desk: d, list: l, q: q, given: in.Context, now: in.Now, each: each}
	for {
		cells, number, err := l.next()
		if errors.Is(err, io.EOF) {
			return s.flush(ctx)
		}
		if err != nil {
			return fmt.Errorf("read the list: %w", err)
		}
		s.add(cells, number)
		if len(s.lines) == batch {
			if err := s.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// screening is a list on its way through the desk.
type screening struct {
	desk  *Desk
	list  *List
	q     Question
	given Context
	now   time.Time
	each  func(Line) error
	lines []Line
	refs  [][]Ref
	said  []Context
}

func (s *screening) add(cells []string, number int) {
	line := Line{Number: number, Cells: cells}
	who, said, err := s.list.person(cells, s.given)
	var refs []Ref
	if err == nil {
		refs = s.desk.refs(who)
		line.Ref = refs[0]
	}
	s.lines, s.refs, s.said = append(s.lines, line), append(s.refs, refs), append(s.said, said)
}

// flush decides, writes down and hands on the lines that wait.
func (s *screening) flush(ctx context.Context) error {
	records, err := s.desk.Keeper.RecordsOfEach(ctx, slices.Concat(s.refs...))
	if err != nil {
		return err
	}
	log := make([]Logged, len(s.lines))
	for i := range s.lines {
		s.decide(i, records)
		log[i] = s.lines[i].Log(s.now)
	}
	if err := s.desk.Keeper.LogAnswers(ctx, log); err != nil {
		return err
	}
	for _, line := range s.lines {
		if err := s.each(line); err != nil {
			return err
		}
	}
	s.lines, s.refs, s.said = s.lines[:0], s.refs[:0], s.said[:0]
	return nil
}

func (s *screening) decide(i int, records map[Ref][]Record) {
	line, q := &s.lines[i], s.q
	line.Question = q
	if len(s.refs[i]) == 0 {
		line.Answer = s.unreadable()
		return
	}
	f := FactsOf(Together(records, s.refs[i]), q.At)
	if s.said[i].apply(&q, &f) != nil {
		line.Answer = s.unreadable()
		return
	}
	line.Question, line.Answer = q, s.desk.Book.Decide(s.desk.Settings.Choices, q, f)
}

// unreadable is the answer about a line that names nobody.
func (s *screening) unreadable() Answer {
	q := s.q
	q.Channel = ""
	return s.desk.Book.Decide(s.desk.Settings.Choices, q, Facts{})
}

// Together returns the records under several references, each once, in the order of entry.
func Together(records map[Ref][]Record, refs []Ref) []Record {
	if len(refs) == 1 {
		return records[refs[0]]
	}
	var all []Record
	seen := map[string]bool{}
	for _, ref := range refs {
		for _, r := range records[ref] {
			if !seen[r.ID] {
				seen[r.ID] = true
				all = append(all, r)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Record) int { return a.number() - b.number() })
	return all
}

// Person returns the identifiers of the next line and its number; the error of a line that names
// nobody is an ErrInquiry, and io.EOF ends the list.
func (l *List) Person() ([]Identifier, int, error) {
	cells, n, err := l.next()
	if err != nil {
		return nil, n, err
	}
	who, _, err := l.person(cells, nil)
	if err != nil {
		err = ErrInquiry{err}
	}
	return who, n, err
}
