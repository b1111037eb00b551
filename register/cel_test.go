package register

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// testScope has a column of every kind that conditions treat differently.
func testScope() Scope {
	return Scope{
		Columns: []store.Column{
			{Name: "t", Type: store.Text}, {Name: "t2", Type: store.Text}, {Name: "odd name", Type: store.Text},
			{Name: "e", Type: store.Text, Enum: []string{"open", "closed"}},
			{Name: "n", Type: store.Integer}, {Name: "n2", Type: store.Integer}, {Name: "x", Type: store.Number},
			{Name: "b", Type: store.Boolean}, {Name: "b2", Type: store.Boolean}, {Name: "raw", Type: store.Bytes},
			{Name: "d", Type: store.DateType}, {Name: "d2", Type: store.DateType}, {Name: "dt", Type: store.DateTime},
			{Name: "ts", Type: store.Instant}, {Name: "td", Type: store.Text}, {Name: "u", Type: store.Integer},
			{Name: "nozone", Type: store.DateTime}, {Name: "package", Type: store.Text},
		},
		Decl: map[string]ColumnDecl{
			"dt": {Zone: "UTC"}, "td": {As: store.AsTextDate}, "u": {As: store.AsUnix},
		},
	}
}

func testRow() map[string]any {
	return map[string]any{
		"t": "abc", "t2": "abd", "odd name": "x", "e": "open", "n": int64(5), "n2": nil, "x": 1.5,
		"b": true, "b2": false, "raw": nil, "d": policy.MustDate("2020-02-29"), "d2": nil,
		"dt": time.Date(2020, 1, 31, 23, 30, 0, 0, time.UTC), "ts": time.Date(2020, 1, 31, 22, 59, 59, 0, time.UTC),
		"td": "2023-02-30", "u": int64(0), "nozone": nil, "package": nil,
	}
}

func show(b *bool) string {
	if b == nil {
		return "null"
	}
	return fmt.Sprint(*b)
}

// decide evaluates the predicates; both holding at once is a fault of the translation.
func decide(c Condition, row map[string]any) (string, error) {
	yes, err := mem.Eval(c.True, row, nil)
	if err != nil {
		return "", err
	}
	no, err := mem.Eval(c.False, row, nil)
	switch {
	case err != nil:
		return "", err
	case yes && no:
		return "both", nil
	case yes:
		return "true", nil
	case no:
		return "false", nil
	}
	return "null", nil
}

func TestConditions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{`t == "abc"`, "true"}, {`t == 'ABC'`, "false"}, {`t != "abc"`, "false"}, {`"abd" > t`, "true"}, {`t >= "abc"`, "true"},
		{`t < t2`, "true"}, {`t == t2`, "false"}, {`t != t2`, "true"}, {`col("odd name") == "x"`, "true"}, {`col("package") == null`, "true"},
		{`e == "open"`, "true"}, {`e in ["closed"]`, "false"}, {`e in ["closed", "open"]`, "true"}, {`!(e in ["open"])`, "false"},
		{`n > 4`, "true"}, {`n == -5`, "false"}, {`n2 > 4`, "null"}, {`n2 != 4`, "null"}, {`!(n2 == 4)`, "null"}, {`n == n2`, "null"}, {`n2 in [1, 2]`, "null"},
		{`n2 == null`, "true"}, {`n2 != null`, "false"}, {`n == null`, "false"}, {`null != n`, "true"}, {`raw == null`, "true"},
		{`x == 1.5`, "true"}, {`x < 2`, "true"}, {`x in [1, 1.5]`, "true"},
		{`b`, "true"}, {`!b`, "false"}, {`b == false`, "false"}, {`b != false`, "true"}, {`b == b2`, "false"}, {`b2 != true`, "true"},
		{`n2 == 1 && b2`, "false"}, {`n2 == 1 && b`, "null"}, {`n2 == 1 || b`, "true"}, {`n2 == 1 || b2`, "null"}, {`true`, "true"}, {`false || b`, "true"},
		{`d == date("2020-02-29")`, "true"}, {`d < date("2020-02-29")`, "false"}, {`d <= date("2020-02-29")`, "true"}, {`d != date("2020-02-28")`, "true"},
		{`d in [date("2020-02-28"), date("2020-02-29")]`, "true"}, {`d2 == date("2020-02-29")`, "null"}, {`d2 == null`, "true"}, {`d > d2`, "null"},
		{`dt == date("2020-02-01")`, "true"}, {`ts == date("2020-01-31")`, "true"}, {`ts < dt`, "true"}, {`d > dt`, "true"}, {`d == ts`, "false"}, {`d >= d`, "true"},
		{`td == date("2023-02-28")`, "null"}, {`td == null`, "false"}, {`td != null && !(td > date("2020-01-01"))`, "null"},
		{`u < date("1990-01-01")`, "null"}, {`date("2020-03-01") > d`, "true"}, {`nozone == null`, "true"},
	} {
		x, err := testScope().Parse(c.src)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		got, err := decide(x.Condition(), testRow())
		if err != nil || got != c.want {
			t.Errorf("%s: predicates say %s (%v), want %s", c.src, got, err, c.want)
		}
		if got := show(x.Eval(testRow())); got != c.want {
			t.Errorf("%s: Eval says %s, want %s", c.src, got, c.want)
		}
	}
}

func TestConditionErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src    string
		offset int
		want   string
	}{
		{"", 0, "the condition is empty"},
		{"  \t", 0, "the condition is empty"},
		{"b &&", 4, "mismatched input 'the end'"},
		{"b\n&& tt == 'x'", 5, `there is no column "tt" (did you mean t?)`},
		{"t == 'é€😀' && tt == 'x'", 14, `there is no column "tt"`},
		{"t == '\xff'", 0, "not valid UTF-8"},
		{"statu == 'x'", 0, `there is no column "statu"`},
		{"package == 'x'", 0, `reserved identifier: package (the column is written col("package"))`},
		{"n == '5'", 5, "column n is integer, the constant is text (compare it with 12)"},
		{"t == 5", 5, `column t is text, the constant is integer (compare it with "text")`},
		{"n == 1.5", 5, "column n is integer, the constant is number"},
		{"n == 5u", 5, "a constant of type uint is not in the subset"},
		{"t == b'x'", 5, "a constant of type bytes is not in the subset"},
		{"t == '\\u0000'", 5, "cannot hold the character NUL"},
		{"t == n", 5, "column t is text, column n is integer"},
		{"e == 'opne'", 5, `column e is never "opne" (did you mean open?)`},
		{"e < 'open'", 0, "column e has no order that all stores share (only == and != are)"},
		{"e == t", 5, "enumerations of different values"},
		{"b < true", 0, "column b has no order"},
		{"raw == 'x'", 0, "column raw has a type that cannot be compared"},
		{"nozone > date('2020-01-01')", 0, "clock readings without a zone"},
		{"d > '2020-01-01'", 4, `column d is date, the constant is text (compare it with date("2020-01-31"))`},
		{"d > date('2020-02-30')", 8, `"2020-02-30" is not a date`},
		{"d > date('0001-01-01')", 8, "is not a date"},
		{"d > date(t)", 8, "date() of anything but one constant text is not in the subset"},
		{"n > null", 2, "> null is not a question"},
		{"1 == 1", 2, "two constants are compared"},
		{"null == null", 5, "two constants are compared"},
		{"n", 0, "column n is integer, and stands where true or false is expected"},
		{"n + 1 == 2", 2, "the operator + is not in the subset"},
		{"-n == 2", 0, "the operator - is not in the subset"},
		{"b ? b : b2", 2, "the operator ?: is not in the subset"},
		{"t[0] == 'a'", 1, "the operator [] is not in the subset"},
		{"t.startsWith('a')", 12, "the function startsWith() is not in the subset"},
		{"has(t.x)", 3, "the function has() is not in the subset"},
		{"[1].exists(i, i == n)", 10, "the function exists() is not in the subset"},
		{"leads.t == 'a'", 5, "the field .t is not in the subset"},
		{"(n == 1) == b", 3, "a comparison inside a comparison is not in the subset"},
		{"(b || b2) == b", 3, "the operator || inside a comparison"},
		{"n in []", 2, "in takes a column and a list of constants"},
		{"n in [n2]", 6, "the list after in holds constants only"},
		{"n in [null]", 6, "the list after in holds constants only (add || column == null)"},
		{"n in [1, 'a']", 9, "column n is integer, the constant is text"},
		{"b in [true]", 2, "in takes a column and a list"},
		{"1 in [1]", 2, "in takes a column and a list"},
		{"[1] == [1]", 0, "a list that does not follow in"},
		{"{} == {}", 0, "a map is not in the subset"},
		{strings.Repeat("b && ", 1000) + "b", 4096, "the most is 4096"},
		{strings.Repeat("!(", 200) + "b" + strings.Repeat(")", 200), 0, ""},
	} {
		_, err := testScope().Parse(c.src)
		e, ok := err.(*ConditionError)
		if !ok {
			t.Errorf("%.40s: error %v, want a *ConditionError", c.src, err)
			continue
		}
		if c.want != "" && (e.Offset != c.offset || !strings.Contains(e.Error(), c.want)) {
			t.Errorf("%.40s: at %d %v, want at %d %s", c.src, e.Offset, e, c.offset, c.want)
		}
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	c, err := CompileCondition(`z == "1" && (a > b || z == null)`, []store.Column{
		{Name: "a", Type: store.Integer}, {Name: "b", Type: store.Integer}, {Name: "z", Type: store.Text},
	}, nil)
	if got := strings.Join(c.Refs(), " "); err != nil || got != "a b z" {
		t.Errorf("Refs: %s, %v", got, err)
	}
	var none Condition
	if got := none.Refs(); len(got) != 0 {
		t.Errorf("Refs of nothing: %v", got)
	}
}

