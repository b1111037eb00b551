package mariadb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/internal/testserver"
)

// TestComputed checks that columns the engine makes from others are told apart, with those
// others, and triggers that may copy a row from those that do not.
func TestComputed(t *testing.T) {
	t.Parallel()
	address := testserver.MariaDB(t)
	execute(t, address, "CREATE TABLE gone (nom varchar(80))",
		"CREATE TABLE clients (id int PRIMARY KEY, nom varchar(80), `pré``nom` varchar(80), vu datetime, complet varchar(170) AS (CONCAT(`pré``nom`, ' ', nom)) STORED, initiale char(1) AS (LEFT(nom, 1)) VIRTUAL)",
		"CREATE TRIGGER a_copies BEFORE DELETE ON clients FOR EACH ROW INSERT INTO gone VALUES (OLD.nom)",
		"CREATE TRIGGER b_dates BEFORE UPDATE ON clients FOR EACH ROW SET NEW.vu = NOW()",
		"CREATE TRIGGER c_comes AFTER INSERT ON clients FOR EACH ROW INSERT INTO gone VALUES (NEW.nom)")
	schema, err := open(t, address).Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	computed := map[string][]string{}
	for _, c := range schema.Tables[0].Columns {
		if c.Computed {
			computed[c.Name] = c.From
		}
	}
	want := map[string][]string{"complet": {"pré`nom", "nom"}, "initiale": {"nom"}}
	if diff := cmp.Diff(want, computed); diff != "" {
		t.Errorf("computed columns (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a_copies"}, schema.Tables[0].Copiers); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
}
