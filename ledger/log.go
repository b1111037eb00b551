package ledger

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Storage keeps the leaves, the hashes of the tree and the last checkpoint of one log.
type Storage interface {
	// View runs fn on one unchanging state of the log. Views may run at the same time.
	View(ctx context.Context, fn func(View) error) error
	// Update runs fn in a transaction that no other writer interleaves with, in this process
	// or another. An error from fn undoes everything.
	Update(ctx context.Context, fn func(Tx) error) error
}

// View reads a stored log.
type View interface {
	// Head returns the number of leaves and the last signed checkpoint, nil while empty.
	Head() (size int64, checkpoint []byte, err error)
	// Leaves calls fn for the leaves from <= i < to in order, each with the hashes stored
	// with it (see Leaf). What fn is given is valid during the call only.
	Leaves(from, to int64, fn func(i int64, l Leaf) error) error
	// Hashes returns the hashes at those places, counted as tlog.StoredHashIndex counts.
	Hashes(at []int64) ([]tlog.Hash, error)
}

// Tx is a View that can be appended to.
type Tx interface {
	View
	// Put stores leaves behind the last one and replaces the checkpoint.
	Put(leaves []Leaf, checkpoint []byte) error
}

// Leaf is what is stored for one leaf: its bytes, and the hashes of the tree that became
// complete with it, its own first. The hash at level k is the k-th of them.
type Leaf struct {
	Data   []byte
	Hashes []tlog.Hash
}

// Log is a ledger in a storage, written with a key. It is safe for concurrent use.
type Log struct {
	storage    Storage
	key        note.Signer
	statements []string // see Succeed
}

// New opens the log kept in s; privateKey is one of NewKey, and its name is the log's. Where it
// took the place of another, the statements say so (see Succeed).
func New(s Storage, privateKey string, statements ...string) (*Log, error) {
	key, err := note.NewSigner(privateKey)
	if err != nil {
		return nil, errors.New("the ledger's private key is malformed")
	}
	return &Log{storage: s, key: key, statements: statements}, nil
}

// Name returns the log's name, the first line of its checkpoints.
func (l *Log) Name() string { return l.key.Name() }

// Append enters the entries, all or none, and returns the positions of the first and the
// last. Without entries it does nothing and returns -1 twice.
func (l *Log) Append(ctx context.Context, entries ...Entry) (first, last int64, err error) {
	first, last = -1, -1
	if len(entries) == 0 {
		return first, last, nil
	}
	err = l.storage.Update(ctx, func(tx Tx) error {
		first, last, err = l.AppendIn(tx, entries...)
		return err
	})
	return first, last, err
}

// AppendIn is Append inside a transaction of the storage, for callers that store more in
// it: a cursor, a hold.
func (l *Log) AppendIn(tx Tx, entries ...Entry) (first, last int64, err error) {
	lines := make([][]byte, len(entries))
	for i, e := range entries {
		if lines[i], err = e.Line(); err != nil {
			return -1, -1, err
		}
	}
	f, err := readFrontier(tx)
	if err != nil {
		return -1, -1, err
	}
	first = f.size
	leaves := make([]Leaf, len(lines))
	for i, line := range lines {
		leaves[i] = Leaf{line, append([]tlog.Hash(nil), f.push(tlog.RecordHash(line))...)}
	}
	signed, err := l.sign(f.size, f.root())
	if err != nil {
		return -1, -1, err
	}
	if err := tx.Put(leaves, signed); err != nil {
		return -1, -1, fmt.Errorf("enter %d leaves: %w", len(leaves), err)
	}
	return first, f.size - 1, nil
}

func readFrontier(v View) (*frontier, error) {
	size, _, err := v.Head()
	if err != nil {
		return nil, fmt.Errorf("read the ledger's head: %w", err)
	}
	edge, err := v.Hashes(edgeIndexes(size))
	if err != nil {
		return nil, fmt.Errorf("read the ledger's edge: %w", err)
	}
	return &frontier{size: size, edge: edge}, nil
}

// Checkpoint returns the last signed checkpoint; of an empty log, one that is signed now.
func (l *Log) Checkpoint(ctx context.Context) ([]byte, error) {
	var signed []byte
	err := l.storage.View(ctx, func(v View) (err error) {
		signed, err = l.head(v)
		return err
	})
	return signed, err
}

func (l *Log) head(v View) ([]byte, error) {
	size, signed, err := v.Head()
	if err != nil {
		return nil, fmt.Errorf("read the ledger's head: %w", err)
	}
	if size == 0 {
		var empty frontier
		return l.sign(0, empty.root())
	}
	return signed, nil
}

// Show calls fn for the leaves from <= i < to; a negative to means all. The bytes are valid
// during the call only.
func (l *Log) Show(ctx context.Context, from, to int64, fn func(i int64, leaf []byte) error) error {
	return l.storage.View(ctx, func(v View) error {
		size, _, err := v.Head()
		if err != nil {
			return fmt.Errorf("read the ledger's head: %w", err)
		}
		if to < 0 || to > size {
			to = size
		}
		return v.Leaves(max(from, 0), to, func(i int64, leaf Leaf) error { return fn(i, leaf.Data) })
	})
}
