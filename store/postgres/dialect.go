package postgres

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// createReceipts makes the table of receipts in the account's default schema.
var createReceipts = []string{
	"CREATE TABLE IF NOT EXISTS garant_receipts (seq bigint PRIMARY KEY, id text NOT NULL UNIQUE, body text NOT NULL)",
}

// maxValues is what the protocol can count.
const maxValues = 65535

func dialect() relational.Dialect {
	return relational.Dialect{
		Quote: quote, Param: param, Numbered: true, MaxValues: maxValues, Bind: bind, Value: value, Rows: rows,
		Select: func(ref string) string { return ref },
		Exact:  func(ref string) string { return "(" + ref + `)::text COLLATE "C"` },
		Raw: func(c store.Column) bool {
			return c.Type == store.Text && !strings.Contains(c.Native, "citext") && c.Enum == nil
		},
		Guard:    func(string, bool) string { return "" },
		Storable: func(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") },
		Keys:     keys,
		Day:      day, Civil: civil, Later: later, FarBounds: true,
		Assign:   assign,
		Fence:    " OFFSET bigint '0'",
		ReadOnly: [2]string{"BEGIN READ ONLY", "ROLLBACK"}, Instants: "TIMESTAMPTZ",
		Begin:   "BEGIN ISOLATION LEVEL READ COMMITTED",
		Lock:    " FOR UPDATE",
		EraseIf: eraseIf, SkipLocked: " FOR UPDATE SKIP LOCKED",
		Sweep:          &relational.Sweeping{Wait: "SET LOCAL lock_timeout = '200ms'", Alone: true, Sets: true, Stretch: pages},
		CreateReceipts: createReceipts,
		// An advisory lock needs no privilege; the number is "garant" in ASCII.
		LockReceipts: "SELECT pg_advisory_xact_lock(113723831971444)",
		Blocks:       blocks(),
		Inspect:      inspect, Classify: classify, Certain: certain,
	}
}

// param casts numbers, whose column may be of another width; texts take the column's type.
func param(n int, v any) string {
	p := "$" + strconv.Itoa(n)
	switch v.(type) {
	case int64, int:
		return p + "::bigint"
	case float64:
		return p + "::float8"
	case bool:
		return p + "::boolean"
	}
	return p
}

func bind(v any) any {
	if d, ok := v.(store.Day); ok {
		return d.String()
	}
	return v
}

// value returns what pgx read as the contract has it. Infinite and ancient dates come as text.
func value(c store.Column, v any) any {
	switch v := v.(type) {
	case time.Time:
		if c.Type == store.DateType {
			y, m, d := v.Date()
			return store.Day{Year: y, Month: m, Day: d}
		}
		return v.UTC()
	case []byte:
		if c.Type != store.Bytes {
			return string(v)
		}
	case float32:
		return float64(v)
	case int32:
		return int64(v)
	case int16:
		return int64(v)
	}
	return v
}

// keys binds each key column as one array, whatever the number of keys.
func keys(w *relational.Writer, cols []relational.KeyColumn, keys []store.Key, _ bool) {
	if len(cols) == 1 {
		w.Write(cols[0].Ref, " = ANY(")
		array(w, cols, keys, 0)
		w.Write(")")
		return
	}
	w.Write("(")
	w.Join(", ", len(cols), func(i int) { w.Write(cols[i].Ref) })
	w.Write(") IN (SELECT * FROM unnest(")
	w.Join(", ", len(cols), func(i int) { array(w, cols, keys, i) })
	w.Write("))")
}

// array binds the i-th values of the keys as an array of the column's type. Texts are cast
// by way of text[], as uuid and enumerations have no array that the Go driver knows.
func array(w *relational.Writer, cols []relational.KeyColumn, keys []store.Key, i int) {
	ints, texts := make([]int64, 0, len(keys)), make([]string, 0, len(keys))
	var bytes [][]byte
	for _, k := range keys {
		switch v := k[i].(type) {
		case int64:
			ints = append(ints, v)
		case string:
			texts = append(texts, v)
		case store.Day:
			texts = append(texts, v.String())
		case time.Time:
			texts = append(texts, v.Format("2006-01-02 15:04:05.999999Z07:00"))
		case []byte:
			bytes = append(bytes, v)
		default: // numbers and booleans, which print as they are read
			texts = append(texts, fmt.Sprint(v))
		}
	}
	switch {
	case len(ints) == len(keys):
		w.BindPlain(ints)
		w.Write("::bigint[]")
	case len(bytes) == len(keys):
		w.BindPlain(bytes)
		w.Write("::bytea[]")
	default:
		w.BindPlain(texts)
		w.Write("::text[]::", arrayType(cols[i].Column))
	}
}

// arrayType returns the array type of a column. A length must not be part of it: a cast
// would cut a longer key to another row's.
func arrayType(c store.Column) string {
	base, _, _ := strings.Cut(c.Native, "(")
	switch {
	case c.Type == store.Text && c.Enum == nil && base == "character":
		return "bpchar[]"
	case c.Type == store.Text && c.Enum == nil && base != "citext", base == "":
		return "text[]"
	case strings.HasPrefix(base, "timestamp"):
		return map[store.Type]string{store.DateTime: "timestamp[]", store.Instant: "timestamptz[]"}[c.Type]
	}
	return base + "[]"
}

// eraseIf deletes in a part of the statement of its own, as RETURNING has no order.
func eraseIf(w *relational.Writer, e relational.Erasure, cond func() error) error {
	w.Write("WITH gone AS (DELETE FROM ", e.Table, " WHERE ")
	if err := cond(); err != nil {
		return err
	}
	w.Write(" RETURNING ", e.Keys, ") SELECT ", e.Keys, " FROM gone ORDER BY ", e.Order)
	return nil
}

func assign(w *relational.Writer, ref string, c store.Column, a store.Assign) error {
	if a.To == store.Unique {
		return unique(w, c, a)
	}
	switch c.Type {
	case store.DateType, store.DateTime:
		w.Write("CASE WHEN isfinite(", ref, ") THEN date_trunc('year', ", ref, ") END")
	case store.Instant:
		w.Write("CASE WHEN isfinite(", ref, ") THEN date_trunc('year', ", ref, ", 'UTC') END")
	case store.Text:
		w.Write("CASE WHEN ", ref, " ~ ")
		w.BindPlain(relational.TextPattern(store.AsTextDate))
		w.Write(" THEN left(", ref, ", 4) || '-01-01' || CASE WHEN length(", ref, ") > 10 THEN substr(", ref, ", 11, 1) || '00:00:00' ELSE '' END END")
	default:
		return relational.Unsupported(c, a)
	}
	return nil
}

func unique(w *relational.Writer, c store.Column, a store.Assign) error {
	ranges := map[string]string{"smallint": "32767", "integer": "2147483647", "bigint": "9007199254740991"}
	switch {
	case c.Native == "uuid":
		w.Write("gen_random_uuid()")
	case c.Type == store.Text && c.Enum == nil:
		w.Write("left(replace(gen_random_uuid()::text, '-', ''), ", strconv.Itoa(relational.Length(c.Native, 32)), ")")
	case ranges[c.Native] != "":
		w.Write("floor(random() * ", ranges[c.Native], ")::bigint")
	default:
		return relational.Unsupported(c, a)
	}
	return nil
}

// classify knows the codes of https://www.postgresql.org/docs/current/errcodes-appendix.html.
func classify(err error) (code string, kind error) {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		var connect *pgconn.ConnectError
		if errors.As(err, &connect) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed") {
			return "no connection", store.ErrUnreachable
		}
		return "", nil
	}
	switch pg.Code {
	case "42P01", "3F000":
		return pg.Code, store.ErrNoTable
	case "42703":
		return pg.Code, store.ErrNoColumn
	case "42501":
		return pg.Code, store.ErrDenied
	case "55P03", "40P01", "40001", "57014", "53300", "57P03":
		return pg.Code, store.ErrBusy
	case "57P01", "57P02", "57P05", "25P03", "3D000":
		return pg.Code, store.ErrUnreachable
	}
	if strings.HasPrefix(pg.Code, "54") {
		return relational.TooLarge, errors.ErrUnsupported
	}
	if strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "28") {
		return pg.Code, store.ErrUnreachable
	}
	why := constraints[pg.Code]
	if why != "" && pg.ConstraintName != "" {
		why += ": " + pg.ConstraintName // a name of the schema, and no value
	}
	return relational.Because(pg.Code, why), nil
}

// constraints says in words what the table does not take.
var constraints = map[string]string{
	"23514": "a CHECK constraint of the table does not take the value", "23505": "a unique index has the value already", "23502": "the column may not be NULL",
	"23503": "a foreign key refuses it", "22001": "the value is too long for the column", "428C9": "the column is computed", "P0001": "a trigger of the table refuses it",
}

// certain reports that COMMIT was refused with a reason and not cut off. A server that shuts
// down may say so after it has committed.
func certain(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && !strings.HasPrefix(pg.Code, "57P") && !strings.HasPrefix(pg.Code, "08")
}
