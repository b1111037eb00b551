package register

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// spoiled is one thing done to the bench, and every problem that must come of it.
type spoiled struct {
	name  string
	spoil func(*bench)
	want  []string
	// says is part of the first problem's message or hint.
	says string
}

func checkSpoiled(t *testing.T, cases []spoiled) {
	t.Helper()
	for _, c := range cases {
		b := newBench()
		c.spoil(b)
		_, problems := b.bind()
		if diff := cmp.Diff(c.want, lines(problems)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
			continue
		}
		if len(problems) > 0 && !strings.Contains(problems[0].Error(), c.says) {
			t.Errorf("%s: %q is not said in %q", c.name, c.says, problems[0].Error())
		}
	}
}

const inLeads = "$.datasets.leads"

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	gone := "finding unbound-purpose $.purposes.quotes"
	checkSpoiled(t, []spoiled{
		{"store", func(b *bench) { b.leads().Store = "crn" }, []string{"error unknown-store $.datasets.leads.in"}, "did you mean crm?"},
		{"table", func(b *bench) { b.leads().Table = "lead" }, []string{
			"error unknown-table $.datasets.leads.in", "finding unbound-table $.datasets"}, "did you mean leads?"},
		{"key column", func(b *bench) { b.leads().Key = []string{"idd"} }, []string{"error unknown-column $.datasets.leads.key"}, "did you mean id?"},
		{"group column", func(b *bench) { b.leads().Groups[0].Columns = []string{"name", "nmae"} }, []string{"error unknown-column $.datasets.leads.fields.identity"}, "did you mean name?"},
		{"not_personal column", func(b *bench) { b.leads().NotPersonal = append(b.leads().NotPersonal, "vipp") }, []string{"error unknown-column $.datasets.leads.not_personal"}, "did you mean vip?"},
		{"person column", func(b *bench) { b.leads().Person["email"] = []string{"email", "mail"} }, []string{"error unknown-column $.datasets.leads.person.email"}, "mail"},
		{"declared column", func(b *bench) { b.leads().Columns["creatd"] = ColumnDecl{} }, []string{"error unknown-column $.datasets.leads.columns.creatd"}, "did you mean created?"},
		{"event column", func(b *bench) { b.leads().Events["collected"].Sources[0].Column = "creation" }, []string{"error unknown-column $.datasets.leads.events.collected"}, ""},
		{"event", func(b *bench) { b.leads().Events["colected"] = b.leads().Events["collected"] }, []string{"error unknown-event $.datasets.leads.events.colected"}, "did you mean collected?"},
		{"purpose", func(b *bench) { b.leads().Purposes = []policy.PurposeID{"quote"} }, []string{
			"error unknown-purpose $.datasets.leads.purposes", "finding unjustified $.datasets.leads.fields.identity",
			"finding unjustified $.datasets.leads.fields.contact", gone}, "did you mean quotes?"},
		{"purpose of a group", func(b *bench) { b.leads().Groups[0].Purposes = []policy.PurposeID{"quotes", "sales"} }, []string{"error unknown-purpose $.datasets.leads.fields.identity"}, "its purposes are quotes"},
		{"people", func(b *bench) { b.leads().People = []policy.People{"client", "prospects"} }, []string{"error unknown-people $.datasets.leads.people"}, "did you mean prospect?"},
		{"people of a condition", func(b *bench) { b.leads().Is = map[policy.People]string{"clients": "vip", "client": "vip"} }, []string{"error unknown-people $.datasets.leads.is.clients"}, "did you mean client?"},
		{"no people", func(b *bench) { b.leads().People, b.leads().Is = nil, nil }, []string{"error no-people $.datasets.leads",
			"finding unjustified $.datasets.leads.fields.identity", "finding unjustified $.datasets.leads.fields.contact"}, ""},
		{"category", func(b *bench) { b.leads().Groups[0].Category = "identiy" }, []string{
			"error unknown-category $.datasets.leads.fields.identiy", "finding unjustified $.datasets.leads.fields.identiy"}, "did you mean identity?"},
		{"linked table", func(b *bench) { b.leads().Links[1].Table = "form" }, []string{
			"error unknown-table $.datasets.leads.links", "error unknown-link $.datasets.leads.terms.form_term",
			"error uncovered-column $.datasets.leads.fields", "finding unbound-table $.datasets", "error unclassified-link $.datasets.leads.links"}, "did you mean forms?"},
		{"link kind", func(b *bench) { b.leads().Links[1].Kind = "lookups" }, []string{"error unknown-link-kind $.datasets.leads.links",
			"error unknown-link $.datasets.leads.terms.form_term", "error uncovered-column $.datasets.leads.fields", "error unclassified-link $.datasets.leads.links"}, "did you mean lookup?"},
		{"ignored table", func(b *bench) { b.r.Ignored["crm.tarifs"] = "prices" }, []string{"warning stale-ignore $.ignored"}, "did you mean tariffs?"},
		{"condition", func(b *bench) { b.leads().Is["client"] = "convertd != null" }, []string{"error condition $.datasets.leads.is.client"}, "did you mean converted?"},
	})
}

