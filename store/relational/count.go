package relational

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/store"
)

// bitsPerWord is how many answers are packed into one 64-bit integer of the engine.
const bitsPerWord = 62

// Count implements store.Driver. The predicates of one count share most of their atoms, so
// each atom is asked once a row: their answers are packed into integers, the rows are grouped
// by these, and the predicates are evaluated once a group. It is one scan, whatever the
// number of predicates, and the groups stream.
func (s *DB) Count(ctx context.Context, t store.Table, preds []store.Pred) ([]int64, error) {
	what := "count " + t.Name
	switch len(preds) {
	case 0:
		return nil, nil
	case 1: // an index may serve
		n, err := s.countOne(ctx, t, preds[0])
		return []int64{n}, s.clean(ctx, what, err)
	}
	g := newGraph(preds)
	w, err := s.write(ctx, func(w *Writer) error { return w.grouped(t, g.atoms) })
	if err != nil {
		return nil, s.clean(ctx, what, err)
	}
	rows, err := s.db.QueryContext(ctx, w.text.String(), w.args...)
	if err != nil {
		return nil, s.clean(ctx, what, err)
	}
	defer func() { _ = rows.Close() }()
	out, err := g.tally(rows)
	return out, s.clean(ctx, what, err)
}

func (s *DB) countOne(ctx context.Context, t store.Table, p store.Pred) (n int64, err error) {
	w, err := s.write(ctx, func(w *Writer) error {
		r := w.tables(t.Name)
		w.enter(r)
		w.Write("SELECT COUNT(*) FROM ", w.table(r), " WHERE ")
		return w.Pred(p)
	})
	if err != nil {
		return 0, err
	}
	err = s.db.QueryRowContext(ctx, w.text.String(), w.args...).Scan(&n)
	return n, err
}

// grouped writes the statement that counts rows by the packed answers of the atoms. With a
// fence the answers come from a query within FROM, so that the planner, which knows nothing
// of them there, expects few groups and not one for each row. Without it they are grouped
// where they are: MariaDB answers some EXISTS wrongly in a query within FROM.
func (w *Writer) grouped(t store.Table, atoms []store.Pred) error {
	r := w.tables(t.Name)
	w.enter(r)
	w.scans = true
	var words []string
	for i := range (len(atoms) + bitsPerWord - 1) / bitsPerWord {
		words = append(words, "garant_word"+strconv.Itoa(i))
	}
	w.Write("SELECT COUNT(*)")
	if w.d.Fence != "" {
		w.Write(list(words), " FROM (SELECT 1")
	}
	var groups []string
	for i, word := range words {
		w.Write(", ")
		if err := w.packed(atoms[i*bitsPerWord : min(len(atoms), (i+1)*bitsPerWord)]); err != nil {
			return err
		}
		w.Write(" AS ", word)
		groups = append(groups, strconv.Itoa(i+2)) // a column of the table may have the word's name
	}
	w.Write(" FROM ", w.table(r))
	if w.d.Fence != "" {
		w.Write(w.d.Fence, ") AS garant_answers")
	}
	if len(groups) > 0 {
		w.Write(" GROUP BY ", strings.Join(groups, ", "))
	}
	return nil
}

// list returns the words as they go on in a list.
func list(words []string) string { return strings.Join(append([]string{""}, words...), ", ") }

// packed writes a number whose bits are the answers.
func (w *Writer) packed(atoms []store.Pred) error {
	for i, a := range atoms {
		if i > 0 {
			w.Write(" + ")
		}
		w.Write("CASE WHEN ")
		if err := w.part(a); err != nil {
			return err
		}
		w.Write(" THEN ", strconv.FormatInt(1<<i, 10), " ELSE 0 END")
	}
	return nil
}

// opSince holds where a usable day is Day or later. Whether a day is usable costs the most in
// columns of text, and is asked once a column rather than at each cutoff; and what is due
// shares its cutoff with what is not.
const opSince store.Op = "since"

// part writes an atom of a graph.
func (w *Writer) part(p store.Pred) error {
	if p.Op == opSince {
		return w.since(p)
	}
	return w.Pred(p)
}

