package db

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/garant-rgpd/garant/ledger"
)

// metaRow is a single fact of the state.
type metaRow struct {
	bun.BaseModel `bun:"table:meta"`
	Name          string `bun:",pk"`
	Value         string
}

func (s *State) meta(ctx context.Context, tx bun.IDB, name string) (string, error) {
	row := metaRow{Name: name}
	err := missing(tx.NewSelect().Model(&row).WherePK().Scan(ctx))
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return row.Value, err
}

func (s *State) setMeta(ctx context.Context, tx bun.IDB, name, value string) error {
	_, err := tx.NewInsert().Model(&metaRow{Name: name, Value: value}).On("CONFLICT (name) DO UPDATE").Exec(ctx)
	return err
}

// openKeys reads the ledger's key and the seal, and makes them in a new state. A state that
// has been used and lost its key is refused: a new key would start another ledger.
func (s *State) openKeys(ctx context.Context) error {
	if err := secureDir(s.path("keys")); err != nil {
		return err
	}
	known, err := s.meta(ctx, s.db, "ledger_key")
	if err != nil {
		return explain("read the ledger's name", err)
	}
	if err := s.settleKey(known); err != nil {
		return err
	}
	signing, err := s.secret(ledgerKey, known != "", newLedgerKey)
	if err != nil {
		return err
	}
	if s.public, err = ledger.PublicKey(string(signing)); err != nil {
		return err
	}
	if known != "" && known != s.public {
		return fmt.Errorf("read the key of the ledger: it is that of another ledger: %w", ErrKeyMissing)
	}
	if s.seal, err = s.secret("seal", known != "", randomKey); err != nil {
		return err
	}
	if known == "" {
		if err := s.setMeta(ctx, s.db, "ledger_key", s.public); err != nil {
			return explain("note the ledger's name", err)
		}
	}
	statements, err := s.meta(ctx, s.db, ofStatements)
	if err != nil {
		return explain("read who signed the ledger", err)
	}
	former, err := s.meta(ctx, s.db, ofFormer)
	if err != nil {
		return explain("read who signed the ledger", err)
	}
	s.former = strings.Fields(former)
	s.log, err = ledger.New(logStorage{s}, string(signing), strings.Fields(statements)...)
	return err
}

// newLedgerKey makes a key under a random name, since two ledgers must never share one.
func newLedgerKey() ([]byte, error) {
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, err
	}
	private, _, err := ledger.NewKey("garant-" + hex.EncodeToString(id[:]))
	return []byte(private), err
}

func randomKey() ([]byte, error) {
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, err
	}
	return hex.AppendEncode(nil, key[:]), nil
}