func TestKeysAndLinks(t *testing.T) {
	t.Parallel()
	fk := func(table, del string) []store.ForeignKey {
		return []store.ForeignKey{{Columns: []string{"id"}, Table: table, To: []string{"id"}, OnDelete: del}}
	}
	checkSpoiled(t, []spoiled{
		{"no key", func(b *bench) { b.table(2).Key = nil }, []string{"finding no-key $.datasets.leads.in"}, "give the table a primary key"},
		{"no rollback", func(b *bench) { b.table(2).Bar = store.NoRollback }, []string{"finding no-rollback $.datasets.leads.in"}, "ENGINE=InnoDB"},
		{"history", func(b *bench) { b.table(2).Bar = store.KeepsHistory }, []string{"finding keeps-history $.datasets.leads.in"}, "DROP SYSTEM VERSIONING"},
		{"part with history", func(b *bench) { b.table(0).Bar = store.KeepsHistory }, []string{"error keeps-history $.datasets.leads.links"}, "calls"},
		{"look-up with history", func(b *bench) { b.table(1).Bar = store.KeepsHistory }, nil, ""},
		{"trigger", func(b *bench) { b.table(2).Copiers = []string{"leads_gone", "leads_log"} }, []string{"warning trigger $.datasets.leads.in"}, "leads_gone, leads_log"},
		{"key that names several rows", func(b *bench) { b.leads().Key = []string{"name"} }, []string{"error key-not-unique $.datasets.leads.key"}, ""},
		{"unique column as key", func(b *bench) {
			b.leads().Key, b.col(2, "email").NotNull = []string{"email"}, true
			b.leads().Groups[1].Columns, b.leads().NotPersonal = []string{"postcode"}, append(b.leads().NotPersonal, "id")
			b.leads().Links[0].On[0].Parent = "id"
		}, nil, ""},
		{"bound twice", func(b *bench) {
			second := benchRegister().Datasets[0]
			second.Name = "again"
			b.r.Datasets = append(b.r.Datasets, second)
		}, []string{"error bound-twice $.datasets.again.in"}, "bound by dataset leads already"},
		{"part without key", func(b *bench) { b.table(0).Key = nil }, []string{"error no-key $.datasets.leads.links"}, "cannot be acted on"},
		{"link without columns", func(b *bench) { b.leads().Links[0].On = nil }, []string{"error link-columns $.datasets.leads.links",
			"error unknown-link $.datasets.leads.events.last_contact", "error unclassified-link $.datasets.leads.links"}, ""},
		{"two links to a table", func(b *bench) {
			b.leads().Links = append(b.leads().Links, Link{Table: "calls", On: []store.Pair{{Child: "id", Parent: "form_id"}}, Kind: AccessedBy})
		}, []string{"error ambiguous-link $.datasets.leads.events.last_contact"}, ""},
		{"several rows for one", func(b *bench) {
			b.leads().Events["collected"] = Binding{Sources: []Source{{Table: "calls", Column: "at"}}}
		}, []string{"error not-one-row $.datasets.leads.events.collected"}, "max(…)"},
		{"aggregate of the record", func(b *bench) { b.leads().Events["collected"].Sources[0].Aggregate = "max" }, []string{"error aggregate-own $.datasets.leads.events.collected"}, ""},
		{"no such aggregate", func(b *bench) { b.leads().Events["last_contact"].Sources[0].Aggregate = "avg" }, []string{"error aggregate $.datasets.leads.events.last_contact"}, ""},
		{"unclassified key to the dataset", func(b *bench) { b.table(3).ForeignKeys = fk("leads", "CASCADE") }, []string{"error unclassified-link $.datasets.leads.links"}, "ON DELETE CASCADE"},
		{"key to an ignored table", func(b *bench) { b.table(2).ForeignKeys = append(b.table(2).ForeignKeys, fk("tariffs", "")...) }, nil, ""},
		{"key between others", func(b *bench) { b.table(3).ForeignKeys = fk("forms", "CASCADE") }, nil, ""},
		{"cascade along part_of", func(b *bench) { b.table(0).ForeignKeys[0].OnDelete = "CASCADE" }, nil, ""},
		{"cascade against refers_to", func(b *bench) {
			b.table(0).ForeignKeys[0].OnDelete, b.leads().Links[0].Kind = "CASCADE", RefersTo
		}, []string{"error cascade $.datasets.leads.links"}, "RESTRICT"},
		{"implicit columns of a key", func(b *bench) { b.table(0).ForeignKeys[0].To = nil }, nil, ""},
	})
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	checkSpoiled(t, []spoiled{
		{"uncovered column", func(b *bench) {
			b.table(2).Columns = append(b.table(2).Columns, store.Column{Name: "notes", Type: store.Text})
		}, []string{"error uncovered-column $.datasets.leads.fields"}, "column notes of crm.leads"},
		{"declared twice", func(b *bench) { b.leads().NotPersonal = append(b.leads().NotPersonal, "name") }, []string{"error declared-twice $.datasets.leads.not_personal"}, ""},
		{"looks personal", func(b *bench) {
			b.table(2).Columns = append(b.table(2).Columns, store.Column{Name: "workPhone2", Type: store.Text}, store.Column{Name: "hotel", Type: store.Text}, store.Column{Name: "email_sent", Type: store.DateType})
			b.leads().NotPersonal = append(b.leads().NotPersonal, "workPhone2", "hotel", "email_sent")
		}, []string{"warning looks-personal $.datasets.leads.not_personal"}, "workPhone2"},
		{"unbound table", func(b *bench) { b.r.Ignored = nil }, []string{"finding unbound-table $.datasets"}, "crm.tariffs"},
		{"unbound table with phones", func(b *bench) {
			b.r.Ignored, b.table(3).Columns = nil, append(b.table(3).Columns, store.Column{Name: "tel", Type: store.Text})
		}, []string{"finding unbound-table $.datasets"}, "personal data: tel"},
		{"store without datasets", func(b *bench) { b.schemas["web"] = store.Schema{Tables: []store.TableInfo{{Name: "pages"}}} }, nil, ""},
		{"unbound purpose", func(b *bench) { b.p.Purposes = append(b.p.Purposes, policy.Purpose{ID: "hiring"}) }, []string{"finding unbound-purpose $.purposes.hiring"}, "policy.yaml"},
		{"purpose of a third party", func(b *bench) {
			b.p.Purposes = append(b.p.Purposes, policy.Purpose{ID: "loans", Rules: []policy.Rule{{By: "the lender"}}})
		}, nil, ""},
		{"unjustified", func(b *bench) { b.p.Purposes[0].Data = []policy.Category{"identity"} }, []string{"finding unjustified $.datasets.leads.fields.contact"}, ""},
		{"no term", func(b *bench) { b.rule().Data = []policy.Category{"identity"} }, []string{"finding no-term $.datasets.leads.fields.contact"}, "quotes claims contact"},
		{"people undecided", func(b *bench) { b.leads().Is = nil }, []string{"finding people-undecided $.datasets.leads.people"}, "prospect and which about client"},
	})
}

