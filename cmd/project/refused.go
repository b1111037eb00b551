package project

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// refusals finds in the stores the records of people who objected or withdrew a consent, and
// says which purposes' claims on them are over. The state knows these people by keyed digests
// alone, so that the rows' own identifiers are digested and compared; see docs/adr/0022.
type refusals struct {
	*Project
	key []byte
	// on is the day on which the question is put: what was said until its end counts.
	on policy.Date
	// by are the digests of those who refused something; nil looks every row up.
	by map[consent.Ref]bool
	// names is a name borne by a row of each digest, shared are those that rows of several
	// people bear: a family has one line, and none of them speaks for another.
	names  map[consent.Ref]string
	shared map[consent.Ref]bool
	// most bounds the records that one step names; the others come in the next plan.
	most int
}

// refusedRow is a row of somebody who may have refused something.
type refusedRow struct {
	key  store.Key
	refs []consent.Ref
	who  []consent.Identifier
	// language is that of the words which the person last agreed to or refused in; empty where none
	// is on file.
	language string
}

func (p *Project) refusals(ctx context.Context, on policy.Date) (*refusals, error) {
	key, err := p.State.PersonKey(ctx)
	return &refusals{Project: p, key: key, on: on, names: map[consent.Ref]string{}, shared: map[consent.Ref]bool{}, most: 5000}, err
}

// said is what people said of the records in the stores.
type said struct {
	rows map[string][]refusedRow
	// over are the keys by dataset of the records on which the claims of some purposes are
	// over, by class: the purposes, after silence where a question ended them.
	over map[string]map[string][]store.Key
	// put are the records, by dataset and group, about which nothing is to be asked: the
	// question was put, or answered with a yes.
	put map[string]map[string]bool
}

