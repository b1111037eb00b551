package store

// Pred is a question about a row, as a value that can be stored, compared and shown. It is
// two-valued: every atom is false where it reads a NULL (except IsNull), so And, Or and Not
// behave as in ordinary logic and a partition of all rows can be written with Not. The zero
// Pred is False.
type Pred struct {
	Op Op `json:"op"`
	// Args are the operands of And, Or (any number; none means True, False) and Not (one).
	Args []Pred `json:"args,omitempty"`
	// Col is the column read by the atoms IsNull, Cmp, In, InBlock, DayUsable and DayCmp.
	Col *Col `json:"col,omitempty"`
	// Cmp is one of = < <= > >= for the atoms Cmp, CmpCols, DayCmp and DayAfter's comparison.
	Cmp string `json:"cmp,omitempty"`
	// Value is the constant of Cmp: string, int64, float64, bool. In and InBlock read Values.
	Value  any   `json:"value,omitempty"`
	Values []any `json:"values,omitempty"`
	// Blocking is how InBlock reduces the column.
	Blocking Blocking `json:"blocking,omitempty"`
	// Day is the constant of DayCmp.
	Day *Day `json:"day,omitempty"`
	// Other is the second column of CmpCols and DayAfter.
	Other *Col `json:"other,omitempty"`
	// Months and Days are added to Other's day in DayAfter, with the clamp of Date.Add.
	Months int `json:"months,omitempty"`
	Days   int `json:"days,omitempty"`
	// Table, On and Where are those of Exists: some row of Table whose On columns equal the
	// row's satisfies Where. Inside Where a Col with Outer reads the row of the question.
	Table string `json:"table,omitempty"`
	On    []Pair `json:"on,omitempty"`
	Where *Pred  `json:"where,omitempty"`
	// Keys are those of KeyIn, in the order of KeyCols.
	KeyCols []string `json:"key_cols,omitempty"`
	Keys    []Key    `json:"keys,omitempty"`
}

// Op is the operator of a Pred.
type Op string

// The operators.
const (
	OpFalse Op = ""
	OpTrue  Op = "true"
	OpAnd   Op = "and"
	OpOr    Op = "or"
	OpNot   Op = "not"
	// OpIsNull: the column is NULL.
	OpIsNull Op = "null"
	// OpCmp: the column compares to the constant Value. Text compares by code point where the
	// engine can (equality is exact: case and accents count), booleans only with =.
	OpCmp Op = "cmp"
	// OpCmpCols: two columns of the same type compare.
	OpCmpCols Op = "cmp_cols"
	// OpIn: the column equals one of Values.
	OpIn Op = "in"
	// OpInBlock: the blocking key of the column's text or whole number is one of Values. Values
	// of other kinds have none.
	OpInBlock Op = "in_block"
	// OpStray: the column, of whole numbers, holds text or bytes, as SQLite lets it. Where it is of
	// another type, or the engine keeps its types, no row does.
	OpStray Op = "stray"
	// OpDayUsable: the column holds a date that exists, within [Col.Min, Col.Max) and not the
	// sentinel. NULL, zero and partial dates, infinities and text that is no date are not.
	OpDayUsable Op = "day_usable"
	// OpDaySentinel: the column holds exactly the day Col.Sentinel or, with Col.Zero, a zero.
	OpDaySentinel Op = "day_sentinel"
	// OpDayCmp: the column is usable and its civil day, in Col.Zone, compares to Day. Only
	// <= and > are used, so that one instant decides.
	OpDayCmp Op = "day_cmp"
	// OpDayAfter: both columns are usable and Col's day is later than Other's day plus Months
	// and Days, clamped as Date.Add does. Cmp is not read. A connector that cannot do this for
	// a form or zone of days answers with an error that wraps errors.ErrUnsupported.
	OpDayAfter Op = "day_after"
	// OpExists: a related row exists. A NULL on either side of On joins nothing; no pairs join
	// every row.
	OpExists Op = "exists"
	// OpKeyIn: the row's KeyCols are one of Keys.
	OpKeyIn Op = "key_in"
)

// Col is a column as a question reads it.
type Col struct {
	Name string `json:"name"`
	// Outer reads the row of the enclosing question instead of the related row.
	Outer bool `json:"outer,omitempty"`
	// As says how a day is written in the column; empty for columns that are not read as days.
	As DayForm `json:"as,omitempty"`
	// Zone is the IANA zone in which the column's instant becomes a civil day: the
	// controller's zone. From is the zone the column's clock readings are in, for DateTime
	// and text time stamps without offset. The empty zone is UTC. Where From is Zone, the day
	// is the reading's own date, even of an hour that the clocks skip. Where a zone had its
	// clocks set back from one day into the day before (Newfoundland until 2011), connectors
	// may differ about the hour that came twice.
	Zone string `json:"zone,omitempty"`
	From string `json:"from,omitempty"`
	// Min and Max bound the plausible days: Min <= day < Max. A zero Max is no bound.
	Min Day `json:"min,omitzero"`
	Max Day `json:"max,omitzero"`
	// Sentinel is a day that stands for "never"; zero when there is none.
	Sentinel Day `json:"sentinel,omitzero"`
	// Zero says that a zero stands for "never" too: a zero date, the number 0, an empty text, or
	// one of noughts alone such as 0000-00-00 or 00/00/0000. It is no usable day then.
	Zero bool `json:"zero,omitempty"`
}

