// Package demo is for filling the stores of an invented company with twelve years of
// believable history, so that Garant can be watched at work on data that are nobody's.
//
// Everything comes from a seed and a day: the same options give the same rows on every
// engine. Names are made of syllables, addresses end in .example, telephone numbers are
// those reserved for fiction (01 99 00 and 06 39 98).
package demo

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// Options says how much history is made, and where it goes.
type Options struct {
	// People is how many people ever asked the company for something; 10,000 when zero. The
	// first dozen are the noteworthy ones of Facts.
	People int
	// Seed starts the generator.
	Seed uint64
	// Today is the last day of the history.
	Today policy.Date
	// Dir is where crm.db and billing.db are made; empty when the stores are given below.
	Dir string
	// Engine, CRM and Billing are the stores to fill where Dir is empty. Their tables are
	// created and must not be there.
	Engine       Engine
	CRM, Billing *sql.DB
	// Undeclared adds a column of telephone numbers to leads that no register declares.
	Undeclared bool
	// Needles asks for the list of personal values in Facts.
	Needles bool
}

// Facts says what was made, so that it can be shown and searched for.
type Facts struct {
	// Rows counts the rows of each table, named STORE.TABLE.
	Rows map[string]int
	// Flaws counts the failures that were sown on purpose, by kind.
	Flaws map[Flaw]int
	// Cases names the noteworthy records.
	Cases map[Case]Record
	// Needles are the personal values that were made, sorted, without those too short to be
	// told from ordinary words. Nil unless asked for.
	Needles []string
}

// Record names one row of a dataset by the key that garant why takes.
type Record struct {
	Dataset string
	Store   string
	Table   string
	Key     int64
}

// defaultPeople is enough to make a plan worth reading and to fill in seconds.
const defaultPeople = 10_000

// chunk is how many people are written in one transaction.
const chunk = 1_000

// Fill creates the tables of both stores and writes the history into them.
func Fill(ctx context.Context, o Options) (Facts, error) {
	if o.People == 0 {
		o.People = defaultPeople
	}
	if o.Today.IsZero() || o.People < len(cast) {
		return Facts{}, fmt.Errorf("fill the demo: a day and at least %d people are needed", len(cast))
	}
	stores, done, err := open(o)
	if err != nil {
		return Facts{}, err
	}
	defer done()
	sinks, err := create(ctx, stores, o)
	if err != nil {
		return Facts{}, err
	}
	defer closeAll(sinks)
	f := newFiller(o)
	if err := f.run(ctx, sinks, o.People); err != nil {
		return Facts{}, err
	}
	return f.facts(), nil
}

// run makes people by the chunk and writes each chunk before the next is made.
func (f *filler) run(ctx context.Context, sinks []*sink, people int) error {
	f.forms()
	for n := 1; n <= people; n++ {
		if n <= len(cast) {
			f.stage(cast[n-1])
		} else {
			f.live(f.person(), f.randomLife())
		}
		f.strangers()
		if n%chunk == 0 || n == people {
			if err := f.flush(ctx, sinks); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes what was made since the last time, store by store.
func (f *filler) flush(ctx context.Context, sinks []*sink) error {
	for _, s := range sinks {
		if err := s.write(ctx, f.rows); err != nil {
			return err
		}
	}
	clear(f.rows)
	return nil
}

// facts closes the book.
func (f *filler) facts() Facts {
	out := Facts{Rows: f.counts, Flaws: f.flaws, Cases: f.cases}
	for v := range f.needles {
		out.Needles = append(out.Needles, v)
	}
	slices.Sort(out.Needles)
	return out
}
