package collect

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// FormID names a form: lower-case letters, digits and underscores.
type FormID string

// FormSet is everything that the company has people fill in.
type FormSet struct {
	// Origins are the addresses of the pages that may show a form in a frame or post one.
	Origins []string
	// Privacy is the address of the published policy; may be empty.
	Privacy string
	Forms   []Form
}

// Form returns the form of an id, and whether there is one.
func (f FormSet) Form(id FormID) (Form, bool) {
	i := slices.IndexFunc(f.Forms, func(x Form) bool { return x.ID == id })
	if i < 0 {
		return Form{}, false
	}
	return f.Forms[i], true
}

// Form is one form: what is asked, for which purposes, and where what is sent goes.
type Form struct {
	ID FormID `json:"id"`
	// Title heads the form, Intro stands below it and may be empty, Thanks is what is said once
	// it was sent.
	Title  consent.Text `json:"title"`
	Intro  consent.Text `json:"intro,omitzero"`
	Thanks consent.Text `json:"thanks,omitzero"`
	// Purposes are those that the form serves by itself, whatever box is ticked.
	Purposes []policy.PurposeID `json:"purposes"`
	Fields   []Field            `json:"fields"`
	Boxes    []Box              `json:"boxes,omitempty"`
	// Asks are the goods of a call back that the form asks for (R. 223-4 of the consumer code);
	// empty when it asks for none.
	Asks consent.Goods `json:"asks,omitempty"`
	// Keep is how long a submission waits for whoever it is forwarded to, and no longer.
	Keep    policy.Period `json:"keep"`
	Forward Forward       `json:"-"`
}

// FieldKind is what is written into a field.
type FieldKind string

// The kinds of fields. Long is text of several lines, Choice one of a list.
const (
	Line   FieldKind = "text"
	Long   FieldKind = "long"
	Mail   FieldKind = "email"
	Phone  FieldKind = "phone"
	Number FieldKind = "number"
	Day    FieldKind = "date"
	Choose FieldKind = "choice"
)

// FieldKinds lists the kinds of fields.
func FieldKinds() []FieldKind { return []FieldKind{Line, Long, Mail, Phone, Number, Day, Choose} }

// Field is one question of a form.
type Field struct {
	Name  string          `json:"name"`
	Title consent.Text    `json:"title"`
	Help  consent.Text    `json:"help,omitzero"`
	Data  policy.Category `json:"data"`
	Kind  FieldKind       `json:"kind"`
	// Without says what follows when a required field stays empty (article 13(2)(e) GDPR); it
	// is empty for a field that may stay empty.
	Without consent.Text `json:"without,omitzero"`
	// Choices are the answers of a Choice, by their names.
	Choices []Option `json:"choices,omitempty"`
	// Most is the greatest number of characters.
	Most int `json:"most"`
	// Autofill is the word by which browsers know what belongs here (WCAG 1.3.5); may be empty.
	Autofill string `json:"autofill,omitempty"`
}

// Required reports whether the form cannot be sent without the field.
func (f Field) Required() bool { return f.Without.FR != "" }

// Option is an answer that can be chosen.
type Option struct {
	Name  string       `json:"name"`
	Title consent.Text `json:"title"`
}

// Box is a box that nobody ticks but the person: one purpose by one channel.
type Box struct {
	Name    string           `json:"name"`
	Purpose policy.PurposeID `json:"purpose"`
	Channel consent.Channel  `json:"channel"`
	// Goods are what is offered, and Lasts the period agreed, counted from the day of consent: a
	// consent to be called names both (R. 223-1 of the consumer code).
	Goods []consent.Goods `json:"goods,omitempty"`
	Lasts policy.Period   `json:"lasts,omitzero"`
	// Partners are those whom data are handed to; one consent may name several, all by name.
	Partners []string `json:"partners,omitempty"`
	// About is added to the sentence that Garant writes; may be empty.
	About consent.Text `json:"about,omitzero"`
}

// Needs is the kind of the field without which the box means nothing; empty for none.
func (b Box) Needs() FieldKind {
	switch b.Channel {
	case consent.Email:
		return Mail
	case consent.Call, consent.Automated, consent.SMS:
		return Phone
	}
	return ""
}

// Forward says where submissions go, one way: Webhook and Dataset exclude each other.
type Forward struct {
	// Webhook is the address that each submission is posted to, and Secret the environment
	// variable that holds the key they are signed with.
	Webhook, Secret string
	// Dataset is the bound table that a row is added to; Key is its column for the number of the
	// submission, by which one that is sent twice is added once.
	Dataset, Key string
	// Columns says which column takes which field. Received takes the day of the submission, and
	// Objects a 1 for who had objected to prospecting; both may be empty.
	Columns           map[string]string
	Received, Objects string
}

// Has returns the first field of a kind, and whether there is one.
func (f Form) Has(kind FieldKind) (Field, bool) {
	i := slices.IndexFunc(f.Fields, func(x Field) bool { return x.Kind == kind })
	if i < 0 {
		return Field{}, false
	}
	return f.Fields[i], true
}

// Lawful returns what the law of a day forbids about the form, each with its article; nothing
// when it may be shown.
func (f Form) Lawful(v law.Values) []string {
	var out []string
	for _, b := range f.Boxes {
		out = append(out, b.lawful(v)...)
	}
	return out
}

func (b Box) lawful(v law.Values) (out []string) {
	calls := b.Channel == consent.Call || b.Channel == consent.Automated
	if longest, err := v.Period("phone.consent.max"); calls && err == nil && v.Day.Add(longest).Before(v.Day.Add(b.Lasts)) {
		out = append(out, fmt.Sprintf("box %s: a consent to be called lasts %s at most (C. conso., art. R. 223-1)", b.Name, longest))
	}
	ban, source := "sector.ban.messages", "L. 223-8"
	if calls {
		ban, source = "sector.ban.phone", "L. 223-1"
	}
	if !calls && b.Channel != consent.SMS && b.Channel != consent.Email && b.Channel != consent.Social {
		return out
	}
	for _, g := range b.Goods {
		if slices.Contains(v.List(ban), string(g)) {
			out = append(out, fmt.Sprintf("box %s: no consent lifts the ban on %s (C. conso., art. %s)", b.Name, g, source))
		}
	}
	return out
}

// Version is a digest of all that the form asks and says, and of what the policy says beside
// it: a page that was opened before a change is not taken for the page of today.
func (f Form) Version(n Notice) string {
	b, err := json.Marshal(struct {
		Form   Form
		Notice Notice
	}{f, n})
	if err != nil {
		panic(fmt.Sprintf("digest of a form: %v", err)) // strings always have a JSON form
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
