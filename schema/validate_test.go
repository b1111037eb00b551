package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// node is a schema; only the keywords our schemas use are understood, and a schema with
// another one fails the test.
type node struct {
	Ref                  string           `json:"$ref"`
	Schema               string           `json:"$schema"`
	ID                   string           `json:"$id"`
	Defs                 map[string]*node `json:"$defs"`
	Title                string           `json:"title"`
	Description          string           `json:"description"`
	Type                 any              `json:"type"`
	Const                any              `json:"const"`
	Enum                 []any            `json:"enum"`
	Pattern              string           `json:"pattern"`
	Format               string           `json:"format"`
	MinLength            int              `json:"minLength"`
	Minimum              *float64         `json:"minimum"`
	Maximum              *float64         `json:"maximum"`
	AnyOf                []*node          `json:"anyOf"`
	OneOf                []*node          `json:"oneOf"`
	Properties           map[string]*node `json:"properties"`
	AdditionalProperties json.RawMessage  `json:"additionalProperties"`
	PropertyNames        *node            `json:"propertyNames"`
	Required             []string         `json:"required"`
	MinProperties        int              `json:"minProperties"`
	Items                *node            `json:"items"`
	MinItems             int              `json:"minItems"`
	UniqueItems          bool             `json:"uniqueItems"`
}

func readSchema(t *testing.T, name string) *node {
	t.Helper()
	b, ok := Of(name)
	if !ok {
		t.Fatalf("no schema %s", name)
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	var n node
	if err := d.Decode(&n); err != nil {
		t.Fatal(err)
	}
	return &n
}

// resolve follows a reference into the root's definitions.
func (n *node) resolve(root *node) *node {
	if n.Ref == "" {
		return n
	}
	return root.Defs[strings.TrimPrefix(n.Ref, "#/$defs/")].resolve(root)
}

// closed reports whether no other keys are allowed; open is the schema of their values.
func (n *node) closed() bool { return string(n.AdditionalProperties) == "false" }

func (n *node) open() *node {
	if len(n.AdditionalProperties) == 0 || n.closed() {
		return nil
	}
	var m node
	if err := json.Unmarshal(n.AdditionalProperties, &m); err != nil {
		panic(err)
	}
	return &m
}

// valid returns why v does not satisfy the schema, or the empty string.
func (n *node) valid(root *node, v any) string {
	n = n.resolve(root)
	if why := n.validScalar(v); why != "" {
		return why
	}
	if why := n.validChoice(root, v); why != "" {
		return why
	}
	switch t := v.(type) {
	case map[string]any:
		return n.validObject(root, t)
	case []any:
		return n.validList(root, t)
	}
	return ""
}

func (n *node) validScalar(v any) string {
	s, isText := v.(string)
	f, isNumber := number(v)
	switch {
	case n.Type != nil && !hasType(n.Type, v):
		return fmt.Sprintf("%v is not of type %v", v, n.Type)
	case n.Const != nil && n.Const != v, n.Enum != nil && !slices.Contains(n.Enum, v):
		return fmt.Sprintf("%v is none of the values", v)
	case isText && n.Pattern != "" && !regexp.MustCompile(n.Pattern).MatchString(s):
		return fmt.Sprintf("%q does not match %s", s, n.Pattern)
	case isText && utf8.RuneCountInString(s) < n.MinLength:
		return "too short"
	case isNumber && (n.Minimum != nil && f < *n.Minimum || n.Maximum != nil && f > *n.Maximum):
		return fmt.Sprintf("%v is out of bounds", v)
	}
	return ""
}

func (n *node) validChoice(root *node, v any) string {
	matches := func(all []*node) (count int, why string) {
		for _, m := range all {
			if w := m.valid(root, v); w != "" {
				why = w
			} else {
				count++
			}
		}
		return count, why
	}
	if count, why := matches(n.AnyOf); n.AnyOf != nil && count == 0 {
		return why
	}
	if count, why := matches(n.OneOf); n.OneOf != nil && count != 1 {
		return "not exactly one: " + why
	}
	return ""
}

func (n *node) validObject(root *node, m map[string]any) string {
	if len(m) < n.MinProperties {
		return "too few keys"
	}
	for _, k := range n.Required {
		if _, ok := m[k]; !ok {
			return "missing " + k
		}
	}
	for k, v := range m {
		sub := n.Properties[k]
		if sub == nil && n.closed() {
			return "unknown key " + k
		}
		if sub == nil {
			sub = n.open()
		}
		if sub != nil {
			if why := sub.valid(root, v); why != "" {
				return k + ": " + why
			}
		}
		if n.PropertyNames != nil && n.PropertyNames.valid(root, k) != "" {
			return "bad key " + k
		}
	}
	return ""
}

func (n *node) validList(root *node, l []any) string {
	if len(l) < n.MinItems {
		return "too few items"
	}
	for i, v := range l {
		if n.Items != nil {
			if why := n.Items.valid(root, v); why != "" {
				return fmt.Sprintf("[%d]: %s", i, why)
			}
		}
		if n.UniqueItems && slices.ContainsFunc(l[:i], func(w any) bool { return reflect.DeepEqual(v, w) }) {
			return "an item is there twice"
		}
	}
	return ""
}

func hasType(want, v any) bool {
	if all, ok := want.([]any); ok {
		return slices.ContainsFunc(all, func(w any) bool { return hasType(w, v) })
	}
	f, isNumber := number(v)
	switch v.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case map[string]any:
		return want == "object"
	case []any:
		return want == "array"
	}
	return isNumber && (want == "number" || want == "integer" && f == float64(int64(f)))
}

func number(v any) (float64, bool) {
	switch t := v.(type) {
	case uint64:
		return float64(t), true
	case int64:
		return float64(t), true
	case float64:
		return t, true
	}
	return 0, false
}

// at returns the schemas that apply at a place inside a value.
func (n *node) at(root *node, place []any) []*node {
	n = n.resolve(root)
	var all []*node
	for _, m := range slices.Concat(n.AnyOf, n.OneOf) {
		all = append(all, m.at(root, place)...)
	}
	if len(place) == 0 {
		return append(all, n)
	}
	var sub *node
	if key, ok := place[0].(string); ok {
		if sub = n.Properties[key]; sub == nil {
			sub = n.open()
		}
	} else {
		sub = n.Items
	}
	if sub != nil {
		all = append(all, sub.at(root, place[1:])...)
	}
	return all
}
