package apply_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/garant-rgpd/garant/store/sqlite"
	"github.com/garant-rgpd/garant/store/storetest"
)

// backings are the stores that the tests run on.
var backings = map[string]func(t *testing.T) backing{
	"mem":    func(*testing.T) backing { return memory1() },
	"sqlite": sqliteFile,
}

func sqliteFile(t *testing.T) backing {
	path := filepath.Join(t.TempDir(), "crm.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(0)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := storetest.SQL{DB: db, Engine: "sqlite"}
	return backing{s, s, f.Create, f.Insert, f.Update}
}
