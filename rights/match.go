package rights

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// wanted is Wanted in the form in which rows are compared.
type wanted struct {
	Wanted
	form  map[string]string // the one form of each identifier
	words []string          // of the name
}

func newWanted(w Wanted) wanted {
	out := wanted{Wanted: w, form: map[string]string{}, words: strings.Fields(Fold(w.Name))}
	for _, m := range Marks(w.Identifiers) {
		out.form[m.Kind] = m.Value
	}
	return out
}

// is reports whether a value is the wanted identifier of that kind.
func (w wanted) is(kind, value string) bool {
	form := w.form[kind]
	if form == "" || value == "" {
		return false
	}
	switch kind {
	case "email":
		if plain(value) && !strings.Contains(form, "@xn--") {
			return strings.EqualFold(strings.TrimSpace(value), form)
		}
	case "phone":
		if !sameTail(value, form) { // the numbering plan is consulted for few rows only
			return false
		}
	}
	return Normal(kind, value) == form
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// sameTail compares the last digits, which no notation changes.
func sameTail(a, b string) bool {
	const tail = 6
	i, j := len(a), len(b)
	for range tail {
		for i--; i >= 0 && (a[i] < '0' || a[i] > '9'); i-- {
			if a[i] >= 0x80 {
				return true // digits of another script, which the normal form knows
			}
		}
		for j--; j >= 0 && (b[j] < '0' || b[j] > '9'); j-- {
		}
		if i < 0 || j < 0 || a[i] != b[j] {
			return false
		}
	}
	return true
}

// kinds of identifiers a dataset binds, names apart, in order.
func identifying(ds *register.BoundDataset) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(ds.Person)), func(k string) bool { return k == "name" })
}

// nameColumns are the columns that make up a name: those bound as name or, with the one that is,
// the text columns that are personal in the same group where there are few, as first and last
// name are.
func nameColumns(ds *register.BoundDataset) []string {
	if len(ds.Person["name"]) != 1 {
		return ds.Person["name"]
	}
	col := ds.Person["name"][0]
	for _, g := range ds.Groups {
		names := slices.DeleteFunc(slices.Clone(g.Columns), func(c string) bool { return c != col && bound(ds, c) })
		if len(names) <= 3 && slices.Contains(names, col) && allText(ds.Info, names) {
			return names
		}
	}
	return []string{col}
}

// bound reports whether a column holds an identifier.
func bound(ds *register.BoundDataset, column string) bool {
	for _, columns := range ds.Person {
		if slices.Contains(columns, column) {
			return true
		}
	}
	return false
}

func allText(t store.TableInfo, cols []string) bool {
	for _, c := range t.Columns {
		if slices.Contains(cols, c.Name) && c.Type != store.Text {
			return false
		}
	}
	return true
}

// hit is a row of which something agrees.
type hit struct {
	key             store.Key
	agrees, differs []string
	name            float64 // likeness of the names; -1 where one is missing
	full            bool    // every word of both names agrees
	words           []string
}

// looker reads the identifiers of one table.
type looker struct {
	table store.Table
	kinds map[string][]int // columns by kind
	name  []int
	cols  []string
}

// newLooker reads what is wanted and no more: reading is what a search costs. Names are read
// with it where named says so.
func newLooker(ds *register.BoundDataset, w wanted, named bool) looker {
	l := looker{table: ds.Table, kinds: map[string][]int{}, cols: slices.Clone(ds.Table.Key)}
	for _, kind := range identifying(ds) {
		if w.form[kind] != "" {
			l.bear(kind, ds.Person[kind])
		}
	}
	if named {
		for _, c := range nameColumns(ds) {
			l.name = append(l.name, l.column(c))
		}
	}
	return l
}

// idle reports whether there is nothing to compare.
func (l looker) idle() bool { return len(l.kinds)+len(l.name) == 0 }

// bear adds the columns of a kind.
func (l *looker) bear(kind string, columns []string) {
	for _, c := range columns {
		l.kinds[kind] = append(l.kinds[kind], l.column(c))
	}
}

// marks are the identifiers of a row in their one form, by kind.
func (l looker) marks(r store.Row) []Mark {
	var out []Mark
	for _, kind := range slices.Sorted(maps.Keys(l.kinds)) {
		for _, i := range l.kinds[kind] {
			if v := Normal(kind, text(r[i])); v != "" {
				out = append(out, Mark{kind, v})
			}
		}
	}
	return out
}

