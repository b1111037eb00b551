package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/internal/testserver"
)

// TestComputed checks that columns the engine makes from others are told apart, with those
// others, and triggers that may copy a row from those that do not.
func TestComputed(t *testing.T) {
	t.Parallel()
	address := testserver.Postgres(t)
	execute(t, address, `CREATE TABLE gone (nom text)`,
		`CREATE TABLE clients (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nom text DEFAULT '–', "prénom" text, vu timestamptz, complet text GENERATED ALWAYS AS ("prénom" || ' ' || nom) STORED)`,
		`CREATE FUNCTION copies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO gone VALUES (OLD.nom); RETURN OLD; END $$`,
		`CREATE FUNCTION dates() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.vu = now(); RETURN NEW; END $$`,
		`CREATE TRIGGER a_copies BEFORE DELETE OR UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION copies()`,
		`CREATE TRIGGER b_dates BEFORE UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION dates()`,
		`CREATE TRIGGER c_comes AFTER INSERT ON clients FOR EACH ROW EXECUTE FUNCTION copies()`,
		`CREATE TRIGGER d_sleeps AFTER DELETE ON clients FOR EACH ROW EXECUTE FUNCTION copies()`,
		`ALTER TABLE clients DISABLE TRIGGER d_sleeps`)
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
	if diff := cmp.Diff(map[string][]string{"complet": {"nom", "prénom"}}, computed); diff != "" {
		t.Errorf("computed columns (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a_copies"}, schema.Tables[0].Copiers); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
}
