// Package register is for which promise governs which data: it binds the words of a policy
// to tables and columns, says what each event, person and link is in the stores, and checks
// that every column of a bound table is accounted for (article 30 GDPR, and article 5(1)(c):
// a column nobody declared is data nobody promised anything about).
package register

import (
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Register is the whole binding. Datasets keep the order of the file.
type Register struct {
	Datasets []Dataset
	// Closings are the closing days of accounting years per legal entity, ascending. The
	// entity "" is the controller itself.
	Closings map[string][]policy.Date
	// Ignored are tables that hold no personal data, as STORE.TABLE, with the reason.
	Ignored map[string]string
}

// Dataset binds one table.
type Dataset struct {
	Name  string
	Store string
	Table string
	// Key are the columns that name a record; empty means the table's primary key.
	Key []string
	// People are the categories a record may be about. With one, every record is; with more,
	// Is gives each a condition, in CEL, over the columns; a category without a condition
	// is what is left when no other condition holds.
	People []policy.People
	Is     map[policy.People]string
	// Purposes are those that claim this dataset.
	Purposes []policy.PurposeID
	// Person maps a kind of identifier (email, phone, name, id) to the columns that hold one.
	Person      map[string][]string
	Groups      []Group
	NotPersonal []string
	Events      map[policy.Event]Binding
	// Terms binds the terms that rules read from the records (Keep.Read).
	Terms map[string]Source
	Links []Link
	// Columns declares what the schema cannot say.
	Columns map[string]ColumnDecl
	// Asks binds the questions of re-permission; nil when none are bound.
	Asks *Asks
	// Entity is the legal entity whose closings count; "" is the controller.
	Entity string
	// Rows says what becomes of a record all of whose groups are due: "erase" deletes it
	// (the default), "keep" only blanks its fields.
	Rows string
	// Restricted is a column in which Garant tells other software that the use of a record is
	// restricted (article 18 GDPR); empty where there is none.
	Restricted string
	// Attested marks a dataset on paper or with a third party: nothing a machine can act on.
	Attested string
}

// Group is a field group: the fields of a record that hold one data category.
type Group struct {
	Category policy.Category
	Columns  []string
	// Purposes narrows the dataset's; empty means all of them that name the category.
	Purposes []policy.PurposeID
	// Blank gives, by column, what it is set to when the group is erased; a column that may
	// be NULL needs none.
	Blank map[string]Recipe
	// Anonymise gives, by column, what it is set to when the group is anonymised; a column
	// without a recipe is blanked.
	Anonymise map[string]Recipe
	// Then settles what is done with the group when the purposes that claim it disagree;
	// empty means what they say.
	Then policy.Action
}

// Recipe is written "null", "unique", "prefix 2", "year" or "= some constant".
type Recipe = store.Assign

// Binding says where an event is found. With several sources, the latest counts.
type Binding struct {
	Sources []Source
	// Never says what a missing value means: true, it did not happen; false, it is unknown.
	Never bool
	// Sentinel is a day that means never; zero when there is none.
	Sentinel policy.Date
	// Zero says that a zero means never: a date of noughts, the number 0 or an empty text.
	Zero bool
	// Because says in words why a technical column (updated_at, modified) is an event; such
	// a column is refused without.
	Because string
	// Unrecorded says in words why no store records the event; then there are no Sources, and
	// the event is unknown for every record. Empty for an event that is recorded.
	Unrecorded string
}

// Source is a column of the record's row, or of rows related by a link.
type Source struct {
	// Aggregate is "", "max" or "min"; with "" the column is the record's own, or that of
	// the one related row of a lookup.
	Aggregate string
	// Table is the related table; "" is the record's own.
	Table  string
	Column string
	// Where is a CEL condition over the related table's columns; "" means all rows.
	Where string
}

// Link joins another table to the dataset's.
type Link struct {
	Table string
	// On pairs the other table's columns (Child) with the dataset's (Parent).
	On   []store.Pair
	Kind LinkKind
}

// LinkKind says what a link means for erasure.
type LinkKind string

// The kinds. PartOf rows go with the record. RefersTo rows are kept and their linking
// columns blanked, or, where these are NOT NULL, the record becomes a shell. SharedBy rows
// live while any owner's claim does. DerivedFrom rows were computed from the record.
// AccessedBy rows only mention it. Lookup tables are read and never acted on.
const (
	PartOf      LinkKind = "part_of"
	RefersTo    LinkKind = "refers_to"
	SharedBy    LinkKind = "shared_by"
	DerivedFrom LinkKind = "derived_from"
	AccessedBy  LinkKind = "accessed_by"
	Lookup      LinkKind = "lookup"
)

// ColumnDecl says what a schema cannot: how a text or number column writes days, and the
// zone its clock readings are in (IANA name). In Dataset.Columns it stands under the column's
// name, or under TABLE.COLUMN for a linked table that is no dataset itself.
type ColumnDecl struct {
	As   store.DayForm
	Zone string
}

// Asks binds the questions of re-permission: a related table with a row for each question.
type Asks struct {
	Table    string
	Sent     string // column of the day it was sent
	Answered string // column of the day of the answer, NULL while none came
	Yes      string // CEL condition over the table's columns that says the answer was yes
}