func TestDemandsOfRules(t *testing.T) {
	t.Parallel()
	checkSpoiled(t, []spoiled{
		{"unbound event", func(b *bench) { b.rule().After = []policy.Event{"collected", "converted"} }, []string{"error unbound-event $.datasets.leads.events"}, "add events: {converted: COLUMN}"},
		{"unbound fallback", func(b *bench) { b.rule().Fallback = "converted" }, []string{"error unbound-event $.datasets.leads.events"}, ""},
		{"unbound end", func(b *bench) { b.rule().Until = []policy.Event{"converted"} }, []string{"error unbound-event $.datasets.leads.events"}, ""},
		{"event that nothing records", func(b *bench) {
			b.leads().Events["converted"] = Binding{Unrecorded: "the sales office keeps it on paper"}
			b.rule().Until = []policy.Event{"converted"}
		}, []string{"finding unrecorded-event $.datasets.leads.events.converted"}, "the sales office"},
		{"event of a third party", func(b *bench) { b.rule().By, b.rule().After = "the lender", []policy.Event{"converted"} }, nil, ""},
		{"may stay for ever", func(b *bench) { b.rule().After = []policy.Event{"last_contact"} }, []string{"warning may-stay-for-ever $.datasets.leads.events.last_contact"}, "rule quotes.1"},
		{"fallback against staying", func(b *bench) { b.rule().After, b.rule().Fallback = []policy.Event{"last_contact"}, "collected" }, nil, ""},
		{"sentinel may be never", func(b *bench) {
			b.rule().After = []policy.Event{"collected"}
			b.leads().Events["collected"] = Binding{Sources: b.leads().Events["collected"].Sources, Sentinel: policy.MustDate("9999-12-31")}
		}, []string{"warning may-stay-for-ever $.datasets.leads.events.collected"}, ""},
		{"condition of a rule", func(b *bench) { b.rule().When = "statu == 'x'" }, []string{"error condition $.purposes.quotes.retention[0].when"}, "policy.yaml: rule quotes.1 on dataset leads"},
		{"state of a rule", func(b *bench) { b.rule().While = "vip == 1" }, []string{"error condition $.purposes.quotes.retention[0].while"}, ""},
		{"unbound term", func(b *bench) { b.rule().Keep.Read = "form_tem" }, []string{"error unbound-term $.datasets.leads.terms"}, "did you mean form_term?"},
		{"term of no use", func(b *bench) { b.col(1, "term").Type = store.DateType }, []string{"error term $.datasets.leads.terms.form_term"}, "6 months"},
		{"no closings", func(b *bench) { b.rule().Round, b.leads().Entity = policy.EndOfAccountingYear, "south" }, []string{"finding no-closings $.datasets.leads"}, "no closing is known of south"},
		{"unbound asks", func(b *bench) { b.rule().Then = policy.AskAgain }, []string{"finding unbound-asks $.datasets.leads"}, ""},
		{"asks", func(b *bench) {
			b.rule().Then = policy.AskAgain
			b.leads().Asks = &Asks{Table: "calls", Sent: "at", Answered: "at", Yes: "kind == 'in'"}
		}, nil, ""},
		{"asks of no date", func(b *bench) {
			b.leads().Asks = &Asks{Table: "calls", Sent: "at", Answered: "kind", Yes: "kind == 'in'"}
		}, []string{"error text-date $.datasets.leads.asks"}, ""},
		{"zone missing", func(b *bench) { b.leads().Columns = nil }, []string{"error no-zone $.datasets.leads.events.last_contact"}, "columns: {at: {zone: UTC}}"},
		{"zone unknown", func(b *bench) { b.leads().Columns["calls.at"] = ColumnDecl{Zone: "Paris"} }, []string{"error bad-zone $.datasets.leads.events.last_contact"}, ""},
		{"text as date", func(b *bench) { b.col(2, "created").Type = store.Text }, []string{"error text-date $.datasets.leads.events.collected"}, "a date column of text type"},
		{"wrong form", func(b *bench) { b.leads().Columns["created"] = ColumnDecl{As: store.AsUnix} }, []string{"error bad-form $.datasets.leads.events.collected"}, ""},
		{"no date at all", func(b *bench) { b.leads().Events["collected"].Sources[0].Column = "vip" }, []string{"error not-a-date $.datasets.leads.events.collected"}, ""},
	})
}

