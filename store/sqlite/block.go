package sqlite

import (
	"strconv"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

func blocks() relational.Blocks {
	return relational.Blocks{
		Text: func(ref string, c store.Column) string {
			if c.Type == store.Text {
				return ref // bytes in it are taken for the text that they are, as the connector reads them
			}
			return "CAST(" + ref + " AS TEXT)"
		},
		// Text and bytes come after every number, in an index too.
		Stray:     func(ref string) string { return ref + " >= ''" },
		Odd:       func(x string) string { return x + " GLOB '*[^ -~]*'" },
		NotDigits: func(x string) string { return x + " GLOB '*[^0-9]*'" },
		Tail:      func(x string, n int) string { return "substr(" + x + ", -" + strconv.Itoa(n) + ")" },
		Opaque:    "+",
		Plan:      "EXPLAIN QUERY PLAN ", Searches: "SEARCH ",
		Columns: func(r relational.Relation) (string, []any) { return indexedQuery, []any{r.Name} },
		Create: func(name, table, columns, key string) string {
			if key != "" {
				columns = key
			}
			return "CREATE INDEX " + name + " ON " + table + " (" + columns + ")"
		},
	}
}

// indexedQuery asks for the first columns of the indexes over all rows, and for the alias of the
// row id.
const indexedQuery = `SELECT k.name FROM pragma_index_list(?1) i JOIN pragma_index_info(i.name) k WHERE k.seqno = 0 AND NOT i.partial AND k.name IS NOT NULL
UNION SELECT name FROM pragma_table_info(?1) WHERE pk = 1`
