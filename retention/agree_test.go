package retention_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
	"github.com/garant-rgpd/garant/store/storetest"
)

// The generated world: people with a composite key, their calls, the form they came by and
// the questions put to them. Every kind of source, of doubt and of calendar trap is in it.
var (
	peopleRef = store.Table{Name: "people", Key: []string{"id", "tag"}}
	tables    = []store.TableInfo{
		{Name: "forms", Key: []string{"form"}, Columns: []store.Column{
			{Name: "form", Type: store.Integer, NotNull: true}, {Name: "term", Type: store.Integer}, {Name: "since", Type: store.DateType}}},
		{Name: "people", Key: peopleRef.Key, Columns: []store.Column{
			{Name: "id", Type: store.Integer, NotNull: true}, {Name: "tag", Type: store.Text, NotNull: true},
			{Name: "seen", Type: store.DateType}, {Name: "noted", Type: store.Text}, {Name: "moved", Type: store.DateTime},
			{Name: "status", Type: store.Text}, {Name: "form_id", Type: store.Integer}, {Name: "phone", Type: store.Text}}},
		{Name: "calls", Key: []string{"call"}, Columns: []store.Column{
			{Name: "call", Type: store.Integer, NotNull: true}, {Name: "pid", Type: store.Integer}, {Name: "ptag", Type: store.Text},
			{Name: "at", Type: store.DateType}, {Name: "kind", Type: store.Text}}},
		{Name: "questions", Key: []string{"q"}, Columns: []store.Column{
			{Name: "q", Type: store.Integer, NotNull: true}, {Name: "pid", Type: store.Integer}, {Name: "ptag", Type: store.Text},
			{Name: "sent", Type: store.DateType}, {Name: "answered", Type: store.DateType}, {Name: "answer", Type: store.Text}}},
	}
	toPerson = []store.Pair{{Child: "pid", Parent: "id"}, {Child: "ptag", Parent: "tag"}}
	toForm   = []store.Pair{{Child: "form", Parent: "form_id"}}
	never    = policy.MustDate("9999-12-31")
	first    = policy.MustDate("1980-01-01")
	beyond   = policy.MustDate("2100-01-01")
	periods  = []string{"0 days", "32 days", "1 month", "6 months", "13 months", "1 year", "3 years", "10 years", "1 year 1 day"}
	todays   = []string{"2026-11-22", "2024-02-29", "2025-02-28", "2025-03-01", "2026-03-29", "2026-10-25", "2027-01-01", "2026-12-31"}
)

// cases returns how many policies are tried on how many batches of records; each engine
// sees their product times the records of a batch.
func cases() (batches, policies, records int) {
	if n, err := strconv.Atoi(os.Getenv("GARANT_CASES")); err == nil && n > 0 {
		return max(1, n/1000), 25, 40
	}
	return 6, 25, 40
}

// TestAgree holds the predicates to the interpreter: on generated policies and records, each
// record is in exactly one state, the one the interpreter names.
func TestAgree(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			for _, info := range tables {
				if err := f.Create(info); err != nil {
					t.Fatal(err)
				}
			}
			agree(t, f)
		})
	}
}

func agree(t *testing.T, f storetest.Fixture) {
	batches, policies, records := cases()
	seen := map[retention.GroupState]int{}
	total := 0
	for b := range batches {
		world := rapid.Custom(func(r *rapid.T) world { return drawWorld(r, records) }).Example(b)
		world.fill(t, f)
		for p := range policies {
			x := rapid.Custom(drawBound).Example(b*1000 + p)
			today := policy.MustDate(todays[(b+p)%len(todays)])
			check(t, f.Store, x, world, today, seen)
			total += len(world.people)
		}
	}
	t.Logf("%d cases: %v", total, seen)
	for _, s := range []retention.GroupState{retention.GroupDue, retention.GroupKept, retention.GroupUndetermined,
		retention.GroupArchiveDue, retention.GroupAskDue, retention.GroupQuestion, retention.GroupUnjustified, retention.GroupEmpty} {
		if seen[s] == 0 {
			t.Errorf("no generated record was ever %s: the generator proves nothing about it", s)
		}
	}
}

