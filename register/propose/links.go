package propose

import (
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// link is a way from rows of a table to those that they name.
type link struct {
	register.Link
	guessed bool
}

// links are the ways by which rows of the child name rows of the table: its foreign keys or,
// where there is none, a column named after the table.
func links(t, child store.TableInfo) []link {
	var out []link
	for _, fk := range child.ForeignKeys {
		if fk.Table != t.Name {
			continue
		}
		l := link{Link: register.Link{Table: child.Name, Kind: register.RefersTo}}
		if fk.OnDelete == "CASCADE" { // the database says already that they go together
			l.Kind = register.PartOf
		}
		for i := range min(len(fk.Columns), len(fk.To)) {
			l.On = append(l.On, store.Pair{Child: fk.Columns[i], Parent: fk.To[i]})
		}
		out = append(out, l)
	}
	if len(out) > 0 || len(t.Key) != 1 {
		return out
	}
	for _, c := range child.Columns {
		if names(t, c) && !isLink(child, c.Name) && !slices.Equal(child.Key, []string{c.Name}) {
			on := []store.Pair{{Child: c.Name, Parent: t.Key[0]}}
			out = append(out, link{register.Link{Table: child.Name, On: on, Kind: register.RefersTo}, true})
		}
	}
	return out
}

// names reports whether a column is named after the table and of the type of its key:
// client_id, id_client, idClient, fk_client for clients.
func names(t store.TableInfo, c store.Column) bool {
	at := slices.IndexFunc(t.Columns, func(k store.Column) bool { return k.Name == t.Key[0] })
	if at < 0 || c.Type != t.Columns[at].Type || c.Type != store.Integer && base(c) != base(t.Columns[at]) {
		return false
	}
	column := strings.Join(split(c.Name), "")
	for _, table := range singulars(t.Name) {
		for _, way := range []string{table + "id", "id" + table, "fk" + table, table + "uuid"} {
			if column == way {
				return true
			}
		}
	}
	return false
}

func base(c store.Column) string {
	name, _, _ := strings.Cut(c.Native, "(")
	return name
}

// singulars are the names of one row of a table: the table's, without the s or x of the plural,
// and the same without a short prefix, which many programs give all their tables.
func singulars(table string) []string {
	words := split(table)
	var out []string
	for from := range min(len(words), 2) {
		if from > 0 && len(words[0]) > 4 {
			break
		}
		name := strings.Join(words[from:], "")
		out = append(out, name, strings.TrimSuffix(name, "s"), strings.TrimSuffix(name, "x"))
	}
	return out
}

func isLink(t store.TableInfo, column string) bool {
	return slices.ContainsFunc(t.ForeignKeys, func(fk store.ForeignKey) bool { return slices.Contains(fk.Columns, column) })
}
