package project_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/cmd/demo"
	"github.com/garant-rgpd/garant/internal/testserver"
)

// TestGrants runs the statements that the example company's account needs on real servers, and
// gives reading alone on tables that are only looked up in.
func TestGrants(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, driver string
		engine       demo.Engine
		make         func(testing.TB) string
	}{
		{"postgres", "pgx", demo.Postgres, testserver.Postgres},
		{"mariadb", "mysql", demo.MariaDB, testserver.MariaDB},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			crm := x.make(t)
			p := onServer(t, x.engine, x.driver, crm, x.make(t))
			all := p.Grants("crm")
			if len(all) < len(p.Bound.Datasets)/2 || p.Grants("nowhere") != nil {
				t.Errorf("%d statements for %d datasets", len(all), len(p.Bound.Datasets))
			}
			db, err := sql.Open(x.driver, crm)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			seen := map[string]bool{}
			if x.name == "mariadb" {
				if _, err := db.ExecContext(t.Context(), "CREATE USER IF NOT EXISTS 'granted'@'%' IDENTIFIED BY 'p'"); err != nil {
					t.Fatal(err)
				}
			}
			for _, s := range all {
				s = strings.ReplaceAll(s, "'root'@", "'granted'@") // the server knows its root under this machine's name alone
				if _, err := db.ExecContext(t.Context(), s); err != nil {
					t.Errorf("%s: %v", s, err)
				}
				_, table, _ := strings.Cut(s, " ON ")
				if seen[table] && strings.HasPrefix(s, "GRANT") {
					t.Errorf("%s is granted twice", table)
				}
				seen[table] = true
			}
		})
	}
}