// check compares one policy on all records.
func check(t *testing.T, s store.Driver, b *register.Bound, w world, today policy.Date, seen map[retention.GroupState]int) {
	t.Helper()
	released := w.releases(b, today)
	sets, err := retention.CompileReleased(b, today, released)
	if errors.Is(err, errors.ErrUnsupported) {
		return // refused when the policy is checked
	}
	if err != nil {
		t.Fatalf("compile: %v", err)
	}
	g := sets[0].Groups[0]
	got := map[string]retention.GroupState{}
	for state, p := range map[retention.GroupState]store.Pred{
		retention.GroupDue: g.Due, retention.GroupKept: g.Kept, retention.GroupUndetermined: g.Undetermined,
		retention.GroupArchiveDue: g.ArchiveDue, retention.GroupAskDue: g.AskDue, retention.GroupQuestion: g.Question,
		retention.GroupUnjustified: g.Unjustified, retention.GroupEmpty: g.Empty,
	} {
		if p.Op == store.OpFalse {
			continue
		}
		err := s.Find(context.Background(), store.Query{Table: peopleRef, Columns: peopleRef.Key, Where: p}, func(r store.Row) bool {
			k := fmt.Sprint(r[0], r[1])
			if other, twice := got[k]; twice {
				t.Errorf("record %s is both %s and %s under\n%s", k, other, state, describe(b))
			}
			got[k] = state
			return true
		})
		if err != nil {
			t.Fatalf("find %s: %v\n%s", state, err, describe(b))
		}
	}
	in := retention.Interpreter{Bound: b, Today: today, Holds: mem.Eval, Releases: released}
	for _, row := range w.people {
		vs, err := in.Groups(&b.Datasets[0], retention.Record{Row: row, Related: w.related()})
		if err != nil {
			t.Fatal(err)
		}
		seen[vs[0].State]++
		k := fmt.Sprint(row["id"], row["tag"])
		if got[k] != vs[0].State {
			t.Fatalf("on %s the store says %q, the interpreter %q for\n%v\nunder\n%s\ncalls %v\nquestions %v", today, got[k], vs[0].State, row, describe(b),
				w.of("calls", row), w.of("questions", row))
		}
	}
}

func describe(b *register.Bound) string {
	s := ""
	for _, c := range b.Datasets[0].Groups[0].Claims {
		s += fmt.Sprintf("  %+v when %q while %q\n", c.Rule, c.Who.Text, c.While.Text)
	}
	for id, e := range b.Datasets[0].Events {
		for _, src := range e {
			s += fmt.Sprintf("  event %s: %s(%s.%s where %q) never=%v\n", id, src.Aggregate, src.Table.Name, src.Col.Name, src.Where.Text, src.Never)
		}
	}
	return s
}

// world is one batch of records.
type world struct{ people, calls, forms, questions []map[string]any }

func (w world) related() map[string][]map[string]any {
	return map[string][]map[string]any{"calls": w.calls, "forms": w.forms, "questions": w.questions}
}

func (w world) of(table string, row map[string]any) (out []map[string]any) {
	for _, x := range w.related()[table] {
		if x["pid"] == row["id"] && x["ptag"] == row["tag"] {
			out = append(out, x)
		}
	}
	return out
}

// releases has every third record asked about, and every second purpose end for it; on odd
// days nobody asks. On some days they end those claims and nothing else, or only where the
// question of re-permission is due.
func (w world) releases(b *register.Bound, today policy.Date) []retention.Release {
	if today.Day%2 == 1 {
		return nil
	}
	r := retention.Release{Dataset: b.Datasets[0].Name, Day: today, Narrow: today.Day%4 == 0, Silent: today.Day%6 == 0}
	for i, row := range w.people {
		if i%3 == 0 {
			r.Keys = append(r.Keys, store.Key{row["id"], row["tag"]})
		}
	}
	for i, c := range b.Datasets[0].Groups[0].Claims {
		if i%2 == 0 {
			r.Purposes = append(r.Purposes, c.Purpose.ID)
		}
	}
	return []retention.Release{r}
}

func (w world) fill(t *testing.T, f storetest.Fixture) {
	t.Helper()
	for _, x := range []struct {
		table string
		rows  []map[string]any
	}{{"people", w.people}, {"calls", w.calls}, {"forms", w.forms}, {"questions", w.questions}} {
		if err := f.Clear(x.table); err != nil {
			t.Fatal(err)
		}
		if err := f.Insert(x.table, x.rows...); err != nil {
			t.Fatal(err)
		}
	}
}

