package consent

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendJSON appends the members of the answer, as encoding/json writes them and without
// braces, at a tenth of the cost: a dialler asks before each call.
func (a Answer) AppendJSON(b []byte) []byte {
	b = append(b, `"allowed":`...)
	b = appendBool(b, a.Allowed)
	b = appendText(b, `,"rule":`, string(a.Rule))
	b = appendText(b, `,"reason":{"fr":`, a.Reason.FR)
	b = appendText(b, `,"en":`, a.Reason.EN)
	b = append(b, '}')
	if a.Source != "" {
		b = appendText(b, `,"source":`, a.Source)
	}
	if a.Certainty != "" {
		b = appendText(b, `,"certainty":`, string(a.Certainty))
	}
	b = appendText(b, `,"law":`, a.Law)
	b = appendText(b, `,"day":`, a.Day.String())
	b = appendList(b, `,"proofs":`, a.Proofs)
	b = appendList(b, `,"choices":`, a.Choices)
	if !a.Until.IsZero() {
		b = appendTime(b, `,"until":`, a.Until)
	}
	return b
}

// AppendJSON appends the object that encoding/json writes of what is written down.
func (l Logged) AppendJSON(b []byte) []byte {
	b = appendTime(b, `{"at":`, l.At)
	b = appendTime(b, `,"asked":`, l.Asked)
	b = appendText(b, `,"person":`, l.Person)
	b = appendText(b, `,"channel":`, string(l.Channel))
	b = appendText(b, `,"purpose":`, l.Purpose)
	b = append(b, `,"allowed":`...)
	b = appendBool(b, l.Allowed)
	b = appendText(b, `,"rule":`, string(l.Rule))
	b = appendText(b, `,"law":`, l.Law)
	b = appendList(b, `,"proofs":`, l.Proofs)
	b = appendList(b, `,"choices":`, l.Choices)
	return append(b, '}')
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, "true"...)
	}
	return append(b, "false"...)
}

// appendText appends a member of which the name is written out. What is no UTF-8 is replaced,
// as encoding/json does.
func appendText(b []byte, name, v string) []byte {
	b = append(b, name...)
	b, _ = jsontext.AppendQuote(b, v) // it replaces what it reports
	return b
}

func appendTime(b []byte, name string, t time.Time) []byte {
	b = append(append(b, name...), '"')
	return append(t.AppendFormat(b, time.RFC3339Nano), '"')
}

// appendList appends a member that is left out where it is empty.
func appendList[T ~string](b []byte, name string, list []T) []byte {
	if len(list) == 0 {
		return b
	}
	for i, v := range list {
		sep := ","
		if i == 0 {
			sep = name + "["
		}
		b = appendText(b, sep, string(v))
	}
	return append(b, ']')
}
