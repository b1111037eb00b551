package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is what a log's key vouches for: the log of that name had that many leaves
// and that root.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// text returns the C2SP form; tlog.FormatTree writes another log's name and is not used.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// NewKey makes a key pair for a log of that name, in the form of signed notes. The private
// one must be kept secret; the public one is what verifiers are given.
func NewKey(name string) (private, public string, err error) {
	private, public, err = note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", "", fmt.Errorf("make a key for the ledger: %w", err)
	}
	return private, public, nil
}

// ErrSignature says that a checkpoint is not one that the key signed.
var ErrSignature = errors.New("the checkpoint does not bear the signature of this key")

// OpenCheckpoint reads a signed checkpoint and checks the signature: of the key, or of one that
// took its place, where the checkpoint leads to it (see Succeed). Lines of other signers
// (witnesses) may be there and are not looked at.
func OpenCheckpoint(msg []byte, publicKey string) (Checkpoint, error) {
	c, _, err := openCheckpoint(msg, publicKey)
	return c, err
}

// openCheckpoint is OpenCheckpoint, and returns the checkpoints that former keys vouched for, from
// the given one on.
func openCheckpoint(msg []byte, publicKey string) (Checkpoint, []Checkpoint, error) {
	signer, past := heir(msg, publicKey)
	c, _, err := openNote(msg, signer)
	for _, before := range past {
		if err == nil && before.Size > c.Size {
			err = errors.New("the checkpoint is of before its key signed")
		}
	}
	if err != nil {
		return Checkpoint{}, nil, err
	}
	return c, past, nil
}

// openNote reads a checkpoint that the key itself signed, and returns its text too.
func openNote(msg []byte, publicKey string) (Checkpoint, string, error) {
	key, err := note.NewVerifier(publicKey)
	if err != nil {
		return Checkpoint{}, "", errors.New("the public key is malformed; it looks like NAME+8 hex digits+base64")
	}
	n, err := note.Open(msg, note.VerifierList(key))
	if err != nil || !writtenOnce(msg, n) {
		return Checkpoint{}, "", ErrSignature
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, "", err
	}
	if c.Origin != key.Name() {
		return Checkpoint{}, "", errors.New("the checkpoint is that of another log")
	}
	return c, n.Text, nil
}

// writtenOnce reports whether the note is spelled as signers spell it. Base64 leaves bits
// unused at its end and note.Open does not look at them: an altered byte would go unseen.
func writtenOnce(msg []byte, n *note.Note) bool {
	for _, s := range n.Sigs {
		raw, err := base64.StdEncoding.Strict().DecodeString(s.Base64)
		if err != nil || len(raw) < 4 || binary.BigEndian.Uint32(raw) != s.Hash {
			return false
		}
	}
	var b bytes.Buffer
	b.WriteString(n.Text + "\n")
	for _, s := range append(n.Sigs, n.UnverifiedSigs...) {
		fmt.Fprintf(&b, "— %s %s\n", s.Name, s.Base64)
	}
	return len(n.UnverifiedSigs) > 0 || bytes.Equal(b.Bytes(), msg)
}

func parseCheckpoint(text string) (Checkpoint, error) {
	bad := errors.New("the checkpoint is malformed")
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, bad
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, bad
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return Checkpoint{}, bad
	}
	return Checkpoint{lines[0], size, root}, nil
}

// PublicKey returns the public key that belongs to a private one.
func PublicKey(privateKey string) (string, error) {
	bad := errors.New("the ledger's private key is malformed")
	key, err := note.NewSigner(privateKey)
	if err != nil {
		return "", bad
	}
	// PRIVATE+KEY+name+hash+base64: a name holds no plus sign, base64 may.
	raw, err := base64.StdEncoding.DecodeString(strings.SplitN(privateKey, "+", 5)[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return "", bad
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(key.Name(), public)
}
