package fact

import (
	"bytes"
	"encoding/json"
)

// Norm is the meaning of a quote: values under fixed keys, in the order in which they were
// set. A value is a string, a bool, a number, nil or a list of strings.
type Norm struct {
	keys   []string
	values map[string]any
}

// New returns a norm of alternating keys and values. It is meant for literals: a key that is
// no string is left out.
func New(pairs ...any) Norm {
	var n Norm
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); ok {
			n.Set(key, pairs[i+1])
		}
	}
	return n
}

// Set gives key a value, in its old place when it has one.
func (n *Norm) Set(key string, value any) {
	if n.values == nil {
		n.values = map[string]any{}
	}
	if _, ok := n.values[key]; !ok {
		n.keys = append(n.keys, key)
	}
	n.values[key] = value
}

// Clone returns a norm that can be changed without changing n.
func (n Norm) Clone() Norm {
	var c Norm
	for _, key := range n.keys {
		c.Set(key, n.values[key])
	}
	return c
}

// Get returns the value of key, nil when it has none.
func (n Norm) Get(key string) any { return n.values[key] }

// Text returns the value of key when it is a string, "" otherwise.
func (n Norm) Text(key string) string {
	s, _ := n.values[key].(string)
	return s
}

// Keys returns the keys in order. The slice is the caller's.
func (n Norm) Keys() []string { return append([]string(nil), n.keys...) }

// MarshalJSON writes the norm as an object, keys in order.
func (n Norm) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range n.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		k, err := json.Marshal(key)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(n.values[key])
		if err != nil {
			return nil, err
		}
		b.Write(append(append(k, ':'), v...))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