func drawWorld(r *rapid.T, n int) world {
	var w world
	for i := range 4 {
		w.forms = append(w.forms, map[string]any{"form": int64(i),
			"term": rapid.SampledFrom([]any{nil, int64(6), int64(12), int64(7), int64(36)}).Draw(r, "term"), "since": drawDay(r)})
	}
	for i := range n {
		row := map[string]any{"id": int64(i / 2), "tag": []string{"a", "é'\""}[i%2], "seen": drawDay(r), "noted": drawNote(r), "moved": drawMoment(r),
			"status":  rapid.SampledFrom([]any{nil, "client", "prospect", "Client"}).Draw(r, "status"),
			"form_id": rapid.SampledFrom([]any{nil, int64(0), int64(1), int64(2), int64(3), int64(99)}).Draw(r, "form"),
			"phone":   rapid.SampledFrom([]any{"06 39 98 00 01", "06 39 98 00 02", "06 39 98 00 03", nil}).Draw(r, "phone")}
		w.people = append(w.people, row)
		for range rapid.IntRange(0, 3).Draw(r, "calls") {
			w.calls = append(w.calls, map[string]any{"call": int64(len(w.calls)), "pid": row["id"], "ptag": row["tag"], "at": drawDay(r),
				"kind": rapid.SampledFrom([]any{nil, "in", "out", "in"}).Draw(r, "kind")})
		}
		for range rapid.SampledFrom([]int{0, 0, 1, 1, 2, 3}).Draw(r, "asked") {
			q := map[string]any{"q": int64(len(w.questions)), "pid": row["id"], "ptag": row["tag"], "sent": drawRecent(r), "answered": nil, "answer": nil}
			if rapid.Bool().Draw(r, "answered") {
				q["answered"], q["answer"] = drawRecent(r), rapid.SampledFrom([]any{"yes", "no", "no", nil}).Draw(r, "answer")
			}
			w.questions = append(w.questions, q)
		}
	}
	return w
}

// drawDay draws days near the ends of the terms in use, and those that break naive engines.
func drawDay(r *rapid.T) any {
	switch rapid.IntRange(0, 9).Draw(r, "kind of day") {
	case 0:
		return nil
	case 1:
		return rapid.SampledFrom([]any{policy.MustDate("1900-01-01"), never, policy.MustDate("2150-06-01"), policy.MustDate("1979-12-31"), policy.MustDate("1980-01-01")}).Draw(r, "odd")
	case 2:
		return policy.MustDate(rapid.SampledFrom([]string{"2024-02-29", "2023-02-28", "2016-02-29", "2026-10-31", "2025-12-31", "2023-12-31", "2016-12-31", "2026-03-29"}).Draw(r, "trap"))
	}
	return near(r)
}

func near(r *rapid.T) policy.Date {
	today := policy.MustDate(rapid.SampledFrom(todays).Draw(r, "today"))
	p, err := policy.ParsePeriod(rapid.SampledFrom(periods).Draw(r, "period"))
	if err != nil {
		r.Fatal(err)
	}
	d := today.Add(policy.Period{Months: -p.Months, Days: -p.Days})
	return d.Add(policy.Period{Days: rapid.IntRange(-3, 3).Draw(r, "off")})
}

func drawRecent(r *rapid.T) any {
	if rapid.IntRange(0, 19).Draw(r, "unsent") == 0 {
		return nil
	}
	if rapid.IntRange(0, 3).Draw(r, "far") == 0 {
		return drawDay(r)
	}
	return policy.MustDate("2026-11-22").Add(policy.Period{Days: -rapid.IntRange(0, 1200).Draw(r, "ago")})
}

// drawNote draws text that should hold a day and sometimes does not.
func drawNote(r *rapid.T) any {
	if rapid.IntRange(0, 4).Draw(r, "bad") == 0 {
		return rapid.SampledFrom([]any{nil, "", "inconnu", "2023-02-30", "2024-13-01", "0000-00-00", "2024-02-29 10:00:00", "20230229", "00/00/0000", "31/02/2024"}).Draw(r, "text")
	}
	d := near(r)
	layout := rapid.SampledFrom([]string{time.DateOnly, time.DateOnly, "02/01/2006", "20060102"}).Draw(r, "spelling")
	return d.Start(time.UTC).Format(layout)
}

// drawMoment draws clock readings in UTC that fall around midnights of Paris.
func drawMoment(r *rapid.T) any {
	if rapid.IntRange(0, 9).Draw(r, "none") == 0 {
		return nil
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		r.Fatal(err)
	}
	t := near(r).Start(paris).UTC()
	return t.Add(time.Duration(rapid.SampledFrom([]int{-1, 0, 1, 3600, 86399, -3600}).Draw(r, "seconds")) * time.Second)
}
