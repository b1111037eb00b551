package storetest

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/store"
	"pgregory.net/rapid"
)

// casesDefault is how many generated cases the oracle chapter runs unless GARANT_CASES, a
// number, says otherwise. Every case is a table, a related table and ten questions.
const casesDefault = 300

// testOracle compares the store with mem.Eval on generated rows and questions.
func testOracle(t *testing.T, open Open) {
	r := setup(t, open)
	w := newWorld(r)
	cases := casesDefault
	if n, err := strconv.Atoi(os.Getenv("GARANT_CASES")); err == nil {
		cases = n
	}
	for done := 0; done < cases && !t.Failed(); done += 100 { // rapid checks 100 at a time
		rapid.Check(t, func(rt *rapid.T) {
			r.TB = inCase{t, rt}
			w.fill(rt)
			r.agree(w.parent, rapid.SliceOfN(rapid.Custom(w.question), 10, 10).Draw(rt, "questions"))
		})
	}
}

// inCase is the test seen from a generated case: failures are the case's, so that rapid can
// shrink it.
type inCase struct {
	*testing.T
	rt *rapid.T
}

func (c inCase) Helper()                        { c.rt.Helper() }
func (c inCase) Errorf(format string, a ...any) { c.rt.Errorf(format, a...) }
func (c inCase) Fatalf(format string, a ...any) { c.rt.Fatalf(format, a...) }

// world is the pair of tables that questions are generated about; both have the same
// columns, so that any column may be asked of either.
type world struct {
	r             *rig
	parent, child store.Table
	days          []dayColumn
}

// dayColumn is a kind of column with days; each table has two of them, a and b.
type dayColumn struct {
	name string
	form store.DayForm
	typ  store.Type
	adds bool // the engine adds periods to it
}

func newWorld(r *rig) *world {
	w := &world{r: r}
	for _, f := range r.DayForms {
		for _, typ := range kinds(f) {
			w.days = append(w.days, dayColumn{name: fmt.Sprintf("%s_%s", f, typ), form: f, typ: typ})
		}
	}
	w.parent, w.child = r.create(w.info("parent")), r.create(w.info("child"))
	for i, d := range w.days {
		a, b := dayCol(d.name+"_a", d.form, "UTC", "UTC"), dayCol(d.name+"_b", d.form, "UTC", "UTC")
		_, err := r.Store.Count(r.Context(), w.parent, []store.Pred{store.LaterThanPlus(a, b, 1, 1)})
		if !errors.Is(err, errors.ErrUnsupported) {
			r.ok(err)
			w.days[i].adds = true
		}
	}
	return w
}

func (w *world) info(name string) store.TableInfo {
	info := store.TableInfo{Name: name, Key: []string{"id"}, Columns: []store.Column{
		column("id", store.Integer), column("ref", store.Integer), column("n", store.Integer), column("m", store.Integer),
		column("a", store.Text), column("b", store.Text), column("x", store.Number), column("y", store.Number), column("f", store.Boolean),
	}}
	for _, d := range w.days {
		info.Columns = append(info.Columns, column(d.name+"_a", d.typ), column(d.name+"_b", d.typ))
	}
	return info
}

// fill replaces the rows of both tables.
func (w *world) fill(rt *rapid.T) {
	for _, t := range []store.Table{w.child, w.parent} {
		w.r.clear(t.Name)
		rows := make([]row, rapid.IntRange(0, 12).Draw(rt, "rows of "+t.Name))
		for i := range rows {
			rows[i] = w.row(rt, i+1)
		}
		w.r.insert(t.Name, rows...)
	}
}

