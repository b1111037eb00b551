package ledger

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// Broken says that a log is not what its key vouched for.
type Broken struct {
	// At is the first position that is wrong: that of a leaf, or -1 for the checkpoint and
	// for a log whose root differs though each leaf agrees with the hash beside it.
	At     int64
	Reason string
}

// Error names the first bad position.
func (b *Broken) Error() string {
	if b.At < 0 {
		return "the ledger is broken: " + b.Reason
	}
	return fmt.Sprintf("the ledger is broken at entry %d: %s", b.At, b.Reason)
}

func broken(at int64, format string, args ...any) error {
	return &Broken{At: at, Reason: fmt.Sprintf(format, args...)}
}

// Export writes the whole log as one text; see the package comment for its form.
func (l *Log) Export(ctx context.Context, w io.Writer) error {
	return l.storage.View(ctx, func(v View) error {
		size, _, err := v.Head()
		if err != nil {
			return fmt.Errorf("read the ledger's head: %w", err)
		}
		signed, err := l.head(v)
		if err != nil {
			return err
		}
		out := bufio.NewWriter(w)
		fmt.Fprintf(out, "%s\n", signed)
		err = v.Leaves(0, size, func(_ int64, leaf Leaf) error {
			_, err := fmt.Fprintf(out, "%s %s\n", leaf.Hashes[0], leaf.Data)
			return err
		})
		if err != nil {
			return fmt.Errorf("export the ledger: %w", err)
		}
		return out.Flush()
	})
}

// Verify recomputes an exported log and compares it with the signature in it. It needs
// nothing but the text and the public key. A log that is not whole and unaltered gives a
// *Broken; another error means that the text could not be read.
func Verify(exported io.Reader, publicKey string) (Checkpoint, error) {
	in := bufio.NewReaderSize(exported, 1<<16)
	signed, err := readHead(in)
	if err != nil {
		return Checkpoint{}, err
	}
	c, past, err := openCheckpoint(signed, publicKey)
	if err != nil {
		return Checkpoint{}, broken(-1, "%v", err)
	}
	var f frontier
	for f.size < c.Size {
		if err := f.next(in, past); err != nil {
			return Checkpoint{}, err
		}
	}
	if _, err := in.ReadByte(); err == nil {
		return Checkpoint{}, broken(c.Size, "something follows the last entry")
	} else if !errors.Is(err, io.EOF) {
		return Checkpoint{}, fmt.Errorf("read the ledger: %w", err)
	}
	return c, f.sound(c, past)
}

// next reads a leaf that follows what former keys vouched for.
func (f *frontier) next(in *bufio.Reader, past []Checkpoint) error {
	if err := f.was(past); err != nil {
		return err
	}
	return readLeaf(in, f)
}

// sound is matches, where former keys may have vouched for the whole log as it is.
func (f *frontier) sound(c Checkpoint, past []Checkpoint) error {
	if err := f.matches(c); err != nil {
		return err
	}
	return f.was(past)
}

// readHead reads the signed checkpoint: its text, an empty line, the signatures, and the
// empty line that ends it.
func readHead(in *bufio.Reader) ([]byte, error) {
	const longest = 1 << 16 // a checkpoint with many witnesses has a few kilobytes
	var head []byte
	for empty := 0; len(head) < longest; {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return nil, unreadable(err, -1, "the checkpoint is cut short")
		}
		if len(line) == 1 {
			empty++
		}
		if empty == 2 {
			return head, nil
		}
		head = append(head, line...)
	}
	return nil, broken(-1, "it does not begin with a checkpoint")
}

func readLeaf(in *bufio.Reader, f *frontier) error {
	line, err := in.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		long := bytes.Clone(line)
		line, err = in.ReadBytes('\n')
		line = append(long, line...)
	}
	if err != nil {
		return unreadable(err, f.size, "the log ends here, before the size that was signed")
	}
	hash, leaf, ok := bytes.Cut(line[:len(line)-1], []byte(" "))
	got := tlog.RecordHash(leaf)
	if !ok || string(hash) != got.String() {
		return broken(f.size, "the entry and its hash differ")
	}
	f.push(got)
	return nil
}

func unreadable(err error, at int64, reason string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, bufio.ErrBufferFull) {
		return broken(at, "%s", reason)
	}
	return fmt.Errorf("read the ledger: %w", err)
}

func (f *frontier) matches(c Checkpoint) error {
	if f.size != c.Size {
		return broken(min(f.size, c.Size), "%d entries are there, %d were signed", f.size, c.Size)
	}
	if f.root() != c.Root {
		return broken(-1, "each entry agrees with its hash, but the root of all is not the one that was signed")
	}
	return nil
}

// VerifyStored does for a stored log what Verify does for an exported one, and also
// compares every stored hash of the tree.
func VerifyStored(ctx context.Context, s Storage, publicKey string) (c Checkpoint, err error) {
	err = s.View(ctx, func(v View) error {
		size, signed, err := v.Head()
		if err != nil {
			return fmt.Errorf("read the ledger's head: %w", err)
		}
		if size == 0 && signed == nil {
			return nil
		}
		var past []Checkpoint
		if c, past, err = openCheckpoint(signed, publicKey); err != nil {
			return broken(-1, "%v", err)
		}
		var f frontier
		err = v.Leaves(0, size, func(i int64, l Leaf) error {
			if err := f.was(past); err != nil {
				return err
			}
			return f.follow(i, l)
		})
		if err != nil {
			return err
		}
		return f.sound(c, past)
	})
	return c, err
}

// follow pushes a stored leaf after comparing everything stored with it.
func (f *frontier) follow(i int64, l Leaf) error {
	if i != f.size {
		return broken(f.size, "the entry is missing")
	}
	want := f.push(tlog.RecordHash(l.Data))
	if len(l.Hashes) != len(want) {
		return broken(i, "%d hashes are stored, not %d", len(l.Hashes), len(want))
	}
	for level, h := range l.Hashes {
		if h != want[level] {
			return broken(i, "the hash stored at level %d is wrong", level)
		}
	}
	return nil
}
