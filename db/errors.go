package db

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors that callers test for. Each says what is wrong in words for whoever runs Garant.
var (
	// ErrNotWritable says that the state directory or a file in it cannot be written.
	ErrNotWritable = errors.New("the state directory cannot be written; check its owner and its permissions")
	// ErrFull says that the disk of the state is full. Nothing was half done: make room and
	// run the same command again.
	ErrFull = errors.New("the disk of the state directory is full; nothing was half done, make room and run the command again")
	// ErrLocked says that another process kept the state locked for too long.
	ErrLocked = errors.New("another process keeps the state locked; try again when it has finished")
	// ErrNewer says that the state was written by a later Garant.
	ErrNewer = errors.New("the state was written by a newer version of Garant; use that version")
	// ErrDamaged says that the state file is not a sound SQLite file.
	ErrDamaged = errors.New("the state file is damaged or is no state file; restore it from its backup")
	// ErrExposed says that others than the owner can read a secret.
	ErrExposed = errors.New("others than its owner can read it")
	// ErrKeyMissing says that a key that was in use is gone.
	ErrKeyMissing = errors.New("a key that was in use is missing; restore the folder keys from its backup")
	// ErrKeyDestroyed says that a key was destroyed for good.
	ErrKeyDestroyed = errors.New("the key was destroyed")
	// ErrNotFound says that the state has nothing under that name.
	ErrNotFound = errors.New("not in the state")
	// ErrSeal says that a plan does not bear this state's seal: it was edited by hand or
	// comes from elsewhere.
	ErrSeal = errors.New("the plan does not bear the seal of this state: it was edited or comes from elsewhere; make it again with garant plan")
	// ErrRunning says that another process is carrying out a plan.
	ErrRunning = errors.New("another run is at work on this state")
)

// explain wraps err with what was being done, and puts SQLite's codes into words.
func explain(what string, err error) error {
	if err == nil {
		return nil
	}
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return fmt.Errorf("%s: %w", what, err)
	}
	if known := meaning(se.Code()); known != nil {
		return fmt.Errorf("%s: %w (SQLite code %d)", what, known, se.Code())
	}
	return fmt.Errorf("%s: %w", what, err)
}

func meaning(code int) error {
	switch {
	case code == sqlite3.SQLITE_IOERR_SHMSIZE: // the memory file of the log found no room
		return ErrFull
	case code&0xff == sqlite3.SQLITE_FULL:
		return ErrFull
	case code&0xff == sqlite3.SQLITE_BUSY, code&0xff == sqlite3.SQLITE_LOCKED:
		return ErrLocked
	case code&0xff == sqlite3.SQLITE_READONLY, code&0xff == sqlite3.SQLITE_CANTOPEN, code&0xff == sqlite3.SQLITE_PERM:
		return ErrNotWritable
	case code&0xff == sqlite3.SQLITE_CORRUPT, code&0xff == sqlite3.SQLITE_NOTADB:
		return ErrDamaged
	}
	return nil
}