// condition draws a condition in the subset.
func condition(t *rapid.T, depth int) string {
	if depth > 0 {
		switch rapid.IntRange(0, 4).Draw(t, "shape") {
		case 0:
			return "!(" + condition(t, depth-1) + ")"
		case 1:
			return "(" + condition(t, depth-1) + " && " + condition(t, depth-1) + ")"
		case 2:
			return "(" + condition(t, depth-1) + " || " + condition(t, depth-1) + ")"
		}
	}
	pick := func(list ...string) string { return rapid.SampledFrom(list).Draw(t, "pick") }
	cmp, equal := pick("==", "!=", "<", "<=", ">", ">="), pick("==", "!=")
	day := `date("` + pick("2020-02-28", "2020-02-29", "2020-03-01", "2021-03-28", "2021-03-29") + `")`
	days := []string{"d", "d2", "dt", "ts", "td", "u"}
	return rapid.SampledFrom([]string{
		pick("t", "t2", `col("odd name")`) + cmp + pick(`"a"`, `"é"`, `""`, "t2", "'a''b'"[:3]),
		pick("n", "n2") + cmp + pick("0", "-1", "7", "n2"), "x" + cmp + pick("0", "1.5", "-1"),
		pick("n", "n2") + " in [0, 7]", "t in ['a', 'é']", "e" + equal + `"open"`, `e in ["open", "closed"]`,
		pick("b", "b2", "true", "false"), "b" + equal + pick("true", "false", "b2"),
		pick("t", "n", "x", "b", "d", "td", "raw") + equal + "null",
		pick(days...) + cmp + day, day + cmp + pick(days...), pick(days...) + cmp + pick(days...), "d in [" + day + "]",
	}).Draw(t, "atom")
}

// row draws values with NULLs, absurd dates and midnights of a zone with summer time.
func row(t *rapid.T) map[string]any {
	text := []any{nil, "a", "b", "é", ""}
	date := []any{nil, policy.MustDate("2020-02-29"), policy.MustDate("2021-03-28"), policy.MustDate("1900-01-01"), policy.MustDate("2100-01-01")}
	moment := []any{nil}
	for _, s := range []string{"2020-02-28T22:59:59Z", "2020-02-28T23:00:00Z", "2021-03-28T21:59:59Z", "2021-03-28T22:00:00Z", "0001-01-02T00:00:00Z"} {
		m, _ := time.Parse(time.RFC3339, s)
		moment = append(moment, m)
	}
	kinds := map[string][]any{
		"t": text, "t2": text, "odd name": text, "e": {nil, "open", "closed"}, "n": {nil, int64(0), int64(7), int64(-1)}, "n2": {nil, int64(0), int64(7)},
		"x": {nil, 0.0, 1.5, -1.0}, "b": {nil, true, false}, "b2": {nil, true, false}, "raw": {nil, []byte("a")}, "d": date, "d2": date, "dt": moment, "ts": moment,
		"td": {nil, "2020-02-29", "2021-02-29", "soon", "", "2020-2-9", "0000-00-00"}, "u": {nil, int64(0), int64(1582930799), int64(1582930800), int64(9e18)},
	}
	out := map[string]any{"nozone": nil, "package": nil}
	for _, name := range sortedKeys(kinds) {
		out[name] = rapid.SampledFrom(kinds[name]).Draw(t, name)
	}
	return out
}

// TestEvalAgreesWithPredicates holds the walk over the CEL tree against the translation.
func TestEvalAgreesWithPredicates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := condition(t, 3)
		x, err := testScope().Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		for range 8 {
			r := row(t)
			got, err := decide(x.Condition(), r)
			if want := show(x.Eval(r)); err != nil || got != want {
				t.Fatalf("%s: predicates say %s (%v), Eval says %s", src, got, err, want)
			}
		}
	})
}

// FuzzCondition looks for texts that make the translation panic, answer both ways, or
// disagree with Eval.
func FuzzCondition(f *testing.F) {
	for _, src := range []string{
		`t == "abc" && n > 4`, `!(e in ["open"]) || b`, `d <= date("2020-02-29") && d2 == null`, `col("odd name") != 'x'`,
		`x < 2 ? b : b2`, `n == 9223372036854775807`, `t == "\U0010FFFF"`, "\xff", `((((((((b))))))))`, `.b`, `col(".b")`, `-9223372036854775808 == n`, `u == date("9998-12-31")`,
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		x, err := testScope().Parse(src)
		if err != nil {
			if _, ok := err.(*ConditionError); !ok {
				t.Fatalf("error of another type: %v", err)
			}
			return
		}
		got, err := decide(x.Condition(), testRow())
		if want := show(x.Eval(testRow())); err != nil || got != want {
			t.Fatalf("predicates say %s (%v), Eval says %s", got, err, want)
		}
	})
}
