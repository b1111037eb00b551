package mariadb

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-sql-driver/mysql"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// A statement has at most maxValues placeholders; maxKeyValues leaves room below.
const (
	maxValues    = 65535
	maxKeyValues = 30000
)

// The row with the number 0 is no receipt: writers lock it, so that they queue.
var createReceipts = []string{
	"CREATE TABLE IF NOT EXISTS garant_receipts (seq BIGINT PRIMARY KEY, id VARCHAR(255) NOT NULL UNIQUE, body LONGTEXT NOT NULL) " +
		"ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
	"INSERT IGNORE INTO garant_receipts (seq, id, body) VALUES (0, '', '')",
}

func dialect() relational.Dialect {
	return relational.Dialect{
		Quote: quote, Bind: bind, Value: value, MaxValues: maxValues,
		Param:  func(int, any) string { return "?" },
		Select: func(ref string) string { return ref },
		Exact:  exact,
		// Collations take a for A and é for e, and ignore blanks at the end.
		Raw: func(store.Column) bool { return false }, Coarse: true,
		Guard:    func(string, bool) string { return "" },
		Storable: utf8.ValidString,
		Keys:     keys, MaxKeyValues: maxKeyValues, Decimal: "DECIMAL(65, 30)", Order: order,
		Day: day, Civil: civil, Later: later,
		Assign:   assign,
		ReadOnly: [2]string{"START TRANSACTION READ ONLY", "ROLLBACK"}, Instants: "TIMESTAMP",
		Begin: "START TRANSACTION",
		Lock:  " FOR UPDATE", SkipLocked: " FOR UPDATE SKIP LOCKED",
		// The planner takes the whole rest of the table for the batch, as it leaves out the LIMIT,
		// and prefers to read all related rows into a table of its own.
		Related:        "SET STATEMENT optimizer_switch='materialization=off' FOR ",
		EraseIf:        eraseIf,
		Sweep:          &relational.Sweeping{Wait: "SET STATEMENT innodb_lock_wait_timeout=1 FOR "},
		CreateReceipts: createReceipts,
		LockReceipts:   "SELECT seq FROM garant_receipts WHERE seq = 0 FOR UPDATE",
		Blocks:         blocks(),
		Inspect:        inspect, Classify: classify, Certain: certain,
	}
}

func exact(ref string) string {
	return "CONVERT(" + ref + " USING utf8mb4) COLLATE utf8mb4_nopad_bin"
}

// bind writes days and times as text, which MariaDB compares as dates with columns of dates.
func bind(v any) any {
	switch v := v.(type) {
	case store.Day:
		return v.String()
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05.999999")
	}
	return v
}

// value returns what the driver read as the contract has it. A date that is none stays text.
func value(c store.Column, v any) any {
	switch v := v.(type) {
	case []byte:
		return fromText(c, v)
	case float32:
		return float64(v)
	case uint64: // beyond int64: a number in text, as decimals are
		return strconv.FormatUint(v, 10)
	case int64:
		if c.Type == store.Boolean && (v == 0 || v == 1) {
			return v == 1
		}
	}
	return v
}

func fromText(c store.Column, b []byte) any {
	s := string(b)
	switch c.Type {
	case store.Bytes:
		return bytes.Clone(b)
	case store.DateType:
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return store.Day{Year: t.Year(), Month: t.Month(), Day: t.Day()}
		}
	case store.DateTime, store.Instant:
		if t, err := time.Parse(time.DateTime, s); err == nil {
			return t
		}
	case store.Boolean: // BIT(1) comes as bytes
		if len(b) == 1 && b[0] <= 1 {
			return b[0] == 1
		}
	}
	return s
}

// keys writes the keys as a list. The list is first, as it uses the index; texts are
// compared once more where they must be equal in every letter.
func keys(w *relational.Writer, cols []relational.KeyColumn, keys []store.Key, exactly bool) {
	relational.Lists(w, cols, keys, "")
	texts := false
	var refs []relational.KeyColumn
	for _, c := range cols {
		if c.Type == store.Text {
			c.Ref, texts = exact(c.Ref), true
		}
		refs = append(refs, c)
	}
	if exactly && texts {
		w.Write(" AND ")
		relational.Lists(w, refs, keys, "")
	}
}

