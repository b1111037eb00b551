package torture

import (
	"context"
	"database/sql"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

func ctx() context.Context { return context.Background() }

// peer is a usual way of purging a table.
type peer struct {
	name string
	// engines are those on which it must lose rows in the scripted scenes; on others it is
	// not shown, because it cannot be written there or its engine happens to save it.
	engines []string
	run     func(r *rig) error
}

func peers() []peer {
	return []peer{
		// MariaDB reads with locks in both, which saves the rows and makes the writers wait.
		{"DELETE … IN (SELECT … LIMIT n)", []string{onPostgres}, deleteInLimit},
		{"one DELETE, NOT EXISTS, CASCADE", []string{onPostgres}, deleteNotExists},
		{"SELECT, then DELETE by id", []string{onPostgres, onMariaDB, onSQLite}, selectThenDelete},
		{"pt-archiver, defaults", []string{onMariaDB}, ptArchiver},
	}
}

// deleteInLimit is the batch idiom of every forum.
func deleteInLimit(r *rig) error {
	if r.fk != cascade {
		return errNotThere
	}
	for {
		res, err := r.db.Exec("DELETE FROM clients WHERE id IN (SELECT id FROM clients WHERE " + dueSQL + " LIMIT 3)")
		if err != nil || affected(res) == 0 {
			return err
		}
	}
}

func deleteNotExists(r *rig) error {
	if r.fk != cascade {
		return errNotThere
	}
	_, err := r.db.Exec("DELETE FROM clients WHERE " + dueSQL)
	return err
}

// selectThenDelete is what most applications do: read the ids, then delete them one batch
// after the other, children first.
func selectThenDelete(r *rig) error {
	ids, err := r.text("SELECT CAST(id AS char(12)) FROM clients WHERE " + dueSQL)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(ids, 3) {
		r.at("before lock")
		if err := r.deleteIDs(strings.Join(batch, ",")); err != nil {
			return err
		}
	}
	return nil
}

func (r *rig) deleteIDs(list string) error {
	tx, err := r.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to undo after Commit
	for _, s := range []string{"DELETE FROM orders WHERE client_id IN (%s)", "DELETE FROM consents WHERE client_id IN (%s)", "DELETE FROM clients WHERE id IN (%s)"} {
		if _, err := tx.Exec(fmt.Sprintf(s, list)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// errNotThere says that the idiom cannot be written for the scene.
var errNotThere = sql.ErrNoRows

var mariaAddress = regexp.MustCompile(`^([^:@]*)(?::(.*))?@tcp\(([^:)]+):(\d+)\)/(\w+)`)

// ptArchiver runs Percona's archiver with its defaults: one row at a time, selected with the
// condition and deleted by its key alone.
func ptArchiver(r *rig) error {
	program, err := exec.LookPath("pt-archiver")
	m := mariaAddress.FindStringSubmatch(r.address)
	if err != nil || m == nil || r.fk != cascade {
		return errNotThere
	}
	source := fmt.Sprintf("h=%s,P=%s,u=%s,D=%s,t=clients", m[3], m[4], m[1], m[5])
	if m[2] != "" {
		source += ",p=" + m[2]
	}
	cmd := exec.Command(program, "--source", source, "--purge", "--where", dueSQL, "--no-check-charset", "--no-version-check", "--no-safe-auto-increment")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pt-archiver: %w: %s", err, out)
	}
	return nil
}
