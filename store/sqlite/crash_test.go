package sqlite_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/sqlite"
)

// sweeperVar names the file that a process of this test sweeps until it is killed.
const sweeperVar = "GARANT_TEST_SWEEPER"

// TestKilledSweepLeavesNoTrace kills a process (SIGKILL) that has swept rows and not yet
// emptied the log. Opening the store, without doing anything, is enough: none of its files
// holds what was erased.
func TestKilledSweepLeavesNoTrace(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	insertNeedles(t, db)
	_ = db.Close()
	killWhenSwept(t, path)
	if left := holding(t, path); len(left) == 0 {
		t.Fatal("nothing was left by the kill: the test proves nothing")
	}
	s := open(t, path)
	if left := holding(t, path); len(left) > 0 {
		t.Errorf("%q still hold what was erased", left)
	}
	n, err := s.Count(t.Context(), needles, []store.Pred{store.True()})
	if err != nil || n[0] != 0 {
		t.Errorf("%v rows are there, %v", n, err)
	}
}

// TestOpenWaitsForNobody opens a store that Garant acted on while its application reads and
// another writes: the log cannot be emptied, and that is no reason to wait or to fail.
func TestOpenWaitsForNobody(t *testing.T) {
	t.Parallel()
	path, db := file(t)
	execute(t, db, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)")
	if err := open(t, path).Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil) // IMMEDIATE, as the address says
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	s := open(t, path)
	if _, err := s.Count(t.Context(), needles, []store.Pred{store.True()}); err != nil {
		t.Error(err)
	}
}

// killWhenSwept starts this test binary as the sweeper, and kills it when it says that the
// rows are gone.
func killWhenSwept(t *testing.T, path string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run", "^TestSweeper$")
	cmd.Env = append(os.Environ(), sweeperVar+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "swept"; {
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if cmd.ProcessState.Exited() {
		t.Fatal("the sweeper ended by itself")
	}
}

// TestSweeper is the process that is killed; by itself it tests nothing.
func TestSweeper(t *testing.T) {
	path := os.Getenv(sweeperVar)
	if path == "" {
		return
	}
	s, err := sqlite.Open(t.Context(), path)
	if err == nil {
		err = s.Prepare(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	sweepNeedles(t, s)
	fmt.Println("swept")
	select {} // until it is killed
}

// holding lists which of the database's files hold the text that was erased.
func holding(t *testing.T, path string) (left []string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("hunter2")) {
			left = append(left, "database"+suffix)
		}
	}
	return left
}