// TestEvidence warns where the rows that an event is read off go before what it keeps.
func TestEvidence(t *testing.T) {
	t.Parallel()
	calls := func(b *bench, keep policy.Period) {
		b.p.Purposes = append(b.p.Purposes, policy.Purpose{ID: "calls", People: []policy.People{"client"}, Data: []policy.Category{"contact"},
			Rules: []policy.Rule{{ID: "calls.1", Keep: policy.Keep{Set: true, Period: keep}, After: []policy.Event{"collected"}, Then: policy.Erase}}})
		b.r.Datasets = append(b.r.Datasets, Dataset{Name: "calls", Store: "crm", Table: "calls", People: []policy.People{"client"}, Purposes: []policy.PurposeID{"calls"},
			Groups: []Group{{Category: "contact", Columns: []string{"kind"}}}, NotPersonal: []string{"at"}, Events: map[policy.Event]Binding{"collected": {Sources: []Source{{Column: "at"}}}},
			Columns: map[string]ColumnDecl{"at": {Zone: "UTC"}}})
	}
	checkSpoiled(t, []spoiled{
		{"a year of calls for three of contact", func(b *bench) { calls(b, policy.Years(1)) },
			[]string{"warning evidence-goes-first $.datasets.leads.events.last_contact"}, "quotes.1 keeps records of leads for 3 years after last_contact, which is read off calls"},
		{"as long", func(b *bench) { calls(b, policy.Months(36)) }, nil, ""},
		{"longer", func(b *bench) { calls(b, policy.Years(10)) }, nil, ""},
		{"figure of the operator", func(b *bench) {
			calls(b, policy.Years(1))
			b.p.Purposes[1].Rules[0].Keep = policy.Keep{Operator: true}
		}, nil, ""},
		{"rows that stay", func(b *bench) {
			calls(b, policy.Years(1))
			b.r.Datasets[1].Rows = "keep"
		}, nil, ""},
	})
}

