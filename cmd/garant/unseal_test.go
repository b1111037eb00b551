package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// unseal is unseal FILE ANSWER DIR: the sealed answer is opened with the passphrase that the
// JSON in ANSWER shows, or that is the whole of it, and unpacked.
func unseal() {
	if len(os.Args) != 4 {
		exitOn(errors.New("unseal FILE ANSWER DIR"))
	}
	said, err := os.ReadFile(os.Args[2])
	exitOn(err)
	var answer struct{ Passphrase string }
	if json.Unmarshal(said, &answer) != nil {
		answer.Passphrase = strings.TrimSpace(string(said))
	}
	exitOn(unpack(os.Args[1], answer.Passphrase, os.Args[3]))
	os.Exit(0)
}

func unpack(sealed, phrase, dir string) error {
	f, err := os.Open(sealed)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was read only
	id, err := age.NewScryptIdentity(phrase)
	if err != nil {
		return err
	}
	r, err := age.Decrypt(f, id)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return err
	}
	for _, e := range z.File {
		name := filepath.Join(dir, e.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		in, err := e.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(in)
		if err := errors.Join(err, in.Close(), os.WriteFile(name, content, 0o600)); err != nil {
			return err
		}
	}
	return nil
}
