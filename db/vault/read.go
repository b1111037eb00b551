package vault

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
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
	err = v.read(ctx, "look into the archive", func(tx *sql.Tx) error {
		return eachItem(ctx, tx, func(i item) error {
			out = append(out, Item{i.group, i.until})
			return nil
		}, "settled = 1 AND dataset = ? AND key_digest = ? ORDER BY grp", dataset, v.digest(dataset, key))
	})
	return out, err
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
	var out map[string]any
	err := v.write(ctx, "read the archive", func(tx *sql.Tx) error {
		i, err := v.find(ctx, tx, item{dataset: dataset, group: group, digest: v.digest(dataset, key)})
		if err != nil {
			return err
		}
		if out, err = v.values(ctx, tx, i); err != nil {
			return err
		}
		return v.note(ctx, tx, i, store.Key{by, reason}, textOf(at))
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (v *Vault) find(ctx context.Context, tx *sql.Tx, like item) (found item, err error) {
	err = eachItem(ctx, tx, func(i item) error { found = i; return nil },
		"settled = 1 AND dataset = ? AND key_digest = ? AND grp = ?", like.dataset, like.digest, like.group)
	if err == nil && found.id == 0 {
		err = ErrNotFound
	}
	return found, err
}

func (v *Vault) values(ctx context.Context, tx *sql.Tx, i item) (map[string]any, error) {
	key, err := v.keyOf(ctx, tx, i.batch)
	if err != nil {
		return nil, err
	}
	fields, err := i.open(key)
	out := make(map[string]any, len(fields))
	for _, f := range fields {
		out[f.column] = f.value
	}
	return out, err
}

// note enters a reading; who and why are sealed, for a reason may name people.
func (v *Vault) note(ctx context.Context, tx *sql.Tx, i item, whoWhy store.Key, at string) error {
	sealed := v.notes.Seal(nil, nil, ledger.EncodeKey(whoWhy), noteNames(at, i.dataset, i.group, i.digest))
	_, err := tx.ExecContext(ctx, "INSERT INTO readings (at, dataset, grp, key_digest, entry) VALUES (?, ?, ?, ?, ?)", at, i.dataset, i.group, i.digest, sealed)
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