func (l *looker) column(name string) int {
	if i := slices.Index(l.cols, name); i >= 0 {
		return i
	}
	l.cols = append(l.cols, name)
	return len(l.cols) - 1
}

// compare tells what of a row agrees and what differs.
func (l looker) compare(w wanted, r store.Row) hit {
	h := hit{key: store.Key(r[:len(l.table.Key)]), name: -1}
	for _, kind := range slices.Sorted(maps.Keys(l.kinds)) {
		var values []string
		for _, i := range l.kinds[kind] {
			values = append(values, text(r[i]))
		}
		h.hear(w, kind, values)
	}
	if len(l.name) > 0 {
		for _, i := range l.name {
			h.words = append(h.words, strings.Fields(Fold(text(r[i])))...)
		}
		h.name, h.full = likeness(w.words, h.words)
	}
	return h
}

// hear notes whether the values of a kind agree with what is wanted: one that does is enough, as
// many people have two numbers.
func (h *hit) hear(w wanted, kind string, values []string) {
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	switch {
	case len(values) == 0 || w.form[kind] == "":
	case slices.ContainsFunc(values, func(v string) bool { return w.is(kind, v) }):
		h.agrees = append(h.agrees, kind)
	default:
		h.differs = append(h.differs, kind)
	}
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return itoa(v)
	}
	return ""
}

// datasets looks through all datasets, as many at a time as there are processors, and judges
// in their order what was found.
func (x *search) datasets(ctx context.Context) {
	views := make([]view, len(x.Bound.Datasets))
	turn := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range views {
		all.Go(func() {
			turn <- struct{}{}
			views[i] = x.scan(ctx, &x.Bound.Datasets[i])
			<-turn
		})
	}
	all.Wait()
	for i, v := range views {
		x.seen(&x.Bound.Datasets[i], v)
	}
}

// seen judges what a scan found.
func (x *search) seen(ds *register.BoundDataset, v view) {
	if v.cut {
		x.gap(Truncated, ds.Name, 0)
	}
	if x.failed(ds.Store, v.err) {
		return
	}
	same := 0
	for _, h := range v.hits {
		if h.full {
			same++
		}
	}
	for _, h := range v.hits {
		x.judge(ds, h, Weight{Rows: v.rows, SameName: same})
	}
}

// view is what a scan of one dataset found.
type view struct {
	hits []hit
	rows int
	cut  bool
	err  error
}

// scan compares every row that may bear an identifier and keeps those of which something agrees. It
// changes nothing of the search, so that several may run.
func (x *search) scan(ctx context.Context, ds *register.BoundDataset) (v view) {
	l := newLooker(ds, x.want, len(x.want.words) > 0)
	if ds.Attested != "" || len(ds.Table.Key) == 0 || l.idle() {
		return view{}
	}
	driver, open := x.Stores[ds.Store]
	if !open {
		return view{err: store.ErrUnreachable}
	}
	v.err = driver.Find(ctx, store.Query{Table: ds.Table, Columns: l.cols, Where: x.rows(ctx, ds, l)}, func(r store.Row) bool {
		v.rows++
		h := l.compare(x.want, r)
		if len(h.agrees) == 0 && !h.full {
			return true
		}
		if v.cut = len(v.hits) == most; !v.cut {
			v.hits = append(v.hits, h)
		}
		return !v.cut
	})
	if v.err == nil {
		v.err = x.weigh(ctx, driver, l, &v)
	}
	if v.err == nil && len(l.name) == 0 {
		v.err = x.names(ctx, driver, ds, v.hits)
	}
	return v
}

