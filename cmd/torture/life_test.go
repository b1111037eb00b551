package torture

import (
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// life is the simulated company: what it believes about its records, and by when each must
// be gone. It knows the promises in prose, not the policy's files.
type life struct {
	rnd       *rand.Rand
	today     civil
	next      int
	customers map[int]*customer
	mailings  map[int]*mailing
	archived  map[int]civil // the day of the mailing
	closings  []civil
	pending   []string
}

type customer struct {
	seen, invoiced civil // invoiced is zero for never
	visits         map[int]civil
	email          bool
}

type mailing struct {
	day civil
	who bool
}

func newLife(seed uint64, start civil) *life {
	l := &life{rnd: rand.New(rand.NewPCG(seed, 5)), today: start, customers: map[int]*customer{}, mailings: map[int]*mailing{}, archived: map[int]civil{}}
	for _, c := range closings() {
		l.closings = append(l.closings, parseCivil(c))
	}
	return l
}

func (l *life) id() int { l.next++; return l.next }

// ago is a day at most so many days back.
func (l *life) ago(most int) civil {
	want := l.rnd.IntN(most + 1)
	c := l.today
	for range want {
		if c.d--; c.d == 0 {
			if c.m--; c.m == 0 {
				c.y, c.m = c.y-1, 12
			}
			c.d = lastDay(c.y, c.m)
		}
	}
	return c
}

func (l *life) do(format string, args ...any) {
	l.pending = append(l.pending, fmt.Sprintf(format, args...))
}

// live is what happens in the company in a day.
func (l *life) live(people int) {
	for len(l.customers) < people/2 || len(l.customers) < people && l.rnd.IntN(20) == 0 {
		l.newCustomer(l.ago(1000))
	}
	// On the days that calendars get wrong, somebody always comes.
	if l.today.d >= 28 || l.today.d == 1 {
		l.newCustomer(l.today)
		l.newMailing(l.today)
	}
	for range l.rnd.IntN(3) {
		l.happen()
	}
}

func (l *life) newCustomer(seen civil) {
	id, c := l.id(), &customer{seen: seen, visits: map[int]civil{}, email: true}
	l.customers[id] = c
	l.do("INSERT INTO customers (id, name, email, seen) VALUES (%d, 'n', 'e', '%s')", id, seen)
}

func (l *life) newMailing(day civil) {
	id := l.id()
	l.mailings[id] = &mailing{day: day, who: true}
	l.do("INSERT INTO mailings (id, who, day) VALUES (%d, 'w', '%s')", id, day)
}

// happen is one event: of today, late, or a correction of an earlier one.
func (l *life) happen() {
	ids := slices.Sorted(maps.Keys(l.customers))
	if len(ids) == 0 {
		return
	}
	id := ids[l.rnd.IntN(len(ids))]
	c := l.customers[id]
	switch l.rnd.IntN(6) {
	case 0:
		l.newMailing(l.ago(500))
	case 1: // a visit, perhaps entered late
		v := l.id()
		c.visits[v] = l.ago([]int{0, 900}[l.rnd.IntN(2)])
		l.do("INSERT INTO visits (id, customer_id, day, note) VALUES (%d, %d, '%s', 'v')", v, id, c.visits[v])
	case 2: // an invoice, perhaps entered late
		c.invoiced = l.ago([]int{0, 4000}[l.rnd.IntN(2)])
		l.do("UPDATE customers SET invoiced = '%s' WHERE id = %d", c.invoiced, id)
	case 3: // the day of contact was wrong, either way
		c.seen = l.ago(1600)
		l.do("UPDATE customers SET seen = '%s' WHERE id = %d", c.seen, id)
	case 4: // the day of a visit was wrong
		for _, v := range slices.Sorted(maps.Keys(c.visits)) {
			c.visits[v] = l.ago(1600)
			l.do("UPDATE visits SET day = '%s' WHERE id = %d", c.visits[v], v)
			break
		}
	}
}

// write does in the database what happened.
func (l *life) write(db *sql.DB) error {
	q := l.pending
	l.pending = nil
	return inOne(db, q...)
}

// related is the last day of the relationship's term.
func (c *customer) related() civil {
	last := c.seen
	for _, day := range c.visits {
		last = later(last, day)
	}
	return last.plusMonths(36)
}

// accounted is the last day of the accounts' term; zero for none.
func (l *life) accounted(c *customer) civil {
	if (c.invoiced == civil{}) {
		return civil{}
	}
	for _, end := range l.closings {
		if !end.before(c.invoiced) {
			return end.plusMonths(120)
		}
	}
	panic("no accounting year for " + c.invoiced.String())
}

// erase is what the day's run must do; since is the first day on which the oldest of what
// the relationship promises was overdue.
func (l *life) erase() (since civil) {
	note := func(end civil) {
		if day := end.next(); (since == civil{}) || day.before(since) {
			since = day
		}
	}
	for id, c := range l.customers {
		end := c.related()
		if !end.before(l.today) {
			l.visits(c, note)
			continue
		}
		whole := l.accounted(c).before(l.today)
		if c.email || whole {
			note(end)
		}
		if c.email = false; whole {
			l.visits(c, note)
			delete(l.customers, id)
			continue
		}
		l.visits(c, note)
	}
	l.mail()
	return since
}

func (l *life) visits(c *customer, note func(civil)) {
	for v, day := range c.visits {
		if end := day.plusMonths(36); end.before(l.today) {
			note(end)
			delete(c.visits, v)
		}
	}
}

// mail moves mailings to the archive, or deletes those that come too late even for that. The
// row of one that was moved stays: nothing personal is left in it.
func (l *life) mail() {
	for id, m := range l.mailings {
		switch {
		case !m.who || !m.day.plusMonths(12).before(l.today):
		case m.day.plusMonths(36).before(l.today):
			delete(l.mailings, id)
		default:
			m.who = false
			l.archived[id] = m.day
		}
	}
	for id, day := range l.archived {
		if day.plusMonths(36).before(l.today) {
			delete(l.archived, id)
		}
	}
}

// want lists what must be there, with the archive or without.
func (l *life) want(archive bool) (out []string) {
	for id, c := range l.customers {
		email := ""
		if c.email {
			email = "e"
		}
		out = append(out, fmt.Sprintln("customer", id, "n", email))
		for v := range c.visits {
			out = append(out, fmt.Sprintln("visit", v, "v", ""))
		}
	}
	for id, m := range l.mailings {
		who := ""
		if m.who {
			who = "w"
		}
		out = append(out, fmt.Sprintln("mailing", id, who, ""))
	}
	for id := range l.archived {
		if archive {
			out = append(out, fmt.Sprintln("archived", id))
		}
	}
	slices.Sort(out)
	return out
}

// clone copies the records, so that a run can be thought through.
func (l *life) clone() *life {
	c := *l
	c.customers, c.mailings, c.archived = map[int]*customer{}, map[int]*mailing{}, maps.Clone(l.archived)
	for id, v := range l.customers {
		cc := *v
		cc.visits = maps.Clone(v.visits)
		c.customers[id] = &cc
	}
	for id, m := range l.mailings {
		mm := *m
		c.mailings[id] = &mm
	}
	return &c
}
