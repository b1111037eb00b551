package collect

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// Lead is what somebody sent with a form. Its JSON is what a webhook is given and what the
// proof of a consent is the digest of.
type Lead struct {
	// ID is a random number of 128 bits or more, so that the digest of a lead tells nobody what
	// is in it.
	ID   string `json:"id"`
	Form FormID `json:"form"`
	// Version is that of the form, Notice the digest of all that was shown, which the state keeps.
	Version  string    `json:"version"`
	Notice   string    `json:"notice"`
	Received time.Time `json:"received"`
	// Until is the last day on which Garant holds it.
	Until    policy.Date `json:"until"`
	Language string      `json:"language"`
	// Values are the answers by the names of the fields; a field left empty is not among them.
	Values map[string]string `json:"values"`
	// Agreed are the boxes that were ticked.
	Agreed []string `json:"agreed"`
	// Objects is true when the person had objected to all prospecting before, also where they
	// were erased since: what they ask is to be answered, and nothing else is to be offered.
	Objects bool `json:"objects"`
}

// TroubleKind is why an answer was not taken.
type TroubleKind string

// The kinds of trouble. Needed is a field without which a ticked box means nothing.
const (
	Empty   TroubleKind = "empty"
	TooLong TroubleKind = "long"
	BadForm TroubleKind = "form"
	Needed  TroubleKind = "needed"
)

// Trouble is one answer that was not taken; it repeats nothing of it.
type Trouble struct {
	Field string
	Kind  TroubleKind
}

// ErrSubmission says that what came in was not written with the form: a name that it does not
// ask about, an answer given twice, letters that are no text. It is not for the person to mend.
var ErrSubmission = errors.New("this was not written with the form")

// Read reads answers: the values in the one form in which they are kept, the boxes that were
// ticked, and what the person has to mend. also are further names that a page of ours sends.
func (f Form) Read(in url.Values, also ...string) (values map[string]string, agreed []string, mend []Trouble, err error) {
	if err := f.foreign(in, also); err != nil {
		return nil, nil, nil, err
	}
	values = map[string]string{}
	for _, x := range f.Fields {
		v := clean(x.Kind, in.Get(x.Name))
		if kind := x.wrong(v); kind != "" {
			mend = append(mend, Trouble{x.Name, kind})
		}
		if v != "" {
			values[x.Name] = v
		}
	}
	for _, b := range f.Boxes {
		if !in.Has(b.Name) {
			continue
		}
		agreed = append(agreed, b.Name)
		if x, ok := f.Has(b.Needs()); ok && values[x.Name] == "" && !slices.Contains(mend, Trouble{x.Name, Empty}) {
			mend = append(mend, Trouble{x.Name, Needed})
		}
	}
	return values, agreed, mend, nil
}

// foreign reports names and letters that no browser sends for this form.
func (f Form) foreign(in url.Values, also []string) error {
	known := slices.Clone(also)
	for _, x := range f.Fields {
		known = append(known, x.Name)
	}
	for _, b := range f.Boxes {
		known = append(known, b.Name)
		if in.Has(b.Name) && in.Get(b.Name) != "1" {
			return ErrSubmission
		}
	}
	for name, values := range in {
		if !slices.Contains(known, name) || len(values) != 1 || !utf8.ValidString(values[0]) || strings.ContainsRune(values[0], 0) {
			return ErrSubmission
		}
	}
	return nil
}

// clean writes an answer in its one form.
func clean(kind FieldKind, s string) string {
	s = norm.NFC.String(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")))
	if kind != Long {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// wrong says why an answer cannot be taken; empty when it can.
func (x Field) wrong(v string) TroubleKind {
	switch {
	case v == "" && x.Required():
		return Empty
	case v == "":
		return ""
	case utf8.RuneCountInString(v) > x.Most:
		return TooLong
	case strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }), !x.formed(v):
		return BadForm
	}
	return ""
}

// formed reports whether an answer is what its kind says.
func (x Field) formed(v string) bool {
	switch x.Kind {
	case Mail:
		a, err := mail.ParseAddress(v)
		return err == nil && a.Address == v && strings.Contains(v[strings.LastIndexByte(v, '@'):], ".")
	case Phone:
		n := strings.Count(strings.Map(digit, v), "0")
		return n >= 8 && n <= 15 && strings.Trim(v, "+0123456789 .-/()") == ""
	case Number:
		_, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
		return err == nil
	case Day:
		_, err := policy.ParseDate(v)
		return err == nil
	case Choose:
		return slices.ContainsFunc(x.Choices, func(o Option) bool { return o.Name == v })
	}
	return true
}

// digit makes every figure a 0 and drops the rest, to count them.
func digit(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return '0'
}

// Person returns the identifiers of whoever sent the lead; none where it gives none.
func (f Form) Person(l Lead) []consent.Identifier {
	var out []consent.Identifier
	for _, x := range f.Fields {
		kind := map[FieldKind]string{Mail: consent.ByEmail, Phone: consent.ByPhone}[x.Kind]
		if kind == "" || l.Values[x.Name] == "" {
			continue
		}
		if who, err := consent.Identify(kind + "=" + l.Values[x.Name]); err == nil {
			out = append(out, who)
		}
	}
	return out
}

// Records returns what the lead proves: a consent for each box that was ticked, and the request
// to be called back where the form asks for one. Proof is the digest of the lead, policyDigest
// that of the policy in force; zone is the controller's, in which the period agreed is counted.
func (f Form) Records(l Lead, proof, policyDigest string, zone *time.Location) []consent.Draft {
	who := f.Person(l)
	if len(who) == 0 {
		return nil
	}
	base := consent.Record{At: l.Received, Entered: l.Received, Method: "form", Notice: l.Notice, Proof: proof, Policy: policyDigest,
		Language: l.Language, Source: "form " + string(f.ID)}
	today := policy.DateOf(l.Received, zone)
	var out []consent.Draft
	for _, b := range f.Boxes {
		if !slices.Contains(l.Agreed, b.Name) {
			continue
		}
		r := base
		r.Kind, r.Scope = consent.Given, consent.Scope{Purposes: []policy.PurposeID{b.Purpose}, Channels: []consent.Channel{b.Channel}}
		r.Goods, r.Partners = b.Goods, b.Partners
		if !b.Lasts.IsZero() {
			r.Until = today.Add(b.Lasts)
		}
		out = append(out, consent.Draft{Person: who, Record: r})
	}
	if f.Asks != "" {
		r := base
		r.Kind, r.Goods = consent.Asked, []consent.Goods{f.Asks}
		out = append(out, consent.Draft{Person: who, Record: r})
	}
	sum := sha256.Sum256([]byte(l.ID)) // a record that is handed out must not give the lead's number away
	for i := range out {
		out[i].Record.Key = fmt.Sprintf("form:%x:%d", sum[:16], i)
	}
	return out
}
