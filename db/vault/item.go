package vault

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// field is a value of a copy. Blank says that it is no more than what erasing leaves behind.
type field struct {
	column string
	blank  bool
	value  any
}

func pack(fields []field) []byte {
	k := make(store.Key, 0, 3*len(fields))
	for _, f := range fields {
		k = append(k, f.column, f.blank, f.value)
	}
	return ledger.EncodeKey(k)
}

func unpack(b []byte) ([]field, error) {
	k, err := ledger.DecodeKey(b)
	if err != nil || len(k)%3 != 0 {
		return nil, fmt.Errorf("read a copy: %w", ErrDamaged)
	}
	var fields []field
	for f := range slices.Chunk(k, 3) {
		column, ok1 := f[0].(string)
		blank, ok2 := f[1].(bool)
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("read a copy: %w", ErrDamaged)
		}
		fields = append(fields, field{column, blank, f[2]})
	}
	return fields, nil
}

// left reports whether a value is what an earlier archiving left in the row.
func left(set []store.Assign, column string, v any) bool {
	if v == nil {
		return true
	}
	for _, a := range set {
		switch {
		case a.Column != column:
		case a.To == store.Constant:
			return same(a.Value, v)
		case a.To == store.Unique:
			return placeholder(v)
		}
	}
	return false
}

// same compares a constant, whose numbers a saved plan gives as floats, with a value of a
// store, which may give booleans as numbers.
func same(constant, v any) bool { return widen(constant) == widen(v) }

func widen(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case bool:
		if v {
			return 1.0
		}
		return 0.0
	case store.Day:
		return v.String()
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05")
	case []byte:
		return string(v)
	}
	return v
}

// placeholders are the forms of store.Unique: 16 random bytes in hex, cut where the column is
// short, a UUID, or 26 letters of base 32.
var placeholders = regexp.MustCompile(`^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z2-7]{26})$`)

// placeholder reports whether a value of a column that is blanked with placeholders looks
// like one. Of numbers nobody can tell: what was there before them counts.
func placeholder(v any) bool {
	s, text := v.(string)
	if !text {
		return true
	}
	cut := len(s) >= 8 && strings.Trim(s, "0123456789abcdef") == "" && strings.ContainsAny(s, "abcdef")
	return cut || placeholders.MatchString(s)
}

// carry returns the newer copy of a record, completed with what only the older one has: the
// fields that are blank in the newer one were blanked when the older was archived.
func carry(newer, older []field) []field {
	out := slices.Clone(newer)
	for _, o := range older {
		i := slices.IndexFunc(out, func(f field) bool { return f.column == o.column })
		switch {
		case i < 0:
			out = append(out, o)
		case out[i].blank && !o.blank:
			out[i] = o
		}
	}
	return out
}

// groupOf names the groups of a step as one.
func groupOf(s plan.Step) string {
	names := make([]string, len(s.Groups))
	for i, g := range s.Groups {
		names[i] = string(g)
	}
	return strings.Join(names, ",")
}

// packer packs the rows of a batch, each into a copy.
type packer struct {
	step plan.Step
	// key is a row's fields as they are encoded: column, blank, value; the columns stay.
	key store.Key
}

func newPacker(step plan.Step) *packer {
	p := &packer{step, make(store.Key, 3*len(step.Work.Copy))}
	for i, c := range step.Work.Copy {
		p.key[3*i] = c
	}
	return p
}

// pack returns the copy of a row.
func (p *packer) pack(row store.Row) ([]byte, error) {
	cols := p.step.Work.Copy
	if len(row) != len(cols) {
		return nil, fmt.Errorf("a row of %d values for %d columns", len(row), len(cols))
	}
	for i, v := range row {
		switch v.(type) {
		case nil, bool, int64, float64, string, []byte, store.Day, time.Time:
		default:
			return nil, fmt.Errorf("column %s holds a %T, which no store may give", cols[i], v)
		}
		p.key[3*i+1], p.key[3*i+2] = left(p.step.Work.Set, cols[i], v), v
	}
	return ledger.EncodeKey(p.key), nil
}

func untilOf(d policy.Date) sql.NullString {
	return sql.NullString{String: d.String(), Valid: !d.IsZero()}
}

func textOf(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func timeOf(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, fmt.Errorf("read a time: %w", ErrDamaged)
	}
	return t, nil
}
