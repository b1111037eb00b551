package register

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// bench is a small company that binds without a problem; each case spoils one thing.
type bench struct {
	p       policy.Policy
	r       Register
	schemas map[string]store.Schema
}

func (b *bench) leads() *Dataset              { return &b.r.Datasets[0] }
func (b *bench) rule() *policy.Rule           { return &b.p.Purposes[0].Rules[0] }
func (b *bench) table(i int) *store.TableInfo { return &b.schemas["crm"].Tables[i] }

// col returns a column of table i.
func (b *bench) col(i int, name string) *store.Column {
	t := b.table(i)
	return &t.Columns[slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == name })]
}

func newBench() *bench {
	return &bench{benchPolicy(), benchRegister(), map[string]store.Schema{"crm": {Tables: []store.TableInfo{
		{Name: "calls", Key: []string{"id"}, Columns: []store.Column{
			{Name: "id", Type: store.Integer, NotNull: true}, {Name: "lead_id", Type: store.Integer},
			{Name: "at", Type: store.DateTime}, {Name: "kind", Type: store.Text, Enum: []string{"in", "out"}},
		}, ForeignKeys: []store.ForeignKey{{Columns: []string{"lead_id"}, Table: "leads", To: []string{"id"}}}},
		{Name: "forms", Key: []string{"id"}, Columns: []store.Column{
			{Name: "id", Type: store.Integer, NotNull: true}, {Name: "term", Type: store.Text},
		}},
		{Name: "leads", Key: []string{"id"}, Columns: []store.Column{
			{Name: "id", Type: store.Integer, NotNull: true}, {Name: "form_id", Type: store.Integer},
			{Name: "name", Type: store.Text}, {Name: "email", Type: store.Text, Unique: true}, {Name: "postcode", Type: store.Text},
			{Name: "created", Type: store.DateType}, {Name: "converted", Type: store.DateType}, {Name: "vip", Type: store.Boolean},
		}, ForeignKeys: []store.ForeignKey{{Columns: []string{"form_id"}, Table: "forms", To: []string{"id"}}}},
		{Name: "tariffs", Key: []string{"id"}, Columns: []store.Column{{Name: "id", Type: store.Integer, NotNull: true}}},
	}}}}
}

func benchPolicy() policy.Policy {
	return policy.Policy{
		People: []policy.Named[policy.People]{{ID: "prospect"}, {ID: "client"}},
		Data:   []policy.Named[policy.Category]{{ID: "identity"}, {ID: "contact"}},
		Events: []policy.Named[policy.Event]{{ID: "collected"}, {ID: "last_contact"}, {ID: "converted"}},
		Purposes: []policy.Purpose{{ID: "quotes", People: []policy.People{"prospect", "client"}, Data: []policy.Category{"identity", "contact"},
			Rules: []policy.Rule{{ID: "quotes.1", Keep: policy.Keep{Set: true, Period: policy.Years(3)},
				After: []policy.Event{"last_contact", "collected"}, Then: policy.Erase}}}},
	}
}

func benchRegister() Register {
	return Register{
		Ignored: map[string]string{"crm.tariffs": "prices only"},
		Datasets: []Dataset{{Name: "leads", Store: "crm", Table: "leads", People: []policy.People{"prospect", "client"},
			Is: map[policy.People]string{"client": "converted != null"}, Purposes: []policy.PurposeID{"quotes"},
			Person: map[string][]string{"email": {"email"}}, NotPersonal: []string{"created", "converted", "vip"},
			Groups: []Group{{Category: "identity", Columns: []string{"name"}}, {Category: "contact", Columns: []string{"email", "postcode"}}},
			Events: map[policy.Event]Binding{
				"collected":    {Sources: []Source{{Column: "created"}}},
				"last_contact": {Sources: []Source{{Aggregate: "max", Table: "calls", Column: "at", Where: "kind == 'in'"}}},
			},
			Terms:   map[string]Source{"form_term": {Table: "forms", Column: "term"}},
			Columns: map[string]ColumnDecl{"calls.at": {Zone: "UTC"}},
			Links: []Link{
				{Table: "calls", On: []store.Pair{{Child: "lead_id"}}, Kind: PartOf},
				{Table: "forms", On: []store.Pair{{Child: "id", Parent: "form_id"}}, Kind: Lookup},
			}}},
	}
}

func (b *bench) bind() (Bound, []policy.Problem) { return Bind(b.p, b.r, b.schemas, Options{}) }

// lines prints problems as "severity code path".
func lines(problems []policy.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, fmt.Sprintf("%s %s %s", p.Severity, p.Code, p.Path))
	}
	return out
}

