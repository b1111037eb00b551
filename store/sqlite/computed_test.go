package sqlite_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestComputed checks that columns the engine makes from others are told apart, and triggers
// that may copy a row from those that do not.
func TestComputed(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	execute(t, db, `CREATE TABLE gone (nom TEXT)`,
		`CREATE TABLE clients (id INTEGER PRIMARY KEY, nom TEXT, vu TEXT, complet TEXT AS ('M. ' || nom) STORED, initiale TEXT AS (substr(nom, 1, 1)))`,
		`CREATE TRIGGER a_copies BEFORE DELETE ON clients BEGIN INSERT INTO gone VALUES (OLD.nom); END`,
		`create trigger b_dates after update of nom on clients begin update clients set vu = date() where id = new.id; end`,
		`CREATE TRIGGER c_comes AFTER INSERT ON clients BEGIN INSERT INTO gone VALUES (NEW.nom); END`,
		"CREATE TRIGGER d_copies\nAFTER UPDATE OF nom\nON clients WHEN OLD.nom <> NEW.nom\nBEGIN\nREPLACE INTO gone VALUES (OLD.nom);\nEND")
	schema, err := open(t, path).Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var computed []string
	for _, c := range schema.Tables[0].Columns {
		if c.Computed {
			computed = append(computed, c.Name)
		}
	}
	if diff := cmp.Diff([]string{"complet", "initiale"}, computed); diff != "" {
		t.Errorf("computed columns (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a_copies", "d_copies"}, schema.Tables[0].Copiers); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
}
