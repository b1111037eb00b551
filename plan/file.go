package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxDepth bounds the nesting of a plan file; real ones stay below thirty.
const maxDepth = 500

// Encode returns the plan as a file: indented JSON that ends with a line feed. Equal plans
// give equal bytes.
func Encode(p Plan) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(p.normal()); err != nil {
		panic(err) // a plan is made of plain values
	}
	return b.Bytes()
}

// Decode reads what Encode wrote. White space may differ, nothing else: unknown, repeated or
// differently spelled fields, steps without a name and totals that do not add up are refused.
// Errors wrap ErrForeign, ErrTruncated, ErrVersion or ErrEdited. Whether the figures are
// those that were shown is told by the seal, which needs a key and is checked by its owner.
func Decode(b []byte) (Plan, error) {
	if err := probe(b); err != nil {
		return Plan{}, err
	}
	var p Plan
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Plan{}, fmt.Errorf("%w: %s", ErrEdited, reason(err))
	}
	if !same(b, Encode(p)) {
		return Plan{}, fmt.Errorf("%w: it is not in the form in which plans are written", ErrEdited)
	}
	if err := p.sound(); err != nil {
		return Plan{}, fmt.Errorf("%w: %w", ErrEdited, err)
	}
	return p, nil
}

// probe finds out whether b is a whole plan file of this version before it is read in full,
// so that a foreign file is called foreign and an old one old.
func probe(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return fmt.Errorf("%w: it is empty", ErrTruncated)
	}
	if b[0] != '{' {
		return ErrForeign
	}
	if depth(b) > maxDepth {
		return fmt.Errorf("%w: it is nested too deep", ErrForeign)
	}
	var head struct {
		Version *int             `json:"version"`
		Policy  *json.RawMessage `json:"policy_digest"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	switch err := d.Decode(&head); {
	case errors.Is(err, io.ErrUnexpectedEOF):
		if !bytes.Contains(b, []byte(`"version"`)) {
			return ErrForeign
		}
		return ErrTruncated
	case err != nil:
		return fmt.Errorf("%w: %s", ErrForeign, reason(err))
	case head.Version == nil || head.Policy == nil:
		return ErrForeign
	case *head.Version != Version:
		return fmt.Errorf("%w: it has version %d, this program reads %d; plan again", ErrVersion, *head.Version, Version)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: something follows the plan", ErrEdited)
	}
	return nil
}

// depth returns how deep brackets nest outside of strings.
func depth(b []byte) int {
	deep, most, inString := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			deep++
			most = max(most, deep)
		case c == '}' || c == ']':
			deep--
		}
	}
	return most
}

// reason says what is wrong with a file without quoting values of it.
func reason(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s holds a %s", kind.Field, kind.Value)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// same compares two JSON texts apart from white space.
func same(a, b []byte) bool {
	var ca, cb bytes.Buffer
	return json.Compact(&ca, a) == nil && json.Compact(&cb, b) == nil && bytes.Equal(ca.Bytes(), cb.Bytes())
}

// sound checks what must hold in every plan.
func (p Plan) sound() error {
	seen := map[string]bool{}
	for i, s := range p.Steps {
		switch {
		case s.ID == "" || s.Dataset == "" || s.Store == "":
			return fmt.Errorf("step %d has no name", i+1)
		case seen[s.ID]:
			return fmt.Errorf("step %s is there twice", s.ID)
		case s.Due < 0 || s.Held < 0 || s.Undetermined < 0 || s.Rows < 0:
			return fmt.Errorf("step %s has a count below zero", s.ID)
		case s.Due > 0 && len(s.Work.Table.Key) == 0:
			return fmt.Errorf("step %s acts on a table without key", s.ID)
		}
		seen[s.ID] = true
	}
	if Sum(p.Steps) != p.Totals {
		return fmt.Errorf("the totals do not add up")
	}
	return nil
}
