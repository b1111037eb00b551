package consent

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/garant-rgpd/garant/policy"
)

// Import reads records that a company already has, from a list in CSV. What a line does not
// say is noted as missing, never made up: a consent without its day or its proof is kept and
// counts for nothing.
type Import struct {
	Policy policy.Policy
	// Key is the key of persons: a line imported twice is entered once.
	Key []byte
	// Defaults are what lines do not say: purposes, channels, goods, method, notice.
	Defaults Record
	// Source names where the list comes from. Bought is true for people brought by a third
	// party: who comes without the form, the day, the channels and the controller named among
	// the recipients is put in quarantine.
	Source string
	Bought bool
	// Obtained is when the people of a list that was bought were handed over; zero for now.
	Obtained time.Time
	Now      time.Time
	Zone     *time.Location
}

// importHeads are the columns that an import understands, under their names in both languages.
var importHeads = map[string]string{
	"state": "state", "état": "state", "etat": "state", "purpose": "purpose", "finalité": "purpose", "finalite": "purpose",
	"channel": "channel", "canal": "channel", "date": "at", "at": "at", "until": "until", "jusqu’au": "until", "jusqu'au": "until",
	"notice": "notice", "mention": "notice", "proof": "proof", "preuve": "proof", "method": "method", "goods": "goods", "objet": "goods",
	"partner": "partner", "partenaire": "partner", "language": "language", "langue": "language",
}

// states are how a line says what it is; a line that does not say is a consent.
var states = map[string]string{
	"": Given, "given": Given, "yes": Given, "oui": Given, "accord": Given, "withdrawn": Ended, "retrait": Ended, "retiré": Ended,
	"objected": Opposition, "no": Opposition, "non": Opposition, "opposition": Opposition,
}

// Read returns the drafts of a line: the record, and the quarantine that goes with it.
func (im Import) Read(l *List, cells []string) ([]Draft, error) {
	who, _, err := l.person(cells, nil)
	if err != nil {
		return nil, err
	}
	said := map[string]string{}
	for i, h := range l.Head {
		if name, ok := importHeads[strings.ToLower(strings.TrimSpace(h))]; ok {
			said[name] = strings.TrimSpace(cells[i])
		}
	}
	r, err := im.record(said)
	if err != nil {
		return nil, err
	}
	line := Refer(im.Key, Identifier{"line", strings.Join(append([]string{im.Source}, cells...), "\x00")})
	r.Key = "import:" + line.Short()
	drafts := []Draft{{who, r}}
	if im.Bought {
		drafts = append(drafts, Draft{who, im.brought(r.Key)})
	}
	if im.Bought && r.Kind == Given && !im.gated(r) {
		q := Record{Kind: Quarantine, At: im.Now, Entered: im.Now, Method: "import", Source: im.Source, Key: r.Key + ":quarantine"}
		drafts = append(drafts, Draft{who, q})
	}
	return drafts, r.Check()
}

// brought is the record from which the month of article 14(3)(a) GDPR counts.
func (im Import) brought(key string) Record {
	at := im.Obtained
	if at.IsZero() || at.After(im.Now) {
		at = im.Now
	}
	return Record{Kind: Brought, At: at, Entered: im.Now, Method: "import", Source: im.Source, Key: key + ":lead"}
}

// gated reports whether a bought contact comes with what lets it in: the source, the form, the
// day, the channels agreed to and the controller among the recipients named.
func (im Import) gated(r Record) bool {
	return r.Source != "" && r.Notice != "" && r.Proof != "" && len(r.Channels) > 0 && im.named(r.Partners) && !slices.Contains(r.Missing, "at")
}

// named reports whether the controller is among the recipients that the person read, however it
// is spelt: an agreement to hear from others is none to hear from it.
func (im Import) named(recipients []string) bool {
	us := im.Policy.Controller.Name
	return slices.ContainsFunc(recipients, func(r string) bool { return strings.Contains(spoken(r), spoken(us)) })
}