func TestBindsClean(t *testing.T) {
	t.Parallel()
	bound, problems := newBench().bind()
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	d, ok := bound.Dataset("leads")
	if _, other := bound.Dataset("nobody"); !ok || other {
		t.Fatal("Dataset finds what is not there, or not what is")
	}
	last := d.Events["last_contact"][0]
	want := store.Col{Name: "at", As: store.AsDateTime, Zone: "Europe/Paris", From: "UTC",
		Min: policy.MustDate("1980-01-01"), Max: policy.MustDate("2100-01-01")}
	if diff := cmp.Diff(want, last.Col); diff != "" {
		t.Errorf("column of last_contact: %s", diff)
	}
	if last.Own() || !last.MayBeNever() || last.On[0] != (store.Pair{Child: "lead_id", Parent: "id"}) {
		t.Errorf("source of last_contact: %+v", last)
	}
	if own := d.Events["collected"][0]; !own.Own() || own.MayBeNever() || own.Where.True.Op != store.OpTrue {
		t.Errorf("source of collected: %+v", own)
	}
	if term := d.Terms["form_term"]; !term.Words || term.Table.Name != "forms" {
		t.Errorf("term: %+v", term)
	}
	if l := d.Links[0]; !l.Fenced || !l.Blankable || l.Dataset != "" || d.Links[1].Fenced {
		t.Errorf("links: %+v", d.Links)
	}
	g := d.Groups[1]
	if len(g.Claims) != 1 || g.Claims[0].Rule.ID != "quotes.1" || g.Then != policy.Erase || len(g.Blank) != 2 {
		t.Errorf("group: %+v", g)
	}
}

// TestPeople checks that a category without a condition is what is left, in three values.
func TestPeople(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.leads().Is = map[policy.People]string{"client": "vip"}
	bound, _ := b.bind()
	d := bound.Datasets[0]
	who := d.Groups[0].Claims[0].Who
	for _, c := range []struct {
		vip                      any
		client, prospect, anyone string
	}{{true, "true", "false", "true"}, {false, "false", "true", "true"}, {nil, "null", "null", "null"}} {
		row := map[string]any{"vip": c.vip}
		for want, cond := range map[string]Condition{"client " + c.client: d.People["client"], "prospect " + c.prospect: d.People["prospect"], "anyone " + c.anyone: who} {
			got, err := decide(cond, row)
			if _, w, _ := strings.Cut(want, " "); err != nil || got != w {
				t.Errorf("vip %v, want %s: %s %v", c.vip, want, got, err)
			}
			x, err := d.Scope.Parse(cond.Text)
			if err != nil || show(x.Eval(row)) != got {
				t.Errorf("text %q says otherwise: %v", cond.Text, err)
			}
		}
	}
}

// TestEmpty checks the questions whether a group was blanked or anonymised already.
func TestEmpty(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.leads().Rows = "keep"
	b.col(2, "postcode").NotNull = true
	g := &b.leads().Groups[1]
	g.Blank = map[string]Recipe{"postcode": {To: store.Constant, Value: "–"}}
	g.Anonymise = map[string]Recipe{"postcode": {To: store.Prefix, Value: 2.0}}
	bound, problems := b.bind()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		row               map[string]any
		empty, anonymised bool
	}{
		{map[string]any{"email": nil, "postcode": "–"}, true, true},
		{map[string]any{"email": nil, "postcode": "75"}, false, true},
		{map[string]any{"email": "x", "postcode": "–"}, false, false},
	} {
		for _, q := range []struct {
			p    store.Pred
			want bool
		}{{bound.Datasets[0].Groups[1].Empty, c.empty}, {bound.Datasets[0].Groups[1].Anonymised, c.anonymised}} {
			if got, err := mem.Eval(q.p, c.row, nil); got != q.want || err != nil {
				t.Errorf("%v: %v says %v, %v", c.row, q.p, got, err)
			}
		}
	}
}

func TestAttested(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.r.Datasets = append(b.r.Datasets, Dataset{Name: "binder", Attested: "paper in the cellar", People: []policy.People{"client"},
		Purposes: []policy.PurposeID{"quotes"}, Groups: []Group{{Category: "identity"}}})
	bound, problems := b.bind()
	if len(problems) > 0 || len(bound.Datasets) != 2 || len(bound.Datasets[1].Groups[0].Claims) != 1 {
		t.Errorf("%v %+v", problems, bound)
	}
}

func TestSchemaDigest(t *testing.T) {
	t.Parallel()
	digest := func(change func(*bench)) string {
		b := newBench()
		bound, _ := b.bind()
		change(b)
		return SchemaDigest(b.schemas, bound)
	}
	first := digest(func(*bench) {})
	for name, c := range map[string]struct {
		change func(*bench)
		moves  bool
	}{
		"estimate of rows": {func(b *bench) { b.table(2).Rows = 12 }, false},
		"ignored table":    {func(b *bench) { b.table(3).Columns = nil }, false},
		"order of columns": {func(b *bench) { slices.Reverse(b.table(2).Columns) }, false},
		"order of tables":  {func(b *bench) { slices.Reverse(b.schemas["crm"].Tables) }, false},
		"type of a column": {func(b *bench) { b.col(2, "name").Type = store.Bytes }, true},
		"linked table":     {func(b *bench) { b.col(0, "at").NotNull = true }, true},
		"action of a key":  {func(b *bench) { b.table(0).ForeignKeys[0].OnDelete = "CASCADE" }, true},
		"key from elsewhere": {func(b *bench) {
			b.table(3).ForeignKeys = []store.ForeignKey{{Columns: []string{"id"}, Table: "leads", To: []string{"id"}}}
		}, true},
	} {
		if got := digest(c.change); (got != first) != c.moves {
			t.Errorf("%s: the digest moves %v, want %v", name, got != first, c.moves)
		}
	}
}
