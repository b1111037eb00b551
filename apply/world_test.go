package apply_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// backing is a store under test and the hands that fill it behind the engine's back.
type backing struct {
	driver store.Driver
	actor  store.Actor
	create func(store.TableInfo) error
	insert func(table string, rows ...map[string]any) error
	db     *sql.DB // nil in memory
}

func memory1() backing {
	s := mem.New()
	return backing{driver: s, actor: s, create: s.CreateTable, insert: s.InsertAll}
}

// world is a company with some leads, and everything a run needs.
type world struct {
	t *testing.T
	backing
	memory *memory
	vault  *vault
	wall   *wall
	hooks  *hooks
	opt    apply.Options
	events []apply.Event
	step   string // the one at hand
	down   map[string]error
}

const (
	leadCount = 40
	recent    = "2026-11-01"
	old       = "2019-05-05"
)

func newWorld(t *testing.T, b backing) *world {
	w := &world{t: t, backing: b, memory: newMemory(), vault: newVault(), hooks: &hooks{}, down: map[string]error{},
		wall: &wall{now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}}
	w.opt = apply.Options{First: 7, Most: 9, Tell: func(e apply.Event) { w.events, w.step = append(w.events, e), e.Step }}
	for _, info := range tables() {
		w.must(b.create(info))
	}
	w.fill()
	return w
}

func tables() []store.TableInfo {
	col := func(name string, typ store.Type) store.Column { return store.Column{Name: name, Type: typ} }
	id := store.Column{Name: "id", Type: store.Integer, NotNull: true}
	toLeads := []store.ForeignKey{{Columns: []string{"lead_id"}, Table: "leads", To: []string{"id"}, OnDelete: "RESTRICT"}}
	key := []string{"id"}
	return []store.TableInfo{
		{Name: "leads", Key: key, Columns: []store.Column{id, col("name", store.Text), col("status", store.Text), col("seen", store.DateType)}},
		{Name: "calls", Key: key, ForeignKeys: toLeads, Columns: []store.Column{id, col("lead_id", store.Integer), col("at", store.DateType)}},
		{Name: "invoices", Key: key, ForeignKeys: toLeads, Columns: []store.Column{id, col("lead_id", store.Integer)}},
		{Name: "notes", Key: key, Columns: []store.Column{id, col("lead_id", store.Integer)}},
		{Name: "contacts", Key: []string{"kind", "no"}, Columns: []store.Column{{Name: "kind", Type: store.Text, NotNull: true}, {Name: "no", Type: store.Integer, NotNull: true}, col("email", store.Text), col("seen", store.DateType)}},
		{Name: "files", Key: key, Columns: []store.Column{id, col("who", store.Text), col("seen", store.DateType)}},
	}
}

// lead returns lead i with what belongs to it, by table: of four leads three are old; of the
// old ones every fifth has an invoice and every seventh a recent call.
func lead(i int64) map[string][]map[string]any {
	seen, call := day(old), day(old)
	if i%4 == 0 {
		seen = day(recent)
	}
	if i%7 == 0 {
		call = day(recent)
	}
	rows := map[string][]map[string]any{
		"leads":    {{"id": i, "name": "n", "status": "prospect", "seen": seen}},
		"calls":    {{"id": 2 * i, "lead_id": i, "at": day(old)}, {"id": 2*i + 1, "lead_id": i, "at": call}},
		"notes":    {{"id": i, "lead_id": i}},
		"contacts": {{"kind": "é" + fmt.Sprint(i%3), "no": i, "email": "e", "seen": seen}},
		"files":    {{"id": i, "who": fmt.Sprint("w", i), "seen": seen}},
	}
	if i%5 == 0 {
		rows["invoices"] = []map[string]any{{"id": i, "lead_id": i}}
	}
	return rows
}

// fill adds all leads.
func (w *world) fill() {
	all := map[string][]map[string]any{}
	for i := range leadCount {
		for table, rows := range lead(int64(i + 1)) {
			all[table] = append(all[table], rows...)
		}
	}
	for _, info := range tables() {
		w.must(w.insert(info.Name, all[info.Name]...))
	}
}