// names reads the names of rows that were found without.
func (x *search) names(ctx context.Context, driver store.Driver, ds *register.BoundDataset, hits []hit) error {
	l := newLooker(ds, x.want, true)
	if len(l.name) == 0 || len(hits) == 0 {
		return nil
	}
	at := map[string]int{}
	var keys []store.Key
	for i, h := range hits {
		at[keyText(h.key)] = i
		keys = append(keys, h.key)
	}
	for _, p := range chunks(store.KeyIn(ds.Table.Key, keys)) {
		err := driver.Find(ctx, store.Query{Table: ds.Table, Columns: l.cols, Where: p}, func(r store.Row) bool {
			h := l.compare(x.want, r)
			if i, ok := at[keyText(h.key)]; ok {
				hits[i] = h
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// some holds for the rows that have one of the columns compared.
func (l looker) some() store.Pred {
	var any []store.Pred
	for _, c := range l.cols[len(l.table.Key):] {
		any = append(any, store.Not(store.IsNull(store.Col{Name: c})))
	}
	if len(any) == 0 {
		return store.True()
	}
	return store.Or(any...)
}

// judge says whether a row is the person's, may be, or is another's. It is theirs when a
// verified identifier agrees and nothing speaks against: an address or a phone may be shared
// by a household, and two people are never merged on the ground of one.
func (x *search) judge(ds *register.BoundDataset, h hit, w Weight) {
	r := Record{Store: ds.Store, Dataset: ds.Name, Table: ds.Table, Info: ds.Info, Key: h.key}
	theirs, decided := x.decided(ds.Name, h.key)
	by, clear := x.theirs(h)
	switch {
	case decided && theirs:
		r.By = "human"
		x.add(r)
	case decided:
	case clear:
		r.By = by
		x.add(r)
		x.named = append(x.named, named{r, h})
	default:
		x.candidate(Candidate{Record: r, Agrees: withName(h.agrees, h.name >= alike), Differs: withName(h.differs, h.name >= 0 && h.name < alike),
			Score: Weigh(h.agrees, h.differs, h.name, w)})
	}
}

// theirs reports whether nothing speaks against a row being the person's, and which verified
// identifier speaks for it.
func (x *search) theirs(h hit) (by string, ok bool) {
	i := slices.IndexFunc(h.agrees, func(k string) bool { return slices.Contains(x.want.Verified, k) })
	if i < 0 || len(h.differs) > 0 || h.name >= 0 && h.name < alike {
		return "", false
	}
	return h.agrees[i], true
}

// named is a record that an identifier alone made the person's, with the name it bears.
type named struct {
	record Record
	hit    hit
}

// household hands everything to a human where no name was given and the records that one
// identifier found bear names of more than one person: a family has one line, and a couple
// may have one address for mail.
func (x *search) household() {
	if len(x.want.words) > 0 {
		return
	}
	several := x.several
	for _, a := range x.named {
		for _, b := range x.named {
			l, _ := likeness(a.hit.words, b.hit.words)
			several = several || l >= 0 && l < alike
		}
	}
	if !several {
		return
	}
	for _, n := range x.named {
		delete(x.known, id(n.record))
		x.out.Records = slices.DeleteFunc(x.out.Records, func(r Record) bool { return id(r) == id(n.record) })
		x.candidate(Candidate{Record: n.record, Agrees: n.hit.agrees, Score: Weigh(n.hit.agrees, n.hit.differs, -1, Weight{Rows: 2})})
	}
}

func withName(kinds []string, yes bool) []string {
	if yes {
		return append(slices.Clone(kinds), "name")
	}
	return kinds
}

func (x *search) decided(dataset string, key store.Key) (theirs, decided bool) {
	for _, d := range x.want.Decided {
		if d == Decide(dataset, key, d.Theirs) {
			return d.Theirs, true
		}
	}
	return false, false
}

// shown is how many candidates of one dataset a human is shown.
const shown = 50

func (x *search) candidate(c Candidate) {
	n := 0
	for _, o := range x.out.Candidates {
		if o.Name() == c.Name() {
			n++
		}
	}
	if n == shown {
		x.gap(Truncated, c.Name(), 0)
		return
	}
	if !x.known[id(c.Record)] {
		x.out.Candidates = append(x.out.Candidates, c)
	}
}

// add takes a record once; it reports whether it was not known.
func (x *search) add(r Record) bool {
	switch {
	case x.known[id(r)]:
		return false
	case len(x.out.Records) >= most:
		x.gap(Truncated, r.Name(), 0)
		return false
	}
	x.known[id(r)] = true
	x.out.Records = append(x.out.Records, r)
	x.out.Candidates = slices.DeleteFunc(x.out.Candidates, func(c Candidate) bool { return id(c.Record) == id(r) })
	return true
}

func id(r Record) string { return r.Name() + "\x00" + keyText(r.Key) }

func keyText(k store.Key) string { return string(ledger.EncodeKey(k)) }
