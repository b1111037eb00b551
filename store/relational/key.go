package relational

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/garant-rgpd/garant/store"
)

// keys writes that the row's key columns are one of the keys. A key of another kind than
// its column names no row, rather than what an engine makes of it.
func (w *Writer) keys(cols []KeyColumn, keys []store.Key, exact bool) error {
	var fit []store.Key
	for _, k := range keys {
		if len(k) != len(cols) {
			return fmt.Errorf("a key of %d values for %d columns", len(k), len(cols))
		}
		if w.fits(cols, k) {
			fit = append(fit, k)
		}
	}
	if len(fit) == 0 {
		w.Write("(1=0)")
		return nil
	}
	if most := w.d.MaxKeyValues; most > 0 && len(fit)*len(cols) > most {
		return fmt.Errorf("a question about %d keys: %w", len(fit), errors.ErrUnsupported)
	}
	w.d.Keys(w, cols, fit, exact)
	return nil
}

func (w *Writer) fits(cols []KeyColumn, k store.Key) bool {
	for i, c := range cols {
		if !w.fit(c.Type, k[i]) {
			return false
		}
	}
	return true
}

func (w *Writer) fit(t store.Type, v any) bool {
	switch v := v.(type) {
	case string:
		return t != store.Bytes && w.d.Storable(v) && (!number(t) || decimal(t, v))
	case int64, int, float64, bool:
		return holdsNumbers(t)
	case []byte:
		return t == store.Bytes || t == store.Other
	case store.Day:
		return t == store.DateType || t == store.Other
	case time.Time:
		return t == store.DateTime || t == store.Instant || t == store.Other
	}
	return false // NULL names nothing
}

var decimals = regexp.MustCompile(`^-?[0-9]+([.][0-9]+)?$`)

// decimal reports whether a text is a number that comes as text, because no kind of the
// contract holds it exactly: a decimal, or a whole number beyond int64.
func decimal(t store.Type, s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return decimals.MatchString(s) && (t == store.Number || t == store.Integer && err != nil)
}

// bindKey binds a value of a key. A decimal in text is compared as a number: as a text it
// would be as a float, in which neighbours are the same.
func (w *Writer) bindKey(c KeyColumn, v any) {
	if _, text := v.(string); text && number(c.Type) && w.d.Decimal != "" {
		w.Write("CAST(")
		w.Bind(v)
		w.Write(" AS ", w.d.Decimal, ")")
		return
	}
	w.Bind(v)
}

// Lists writes the keys as a list of IN; rows opens a list of composite keys, such as
// "VALUES ". Exactly compared texts are compared a second time, as the first uses the index.
func Lists(w *Writer, cols []KeyColumn, keys []store.Key, rows string) {
	single := len(cols) == 1
	w.Write(tuple(single, "("))
	w.refs(cols)
	w.Write(tuple(single, ")"), " IN (")
	if !single {
		w.Write(rows)
	}
	w.Join(", ", len(keys), func(i int) {
		w.Write(tuple(single, "("))
		w.Join(", ", len(cols), func(j int) { w.bindKey(cols[j], keys[i][j]) })
		w.Write(tuple(single, ")"))
	})
	w.Write(")")
}

func tuple(single bool, bracket string) string {
	if single {
		return ""
	}
	return bracket
}

// after writes that the row comes behind the key in key order. The first comparison alone
// would repeat rows; it is there because every planner can start an index with it.
func (w *Writer) after(cols []KeyColumn, key store.Key) error {
	if len(key) != len(cols) {
		return fmt.Errorf("a key of %d values for %d columns", len(key), len(cols))
	}
	w.Write(w.d.Few[0])
	if len(cols) > 1 {
		w.Write(w.ordered(cols[0]), " >= ")
		w.bindKey(cols[0], key[0])
		w.Write(w.d.Few[1], " AND ")
		w.behind(cols, key)
		return nil
	}
	w.behind(cols, key)
	w.Write(w.d.Few[1])
	return nil
}

// ordered returns the column as it sorts.
func (w *Writer) ordered(c KeyColumn) string {
	if w.d.Order == nil {
		return c.Ref
	}
	return w.d.Order(c.Ref, c.Column)
}

func (w *Writer) behind(cols []KeyColumn, key store.Key) {
	w.Write("(", w.ordered(cols[0]), " > ")
	w.bindKey(cols[0], key[0])
	if len(cols) > 1 {
		w.Write(" OR (", cols[0].Ref, " = ")
		w.bindKey(cols[0], key[0])
		w.Write(" AND ")
		w.behind(cols[1:], key[1:])
		w.Write(")")
	}
	w.Write(")")
}