func dueLead(i int64) bool { return i%4 != 0 && i%7 != 0 }
func dueRest(i int64) bool { return i%4 != 0 }
func shell(i int64) bool   { return i%5 == 0 }

func count(pred func(int64) bool) (n int64) {
	for i := int64(1); i <= leadCount; i++ {
		if pred(i) {
			n++
		}
	}
	return n
}

const (
	eraseLeads  = "leads/erase/row"
	blankEmails = "contacts/erase/contact"
	moveFiles   = "files/archive/identity"
)

// plan returns the plan as it is after a way through a file.
func (w *world) plan() plan.Plan {
	day := func(name string) store.Col { return store.Col{Name: name, As: store.AsDate, Zone: "Europe/Paris"} }
	cutoff := policy.MustDate("2023-11-21")
	oldAnd := func(col string) store.Pred {
		return store.And(store.OnOrBefore(day("seen"), cutoff), store.Not(store.IsNull(store.Col{Name: col})))
	}
	link := func(table string) store.Link {
		return store.Link{Table: store.Table{Name: table, Key: []string{"id"}}, Columns: []string{"lead_id"}, To: []string{"id"}}
	}
	leads := plan.Work{
		Table: store.Table{Name: "leads", Key: []string{"id"}},
		Where: store.And(oldAnd("name"), store.Compare(store.Col{Name: "status"}, "=", "prospect"),
			store.Not(store.Exists("calls", []store.Pair{{Child: "lead_id", Parent: "id"}}, store.LaterThan(day("at"), cutoff)))),
		Set: []store.Assign{{Column: "name", To: store.Null}},
		Children: []plan.Child{
			{Dataset: "calls", Link: link("calls"), Do: plan.DeleteChild, Fenced: true},
			{Dataset: "notes", Link: link("notes"), Do: plan.BlankLink},
			{Dataset: "invoices", Link: link("invoices"), Do: plan.KeepShell, Fenced: true},
		},
	}
	contacts := plan.Work{Table: store.Table{Name: "contacts", Key: []string{"kind", "no"}}, Where: oldAnd("email"), Set: []store.Assign{{Column: "email", To: store.Null}}}
	files := plan.Work{Table: store.Table{Name: "files", Key: []string{"id"}}, Where: oldAnd("who"), Set: []store.Assign{{Column: "who", To: store.Null}}, Copy: []string{"who"}}
	p := plan.Finish(plan.Plan{AsOf: policy.MustDate("2026-11-22"), Steps: []plan.Step{
		{ID: eraseLeads, Dataset: "leads", Store: "crm", Action: policy.Erase, WholeRow: true, Due: count(dueLead), Rows: leadCount, Work: leads},
		{ID: blankEmails, Dataset: "contacts", Store: "crm", Action: policy.Erase, Due: count(dueRest), Rows: leadCount, Work: contacts},
		{ID: moveFiles, Dataset: "files", Store: "crm", Action: policy.ToArchive, Due: count(dueRest), Rows: leadCount, Work: files},
	}})
	p, err := plan.Decode(plan.Encode(p))
	w.must(err)
	return p
}

func (w *world) Store(_ context.Context, name string) (store.Driver, store.Actor, error) {
	if err := w.down[name]; err != nil {
		return nil, nil, err
	}
	return w.driver, hookedActor{w.actor, w.hooks}, nil
}

func (w *world) env() apply.Env {
	return apply.Env{Stores: w, Holds: w.memory, Log: w.memory, Sets: w.memory, Progress: w.memory, Keys: w.memory, Archive: w.vault,
		Clock: w.wall.clock, Sleep: w.wall.sleep}
}

