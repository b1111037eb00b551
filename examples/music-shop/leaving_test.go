package musicshop_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/cmd/project"
)

// TestLeaving: once the shop records who left, and when, the promise about the staff is
// carried out. Of a manager that others report to and of an agent who serves customers only
// their own rows go; those who named them stay and name nobody.
func TestLeaving(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, s *shop) {
		s.recordLeaving(t)
		p := s.opened(t)
		want := map[string]int64{"staff/erase/row": 2, "staff/erase/email": 1, "staff/erase/phone": 1}
		if got := staff(due(s.plan(t, p, "2029-01-01"))); !maps.Equal(got, want) {
			t.Fatalf("%v are due, want %v", got, want)
		}
		before := s.digests(t, catalogue)
		s.apply(t, p)
		if after := s.digests(t, catalogue); !maps.Equal(after, before) {
			t.Errorf("other tables changed: %v, were %v", after, before)
		}
		for query, want := range leftBehind {
			if n := s.count(t, words(t).ReplaceAllStringFunc(query, s.name)); n != want {
				t.Errorf("%d, want %d: %s", n, want, query)
			}
		}
		if left := staff(due(s.plan(t, p, "2029-01-01"))); len(left) > 0 {
			t.Errorf("%v are still due", left)
		}
	})
}

// leftBehind are queries with their answers. 2 managed 3, 4 and 5; 3 served 21 customers.
var leftBehind = map[string]int64{
	"SELECT count(*) FROM Employee":                                                    6,
	"SELECT count(*) FROM Employee WHERE EmployeeId IN (2, 3)":                         0,
	"SELECT count(*) FROM Employee WHERE ReportsTo IS NULL":                            3,
	"SELECT count(*) FROM Employee WHERE Email IS NULL AND Title IS NOT NULL":          1,
	"SELECT count(*) FROM Customer":                                                    59,
	"SELECT count(*) FROM Customer WHERE SupportRepId IS NULL":                         21,
	"SELECT count(*) FROM Customer c JOIN Employee e ON e.EmployeeId = c.SupportRepId": 38,
}

// recordLeaving adds the column that the shop lacks and binds it: 2 and 3 left more than
// five years before, 6 less, the others are there.
func (s *shop) recordLeaving(t *testing.T) {
	t.Helper()
	table, id := s.name("Employee"), s.name("EmployeeId")
	s.exec(t, fmt.Sprintf("ALTER TABLE %s ADD COLUMN left_on DATE", table))
	s.exec(t, fmt.Sprintf("UPDATE %s SET left_on = '2023-12-31' WHERE %s IN (2, 3)", table, id))
	s.exec(t, fmt.Sprintf("UPDATE %s SET left_on = '2024-01-01' WHERE %s = 6", table, id))
	s.edit(t, project.RegisterFile, "{left: {unrecorded: the shop's database has no day of leaving}}",
		"{left: {from: left_on, missing: never}}\n    not_personal: [left_on]")
}

// staff are the steps of the staff.
func staff(steps map[string]int64) map[string]int64 {
	maps.DeleteFunc(steps, func(id string, _ int64) bool { return !strings.HasPrefix(id, "staff/") })
	return steps
}
