package demo

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	energyrenovation "github.com/garant-rgpd/garant/examples/energy-renovation"
)

// WriteCompany writes the company's files (policy, register, settings, published text) into
// dir, which is made if it is not there. Files that are there are not overwritten.
func WriteCompany(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write the company's files: %w", err)
	}
	names, err := fs.Glob(energyrenovation.Files, "*.*")
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := energyrenovation.Files.ReadFile(name)
		if err == nil {
			err = writeNew(filepath.Join(dir, name), b)
		}
		if err != nil {
			return fmt.Errorf("write the company's files: %w", err)
		}
	}
	return nil
}

func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		_ = f.Close() // the write's error tells more
		return err
	}
	return f.Close()
}