// graph holds predicates with what they share: a node for each distinct part.
type graph struct {
	atoms []store.Pred
	nodes []node
	roots []int
	known map[string]int
}

// node is an atom (its number in args[0]) or joins other nodes, which come before it.
type node struct {
	op   store.Op
	args []int
}

// opAtom marks the nodes of atoms; predicates have no such operator.
const opAtom store.Op = "atom"

func newGraph(preds []store.Pred) *graph {
	g := &graph{known: map[string]int{}}
	for _, p := range preds {
		g.roots = append(g.roots, g.add(p))
	}
	return g
}

// add returns the node of the predicate.
func (g *graph) add(p store.Pred) int {
	n := node{op: p.Op}
	switch {
	case p.Op == store.OpTrue, p.Op == store.OpFalse:
	case p.Op == store.OpAnd, p.Op == store.OpOr, p.Op == store.OpNot && len(p.Args) == 1:
		for _, a := range p.Args {
			n.args = append(n.args, g.add(a))
		}
	case p.Op == store.OpDayCmp && p.Day != nil && slices.Contains(comparisons, p.Cmp):
		n = node{store.OpAnd, g.day(p)}
	default: // what is malformed is refused as it is written
		return g.atom(p)
	}
	return g.join(n)
}

// join returns the node that joins others.
func (g *graph) join(n node) int {
	key := fmt.Sprint(n.op, n.args)
	at, ok := g.known[key]
	if !ok {
		at = g.node(n)
		g.known[key] = at
	}
	return at
}

// day returns the nodes that together say that the column's day compares to the constant.
func (g *graph) day(p store.Pred) []int {
	since := func(d store.Day) int { return g.atom(store.Pred{Op: opSince, Col: p.Col, Day: &d}) }
	before := func(d store.Day) int { return g.join(node{store.OpNot, []int{since(d)}}) }
	all := []int{g.atom(store.Pred{Op: store.OpDayUsable, Col: p.Col})}
	switch p.Cmp {
	case "<":
		return append(all, before(*p.Day))
	case "<=":
		return append(all, before(next(*p.Day)))
	case ">":
		return append(all, since(next(*p.Day)))
	case ">=":
		return append(all, since(*p.Day))
	}
	return append(all, since(*p.Day), before(next(*p.Day)))
}

// atom returns the node of an atom.
func (g *graph) atom(p store.Pred) int {
	key := store.CanonicalKey(p)
	at, ok := g.known[key]
	if !ok {
		g.atoms = append(g.atoms, p)
		at = g.node(node{opAtom, []int{len(g.atoms) - 1}})
		g.known[key] = at
	}
	return at
}

func (g *graph) node(n node) int {
	g.nodes = append(g.nodes, n)
	return len(g.nodes) - 1
}

// tally sums the groups that each predicate holds for.
func (g *graph) tally(rows *sql.Rows) ([]int64, error) {
	out := make([]int64, len(g.roots))
	words := make([]int64, (len(g.atoms)+bitsPerWord-1)/bitsPerWord)
	truth := make([]bool, len(g.nodes))
	var n int64
	dest := []any{&n}
	for i := range words {
		dest = append(dest, &words[i])
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		g.evaluate(words, truth)
		for i, r := range g.roots {
			if truth[r] {
				out[i] += n
			}
		}
	}
	return out, rows.Err()
}

// evaluate fills in the truth of every node; arguments come before what they are joined to.
func (g *graph) evaluate(words []int64, truth []bool) {
	for i, n := range g.nodes {
		switch n.op {
		case opAtom:
			truth[i] = words[n.args[0]/bitsPerWord]>>(n.args[0]%bitsPerWord)&1 == 1
		case store.OpNot:
			truth[i] = !truth[n.args[0]]
		case store.OpAnd:
			truth[i] = true
			for _, a := range n.args {
				truth[i] = truth[i] && truth[a]
			}
		case store.OpOr:
			truth[i] = false
			for _, a := range n.args {
				truth[i] = truth[i] || truth[a]
			}
		default:
			truth[i] = n.op == store.OpTrue
		}
	}
}
