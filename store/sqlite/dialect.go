package sqlite

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// A statement has at most maxValues placeholders; maxKeyValues leaves room below.
const (
	maxValues    = 32766
	maxKeyValues = 16000
)

var createReceipts = []string{
	"CREATE TABLE IF NOT EXISTS garant_receipts (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL)",
}

func dialect() relational.Dialect {
	return relational.Dialect{
		Quote: quote, Bind: bind, Value: value,
		Param:    func(n int, _ any) string { return "?" + strconv.Itoa(n) },
		Numbered: true, MaxValues: maxValues,
		// The driver turns columns declared as dates into times by guesswork, but no expressions.
		Select: func(ref string) string { return "+" + ref },
		Exact:  func(ref string) string { return ref + " COLLATE BINARY" },
		// Of a column that is declared DATE each text would be tried as a number.
		Plain: func(ref string) string { return "+" + ref },
		Raw:   func(store.Column) bool { return false },
		Guard: guard, Storable: func(string) bool { return true },
		Keys: keys, MaxKeyValues: maxKeyValues,
		Few: [2]string{"likelihood(", ", 0.0001)"},
		Day: day, Civil: civil, Later: later,
		Assign:   assign,
		ReadOnly: [2]string{"PRAGMA query_only = 1", "PRAGMA query_only = 0"},
		// The whole database is locked for writing, so rows need no locks. The cache is 32 MB:
		// with SQLite's own 2 MB the pages of an index on what has no order, such as
		// addresses, are read and written again and again. For the same reason the log is moved
		// into the database only when it has 32 MB, or when it is emptied.
		Begin:          "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192; BEGIN IMMEDIATE",
		Sweep:          &relational.Sweeping{Sets: true, Serial: true, Hint: notIndexed, Stretch: rowids},
		CreateReceipts: createReceipts,
		Tidy:           checkpoint,
		Blocks:         blocks(),
		Inspect:        inspect, Classify: classify, Certain: certain,
	}
}

// quote uses grave accents: SQLite takes a name in double quotes that is no column for a text.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// guard keeps kinds apart: a column of numbers can hold texts, which are above every number.
func guard(ref string, text bool) string {
	if text {
		return "typeof(" + ref + ") = 'text'"
	}
	return "typeof(" + ref + ") IN ('integer', 'real')"
}

// The forms in which clock readings are written and, if they were read in one, bound again.
const reading = "2006-01-02 15:04:05.999999"

func bind(v any) any {
	switch v := v.(type) {
	case store.Day:
		return v.String()
	case time.Time:
		return v.UTC().Format(reading)
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	}
	return v
}

// value returns what was read as the contract has it. A text is taken for a date only if
// that date is written the same way, so that a key is found again.
func value(c store.Column, v any) any {
	switch v := v.(type) {
	case string:
		return fromText(c, v)
	case int64:
		if c.Type == store.Boolean && (v == 0 || v == 1) {
			return v == 1
		}
		if c.Type == store.Number {
			return float64(v)
		}
	}
	return v
}

func fromText(c store.Column, s string) any {
	switch c.Type {
	case store.DateType:
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return store.Day{Year: t.Year(), Month: t.Month(), Day: t.Day()}
		}
	case store.DateTime, store.Instant:
		if t, err := time.Parse(reading, s); err == nil && t.Format(reading) == s {
			return t
		}
	}
	return s
}

func keys(w *relational.Writer, cols []relational.KeyColumn, keys []store.Key, exactly bool) {
	if exactly {
		cols = slices.Clone(cols)
		for i, c := range cols {
			if c.Type == store.Text {
				cols[i].Ref = c.Ref + " COLLATE BINARY"
			}
		}
	}
	relational.Lists(w, cols, keys, "VALUES ")
}

func assign(w *relational.Writer, ref string, c store.Column, a store.Assign) error {
	if a.To == store.Unique {
		return unique(w, c, a)
	}
	switch c.Type {
	case store.Text, store.DateType, store.DateTime, store.Instant:
		w.Write("CASE WHEN ")
		validDay(w, "substr("+ref+", 1, 10)")
		w.Write(" THEN substr(", ref, ", 1, 4) || '-01-01' || CASE WHEN length(", ref, ") > 10 THEN substr(", ref, ", 11, 1) || '00:00:00' ELSE '' END END")
		return nil
	}
	return relational.Unsupported(c, a)
}

func unique(w *relational.Writer, c store.Column, a store.Assign) error {
	switch c.Type {
	case store.Text:
		w.Write("lower(hex(randomblob(16)))")
	case store.Integer:
		w.Write("random() & 9223372036854775807")
	default:
		return relational.Unsupported(c, a)
	}
	return nil
}

// classify knows the codes of https://www.sqlite.org/rescode.html. Missing tables and
// columns have no code of their own; of their messages only the kind is used.
func classify(err error) (code string, kind error) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return "", nil
	}
	primary := e.Code() & 0xff
	code = sqlite.ErrorCodeString[primary]
	if code == "" {
		code = "error"
	}
	switch primary {
	case sqlite3.SQLITE_ERROR:
		if kind := missing(e.Error()); kind != nil || !tooLarge(e.Error()) {
			return code, kind
		}
		return relational.TooLarge, errors.ErrUnsupported
	case sqlite3.SQLITE_TOOBIG:
		return relational.TooLarge, errors.ErrUnsupported
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "locked", store.ErrBusy
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return "not writable", store.ErrDenied
	case sqlite3.SQLITE_CANTOPEN:
		return "cannot open", store.ErrUnreachable
	case sqlite3.SQLITE_NOTADB:
		return "not a database", store.ErrUnreachable
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT:
		return code, store.ErrUnreachable
	}
	return code, nil
}

func tooLarge(message string) bool {
	for _, limit := range []string{"too many", "too large", "parser stack overflow", "at most 64 tables"} {
		if strings.Contains(message, limit) {
			return true
		}
	}
	return false
}

func missing(message string) error {
	switch {
	case strings.Contains(message, "no such table"):
		return store.ErrNoTable
	case strings.Contains(message, "no such column"), strings.Contains(message, "has no column"):
		return store.ErrNoColumn
	}
	return nil
}

// certain reports that COMMIT was refused; only a failing disk leaves it open.
func certain(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff != sqlite3.SQLITE_IOERR
}
