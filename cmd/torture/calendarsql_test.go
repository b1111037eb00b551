package torture

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/store"
)

// daysTable has a row for each day, and for each length the last day of its term and the day
// after, as the suite's own calendar has them.
func daysTable() (create string, columns []string) {
	columns = []string{"id", "day"}
	for _, n := range lengths() {
		columns = append(columns, fmt.Sprint("last", n), fmt.Sprint("over", n))
	}
	return "CREATE TABLE days (id integer PRIMARY KEY, " + strings.Join(columns[1:], " date, ") + " date)", columns
}

// dayRows writes the rows of a year.
func dayRows(year, first int) (values []string) {
	for c := (civil{year, 1, 1}); c.y == year; c = c.next() {
		row := []string{fmt.Sprint(first + len(values)), "'" + c.String() + "'"}
		for _, n := range lengths() {
			last := c.plusMonths(n)
			row = append(row, "'"+last.String()+"'", "'"+last.next().String()+"'")
		}
		values = append(values, "("+strings.Join(row, ", ")+")")
	}
	return values
}

// TestP06CalendarInSQL asks each engine on which days a term has run out: the last day is not
// later than the day plus the term, and the day after is. The long version has every day from
// 1970 to 2100, the short one those of the years that calendars get wrong.
func TestP06CalendarInSQL(t *testing.T) {
	t.Parallel()
	var years []int
	for y := 1970; y <= 2100; y++ {
		if minutes() > 0 || y == 1970 || y == 1999 || y == 2000 || y == 2024 || y == 2100 {
			years = append(years, y)
		}
	}
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, engine, cascade)
			create, _ := daysTable()
			q, n := []string{create}, 0
			for _, y := range years {
				values := dayRows(y, n)
				n += len(values)
				q = append(q, "INSERT INTO days VALUES "+strings.Join(values, ", "))
			}
			if err := inOne(r.db, q...); err != nil {
				t.Fatal(err)
			}
			wrong := 0
			for _, months := range lengths() {
				wrong += r.checkTerm(t, months, n)
			}
			results.add("P6", "days under ten lengths, through SQL: "+engine, n*len(lengths()), wrong)
		})
	}
}

// checkTerm compares the answers for one length and returns how many are wrong.
func (r *rig) checkTerm(t *testing.T, months, days int) int {
	t.Helper()
	day := func(name string) store.Col { return store.Col{Name: name, As: store.AsDate, Zone: "UTC"} }
	over := func(name string) store.Pred {
		return store.LaterThanPlus(day(fmt.Sprint(name, months)), day("day"), months, 0)
	}
	got, err := r.driver.Count(context.Background(), store.Table{Name: "days", Key: []string{"id"}}, []store.Pred{over("last"), over("over")})
	if err != nil {
		t.Fatal(err)
	}
	early, late := int(got[0]), days-int(got[1])
	if early+late > 0 {
		t.Errorf("%s, %d months: of %d days the term of %d ran out too early, of %d too late", r.engine, months, days, early, late)
	}
	return early + late
}
