package register

import (
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Bound is a policy resolved against what is in the stores: every name is looked up, every
// condition compiled. Datasets that could not be bound are left out; the problems say why.
type Bound struct {
	Datasets []BoundDataset
	// Closings are the closing days of accounting years per legal entity.
	Closings map[string][]policy.Date
	// Options are those it was bound with, defaults filled in.
	Options Options
}

// Dataset returns the bound dataset of that name, and whether there is one.
func (b Bound) Dataset(name string) (BoundDataset, bool) {
	for _, d := range b.Datasets {
		if d.Name == name {
			return d, true
		}
	}
	return BoundDataset{}, false
}

// BoundDataset is a dataset with its table and everything that claims it.
type BoundDataset struct {
	Name  string
	Store string
	// Info is the table as it was found; zero for an attested dataset.
	Info  store.TableInfo
	Table store.Table
	// Attested, Entity and KeepRows repeat the register.
	Attested string
	Entity   string
	KeepRows bool
	// Restricted is the column, of booleans or whole numbers, that is true while the use of a
	// record is restricted; empty where there is none.
	Restricted string
	// People says, for each category, which records are about it. A category without a
	// condition of its own is what is left: true where no other is, null where that is open.
	People map[policy.People]Condition
	// Person maps a kind of identifier to its columns.
	Person map[string][]string
	Events map[policy.Event][]BoundSource
	Terms  map[string]BoundTerm
	Groups []BoundGroup
	Links  []BoundLink
	// Asks is nil when no questions are bound.
	Asks *BoundAsks
	// Scope is for compiling further conditions, such as those of holds.
	Scope Scope
}

// BoundSource is one place where an event is found. With several, the latest counts.
type BoundSource struct {
	// Aggregate is "max" or "min" over the rows of Table; empty for a column of the record,
	// or of the one row of Table when that has a name.
	Aggregate string
	// Table is the related table, joined by On; without a name it is the record's own.
	Table store.Table
	On    []store.Pair
	// Where narrows the related rows; it is true of all when none was written. A row for
	// which it is null may or may not count.
	Where Condition
	// Col is the column as it is read for days.
	Col store.Col
	// Never says that NULL means the event did not happen; otherwise NULL is unknown.
	Never bool
	// Unrecorded says that no store records the event: there is no column to read, and it is
	// unknown for every record.
	Unrecorded bool
}

// Own reports whether the source is a column of the record itself.
func (s BoundSource) Own() bool { return s.Table.Name == "" }

// MayBeNever reports whether the source can say that the event did not happen.
func (s BoundSource) MayBeNever() bool {
	return s.Never || s.Aggregate != "" || !s.Col.Sentinel.IsZero() || s.Col.Zero
}

// BoundTerm is where a term that records bring is found: in a column of the record, or of
// the one row of a lookup table.
type BoundTerm struct {
	// Table and On lead to the lookup; without a name the column is the record's own.
	Table  store.Table
	On     []store.Pair
	Column string
	// Words is true for a text such as "6 months" or "P6M" (policy.ParsePeriod), false for
	// a whole number of months.
	Words bool
}

// BoundGroup is a field group with the claims that hold it.
type BoundGroup struct {
	Category policy.Category
	Columns  []string
	// Purposes are those that name the category here, with or without a rule.
	Purposes []policy.PurposeID
	Claims   []Claim
	// Then is what is done when the last claim has ended: Erase or Anonymise.
	Then policy.Action
	// Blank and Anonymise set every column of the group, in the order of Columns. They are
	// complete where Garant may need them, else the problems say what is missing.
	Blank     []store.Assign
	Anonymise []store.Assign
	// Empty holds for the records that have nothing in the group: each column is NULL or
	// what Blank sets it to. Anonymised is the same for Anonymise. Columns whose recipe has
	// no constant result do not count.
	Empty      store.Pred
	Anonymised store.Pred
}

// Claim is one rule that holds one group of one dataset.
type Claim struct {
	Purpose policy.Purpose
	Rule    policy.Rule
	// People are those of the dataset's categories that the rule is for, and Who is true of
	// the records about one of them.
	People []policy.People
	Who    Condition
	// When and While are the rule's conditions; true of all when none was written.
	When  Condition
	While Condition
}

// BoundLink is a classified link with what the schema says of it.
type BoundLink struct {
	Kind LinkKind
	// Info is the linked table as it was found, Table its name and key.
	Info  store.TableInfo
	Table store.Table
	On    []store.Pair
	// Dataset is the name of the dataset bound to the linked table; empty when none is.
	Dataset string
	// Fenced is true when a foreign key of the linked table stands behind the link, so that
	// no row can be added under a deleted record. OnDelete is that key's action.
	Fenced   bool
	OnDelete string
	// Blankable is true when all linking columns of the linked table may be NULL.
	Blankable bool
}

// BoundAsks is where the questions of re-permission are found.
type BoundAsks struct {
	Table    store.Table
	On       []store.Pair
	Sent     store.Col
	Answered store.Col
	Yes      Condition
}
