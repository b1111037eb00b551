package postgres

import (
	"strconv"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

func blocks() relational.Blocks {
	return relational.Blocks{
		Text:       func(ref string, _ store.Column) string { return "(" + ref + `)::text COLLATE "C"` },
		Odd:        func(x string) string { return x + " ~ '[^ -~]'" },
		NotDigits:  func(x string) string { return x + " ~ '[^0-9]'" },
		Tail:       func(x string, n int) string { return "right(" + x + ", " + strconv.Itoa(n) + ")" },
		BeforePlan: "SET LOCAL enable_seqscan = off", Plan: "EXPLAIN (COSTS OFF) ", Searches: "Index Cond:",
		Columns: func(r relational.Relation) (string, []any) { return indexedQuery, []any{r.Name, r.Schema} },
		Create: func(name, table, columns, key string) string {
			if key != "" {
				columns = "(" + key + ")"
			}
			return "CREATE INDEX CONCURRENTLY " + name + " ON " + table + " (" + columns + ")"
		},
	}
}

// The first columns of the indexes that answer an equality for every row.
const indexedQuery = `SELECT a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE t.relname = $1 AND n.nspname = COALESCE(NULLIF($2, ''), current_schema(), 'public') AND i.indisvalid AND i.indpred IS NULL AND m.amname IN ('btree', 'hash')`
