package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Values keep their type in JSON, so that a key or a constant read back asks the same
// question. Numbers are always whole and come back as int64; text, true, false and null stand
// for themselves; the others are objects with one field that names the type:
//
//	{"float": 1.5}  {"day": "2024-02-29"}  {"time": "2024-02-29T10:00:00Z"}
//	{"bytes": "base64"}  {"raw": "base64"} for text that is not UTF-8

// MarshalJSON writes the key as a list of typed values.
func (k Key) MarshalJSON() ([]byte, error) { return marshalValues(k) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (k *Key) UnmarshalJSON(b []byte) (err error) {
	*k, err = unmarshalValues(b)
	return err
}

// MarshalJSON writes the row as a list of typed values.
func (r Row) MarshalJSON() ([]byte, error) { return marshalValues(r) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Row) UnmarshalJSON(b []byte) (err error) {
	*r, err = unmarshalValues(b)
	return err
}

// MarshalJSON writes the predicate with typed constants.
func (p Pred) MarshalJSON() ([]byte, error) { return marshal(p.form()) }

// UnmarshalJSON reads what MarshalJSON wrote; a field it does not know is an error, because
// a question half understood is another question.
func (p *Pred) UnmarshalJSON(b []byte) error {
	var w predJSON
	if err := strict(b, &w); err != nil {
		return err
	}
	*p = w.pred()
	return nil
}

// form is the predicate as it is written. The parts are converted here and not by methods of
// their own, which would be read and checked once more for every level above them.
func (p Pred) form() predJSON {
	w := predJSON{predPlain: predPlain(p)}
	if p.Value != nil {
		w.Value = &value{p.Value}
	}
	for _, v := range p.Values {
		w.Values = append(w.Values, value{v})
	}
	for _, a := range p.Args {
		w.Args = append(w.Args, a.form())
	}
	if p.Where != nil {
		where := p.Where.form()
		w.Where = &where
	}
	return w
}

func (w predJSON) pred() Pred {
	p := Pred(w.predPlain)
	if w.Value != nil {
		p.Value = w.Value.v
	}
	for _, v := range w.Values {
		p.Values = append(p.Values, v.v)
	}
	for _, a := range w.Args {
		p.Args = append(p.Args, a.pred())
	}
	if w.Where != nil {
		where := w.Where.pred()
		p.Where = &where
	}
	return p
}

// MarshalJSON writes the assignment with a typed constant.
func (a Assign) MarshalJSON() ([]byte, error) {
	w := assignJSON{assignPlain: assignPlain(a)}
	if a.Value != nil {
		w.Value = &value{a.Value}
	}
	return marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote and refuses unknown fields.
func (a *Assign) UnmarshalJSON(b []byte) error {
	var w assignJSON
	if err := strict(b, &w); err != nil {
		return err
	}
	*a = Assign(w.assignPlain)
	if w.Value != nil {
		a.Value = w.Value.v
	}
	return nil
}

// The plain types have the fields without the methods; the outer fields of the JSON types
// hide the untyped ones of the same name.
type (
	predPlain Pred
	predJSON  struct {
		predPlain
		Value  *value     `json:"value,omitempty"`
		Values []value    `json:"values,omitempty"`
		Args   []predJSON `json:"args,omitempty"`
		Where  *predJSON  `json:"where,omitempty"`
	}
	assignPlain Assign
	assignJSON  struct {
		assignPlain
		Value *value `json:"value,omitempty"`
	}
)

// value is one typed value.
type value struct{ v any }

// typed is the form of the values that JSON has no type for.
type typed struct {
	Float *float64   `json:"float,omitempty"`
	Day   *Day       `json:"day,omitempty"`
	Time  *time.Time `json:"time,omitempty"`
	Bytes *[]byte    `json:"bytes,omitempty"`
	Raw   *[]byte    `json:"raw,omitempty"`
}

func (w value) MarshalJSON() ([]byte, error) {
	switch v := w.v.(type) {
	case nil, bool, int64, int, int32:
		return json.Marshal(v)
	case string:
		if !utf8.ValidString(v) {
			raw := []byte(v)
			return json.Marshal(typed{Raw: &raw})
		}
		return marshal(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("a number that is none cannot be written")
		}
		return json.Marshal(typed{Float: &v})
	case Day:
		return json.Marshal(typed{Day: &v})
	case time.Time:
		v = v.UTC()
		return json.Marshal(typed{Time: &v})
	case []byte:
		return []byte(`{"bytes":"` + base64.StdEncoding.EncodeToString(v) + `"}`), nil
	}
	return nil, fmt.Errorf("a value of type %T cannot be written", w.v)
}

func (w *value) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) == 0:
		return fmt.Errorf("a value is missing")
	case b[0] == '{':
		return w.unmarshalTyped(b)
	case b[0] == '[':
		return fmt.Errorf("a value is not a list")
	case strings.IndexByte("-0123456789", b[0]) >= 0:
		var n int64
		if err := json.Unmarshal(b, &n); err != nil {
			return fmt.Errorf("a bare number is whole and fits 64 bits")
		}
		w.v = n
		return nil
	}
	return json.Unmarshal(b, &w.v)
}

func (w *value) unmarshalTyped(b []byte) error {
	var t typed
	if err := strict(b, &t); err != nil {
		return fmt.Errorf("a typed value is not well formed") // the cause would quote it
	}
	n := 0
	set := func(ok bool, v func() any) {
		if ok {
			n, w.v = n+1, v()
		}
	}
	set(t.Float != nil, func() any { return *t.Float })
	set(t.Day != nil, func() any { return *t.Day })
	set(t.Time != nil, func() any { return t.Time.UTC() })
	set(t.Bytes != nil, func() any { return *t.Bytes })
	set(t.Raw != nil, func() any { return string(*t.Raw) })
	if n != 1 {
		return fmt.Errorf("a typed value has exactly one type")
	}
	return nil
}

func marshalValues(vs []any) ([]byte, error) {
	if vs == nil {
		return []byte("null"), nil
	}
	ws := make([]value, len(vs))
	for i, v := range vs {
		ws[i].v = v
	}
	return marshal(ws)
}

func unmarshalValues(b []byte) ([]any, error) {
	var ws []*value
	if err := json.Unmarshal(b, &ws); err != nil || ws == nil {
		return nil, err
	}
	vs := make([]any, len(ws))
	for i, w := range ws {
		if w != nil {
			vs[i] = w.v
		}
	}
	return vs, nil
}

// marshal is json.Marshal without escapes for HTML: a plan is read by people, and <= is <=.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// strict decodes one JSON value and refuses fields it does not know.
func strict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(v)
}