// spoken writes a name as it is said: its words, without case, accents and signs.
func spoken(name string) string {
	words := strings.FieldsFunc(plain(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}

func (im Import) record(said map[string]string) (Record, error) {
	kind, ok := states[strings.ToLower(said["state"])]
	if !ok {
		return Record{}, errors.New("state: write given, withdrawn or objected")
	}
	r := im.Defaults
	r.Kind, r.Method, r.Source, r.Entered, r.At, r.Missing = kind, "import", im.Source, im.Now, im.Now, nil
	if err := im.words(said, &r); err != nil {
		return r, err
	}
	if err := im.days(said, &r); err != nil {
		return r, err
	}
	if kind != Given {
		return r, nil
	}
	r.Missing = append(r.Missing, missing(r)...)
	if im.Bought && !im.named(r.Partners) {
		r.Missing = append(r.Missing, "recipient")
	}
	return r, nil
}

// words reads what is no day.
func (im Import) words(said map[string]string, r *Record) error {
	for _, w := range several(said["purpose"], &r.Purposes) {
		if !slices.ContainsFunc(im.Policy.Purposes, func(p policy.Purpose) bool { return p.ID == w }) {
			return errors.New("purpose: the policy has no such purpose")
		}
	}
	several(said["channel"], &r.Channels)
	several(said["goods"], &r.Goods)
	several(said["partner"], &r.Partners)
	for name, to := range map[string]*string{"notice": &r.Notice, "proof": &r.Proof, "language": &r.Language} {
		if v := said[name]; v != "" {
			*to = v
		}
	}
	return nil
}

// several reads words separated by bars; an empty cell leaves what was there.
func several[T ~string](cell string, to *[]T) []T {
	if cell == "" {
		return nil
	}
	*to = nil
	for w := range strings.SplitSeq(cell, "|") {
		*to = append(*to, T(strings.TrimSpace(w)))
	}
	return *to
}

// days reads when it was said and until when it holds. A consent without its day is dated at
// the beginning of time, so that it never passes for a recent sign of life.
func (im Import) days(said map[string]string, r *Record) error {
	if cell := said["at"]; cell != "" {
		at, err := im.instant(cell)
		if err != nil {
			return fmt.Errorf("date: %w", err)
		}
		if at.After(im.Now) {
			return errors.New("date: it has not happened yet")
		}
		r.At = at
	} else if r.Kind == Given {
		r.At, r.Proof, r.Missing = time.Unix(0, 0), "", append(r.Missing, "at")
	}
	if cell := said["until"]; cell != "" {
		until, err := im.instant(cell)
		if err != nil {
			return fmt.Errorf("until: %w", err)
		}
		r.Until = policy.DateOf(until, im.zone())
	}
	return nil
}

func (im Import) zone() *time.Location {
	if im.Zone == nil {
		return time.UTC
	}
	return im.Zone
}

// instant reads an instant, or a day as either language writes it, which stands for its noon.
func (im Import) instant(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, form := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "02/01/2006 15:04:05", "02/01/2006 15:04"} {
		if t, err := time.ParseInLocation(form, s, im.zone()); err == nil {
			return t, nil
		}
	}
	for _, form := range []string{time.DateOnly, "02/01/2006"} {
		if t, err := time.ParseInLocation(form, s, im.zone()); err == nil {
			return t.Add(12 * time.Hour), nil
		}
	}
	return time.Time{}, errors.New("write 2026-11-22 or 22/11/2026, with an hour or without")
}

// missing lists what a consent must have and does not.
func missing(r Record) []string {
	calls := slices.ContainsFunc(r.Channels, Channel.phone)
	var out []string
	for _, x := range []struct {
		name  string
		lacks bool
	}{
		{"purpose", len(r.Purposes) == 0}, {"channel", len(r.Channels) == 0}, {"proof", r.Proof == ""}, {"notice", r.Notice == ""},
		{"goods", calls && len(r.Goods) == 0}, {"period", calls && r.Until.IsZero()},
	} {
		if x.lacks {
			out = append(out, x.name)
		}
	}
	return out
}

// Next returns the cells of the next line that is not empty, and its number. Cells are nil
// for a line that cannot be read; io.EOF is the end.
func (l *List) Next() (cells []string, number int, err error) { return l.next() }
