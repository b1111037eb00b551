package ledger

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows that a leaf is in the log that a checkpoint speaks of.
type Proof struct {
	Index      int64
	Leaf       []byte
	Hashes     tlog.RecordProof
	Checkpoint []byte // signed
}

// ErrNoLeaf says that the log has no leaf at that position.
var ErrNoLeaf = errors.New("the ledger has no such entry")

// Prove returns the proof that the leaf at index is in the log as it stands.
func (l *Log) Prove(ctx context.Context, index int64) (Proof, error) {
	p := Proof{Index: index}
	err := l.storage.View(ctx, func(v View) error {
		size, signed, err := v.Head()
		if err != nil {
			return fmt.Errorf("read the ledger's head: %w", err)
		}
		if index < 0 || index >= size {
			return fmt.Errorf("prove entry %d of %d: %w", index, size, ErrNoLeaf)
		}
		p.Checkpoint = signed
		if p.Hashes, err = tlog.ProveRecord(size, index, tlog.HashReaderFunc(v.Hashes)); err != nil {
			return fmt.Errorf("prove entry %d: %w", index, err)
		}
		return v.Leaves(index, index+1, func(_ int64, leaf Leaf) error {
			p.Leaf = bytes.Clone(leaf.Data)
			return nil
		})
	})
	return p, err
}

// proofHeader is the first line of a C2SP tlog-proof.
const proofHeader = "c2sp.org/tlog-proof@v1"

// Text returns the proof as a C2SP tlog-proof; the extra line holds the leaf.
func (p Proof) Text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nextra %s\nindex %d\n", proofHeader, base64.StdEncoding.EncodeToString(p.Leaf), p.Index)
	for _, h := range p.Hashes {
		fmt.Fprintf(&b, "%s\n", h)
	}
	b.WriteByte('\n')
	b.Write(p.Checkpoint)
	return b.Bytes()
}

var errProofForm = errors.New("this is no proof in the form " + proofHeader)

// ParseProof reads what Text wrote. It checks the form only; see Check.
func ParseProof(text []byte) (Proof, error) {
	head, checkpoint, ok := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !ok || len(lines) < 3 || lines[0] != proofHeader {
		return Proof{}, errProofForm
	}
	extra, isExtra := strings.CutPrefix(lines[1], "extra ")
	index, isIndex := strings.CutPrefix(lines[2], "index ")
	leaf, err := base64.StdEncoding.Strict().DecodeString(extra)
	n, err2 := strconv.ParseInt(index, 10, 64)
	if !isExtra || !isIndex || err != nil || err2 != nil || strconv.FormatInt(n, 10) != index {
		return Proof{}, errProofForm
	}
	p := Proof{Index: n, Leaf: leaf, Checkpoint: checkpoint}
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		if err != nil || h.String() != line {
			return Proof{}, errProofForm
		}
		p.Hashes = append(p.Hashes, h)
	}
	return p, nil
}

// Check verifies the proof with nothing but the public key, and returns the checkpoint that
// it rests on.
func (p Proof) Check(publicKey string) (Checkpoint, error) {
	c, err := OpenCheckpoint(p.Checkpoint, publicKey)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("check the proof of entry %d: %w", p.Index, err)
	}
	if p.Index < 0 || p.Index >= c.Size {
		return Checkpoint{}, fmt.Errorf("check the proof of entry %d of %d: %w", p.Index, c.Size, ErrNoLeaf)
	}
	if err := tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Index, tlog.RecordHash(p.Leaf)); err != nil {
		return Checkpoint{}, fmt.Errorf("check the proof of entry %d: the entry is not in the log of this checkpoint", p.Index)
	}
	return c, nil
}

// Consistency proves that the log as it stands continues the log as it was when it had
// size leaves: nothing of it was altered or taken out.
func (l *Log) Consistency(ctx context.Context, size int64) (proof tlog.TreeProof, checkpoint []byte, err error) {
	err = l.storage.View(ctx, func(v View) error {
		now, signed, err := v.Head()
		if err != nil {
			return fmt.Errorf("read the ledger's head: %w", err)
		}
		if size < 1 || size > now {
			return fmt.Errorf("prove that %d entries continue %d: %w", now, size, ErrNoLeaf)
		}
		checkpoint = signed
		proof, err = tlog.ProveTree(now, size, tlog.HashReaderFunc(v.Hashes))
		return err
	})
	return proof, checkpoint, err
}

// CheckConsistency verifies that the log of the newer checkpoint continues that of the
// older one.
func CheckConsistency(older, newer Checkpoint, proof tlog.TreeProof) error {
	if older.Origin != newer.Origin {
		return errors.New("the checkpoints are those of two logs")
	}
	if older.Size < 1 || older.Size > newer.Size {
		return errors.New("the older checkpoint must have between 1 and as many entries as the newer")
	}
	if tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root) != nil {
		return fmt.Errorf("the log of %d entries does not continue that of %d", newer.Size, older.Size)
	}
	return nil
}
