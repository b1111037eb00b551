package project

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// Unindexed warns of each question by which people are found that no index serves, with the
// statement that makes one. Without it a search reads the table from end to end: slow, and
// still complete.
func (p *Project) Unindexed(ctx context.Context) ([]policy.Problem, error) {
	var out []policy.Problem
	lookups := rights.Lookups(&p.Bound)
	for _, name := range slices.Sorted(maps.Keys(lookups)) {
		driver := p.stores[name]
		missing, err := Missing(ctx, driver, lookups[name])
		if err != nil {
			return out, fmt.Errorf("store %s: %w", name, err)
		}
		for _, m := range missing {
			slow := "whoever searches a person reads the whole table"
			if m.Blocking == "" { // the rows of another record
				slow += ", and a plan that asks about these rows may read it for each record"
			}
			out = append(out, policy.Problem{File: filepath.Join(p.Dir, RegisterFile), Code: "no-index", Severity: policy.Warning,
				Message: fmt.Sprintf("no index of %s leads to %s by %s: %s", name, m.Table.Name, strings.Join(m.Columns, ", "), slow),
				Hint:    m.Statement})
		}
	}
	return out, nil
}

// indexes remembers what the stores said of their indexes; it is asked for every search.
type indexes struct {
	mu    sync.Mutex
	known map[string]bool
}

// indexed asks a store once whether an index leads to the rows of a question. One that fails to
// say has none: the search then meets the failure itself.
func (p *Project) indexed(ctx context.Context, name string, l store.Lookup) bool {
	p.indexes.mu.Lock()
	defer p.indexes.mu.Unlock()
	at := strings.Join(append([]string{name, l.Table.Name, string(l.Blocking)}, l.Columns...), "\x00")
	yes, asked := p.indexes.known[at]
	if asked {
		return yes
	}
	if indexer, ok := p.stores[name].(store.Indexer); ok {
		found, err := indexer.Indexed(ctx, l)
		yes = found && err == nil
	}
	if p.indexes.known == nil {
		p.indexes.known = map[string]bool{}
	}
	p.indexes.known[at] = yes
	return yes
}

// MissingIndex is a question that no index serves, with the statement that makes one.
type MissingIndex struct {
	store.Lookup
	Statement string
}

// Missing returns those of the questions that no index of the store serves, each once. A store
// that knows nothing of indexes misses none.
func Missing(ctx context.Context, driver store.Driver, lookups []store.Lookup) ([]MissingIndex, error) {
	indexer, ok := driver.(store.Indexer)
	if !ok {
		return nil, nil
	}
	var out []MissingIndex
	seen := map[string]bool{}
	for _, l := range lookups {
		statement, err := indexer.CreateIndex(ctx, l)
		if err != nil {
			return nil, err
		}
		if seen[statement] {
			continue
		}
		seen[statement] = true
		switch indexed, err := indexer.Indexed(ctx, l); {
		case err != nil:
			return nil, err
		case !indexed:
			out = append(out, MissingIndex{l, statement})
		}
	}
	return out, nil
}