// eraseIf deletes in key order, in which RETURNING then reports.
func eraseIf(w *relational.Writer, e relational.Erasure, cond func() error) error {
	w.Write("DELETE FROM ", e.Table, " WHERE ")
	if err := cond(); err != nil {
		return err
	}
	w.Write(" ORDER BY ", e.Order, " RETURNING ", e.Keys)
	return nil
}

// order writes an enumeration as text: it sorts by its place and compares as text.
func order(ref string, c store.Column) string {
	if c.Enum != nil {
		return "CONCAT(" + ref + ")"
	}
	return ref
}

func assign(w *relational.Writer, ref string, c store.Column, a store.Assign) error {
	if a.To == store.Unique {
		return unique(w, c, a)
	}
	switch c.Type {
	case store.DateType, store.DateTime, store.Instant:
		w.Write("CASE WHEN ")
		exists(w, ref)
		w.Write(" AND YEAR(", ref, ") >= 100 THEN MAKEDATE(YEAR(", ref, "), 1) END")
	case store.Text:
		w.Write("CASE WHEN ", exact(ref), " REGEXP ")
		w.BindPlain(relational.TextPattern(store.AsTextDate))
		w.Write(" THEN CONCAT(LEFT(", ref, ", 4), '-01-01', CASE WHEN CHAR_LENGTH(", ref, ") > 10 THEN CONCAT(SUBSTR(", ref, ", 11, 1), '00:00:00') ELSE '' END) END")
	default:
		return relational.Unsupported(c, a)
	}
	return nil
}

func unique(w *relational.Writer, c store.Column, a store.Assign) error {
	base, _, _ := strings.Cut(c.Native, "(")
	base, _, _ = strings.Cut(base, " ")
	ranges := map[string]string{"smallint": "32767", "mediumint": "8388607", "int": "2147483647", "bigint": "9007199254740991"}
	switch {
	case base == "uuid":
		w.Write("UUID()")
	case c.Type == store.Text && c.Enum == nil:
		// UUID differs in each row, RAND hides the moment and the machine it is made of.
		w.Write("LEFT(MD5(CONCAT(UUID(), RAND(), RAND())), ", strconv.Itoa(relational.Length(c.Native, 32)), ")")
	case ranges[base] != "":
		w.Write("FLOOR(RAND() * ", ranges[base], ")")
	default:
		return relational.Unsupported(c, a)
	}
	return nil
}

// classify knows the codes of https://mariadb.com/kb/en/mariadb-error-code-reference/.
func classify(err error) (code string, kind error) {
	var my *mysql.MySQLError
	if !errors.As(err, &my) {
		if errors.Is(err, mysql.ErrPktTooLarge) {
			return relational.TooLarge, errors.ErrUnsupported
		}
		if errors.Is(err, mysql.ErrInvalidConn) {
			return "connection lost", store.ErrUnreachable
		}
		return "", nil
	}
	code = strconv.Itoa(int(my.Number))
	switch my.Number {
	case 1146, 1051:
		return code, store.ErrNoTable
	case 1054:
		return code, store.ErrNoColumn
	case 1142, 1143, 1044, 1227, 1370, 1698:
		return code, store.ErrDenied
	case 1205, 1213, 1020, 1969, 1317:
		return code, store.ErrBusy
	case 1117, 1153, 1390, 1436: // columns, packet, placeholders, stack
		return relational.TooLarge, errors.ErrUnsupported
	case 1040, 1045, 1049, 1053, 1129, 1130, 1152, 1203, 1927, 2006, 2013:
		return code, store.ErrUnreachable
	}
	return relational.Because(code, constraints[my.Number]), nil
}

// constraints says in words what the table does not take.
var constraints = map[uint16]string{
	4025: "a CHECK constraint of the table does not take the value", 1062: "a unique index has the value already", 1048: "the column may not be NULL",
	1451: "rows of another table name the row", 1452: "the row names one that is not there", 1406: "the value is too long for the column",
	1264: "the value is out of the column's range", 1906: "the column is computed", 1644: "a trigger of the table refuses it",
}

// certain reports that COMMIT was refused with a reason and not cut off.
func certain(err error) bool {
	code, kind := classify(err)
	var my *mysql.MySQLError
	return errors.As(err, &my) && code != "1317" && kind != store.ErrUnreachable
}
