package vault

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors that callers test for.
var (
	// ErrNotWritable says that the archive or the folder it is in cannot be written.
	ErrNotWritable = errors.New("the archive cannot be written; check its owner and its permissions")
	// ErrFull says that the disk is full. Nothing was half done.
	ErrFull = errors.New("the disk of the archive is full; nothing was half done, make room and run the command again")
	// ErrLocked says that another process kept the archive locked for too long.
	ErrLocked = errors.New("another process keeps the archive locked; try again when it has finished")
	// ErrNewer says that the archive was written by a later Garant.
	ErrNewer = errors.New("the archive was written by a newer version of Garant; use that version")
	// ErrDamaged says that the file, or a copy in it, is not what was written.
	ErrDamaged = errors.New("the archive is damaged; restore it from its backup")
	// ErrExposed says that others than the owner can read the file.
	ErrExposed = errors.New("others than its owner can read it; close it with chmod 600, and think of who may have read it")
	// ErrKeyMissing says that the archive's key file is gone or cut short.
	ErrKeyMissing = errors.New("the key of the archive is missing; restore the key file from its backup")
	// ErrOtherKey says that the key file belongs to another archive.
	ErrOtherKey = errors.New("the key file is that of another archive")
	// ErrNoReason says that somebody wanted to read without saying who they are and why.
	ErrNoReason = errors.New("reading the archive needs a reason and the name of who reads")
	// ErrNotFound says that the archive has no such copy.
	ErrNotFound = errors.New("not in the archive")
	// ErrSettled says that a batch of that name was settled before.
	ErrSettled = errors.New("the batch was settled before")
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
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_IOERR:
		if code == sqlite3.SQLITE_IOERR_SHMSIZE { // the memory file of the log found no room
			return ErrFull
		}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrLocked
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return ErrNotWritable
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ErrDamaged
	}
	return nil
}
