package rights

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Seeker looks for one person in every bound store. It is a value for one search.
type Seeker struct {
	Bound *register.Bound
	// Stores are the open drivers by name, Schemas what was found in them.
	Stores  map[string]store.Driver
	Schemas map[string]store.Schema
	// Unreachable names the stores that did not answer.
	Unreachable []string
	// Indexed reports whether an index of a store leads to the rows of a question (see Lookups);
	// nil where one always does.
	Indexed func(ctx context.Context, store string, l store.Lookup) bool
	// Archive is searched where the policy archives what tells whose a record is; nil for none.
	Archive Archive
	// Loose are the tables, as STORE.TABLE, that no dataset and no link speaks of.
	Loose []string
}

// Wanted is whom to look for.
type Wanted struct {
	// Identifiers by kind, as they were given; those of the kinds in Verified are the
	// person's, the others are hints.
	Identifiers map[string]string
	Verified    []string
	// Name is never a match by itself.
	Name string
	// Decided are the candidates that a human took or left.
	Decided []Decision
}

// Decision is what a human said of a candidate. Key is the record's, encoded, in hex.
type Decision struct {
	Dataset string `json:"dataset"`
	Key     string `json:"key"`
	Theirs  bool   `json:"theirs"`
}

// Decide says whether a candidate is the person's.
func Decide(dataset string, key store.Key, theirs bool) Decision {
	return Decision{dataset, hex.EncodeToString(ledger.EncodeKey(key)), theirs}
}

// Found is what a search found, in a fixed order.
type Found struct {
	// Records are the person's.
	Records []Record
	// Candidates may be: a human decides, and until then they are in no answer.
	Candidates []Candidate
	// Gaps are the places that could not be looked at in full.
	Gaps []Gap
}

// Record is one row that is the person's.
type Record struct {
	Store   string
	Dataset string // empty for a linked table that is no dataset
	Table   store.Table
	Info    store.TableInfo
	Key     store.Key
	// By is the kind of identifier that found it, or empty for a record that is linked to one
	// that was found; Link is then the kind of the link and From the owner's dataset.
	By   string
	Link register.LinkKind
	From string
	// Shared is true where the row belongs to others too.
	Shared bool
}

// Name is the dataset, or STORE.TABLE where there is none.
func (r Record) Name() string {
	if r.Dataset != "" {
		return r.Dataset
	}
	return r.Store + "." + r.Table.Name
}

// Candidate is a row that may be the person's.
type Candidate struct {
	Record
	// Agrees and Differs are the kinds of identifiers that speak for and against.
	Agrees, Differs []string
	// Score is the probability, in percent, that the row is the person's (see Weigh).
	Score int
}

// Gap is a place where the person may be and that was not looked at in full.
type Gap struct {
	Kind GapKind `json:"kind"`
	// Where is a store, a dataset or STORE.TABLE.
	Where string `json:"where"`
	// Rows is how many rows of an unbound table are the person's.
	Rows int `json:"rows,omitempty"`
}

// GapKind says why a place was not looked at.
type GapKind string

// The kinds. A store that did not answer, a table that nothing binds and that holds one of
// the identifiers, and a result cut short make a case incomplete. A dataset without any
// identifier or link cannot be searched by person (article 11 GDPR), and paper is looked
// through by a human: both are told and stop nothing.
const (
	NoAnswer     GapKind = "unreachable"
	LooseTable   GapKind = "unbound_table"
	Truncated    GapKind = "truncated"
	NoIdentifier GapKind = "no_identifier"
	OnPaper      GapKind = "paper"
	// ArchivedAlone are copies in the archive whose record is gone from its store: nothing tells
	// any more what claims hold them, and they go by their own end.
	ArchivedAlone GapKind = "archived_alone"
)

// Stops reports whether the gap makes a case incomplete.
func (g Gap) Stops() bool { return slices.Contains([]GapKind{NoAnswer, LooseTable, Truncated}, g.Kind) }

// Complete reports whether every place was looked at in full.
func (f Found) Complete() bool { return !slices.ContainsFunc(f.Gaps, Gap.Stops) }

// most bounds what one search holds in memory: nobody has so many records.
const most = 20_000

// search is a search under way.
type search struct {
	Seeker
	want  wanted
	out   Found
	known map[string]bool
	// owned are the rows that a link led to from the one they hang on (ownedBy).
	owned map[string]bool
	named []named
	// several says that records of more than one person were found, although no name tells.
	several bool
	// reached are the datasets that some identifier or link leads to.
	reached map[string]bool
}

// Find looks everywhere. A store that fails on the way is a gap and no error: what the others
// hold is found all the same. Only the end of ctx is an error.
func (s Seeker) Find(ctx context.Context, w Wanted) (Found, error) {
	x := &search{Seeker: s, want: newWanted(w), known: map[string]bool{}, owned: map[string]bool{}, reached: map[string]bool{}}
	for _, name := range s.Unreachable {
		x.gap(NoAnswer, name, 0)
	}
	x.datasets(ctx)
	x.archives(ctx)
	x.household()
	x.follow(ctx)
	for _, table := range s.Loose {
		x.loose(ctx, table)
	}
	x.unsearchable()
	x.sort()
	return x.out, ctx.Err()
}

func (x *search) gap(kind GapKind, where string, rows int) {
	if !slices.ContainsFunc(x.out.Gaps, func(g Gap) bool { return g.Kind == kind && g.Where == where }) {
		x.out.Gaps = append(x.out.Gaps, Gap{kind, where, rows})
	}
}

// failed notes that a store did not answer (any more).
func (x *search) failed(store string, err error) bool {
	if err != nil {
		x.gap(NoAnswer, store, 0)
	}
	return err != nil
}

// unsearchable lists the datasets that nothing leads to.
func (x *search) unsearchable() {
	for i := range x.Bound.Datasets {
		ds := &x.Bound.Datasets[i]
		switch {
		case ds.Attested != "":
			x.gap(OnPaper, ds.Name, 0)
		case !x.reached[ds.Name] && len(identifying(ds)) == 0:
			x.gap(NoIdentifier, ds.Name, 0)
		}
	}
}

func (x *search) sort() {
	slices.SortFunc(x.out.Candidates, func(a, b Candidate) int {
		return cmp.Or(b.Score-a.Score, cmp.Compare(a.Name(), b.Name()), cmp.Compare(keyText(a.Key), keyText(b.Key)))
	})
	slices.SortStableFunc(x.out.Gaps, func(a, b Gap) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Where, b.Where)) })
}
