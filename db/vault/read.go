package vault

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// Item says that a group of a record is in the archive, and until when; a zero Until is an
// open end.
type Item struct {
	Group string      `json:"group"`
	Until policy.Date `json:"until,omitzero"`
}

// Has returns the groups of a record that are in the archive. It opens nothing and needs no
// reason.
func (v *Vault) Has(ctx context.Context, dataset string, key store.Key) (out []Item, err error) {
	d := v.digester(dataset).Digest(key)
	err = v.read(ctx, "look into the archive", func(tx *sql.Tx) error {
		return eachCopy(ctx, tx, dataset, d, func(s sheet, i int) {
			out = append(out, Item{s.group, s.names[i].until})
		})
	})
	slices.SortFunc(out, func(a, b Item) int { return strings.Compare(a.Group, b.Group) })
	return out, err
}

// eachCopy calls fn for the settled copies of a record: the sheet and the place in it.
func eachCopy(ctx context.Context, tx *sql.Tx, dataset string, d digest, fn func(sheet, int)) error {
	return eachSheet(ctx, tx, func(s sheet) error {
		if i := s.find(d); i >= 0 {
			fn(s, i)
		}
		return nil
	}, "b.settled = 1 AND b.dataset = ? AND s.id IN (SELECT sheet FROM places WHERE short = ?)", dataset, short(d))
}

// Reading is an entry of the archive's log: who read what, when and why.
type Reading struct {
	ID      int64     `json:"id"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
	Dataset string    `json:"dataset"`
	Group   string    `json:"group"`
	// Digest is the keyed digest of the record's key, in hex.
	Digest string `json:"digest"`
}

// Ref names the reading where nothing personal may stand, such as the ledger.
func (r Reading) Ref() string { return "reading-" + strconv.FormatInt(r.ID, 10) }

// Read returns an archived group of a record by column. It refuses to without a reason and a
// reader, and hands nothing out before the reading is noted for good. A group that is not
// there is ErrNotFound.
func (v *Vault) Read(ctx context.Context, dataset, group string, key store.Key, reason, by string, at time.Time) (map[string]any, error) {
	if strings.TrimSpace(reason) == "" || strings.TrimSpace(by) == "" {
		return nil, ErrNoReason
	}
	d := v.digester(dataset).Digest(key)
	var out map[string]any
	err := v.write(ctx, "read the archive", func(tx *sql.Tx) error {
		s, i, err := find(ctx, tx, dataset, group, d)
		if err != nil {
			return err
		}
		if out, err = v.values(ctx, tx, s, i); err != nil {
			return err
		}
		return v.note(ctx, tx, s, d, store.Key{by, reason}, textOf(at))
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// find returns the sheet of a copy and its place in it.
func find(ctx context.Context, tx *sql.Tx, dataset, group string, d digest) (found sheet, at int, err error) {
	at = -1
	err = eachCopy(ctx, tx, dataset, d, func(s sheet, i int) {
		if s.group == group {
			found, at = s, i
		}
	})
	if err == nil && at < 0 {
		err = ErrNotFound
	}
	return found, at, err
}

func (v *Vault) values(ctx context.Context, tx *sql.Tx, s sheet, i int) (map[string]any, error) {
	key, err := v.keyOf(ctx, tx, s.batch)
	if err != nil {
		return nil, err
	}
	copies, err := s.open(key)
	if err != nil {
		return nil, err
	}
	return fieldsOf(copies[i])
}

// note enters a reading; who and why are sealed, for a reason may name people.
func (v *Vault) note(ctx context.Context, tx *sql.Tx, s sheet, d digest, whoWhy store.Key, at string) error {
	sealed := v.notes.Seal(nil, nil, ledger.EncodeKey(whoWhy), noteNames(at, s.dataset, s.group, d[:]))
	_, err := tx.ExecContext(ctx, "INSERT INTO readings (at, dataset, grp, key_digest, entry) VALUES (?, ?, ?, ?, ?)", at, s.dataset, s.group, d[:], sealed)
	return err
}

func noteNames(at, dataset, group string, digest []byte) []byte {
	return ledger.EncodeKey(store.Key{at, dataset, group, digest})
}

// Readings returns the log of readings, the oldest first. An entry that was altered or taken
// out from between others is ErrDamaged.
func (v *Vault) Readings(ctx context.Context) (out []Reading, err error) {
	err = v.read(ctx, "list the readings of the archive", func(tx *sql.Tx) error {
		return query(ctx, tx, func(rows *sql.Rows) error {
			r, err := v.reading(rows)
			if err == nil && r.ID != int64(len(out))+1 {
				err = fmt.Errorf("%s is missing: %w", Reading{ID: int64(len(out)) + 1}.Ref(), ErrDamaged)
			}
			out = append(out, r)
			return err
		}, "SELECT id, at, dataset, grp, key_digest, entry FROM readings ORDER BY id")
	})
	return out, err
}

func (v *Vault) reading(rows *sql.Rows) (r Reading, err error) {
	var at string
	var digest, entry []byte
	if err := rows.Scan(&r.ID, &at, &r.Dataset, &r.Group, &digest, &entry); err != nil {
		return r, err
	}
	b, err1 := v.notes.Open(nil, nil, entry, noteNames(at, r.Dataset, r.Group, digest))
	whoWhy, err2 := ledger.DecodeKey(b)
	if errors.Join(err1, err2) != nil || len(whoWhy) != 2 {
		return r, fmt.Errorf("%s: %w", r.Ref(), ErrDamaged)
	}
	r.By, _ = whoWhy[0].(string)
	r.Reason, _ = whoWhy[1].(string)
	r.Digest = hex.EncodeToString(digest)
	r.At, err = timeOf(at)
	return r, err
}