// look finds the records of those who spoke, and what follows for them.
func (x *refusals) look(ctx context.Context, planner retention.Planner) (out said, err error) {
	out = said{map[string][]refusedRow{}, map[string]map[string][]store.Key{}, map[string]map[string]bool{}}
	if x.by, err = x.State.Outspoken(ctx); err != nil || len(x.by) == 0 {
		return out, err
	}
	for i := range x.Bound.Datasets {
		ds := &x.Bound.Datasets[i]
		if out.rows[ds.Name], err = x.scan(ctx, ds, store.True()); err != nil {
			return out, err
		}
	}
	for name, found := range out.rows {
		if err := x.sort(ctx, planner, name, found, out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// refused are the steps on records whose claims people ended themselves.
func (x *refusals) refused(ctx context.Context, planner retention.Planner, s said) ([]plan.Step, error) {
	out := x.undecided(s.rows)
	for class, keys := range s.over {
		steps, err := x.steps(ctx, planner, class, keys)
		if err != nil {
			return nil, err
		}
		out = append(out, steps...)
	}
	return out, nil
}

// ends lists the purposes of a dataset whose claims a person may end by their own word.
func (x *refusals) ends(ds *register.BoundDataset) []policy.PurposeID {
	var out []policy.PurposeID
	for _, g := range ds.Groups {
		for _, c := range g.Claims {
			if !c.Rule.Keep.AtLeast && !slices.Contains(out, c.Purpose.ID) {
				out = append(out, c.Purpose.ID)
			}
		}
	}
	slices.Sort(out)
	return out
}

// scan reads the identifiers of rows and returns those of people who refused something.
func (x *refusals) scan(ctx context.Context, ds *register.BoundDataset, where store.Pred) ([]refusedRow, error) {
	kinds, cols, some := x.columns(ds)
	if len(kinds) == 0 || len(ds.Table.Key) == 0 || ds.Attested != "" || len(x.ends(ds)) == 0 {
		return nil, nil
	}
	driver, open := x.stores[ds.Store]
	if !open {
		return nil, store.ErrUnreachable
	}
	names := rights.NameColumns(ds)
	n := len(ds.Table.Key)
	var out []refusedRow
	err := driver.Find(ctx, store.Query{Table: ds.Table, Columns: slices.Concat(ds.Table.Key, cols, names), Where: store.And(where, some)}, func(r store.Row) bool {
		row := refusedRow{key: store.Key(slices.Clone(r[:n]))}
		row.who, row.refs = x.refs(kinds, r[n:n+len(cols)])
		hit := false
		for _, ref := range row.refs {
			if x.by == nil || x.by[ref] {
				hit = true
				x.bears(ref, words(r[n+len(cols):]))
			}
		}
		if hit {
			out = append(out, row)
		}
		return true
	})
	return out, err
}

// columns lists the columns of identifiers that a dataset binds, each with its kind, and the rows
// that have one.
func (x *refusals) columns(ds *register.BoundDataset) (kinds, cols []string, some store.Pred) {
	var any []store.Pred
	for _, kind := range slices.Sorted(maps.Keys(ds.Person)) {
		for _, c := range ds.Person[kind] {
			if kind != "name" {
				kinds, cols = append(kinds, kind), append(cols, c)
				any = append(any, store.Not(store.IsNull(store.Col{Name: c})))
			}
		}
	}
	return kinds, cols, store.Or(any...)
}

// refs reads the identifiers of a row, in the forms in which people may have given them, and
// digests each.
func (x *refusals) refs(kinds []string, values store.Row) (all []consent.Identifier, out []consent.Ref) {
	for i, kind := range kinds {
		written := rights.Written(values[i])
		for _, form := range []string{written, rights.Normal(kind, written)} {
			who, err := consent.Identify(kind + "=" + form)
			if ref := consent.Refer(x.key, who); err == nil && !slices.Contains(out, ref) {
				all, out = append(all, who), append(out, ref)
			}
		}
	}
	return all, out
}

// bears notes the name of a row under a digest.
func (x *refusals) bears(ref consent.Ref, name string) {
	known, ok := x.names[ref]
	switch {
	case !ok || known == "":
		x.names[ref] = name
	case rights.Unlike(known, name):
		x.shared[ref] = true
	}
}

// undecided tells of the records that one who refused shares an address or a line with: nobody
// can say whose word it was, so that nothing is done, and a human looks (garant request open).
func (x *refusals) undecided(rows map[string][]refusedRow) []plan.Step {
	var out []plan.Step
	for name, found := range rows {
		ds, _ := x.Bound.Dataset(name)
		s := plan.Step{ID: name + "/" + string(policy.Erase) + "/row/shared", Dataset: name, Store: ds.Store, Action: policy.Erase, WholeRow: true, Work: plan.Work{Table: ds.Table}}
		for _, row := range found {
			if !slices.ContainsFunc(row.refs, func(r consent.Ref) bool { return x.by[r] && !x.shared[r] }) {
				s.Undetermined++
			}
		}
		if s.Undetermined > 0 {
			out = append(out, s)
		}
	}
	return out
}

// sort puts the rows under the purposes whose claims on them are over.
func (x *refusals) sort(ctx context.Context, planner retention.Planner, name string, rows []refusedRow, out said) error {
	ds, _ := x.Bound.Dataset(name)
	for some := range slices.Chunk(rows, 1000) {
		facts, err := x.facts(ctx, some)
		if err != nil {
			return err
		}
		for i, row := range some {
			ended, err := x.ended(&ds, facts[i])
			if err != nil {
				return err
			}
			out.add(joined(ended), name, row.key)
			silent, err := x.asked(ctx, planner, &ds, row, facts[i], out.put)
			if err != nil {
				return err
			}
			if len(silent) > 0 {
				out.add(silence+joined(silent), name, row.key)
			}
		}
	}
	return nil
}

// silence begins the class of purposes that a question ended.
const silence = "silence/"

func (s said) add(class, dataset string, key store.Key) {
	if class == "" {
		return
	}
	if s.over[class] == nil {
		s.over[class] = map[string][]store.Key{}
	}
	s.over[class][dataset] = append(s.over[class][dataset], key)
}

// facts are those of each row's people, as far as nobody else bears their identifiers.
func (x *refusals) facts(ctx context.Context, rows []refusedRow) ([]consent.Facts, error) {
	var all []consent.Ref
	for i := range rows {
		rows[i].refs = slices.DeleteFunc(rows[i].refs, func(r consent.Ref) bool { return x.shared[r] })
		all = append(all, rows[i].refs...)
	}
	records, err := x.State.RecordsOfEach(ctx, all)
	at := x.on.Add(policy.Days(1)).Start(x.Config.Zone)
	out := make([]consent.Facts, len(rows))
	for i := range rows {
		own := consent.Together(records, rows[i].refs)
		rows[i].language, out[i] = language(own), consent.FactsOf(own, at)
	}
	return out, err
}

// language is the one in which a person last agreed or refused; what the company asked them says
// nothing of it.
func language(records []consent.Record) string {
	for _, r := range slices.Backward(records) {
		if r.Language != "" && r.Kind != consent.PermissionAsked {
			return r.Language
		}
	}
	return ""
}

// ended lists the purposes whose claims a person ended.
func (x *refusals) ended(ds *register.BoundDataset, f consent.Facts) (out []policy.PurposeID, err error) {
	for _, id := range x.ends(ds) {
		p, err := x.Uses.Purpose(x.Policy, id)
		if err != nil {
			return nil, err
		}
		if _, refused := f.Refused(p, x.Uses.Uses[id].Channels); refused {
			out = append(out, id)
		}
	}
	return out, nil
}

// steps are what the end of some purposes' claims makes due, on the records that it is due on:
// a record that something else keeps is in no plan.
func (x *refusals) steps(ctx context.Context, planner retention.Planner, class string, keys map[string][]store.Key) ([]plan.Step, error) {
	list, silent := strings.CutPrefix(class, silence)
	ended := purposes(list)
	planner.Only, planner.Releases, planner.Progress = map[string][]store.Key{}, nil, nil
	for name := range keys {
		planner.Releases = append(planner.Releases, retention.Release{Dataset: name, Every: true, Purposes: ended, Day: x.on, Narrow: true, Silent: silent})
	}
	for name, k := range keys {
		due, err := x.due(ctx, planner, name, k)
		if err != nil {
			return nil, err
		}
		planner.Only[name] = due
	}
	pl, err := planner.Plan(ctx)
	for i := range pl.Steps {
		pl.Steps[i].Ended, pl.Steps[i].ID = ended, pl.Steps[i].ID+"/"+class
	}
	return pl.Steps, err
}

func (x *refusals) due(ctx context.Context, planner retention.Planner, name string, keys []store.Key) ([]store.Key, error) {
	ds, _ := x.Bound.Dataset(name)
	freed, err := planner.Freed(name)
	if err != nil || freed.Op == store.OpFalse {
		return nil, err
	}
	var out []store.Key
	for some := range slices.Chunk(keys, 1000) {
		q := store.Query{Table: ds.Table, Columns: ds.Table.Key, Where: store.And(store.KeyIn(ds.Table.Key, some), freed)}
		err := x.stores[ds.Store].Find(ctx, q, func(r store.Row) bool {
			out = append(out, store.Key(slices.Clone(r)))
			return len(out) < x.most
		})
		if err != nil || len(out) == x.most {
			return out, err
		}
	}
	return out, nil
}

// stands reports whether the people of a step's records, as far as these are there, still
// refuse what they refused when it was planned.
func (p *Project) stands(ctx context.Context, s plan.Step, on policy.Date) (bool, error) {
	ds, ok := p.Bound.Dataset(s.Dataset)
	x, err := p.refusals(ctx, on)
	if err != nil {
		return false, err
	}
	planner, err := p.Planner(ctx, on)
	if err != nil || !ok {
		return false, err
	}
	for some := range slices.Chunk(s.Work.Named(), 1000) {
		rows, err := x.scan(ctx, &ds, store.KeyIn(ds.Table.Key, some))
		if err != nil {
			return false, err
		}
		facts, err := x.facts(ctx, rows)
		if err != nil {
			return false, err
		}
		for i, f := range facts {
			if ok, err := x.still(ctx, planner, &ds, rows[i], f, s); err != nil || !ok {
				return false, err
			}
		}
	}
	return true, nil
}

// refusedOn returns what the person of one record ended, as a release; none where nothing.
func (p *Project) refusedOn(ctx context.Context, dataset string, key store.Key, on policy.Date) ([]retention.Release, error) {
	ds, ok := p.Bound.Dataset(dataset)
	if !ok {
		return nil, nil
	}
	x, err := p.refusals(ctx, on)
	if err != nil {
		return nil, err
	}
	rows, err := x.scan(ctx, &ds, store.KeyIn(ds.Table.Key, []store.Key{key}))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	facts, err := x.facts(ctx, rows)
	if err != nil {
		return nil, err
	}
	ended, err := x.ended(&ds, facts[0])
	if err != nil || len(ended) == 0 {
		return nil, err
	}
	return []retention.Release{{Dataset: dataset, Keys: []store.Key{key}, Purposes: ended, Day: on, Narrow: true}}, nil
}

// still reports whether the person of a record still ends what a step rests on.
func (x *refusals) still(ctx context.Context, planner retention.Planner, ds *register.BoundDataset, row refusedRow, f consent.Facts, s plan.Step) (bool, error) {
	over, err := x.ended(ds, f)
	if err == nil && strings.Contains(s.ID, "/"+silence) {
		over, err = x.asked(ctx, planner, ds, row, f, map[string]map[string]bool{})
	}
	return !slices.ContainsFunc(s.Ended, func(id policy.PurposeID) bool { return !slices.Contains(over, id) }), err
}

// words joins the parts of a name.
func words(r store.Row) string {
	var out []string
	for _, v := range r {
		out = append(out, rights.Written(v))
	}
	return strings.Join(out, " ")
}

func joined(ids []policy.PurposeID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return strings.Join(words, "+")
}

func purposes(class string) []policy.PurposeID {
	var out []policy.PurposeID
	for _, w := range strings.Split(class, "+") {
		out = append(out, policy.PurposeID(w))
	}
	return out
}