var (
	anyText  = rapid.SampledFrom([]string{"", "a", "A", "a ", "é", "e", "o'b", `\`, "due"})
	anyInt   = rapid.SampledFrom([]int64{-1, 0, 1, 2, 3, 1 << 40})
	anyFloat = rapid.SampledFrom([]float64{-1.5, 0, 0.25, 2, 1e9})
	anyZone  = rapid.SampledFrom([]string{"UTC", "Europe/Paris", "America/Sao_Paulo", "Pacific/Auckland", "Asia/Amman"})
	anyFrom  = rapid.SampledFrom([]string{"UTC", "Europe/Paris", "same"}) // same as the zone it counts in
	anyDay   = rapid.SampledFrom([]store.Day{
		day("1979-12-31"), day("1980-01-01"), day("2017-10-14"), day("2017-10-15"), day("2021-03-27"), day("2021-03-28"), day("2021-10-29"), day("2021-10-31"),
		day("2023-02-28"), day("2024-01-31"), day("2024-02-29"), day("2024-03-01"), day("2024-03-31"), day("2025-02-28"), day("2036-02-29"), never,
	})
)

func (w *world) row(rt *rapid.T, id int) row {
	out := row{
		"id": int64(id), "ref": maybe(rt, rapid.Int64Range(1, 6)), "n": maybe(rt, anyInt), "m": maybe(rt, anyInt), "a": maybe(rt, anyText),
		"b": maybe(rt, anyText), "x": maybe(rt, anyFloat), "y": maybe(rt, anyFloat), "f": maybe(rt, rapid.Bool()),
	}
	for _, d := range w.days {
		out[d.name+"_a"], out[d.name+"_b"] = w.dayValue(rt, d), w.dayValue(rt, d)
	}
	return out
}

// maybe draws a value or NULL.
func maybe[T any](rt *rapid.T, g *rapid.Generator[T]) any {
	if rapid.IntRange(0, 4).Draw(rt, "null") == 0 {
		return nil
	}
	return g.Draw(rt, "value")
}

// dayValue draws an instant near a midnight, or what is no usable day.
func (w *world) dayValue(rt *rapid.T, d dayColumn) any {
	if rapid.IntRange(0, 3).Draw(rt, "bad") == 0 {
		bad := badDays(w.r, d.form, d.typ)
		return bad[rapid.IntRange(0, len(bad)-1).Draw(rt, "which")]
	}
	c := dayCol(d.name, d.form, anyZone.Draw(rt, "zone"), "UTC")
	shift := rapid.SampledFrom([]time.Duration{0, -time.Millisecond * 500, time.Second, -time.Hour, time.Hour, 12 * time.Hour, -30 * time.Minute})
	at := anyDay.Draw(rt, "day").Start(location(c.Zone)).Add(shift.Draw(rt, "shift"))
	return put(at, c, d.typ)
}

// question draws a predicate about the parent.
func (w *world) question(rt *rapid.T) store.Pred { return w.pred(rt, 3, 0) }

// pred draws a predicate of at most that depth; level counts the enclosing questions.
func (w *world) pred(rt *rapid.T, depth, level int) store.Pred {
	kind := rapid.IntRange(0, 9).Draw(rt, "kind")
	switch {
	case depth == 0 || kind < 4:
		return w.atom(rt, level)
	case kind < 6:
		return not(w.pred(rt, depth-1, level))
	case kind == 6 && level < 2:
		return w.exists(rt, depth-1, level)
	}
	args := make([]store.Pred, rapid.IntRange(0, 3).Draw(rt, "operands"))
	for i := range args {
		args[i] = w.pred(rt, depth-1, level)
	}
	op := rapid.SampledFrom([]store.Op{store.OpAnd, store.OpOr}).Draw(rt, "op")
	return store.Pred{Op: op, Args: args}
}

// exists draws a related row, of the other table and then of the first again.
func (w *world) exists(rt *rapid.T, depth, level int) store.Pred {
	table := []string{"child", "parent"}[level]
	on := rapid.SampledFrom([][]store.Pair{
		{{Child: "ref", Parent: "id"}}, {{Child: "id", Parent: "ref"}}, {{Child: "n", Parent: "m"}, {Child: "a", Parent: "a"}},
	}).Draw(rt, "on")
	return store.Exists(table, on, w.pred(rt, depth, level+1))
}

func (w *world) atom(rt *rapid.T, level int) store.Pred {
	pick := func(names ...string) store.Col {
		c := col(rapid.SampledFrom(names).Draw(rt, "column"))
		c.Outer = level > 0 && rapid.Bool().Draw(rt, "outer")
		return c
	}
	cmp := rapid.SampledFrom([]string{"=", "<", "<=", ">", ">="})
	switch rapid.IntRange(0, 12).Draw(rt, "atom") {
	case 0:
		return store.IsNull(pick("n", "a", "x", "f"))
	case 1:
		return store.Compare(pick("a", "b"), "=", anyText.Draw(rt, "text"))
	case 2:
		return store.In(pick("a", "b"), anyText.Draw(rt, "text"), anyText.Draw(rt, "text"))
	case 3:
		return store.Compare(pick("n", "m"), cmp.Draw(rt, "cmp"), anyInt.Draw(rt, "int"))
	case 4:
		return store.Compare(pick("x", "y"), cmp.Draw(rt, "cmp"), anyFloat.Draw(rt, "float"))
	case 5:
		return store.CompareCols(pick("n", "m", "id"), cmp.Draw(rt, "cmp"), pick("n", "m", "ref"))
	case 6:
		return store.CompareCols(pick("a"), "=", pick("b", "a"))
	case 7:
		return store.Compare(pick("f"), "=", rapid.Bool().Draw(rt, "bool"))
	case 8:
		return store.KeyIn([]string{"id"}, keys(rapid.Int64Range(1, 12).Draw(rt, "key"), int64(1)))
	}
	return w.dayAtom(rt, pick)
}

func (w *world) dayAtom(rt *rapid.T, pick func(...string) store.Col) store.Pred {
	if len(w.days) == 0 {
		return store.True()
	}
	d := rapid.SampledFrom(w.days).Draw(rt, "form")
	zone, from := anyZone.Draw(rt, "zone"), anyFrom.Draw(rt, "from")
	if from == "same" {
		from = zone
	}
	draw := func() store.Col {
		picked := pick(d.name+"_a", d.name+"_b")
		c := dayCol(picked.Name, d.form, zone, from)
		c.Outer = picked.Outer
		c.Sentinel = rapid.SampledFrom([]store.Day{{}, never, farNever}).Draw(rt, "sentinel")
		// A column of instants may turn a day that it cannot hold into a zero, where the oracle keeps the day.
		c.Zero = rapid.Bool().Draw(rt, "zero") && d.form != store.AsInstant
		return c
	}
	switch rapid.IntRange(0, 4).Draw(rt, "day atom") {
	case 0:
		return store.Usable(draw())
	case 1:
		return store.IsSentinel(draw())
	case 2:
		return store.OnOrBefore(draw(), anyDay.Draw(rt, "day"))
	case 3:
		return store.LaterThan(draw(), anyDay.Draw(rt, "day"))
	}
	if !d.adds {
		return store.LaterThan(draw(), anyDay.Draw(rt, "day"))
	}
	months := rapid.SampledFrom([]int{0, 1, 6, 12, 13, 36}).Draw(rt, "months")
	return store.LaterThanPlus(draw(), draw(), months, rapid.SampledFrom([]int{0, 1, 32}).Draw(rt, "days"))
}