// secret returns the content of keys/name. If it is not there it is made, unless it was
// used before. Errors name the file and never show what is in it.
func (s *State) secret(name string, used bool, fresh func() ([]byte, error)) ([]byte, error) {
	path := s.path("keys", name)
	err := secureFile(path)
	if errors.Is(err, fs.ErrNotExist) && used {
		return nil, fmt.Errorf("open the key %s: %w", name, ErrKeyMissing)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = create(path, fresh)
	}
	if err != nil {
		return nil, fmt.Errorf("open the key %s: %w", name, err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("open the key %s: %w", name, err)
	}
	if b = bytes.TrimSpace(b); len(b) < 32 {
		return nil, fmt.Errorf("open the key %s: it is cut short: %w", name, ErrKeyMissing)
	}
	return b, nil
}

// create writes a new secret whole or not at all. If another process was faster, its secret
// stands.
func create(path string, fresh func() ([]byte, error)) error {
	b, err := fresh()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // has mode 0600
	if err != nil {
		return errors.Join(ErrNotWritable, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(b, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// digestKeyRow remembers that a key exists, so that a lost one is not silently replaced and
// a destroyed one never made again.
type digestKeyRow struct {
	bun.BaseModel `bun:"table:digest_keys"`
	Store         string `bun:",pk"`
	Year          int    `bun:",pk"`
	Made          time.Time
	Destroyed     bun.NullTime
}

func digestKeyName(storeName string, year int) string {
	return "digest-" + url.PathEscape(storeName) + "-" + strconv.Itoa(year)
}

// DigestKey returns the key under which the records acted on in that store and year are
// digested. It is made when first asked for; at is noted then.
func (s *State) DigestKey(ctx context.Context, storeName string, year int, at time.Time) ([]byte, error) {
	var key []byte
	err := s.write(ctx, "open the digest key", func(tx bun.Tx) error {
		row := digestKeyRow{Store: storeName, Year: year, Made: at}
		err := missing(tx.NewSelect().Model(&row).WherePK().Scan(ctx))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		used := err == nil
		if !row.Destroyed.IsZero() {
			return ErrKeyDestroyed
		}
		if key, err = s.secret(digestKeyName(storeName, year), used, randomKey); err != nil || used {
			return err
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return key, err
}

// KeyOfYear is the key under which the records acted on in a store and year are digested; the
// key itself is in its file alone.
type KeyOfYear struct {
	Store string
	Year  int
	// Made is when it was first asked for; Destroyed is zero while it is there.
	Made, Destroyed time.Time
	// Left says that it was destroyed and its file is there still: the call was cut off, and is to
	// be made again.
	Left bool
}

// DigestKeys lists the keys that DigestKey made, by store and year.
func (s *State) DigestKeys(ctx context.Context) ([]KeyOfYear, error) {
	var rows []digestKeyRow
	if err := s.db.NewSelect().Model(&rows).Order("store", "year").Scan(ctx); err != nil {
		return nil, explain("list the digest keys", err)
	}
	out := make([]KeyOfYear, len(rows))
	for i, r := range rows {
		k := KeyOfYear{Store: r.Store, Year: r.Year, Made: r.Made.UTC(), Destroyed: r.Destroyed.UTC()}
		if !k.Destroyed.IsZero() {
			_, err := os.Lstat(s.path("keys", digestKeyName(k.Store, k.Year)))
			k.Left = err == nil
		}
		out[i] = k
	}
	return out, nil
}

// StandingKeys names the keys that are of no store and that no year ends: ledger, seal, and, once
// they were asked for, people and leads.
func (s *State) StandingKeys(ctx context.Context) ([]string, error) {
	out := []string{"ledger", "seal"}
	for _, name := range []string{"people", "leads"} {
		made, err := s.meta(ctx, s.db, name+"_key")
		if err != nil {
			return nil, explain("list the keys", err)
		}
		if made != "" {
			out = append(out, name)
		}
	}
	return out, nil
}

// DestroyDigestKey destroys a key for good and enters that in the ledger: nobody can tie
// the roots made with it to records any more. It is for the day when no backup is left from
// which one of these records could come back. A call that was cut off is made again: the
// ledger is told once, and first, so that no key is gone without a word.
func (s *State) DestroyDigestKey(ctx context.Context, storeName string, year int, at time.Time) error {
	err := s.write(ctx, "destroy the digest key", func(tx bun.Tx) error {
		row := digestKeyRow{Store: storeName, Year: year}
		err := missing(tx.NewSelect().Model(&row).WherePK().Scan(ctx))
		if err != nil || !row.Destroyed.IsZero() {
			return err
		}
		row.Destroyed = bun.NullTime{Time: at}
		if _, err := tx.NewUpdate().Model(&row).Column("destroyed").WherePK().Exec(ctx); err != nil {
			return err
		}
		e := ledger.Entry{Kind: ledger.KeyDestroyed, At: at, Store: storeName, Ref: strconv.Itoa(year)}
		return s.enter(ctx, tx, e)
	})
	if err != nil {
		return err
	}
	return shred(s.path("keys", digestKeyName(storeName, year)))
}

// shred overwrites a secret before it removes it. One that is not there is no error.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("destroy a key: %w", err)
	}
	_, err = f.Write(make([]byte, 128))
	if err := errors.Join(err, f.Sync(), f.Close(), os.Remove(path)); err != nil {
		return fmt.Errorf("destroy a key: %w", err)
	}
	return syncDir(filepath.Dir(path))
}