// DayForm says how a column writes days.
type DayForm string

// The forms. Text forms are ISO 8601: AsTextDate is exactly 2006-01-02; AsTextTime is
// 2006-01-02 15:04:05 with a space or T, optional fraction, no offset (read in Col.From).
// Digits are ASCII, T is a capital, hours end at 23 and seconds at 59; nothing may stand
// before or behind, not even a space. What has another form is no usable day. AsDMY is
// 31/12/2006 in a text, AsYMD 20061231 in a text or a whole number; both are days and no readings.
const (
	AsDate      DayForm = "date"     // the engine's date
	AsDateTime  DayForm = "datetime" // a time stamp without zone, read in Col.From
	AsInstant   DayForm = "instant"  // a time stamp with zone
	AsTextDate  DayForm = "text_date"
	AsTextTime  DayForm = "text_datetime"
	AsUnix      DayForm = "unix" // whole or fractional seconds since 1970 UTC
	AsUnixMilli DayForm = "unix_ms"
	AsDMY       DayForm = "dmy"
	AsYMD       DayForm = "ymd"
)

// Pair joins a column of the related table to a column of the question's row.
type Pair struct {
	Child  string `json:"child"`
	Parent string `json:"parent"`
}

// True holds for every row; the zero Pred holds for none.
func True() Pred { return Pred{Op: OpTrue} }

// False holds for no row.
func False() Pred { return Pred{} }

// And holds where all of ps do. Trivial operands are folded away.
func And(ps ...Pred) Pred { return fold(OpAnd, OpTrue, OpFalse, ps) }

// Or holds where one of ps does. Trivial operands are folded away.
func Or(ps ...Pred) Pred { return fold(OpOr, OpFalse, OpTrue, ps) }

// Not holds where p does not.
func Not(p Pred) Pred {
	switch p.Op {
	case OpTrue:
		return False()
	case OpFalse:
		return True()
	case OpNot:
		return p.Args[0]
	}
	return Pred{Op: OpNot, Args: []Pred{p}}
}

// fold joins ps with op, whose neutral operand is unit and whose absorbing one is zero.
func fold(op, unit, zero Op, ps []Pred) Pred {
	var args []Pred
	for _, p := range ps {
		switch p.Op {
		case unit:
		case zero:
			return Pred{Op: zero}
		case op:
			args = append(args, p.Args...)
		default:
			args = append(args, p)
		}
	}
	switch len(args) {
	case 0:
		return Pred{Op: unit}
	case 1:
		return args[0]
	}
	return Pred{Op: op, Args: args}
}

// IsNull holds where the column is NULL.
func IsNull(c Col) Pred { return Pred{Op: OpIsNull, Col: &c} }

// Compare holds where the column compares to the constant by cmp (= < <= > >=).
func Compare(c Col, cmp string, v any) Pred { return Pred{Op: OpCmp, Col: &c, Cmp: cmp, Value: v} }

// CompareCols holds where two columns compare by cmp.
func CompareCols(a Col, cmp string, b Col) Pred {
	return Pred{Op: OpCmpCols, Col: &a, Cmp: cmp, Other: &b}
}

// In holds where the column equals one of the constants.
func In(c Col, vs ...any) Pred { return Pred{Op: OpIn, Col: &c, Values: vs} }

// Usable holds where the column gives a usable day.
func Usable(c Col) Pred { return Pred{Op: OpDayUsable, Col: &c} }

// IsSentinel holds where the column holds what stands for never in it; for none where nothing does.
func IsSentinel(c Col) Pred {
	if c.Sentinel.IsZero() && !c.Zero {
		return False()
	}
	return Pred{Op: OpDaySentinel, Col: &c}
}

// OnOrBefore holds where the column's usable day is d or earlier.
func OnOrBefore(c Col, d Day) Pred { return Pred{Op: OpDayCmp, Col: &c, Cmp: "<=", Day: &d} }

// LaterThan holds where the column's usable day is later than d.
func LaterThan(c Col, d Day) Pred { return Pred{Op: OpDayCmp, Col: &c, Cmp: ">", Day: &d} }

// LaterThanPlus holds where c's day is later than other's plus the months and days.
func LaterThanPlus(c, other Col, months, days int) Pred {
	return Pred{Op: OpDayAfter, Col: &c, Other: &other, Months: months, Days: days}
}

// Exists holds where a row of table, joined by on, satisfies where.
func Exists(table string, on []Pair, where Pred) Pred {
	return Pred{Op: OpExists, Table: table, On: on, Where: &where}
}

// KeyIn holds for the rows with those keys; for none when there are none.
func KeyIn(cols []string, keys []Key) Pred {
	if len(keys) == 0 {
		return False()
	}
	return Pred{Op: OpKeyIn, KeyCols: cols, Keys: keys}
}