func TestRecipes(t *testing.T) {
	t.Parallel()
	contact := inLeads + ".fields.contact"
	notNull := func(b *bench) { b.leads().Rows, b.col(2, "email").NotNull = "keep", true }
	blank := func(b *bench, column string, r Recipe) {
		b.leads().Rows, b.leads().Groups[1].Blank = "keep", map[string]Recipe{column: r}
	}
	longer := policy.Rule{ID: "quotes.2", Data: []policy.Category{"identity"}, Keep: policy.Keep{Set: true, Period: policy.Years(10)},
		After: []policy.Event{"collected"}, Then: policy.Erase}
	checkSpoiled(t, []spoiled{
		{"NOT NULL in a kept row", notNull, []string{"error cannot-blank " + contact}, `blank: {email: "unique"}`},
		{"NOT NULL in an erased row", func(b *bench) { b.col(2, "email").NotNull = true }, nil, ""},
		{"NOT NULL beside a group that lives longer", func(b *bench) {
			b.col(2, "email").NotNull, b.col(2, "name").NotNull = true, true
			b.p.Purposes[0].Rules = append(b.p.Purposes[0].Rules, longer)
		}, []string{"error cannot-blank " + contact}, "column email may not be NULL"},
		{"NOT NULL in a shell", func(b *bench) {
			b.col(2, "email").NotNull, b.col(0, "lead_id").NotNull, b.leads().Links[0].Kind = true, true, RefersTo
		}, []string{"error cannot-blank " + contact}, ""},
		{"constant in a unique column", func(b *bench) { blank(b, "email", Recipe{To: store.Constant, Value: "x"}) }, []string{"error unique-constant " + contact}, ""},
		{"unique", func(b *bench) { notNull(b); blank(b, "email", Recipe{To: store.Unique}) }, nil, ""},
		{"unique alone", func(b *bench) {
			notNull(b)
			blank(b, "email", Recipe{To: store.Unique})
			b.leads().Groups[1].Columns, b.leads().Groups[0].Columns = []string{"email"}, []string{"name", "postcode"}
		}, []string{"error unseen-result " + contact}, ""},
		{"unique beside a column that is not there", func(b *bench) {
			notNull(b)
			blank(b, "email", Recipe{To: store.Unique})
			b.leads().Groups[1].Columns, b.leads().Groups[0].Columns = []string{"email", "postkode"}, []string{"name", "postcode"}
		}, []string{"error unknown-column " + contact}, ""},
		{"computed", func(b *bench) {
			notNull(b)
			b.col(2, "email").Computed, b.col(2, "email").From = true, []string{"postcode"}
		}, nil, ""},
		{"computed from what goes sooner", func(b *bench) {
			b.col(2, "email").Computed, b.col(2, "email").From = true, []string{"name"}
		}, []string{"warning computed-elsewhere " + inLeads + ".fields"}, "email is computed from name"},
		{"recipe of a computed column", func(b *bench) {
			b.col(2, "email").Computed = true
			blank(b, "email", Recipe{To: store.Unique})
		}, []string{"error computed-column " + contact}, ""},
		{"nothing but computed columns", func(b *bench) {
			notNull(b)
			b.col(2, "email").Computed = true
			b.leads().Groups[1].Columns, b.leads().Groups[0].Columns = []string{"email"}, []string{"name", "postcode"}
		}, []string{"error computed-group " + contact}, ""},
		{"recipe elsewhere", func(b *bench) { blank(b, "name", Recipe{To: store.Unique}) }, []string{"error stray-recipe " + contact}, ""},
		{"blank that keeps", func(b *bench) { blank(b, "postcode", Recipe{To: store.Prefix, Value: 2.0}) }, []string{"error blank-keeps " + contact}, ""},
		{"prefix of a number", func(b *bench) {
			b.col(2, "postcode").Type = store.Integer
			b.leads().Groups[1].Anonymise = map[string]Recipe{"postcode": {To: store.Prefix, Value: 2.0}}
		}, []string{"error recipe-type " + contact}, ""},
		{"year of a text", func(b *bench) {
			b.leads().Groups[1].Anonymise = map[string]Recipe{"postcode": {To: store.YearOnly}}
		}, []string{"error recipe-type " + contact}, ""},
		{"unique number", func(b *bench) {
			b.col(2, "postcode").Type = store.Integer
			blank(b, "postcode", Recipe{To: store.Unique})
		}, []string{"error recipe-type " + contact}, ""},
		{"constant of another type", func(b *bench) {
			b.col(2, "postcode").Type = store.Integer
			blank(b, "postcode", Recipe{To: store.Constant, Value: "none"})
		}, []string{"error recipe-type " + contact}, ""},
		{"constant that is no value", func(b *bench) {
			b.col(2, "postcode").Enum = []string{"north", "south"}
			blank(b, "postcode", Recipe{To: store.Constant, Value: "nort"})
		}, []string{"error recipe-type " + contact}, "did you mean north?"},
		{"key in a group", func(b *bench) { b.leads().Rows, b.leads().Groups[0].Columns = "keep", []string{"name", "id"} }, []string{"error cannot-blank $.datasets.leads.fields.identity"}, ""},
		{"conflicting then", func(b *bench) {
			other := *b.rule()
			other.ID, other.Then = "quotes.2", policy.Anonymise
			b.p.Purposes[0].Rules = append(b.p.Purposes[0].Rules, other)
		}, []string{"error conflicting-then $.datasets.leads.fields.identity", "error conflicting-then " + contact}, "erased by quotes.1 and anonymised by quotes.2"},
		{"settled then", func(b *bench) {
			other := *b.rule()
			other.ID, other.Then = "quotes.2", policy.Anonymise
			b.p.Purposes[0].Rules = append(b.p.Purposes[0].Rules, other)
			b.leads().Groups[0].Then, b.leads().Groups[1].Then = policy.Erase, policy.Anonymise
		}, nil, ""},
	})
}

// TestProblemsAreStable keeps problems the same from run to run.
func TestProblemsAreStable(t *testing.T) {
	t.Parallel()
	spoil := func() []string {
		b := newBench()
		b.leads().Is, b.leads().Columns, b.r.Ignored = nil, nil, nil
		b.rule().When, b.rule().While, b.leads().Person["phone"], b.leads().Person["id"] = "x", "y", []string{"z"}, []string{"w"}
		_, problems := b.bind()
		return lines(problems)
	}
	first := spoil()
	for range 20 {
		if got := spoil(); !slices.Equal(got, first) {
			t.Fatalf("%v\nthen\n%v", first, got)
		}
	}
}
