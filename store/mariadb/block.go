package mariadb

import (
	"strconv"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/relational"
)

// blocks uses columns that the engine computes: MariaDB indexes no expressions. They are
// virtual, so that adding one writes no row, and invisible, so that no statement of the
// company's software sees them that does not name them.
func blocks() relational.Blocks {
	return relational.Blocks{
		Text: func(ref string, c store.Column) string {
			if c.Type == store.Integer {
				ref = "CAST(" + ref + " AS CHAR CHARACTER SET utf8mb4)"
			}
			return exact(ref)
		},
		Odd:       func(x string) string { return x + " REGEXP '[^ -~]'" },
		NotDigits: func(x string) string { return x + " REGEXP '[^0-9]'" },
		Tail:      func(x string, n int) string { return "right(" + x + ", " + strconv.Itoa(n) + ")" },
		Derived:   true,
		Columns:   func(r relational.Relation) (string, []any) { return indexedQuery, []any{r.Name} },
		Create: func(name, table, columns, key string) string {
			if key == "" {
				return "CREATE INDEX " + name + " ON " + table + " (" + columns + ")"
			}
			return "ALTER TABLE " + table + " ADD COLUMN " + name + " VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin AS (" + key +
				") VIRTUAL INVISIBLE, ADD INDEX " + name + " (" + name + ")"
		},
	}
}

const indexedQuery = `SELECT column_name FROM information_schema.statistics
WHERE table_schema = DATABASE() AND table_name = ? AND seq_in_index = 1 AND index_type IN ('BTREE', 'HASH')`
