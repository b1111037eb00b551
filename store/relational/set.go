package relational

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/garant-rgpd/garant/store"
)

// assign writes "column = value".
func (w *Writer) assign(a store.Assign) error {
	ref, info, err := w.ref(&store.Col{Name: a.Column})
	if err != nil {
		return err
	}
	w.Write(w.d.Quote(a.Column), " = ")
	switch a.To {
	case store.Null:
		w.Write("NULL")
		return nil
	case store.Constant:
		w.BindPlain(w.d.Bind(constant(info.Type, a.Value)))
		return nil
	case store.Prefix:
		return w.prefix(ref, info, a.Value)
	case store.Unique, store.YearOnly:
		return w.d.Assign(w, ref, info, a)
	}
	return fmt.Errorf("unknown assignment %q", a.To)
}

// prefix writes the first characters of a text; of what is no text nothing can be kept.
func (w *Writer) prefix(ref string, c store.Column, v any) error {
	n, ok := whole(v)
	if !ok || n < 0 {
		return fmt.Errorf("column %s: a prefix is a number of characters", c.Name)
	}
	if !holdsText(c.Type) {
		w.Write("NULL")
		return nil
	}
	w.Write("SUBSTR(", ref, ", 1, ", strconv.FormatInt(n, 10), ")")
	return nil
}

// constant returns the value as the column's type takes it: numbers of a saved plan may
// have become fractional, and a text column takes a number as its digits.
func constant(t store.Type, v any) any {
	n, isWhole := whole(v)
	f, isFloat := v.(float64)
	switch {
	case t == store.Integer && isWhole:
		return n
	case t == store.Text && isWhole:
		return strconv.FormatInt(n, 10)
	case t == store.Text && isFloat:
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return v
}

// whole returns the value if it is a whole number.
func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<53
	}
	return 0, false
}

var length = regexp.MustCompile(`\((\d+)\)`)

// Length returns how many characters a column of that native type holds, and most where the
// type has no bound or a wider one.
func Length(native string, most int) int {
	if m := length.FindStringSubmatch(native); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n < most {
			return n
		}
	}
	return most
}

// Unsupported is the error of an assignment that the column's type does not allow.
func Unsupported(c store.Column, a store.Assign) error {
	return fmt.Errorf("column %s is %s and cannot be set to %q: %w", c.Name, c.Native, a.To, errors.ErrUnsupported)
}
