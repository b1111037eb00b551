package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
)

// The files of the ledger's key: the one that signs, one that is to take its place, and one whose
// place was taken; and what the state remembers of those before.
const (
	ledgerKey    = "ledger"
	nextKey      = "ledger.next"
	formerKey    = "ledger.former"
	ofStatements = "ledger_statements"
	ofFormer     = "ledger_former"
	ofSince      = "ledger_since"
)

// RotateLedgerKey gives the ledger of the state in dir a new key under its old name, and returns
// the new public key. The key before signs a statement that names it, which every later
// checkpoint bears, so that whoever has an older public key verifies with it as before; then it is
// destroyed. Nobody else may have the state open: ErrRunning says that somebody has.
func RotateLedgerKey(ctx context.Context, dir string, at time.Time) (public string, err error) {
	s, err := openAs(ctx, dir, true)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, step := range s.rotation(at) {
		if err := step(ctx); err != nil {
			return "", err
		}
	}
	return s.public, nil
}

// rotation are the steps by which the key is changed. Cut off after any of them, Open takes the
// state as it was before, or ends the change: the second step, a transaction, decides.
func (s *State) rotation(at time.Time) []func(context.Context) error {
	var private string
	return []func(context.Context) error{
		func(context.Context) (err error) {
			if private, _, err = ledger.NewKey(s.log.Name()); err != nil {
				return err
			}
			return s.keepNext(private)
		},
		func(ctx context.Context) error { return s.succeed(ctx, private, at) },
		func(context.Context) error { return s.setAside() },
		func(context.Context) error { return s.putNext() },
		func(context.Context) error { return shred(s.path("keys", formerKey)) },
	}
}

// keepNext writes the key that is to take the place of the ledger's, and reads it back: once the
// state knows it, no other may be there.
func (s *State) keepNext(private string) error {
	path := s.path("keys", nextKey)
	if err := create(path, func() ([]byte, error) { return []byte(private), nil }); err != nil {
		return fmt.Errorf("make the key %s: %w", nextKey, err)
	}
	b, err := os.ReadFile(path)
	if err == nil && string(bytes.TrimSpace(b)) != private {
		err = errors.New("another key is there")
	}
	if err != nil {
		return fmt.Errorf("make the key %s: %w", nextKey, err)
	}
	return nil
}

// succeed makes the new key the ledger's, with its first entry.
func (s *State) succeed(ctx context.Context, private string, at time.Time) error {
	public, err := ledger.PublicKey(private)
	if err != nil {
		return err
	}
	var next *ledger.Log
	err = s.write(ctx, "change the ledger's key", func(tx bun.Tx) error {
		if next, err = s.log.Succeed(logTx{ctx, tx}, private); err != nil {
			return err
		}
		number := strings.SplitN(public, "+", 3)[1]
		if _, _, err := next.AppendIn(logTx{ctx, tx}, ledger.Entry{Kind: ledger.KeyRotated, At: at, Ref: number}); err != nil {
			return err
		}
		return errors.Join(
			s.setMeta(ctx, tx, "ledger_key", public),
			s.setMeta(ctx, tx, ofSince, at.UTC().Format(time.RFC3339)),
			s.setMeta(ctx, tx, ofStatements, strings.Join(next.Statements(), " ")),
			s.setMeta(ctx, tx, ofFormer, strings.Join(append(s.former, s.public), " ")))
	})
	if err != nil {
		return err
	}
	s.former = append(s.former, s.public)
	s.log, s.public = next, public // whatever is entered on closing is signed with it
	return nil
}

// setAside gives the key whose place was taken a second name, under which it can be destroyed.
func (s *State) setAside() error {
	err := os.Link(s.path("keys", ledgerKey), s.path("keys", formerKey))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("change the ledger's key: %w", err)
	}
	return syncDir(s.path("keys"))
}

// putNext puts the new key in the place of the one before, in one go.
func (s *State) putNext() error {
	if err := os.Rename(s.path("keys", nextKey), s.path("keys", ledgerKey)); err != nil {
		return fmt.Errorf("change the ledger's key: %w", err)
	}
	return syncDir(s.path("keys"))
}

// settleKey ends a change of the ledger's key that was cut off: known is the public key that the
// state says is the ledger's.
func (s *State) settleKey(known string) error {
	path := s.path("keys", nextKey)
	err := secureFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return shred(s.path("keys", formerKey))
	}
	if err != nil {
		return err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("open the key %s: %w", nextKey, err)
	}
	if public, err := ledger.PublicKey(string(bytes.TrimSpace(b))); err != nil || public != known {
		return shred(path) // the state never heard of it
	}
	for _, step := range s.rotation(time.Time{})[2:] {
		if err := step(context.Background()); err != nil {
			return err
		}
	}
	return nil
}

// FormerKeys returns the public keys that were the ledger's before, the first of all first.
func (s *State) FormerKeys() []string { return append([]string(nil), s.former...) }

// KeyChanged returns when the ledger's key last took the place of another; the zero instant where
// it is the first.
func (s *State) KeyChanged(ctx context.Context) (time.Time, error) {
	text, err := s.meta(ctx, s.db, ofSince)
	if err != nil || text == "" {
		return time.Time{}, explain("read since when the ledger's key signs", err)
	}
	return time.Parse(time.RFC3339, text)
}
