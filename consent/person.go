package consent

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Identifier is one of the ways to know a person: a kind (email, phone, id) and its value in
// the one form in which equal values are equal.
type Identifier struct{ Kind, Value string }

// The kinds of identifiers that have a form of their own; any other is taken as written.
const (
	ByEmail = "email"
	ByPhone = "phone"
	ByID    = "id"
)

// Identify reads KIND=VALUE, or a bare value whose kind shows: an address with an @, a
// telephone number; anything else is the company's own id of the person. Errors do not
// repeat what was written.
func Identify(s string) (Identifier, error) {
	kind, value, ok := strings.Cut(s, "=")
	if !ok || strings.Contains(kind, "@") {
		kind, value = guess(s), s
	}
	i := Identifier{Kind: strings.TrimSpace(kind), Value: normal(strings.TrimSpace(kind), value)}
	if i.Kind == "" || i.Value == "" {
		return Identifier{}, fmt.Errorf("a person is written email=…, phone=… or id=…")
	}
	if i.Kind == ByEmail && !strings.Contains(i.Value, "@") {
		return Identifier{}, fmt.Errorf("the address has no @")
	}
	return i, nil
}

func guess(s string) string {
	if strings.Contains(s, "@") {
		return ByEmail
	}
	if t := strings.TrimSpace(s); strings.HasPrefix(t, "+") || strings.HasPrefix(t, "0") && len(digits(t)) == 10 {
		return ByPhone
	}
	return ByID
}

// normal writes a value in its one form: an address in lower case, a French number as
// 0123456789, also one overseas, any number abroad with its prefix.
func normal(kind, value string) string {
	value = norm.NFC.String(strings.TrimSpace(value))
	switch kind {
	case ByEmail:
		return strings.ToLower(value)
	case ByPhone:
		d := digits(value)
		abroad := strings.HasPrefix(value, "+") || strings.HasPrefix(d, "00")
		d = strings.TrimPrefix(d, "00")
		if abroad && strings.HasPrefix(d, "33") {
			return "0" + strings.TrimPrefix(d[2:], "0")
		}
		if !abroad {
			return french(d)
		}
		if len(d) == 12 && slices.Contains([]string{"262", "508", "590", "594", "596"}, d[:3]) {
			return "0" + d[3:] // overseas, where the same ten digits are dialled as in Paris
		}
		return "+" + d
	}
	return value
}

// french gives the digits of a French number their zero: operators write 33 without a plus, and
// spreadsheets drop the zero. Who objected by one spelling is known by the others.
func french(d string) string {
	short, ok := strings.CutPrefix(d, "33")
	short = strings.TrimPrefix(short, "0")
	switch {
	case ok && len(short) == 9 && short[0] != '0':
		return "0" + short
	case len(d) == 9 && d[0] != '0':
		return "0" + d
	}
	return d
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// Ref is what the state knows of a person: the keyed digest of an identifier. Without the
// key it tells nothing, not even to who guesses; with it, a person who was erased is still
// recognised, and stays unreachable.
type Ref [sha256.Size]byte

// Short returns the reference as logs write it.
func (r Ref) Short() string { return base64.RawURLEncoding.EncodeToString(r[:16]) }

// Refer returns the reference of an identifier under the state's key.
func Refer(key []byte, i Identifier) Ref {
	return Ref(digest(key, "person\x00"+i.Kind+"\x00"+i.Value))
}

// RecordKey derives the key under which one record names its person. It is given away with
// an exported record, so that whoever has it and the identifier can see that they belong
// together, and nobody learns anything of other records.
func RecordKey(key []byte, record string) []byte { return digest(key, "record\x00"+record) }

// Commit names a person in a record.
func Commit(recordKey []byte, i Identifier) string {
	return base64.StdEncoding.EncodeToString(digest(recordKey, i.Kind+"\x00"+i.Value))
}

func digest(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
