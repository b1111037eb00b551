package file

import (
	"maps"
	"slices"

	"github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Format writes the register in its one canonical form; see the Format of policy/file.
// Closings are not written: they belong to garant.yaml.
func Format(r register.Register) []byte {
	datasets := &file.Doc{}
	for _, d := range r.Datasets {
		datasets.Map(d.Name, formatDataset(d))
	}
	return (&file.Doc{}).Map("datasets", datasets).Map("ignored", sorted(r.Ignored, &file.Doc{})).Bytes()
}

// sorted adds the entries of a map in the order of their keys.
func sorted[K ~string](m map[K]string, d *file.Doc) *file.Doc {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		d.Text(string(k), m[k])
	}
	return d
}

func formatDataset(d register.Dataset) *file.Doc {
	doc := &file.Doc{}
	if d.Table != "" {
		doc.Text("in", d.Store+"."+d.Table)
	}
	doc.Words("key", d.Key).Words("people", file.Strings(d.People)).Map("is", sorted(d.Is, file.Flow())).
		Words("purposes", file.Strings(d.Purposes)).Map("person", formatPerson(d.Person)).
		Map("fields", formatGroups(d.Groups)).Words("not_personal", d.NotPersonal).
		Map("events", formatEvents(d)).Map("terms", formatTerms(d)).Map("columns", formatColumns(d)).
		Maps("links", formatLinks(d))
	if a := d.Asks; a != nil {
		doc.Map("asks", file.Flow().Text("table", a.Table).Text("sent", a.Sent).Text("answered", a.Answered).Text("yes", a.Yes))
	}
	doc.Text("entity", d.Entity)
	if d.Rows != "erase" {
		doc.Text("rows", d.Rows)
	}
	return doc.Text("restricted", d.Restricted).Text("attested", d.Attested)
}

func formatPerson(m map[string][]string) *file.Doc {
	doc := file.Flow()
	for _, kind := range slices.Sorted(maps.Keys(m)) {
		doc.Words(kind, m[kind])
	}
	return doc
}

func formatGroups(groups []register.Group) *file.Doc {
	doc := &file.Doc{}
	for _, g := range groups {
		if len(g.Purposes)+len(g.Blank)+len(g.Anonymise) == 0 {
			doc.Words(string(g.Category), g.Columns)
			continue
		}
		doc.Map(string(g.Category), (&file.Doc{}).Words("columns", g.Columns).Words("purposes", file.Strings(g.Purposes)).
			Map("blank", formatRecipes(g.Blank)).Map("anonymise", formatRecipes(g.Anonymise)))
	}
	return doc
}

func formatRecipes(m map[string]register.Recipe) *file.Doc {
	doc := file.Flow()
	for _, c := range slices.Sorted(maps.Keys(m)) {
		doc.Text(c, formatRecipe(m[c]))
	}
	return doc
}

func formatRecipe(r register.Recipe) string {
	switch r.To {
	case store.Constant:
		return "= " + formatConstant(r.Value)
	case store.Prefix:
		return "prefix " + formatConstant(r.Value)
	}
	return string(r.To)
}

func formatEvents(d register.Dataset) *file.Doc {
	doc := &file.Doc{}
	for _, e := range slices.Sorted(maps.Keys(d.Events)) {
		b := d.Events[e]
		if b.Unrecorded != "" {
			doc.Map(string(e), file.Flow().Text("unrecorded", b.Unrecorded))
			continue
		}
		sources := make([]string, len(b.Sources))
		for i, s := range b.Sources {
			sources[i] = formatSource(s)
		}
		if !b.Never && b.Sentinel.IsZero() && !b.Zero && b.Because == "" {
			doc.Words(string(e), sources)
			continue
		}
		m := file.Flow().Words("from", sources)
		if b.Never {
			m.Text("missing", "never")
		}
		sentinel := b.Sentinel.String()
		if b.Zero {
			sentinel = "zero"
		}
		doc.Map(string(e), m.Text("sentinel", sentinel).Text("because", b.Because))
	}
	return doc
}

func formatTerms(d register.Dataset) *file.Doc {
	doc := file.Flow()
	for _, t := range slices.Sorted(maps.Keys(d.Terms)) {
		doc.Text(t, formatSource(d.Terms[t]))
	}
	return doc
}

func formatColumns(d register.Dataset) *file.Doc {
	doc := &file.Doc{}
	for _, c := range slices.Sorted(maps.Keys(d.Columns)) {
		doc.Map(c, file.Flow().Text("as", string(d.Columns[c].As)).Text("zone", d.Columns[c].Zone))
	}
	return doc
}

func formatLinks(d register.Dataset) []*file.Doc {
	var docs []*file.Doc
	for _, l := range d.Links {
		if short(l, d.Key) {
			docs = append(docs, file.Scalar(quoteTable(l.Table)+"."+quoteName(l.On[0].Child)+" "+string(l.Kind)))
			continue
		}
		on := file.Flow()
		for _, p := range l.On {
			on.Text(p.Child, p.Parent)
		}
		docs = append(docs, file.Flow().Text("table", l.Table).Map("on", on).Text("kind", string(l.Kind)))
	}
	return docs
}
