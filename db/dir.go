package db

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// private is the mask of what nobody but the owner may have.
const private fs.FileMode = 0o077

// secureDir makes the directory, or checks the one that is there. An empty one is closed to
// others; one with files in it that others can read is refused, because it may be something
// else than a state, and if it is one, what was in it is known by now.
func secureDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the state directory: %w", errors.Join(ErrNotWritable, err))
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("open the state directory: %w", errors.Join(ErrNotWritable, err))
	}
	if info.Mode()&private == 0 {
		return nil
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("open the state directory: %w", errors.Join(ErrNotWritable, err))
	}
	if len(files) > 0 {
		return fmt.Errorf("open the state directory %s: %w; close it with chmod 700", dir, ErrExposed)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("close the state directory to others: %w", errors.Join(ErrNotWritable, err))
	}
	return nil
}

// secureFile checks that path is a plain file that only its owner can read.
func secureFile(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("open %s: it is no plain file", path)
	}
	if info.Mode()&private != 0 {
		return fmt.Errorf("open %s: %w; close it with chmod 600, and think of who may have read it", path, ErrExposed)
	}
	return nil
}

// touch makes the file before SQLite does, which would give it the mode of the umask. The
// files that SQLite puts beside it take its mode.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the state file: %w", errors.Join(ErrNotWritable, err))
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("open the state file: %w", err)
	}
	return secureFile(path)
}