func (w *world) run() apply.Report {
	w.t.Helper()
	r, err := apply.Run(context.Background(), w.plan(), w.env(), w.opt)
	w.must(err)
	return r
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// rows reads a table, each row as one string.
func (w *world) rows(table string, cols ...string) (rows []string) {
	w.t.Helper()
	key := []string{"id"}
	if table == "contacts" {
		key = []string{"kind", "no"}
	}
	q := store.Query{Table: store.Table{Name: table, Key: key}, Columns: cols, Where: store.True()}
	w.must(w.driver.Find(context.Background(), q, func(r store.Row) bool {
		rows = append(rows, line(r...))
		return true
	}))
	slices.Sort(rows)
	return rows
}

// line writes values apart from each other.
func line(vs ...any) string { return strings.TrimSpace(fmt.Sprintln(vs...)) }

// state reads everything.
func (w *world) state() map[string][]string {
	return map[string][]string{
		"leads": w.rows("leads", "id", "name"), "calls": w.rows("calls", "id", "lead_id"), "notes": w.rows("notes", "id", "lead_id"),
		"invoices": w.rows("invoices", "id", "lead_id"), "contacts": w.rows("contacts", "no", "email"), "files": w.rows("files", "id", "who"),
	}
}

// want says what the state must be after the plan, except for the kept leads.
func want(kept ...int64) map[string][]string {
	s := map[string][]string{}
	for i := int64(1); i <= leadCount; i++ {
		gone := dueLead(i) && !slices.Contains(kept, i)
		add := func(table string, unless bool, vs ...any) {
			if !unless {
				s[table] = append(s[table], line(vs...))
			}
		}
		blank := func(on bool, v any) any {
			if on {
				return nil
			}
			return v
		}
		add("leads", gone && !shell(i), i, blank(gone, "n"))
		add("calls", gone, 2*i, i)
		add("calls", gone, 2*i+1, i)
		add("notes", false, i, blank(gone, i))
		add("invoices", !shell(i), i, i)
		add("contacts", false, i, blank(dueRest(i), "e"))
		add("files", false, i, blank(dueRest(i), fmt.Sprint("w", i)))
	}
	for _, rows := range s {
		slices.Sort(rows)
	}
	return s
}

// check compares the end state, and receipts with effects and with the ledger.
func (w *world) check(kept ...int64) {
	w.t.Helper()
	if diff := cmp.Diff(want(kept...), w.state()); diff != "" {
		w.t.Error(diff)
	}
	var rs []store.Receipt
	w.must(w.actor.Receipts(context.Background(), 0, func(r store.Receipt) bool { rs = append(rs, r); return true }))
	ids, rows := map[string]bool{}, map[string]int64{}
	for _, r := range rs {
		if ids[r.ID] {
			w.t.Errorf("receipt %s is there twice", r.ID)
		}
		ids[r.ID], rows[r.Step] = true, rows[r.Step]+r.Rows
	}
	effects := map[string]int64{eraseLeads: count(dueLead) - int64(len(kept)), blankEmails: count(dueRest), moveFiles: count(dueRest)}
	if diff := cmp.Diff(effects, rows); diff != "" {
		w.t.Errorf("receipts differ from effects: %s", diff)
	}
	if diff := cmp.Diff(rs, w.memory.entered["crm"], cmpopts.EquateEmpty()); diff != "" {
		w.t.Errorf("receipts differ from the ledger: %s", diff)
	}
	w.checkVault()
}

func (w *world) checkVault() {
	w.t.Helper()
	copies := map[string]store.Row{}
	for i := int64(1); i <= leadCount; i++ {
		if dueRest(i) {
			copies[fmt.Sprint([]any{i})] = store.Row{fmt.Sprint("w", i)}
		}
	}
	if diff := cmp.Diff(copies, w.vault.kept); diff != "" {
		w.t.Errorf("the archive differs: %s", diff)
	}
}

// said reports whether an event of the kind has that reason.
func (w *world) said(kind apply.EventKind, reason string) bool {
	return slices.ContainsFunc(w.events, func(e apply.Event) bool { return e.Kind == kind && e.Reason == reason })
}

func day(s string) store.Day { return policy.MustDate(s) }

func step(t *testing.T, r apply.Report, id string) apply.StepReport {
	t.Helper()
	for _, s := range r.Steps {
		if s.Step == id {
			return s
		}
	}
	t.Fatalf("no report of %s", id)
	return apply.StepReport{}
}
