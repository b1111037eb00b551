package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A log goes on under another key of the same name when the key before it has said so: it signs a
// checkpoint of the log as it is, with one extension line that names the new key. That statement
// is an extension line of every later checkpoint, so that whatever rests on one (a proof, a
// certificate, an export) still leads from the key that somebody was given to the one that signs.
const (
	// statementMark begins the extension line of a checkpoint with a statement, in base64.
	statementMark = "succession "
	// keyMark begins the extension line of a statement that names the new key.
	keyMark = "key "
)

// Succeed returns the log as it goes on under another private key of the same name, with the
// statement of the key before. Nothing is stored: the next append is signed with the new key.
func (l *Log) Succeed(v View, privateKey string) (*Log, error) {
	public, err := PublicKey(privateKey)
	if err != nil {
		return nil, err
	}
	next, err := New(l.storage, privateKey)
	if err != nil {
		return nil, err
	}
	if next.Name() != l.Name() {
		return nil, errors.New("the new key of the ledger bears another name")
	}
	f, err := readFrontier(v)
	if err != nil {
		return nil, err
	}
	text := Checkpoint{l.Name(), f.size, f.root()}.text() + keyMark + public + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, l.key)
	if err != nil {
		return nil, fmt.Errorf("sign the succession: %w", err)
	}
	next.statements = append(slices.Clone(l.statements), base64.StdEncoding.EncodeToString(signed))
	return next, nil
}

// Statements returns the statements of succession up to the log's key, the oldest first, each a
// word without spaces; New takes them.
func (l *Log) Statements() []string { return slices.Clone(l.statements) }

// sign returns the checkpoint of the log as it has that many leaves and that root, as a signed
// note, with the statements that lead to its key.
func (l *Log) sign(size int64, root tlog.Hash) ([]byte, error) {
	text := Checkpoint{l.Name(), size, root}.text()
	for _, s := range l.statements {
		text += statementMark + s + "\n"
	}
	b, err := note.Sign(&note.Note{Text: text}, l.key)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint: %w", err)
	}
	return b, nil
}

// heir follows the statements in a checkpoint from a key to the one that signs, and returns it
// with the checkpoints that the keys on the way vouched for. A statement counts for the signature
// of the key before it and for nothing else.
func heir(msg []byte, publicKey string) (string, []Checkpoint) {
	var past []Checkpoint
	text, _, _ := bytes.Cut(msg, []byte("\n\n"))
	for line := range strings.Lines(string(text)) {
		word, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), statementMark)
		statement, err := base64.StdEncoding.Strict().DecodeString(word)
		if !ok || err != nil {
			continue
		}
		c, text, err := openNote(statement, publicKey)
		next, ok := named(text)
		if err == nil && ok {
			publicKey, past = next, append(past, c)
		}
	}
	return publicKey, past
}

// named returns the key that a statement names.
func named(text string) (string, bool) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return strings.CutPrefix(lines[len(lines)-1], keyMark)
}

// was says that a log which has grown this far had another root when a former key vouched for it.
func (f *frontier) was(past []Checkpoint) error {
	for _, c := range past {
		if c.Size == f.size && c.Root != f.root() {
			return broken(-1, "the first %d entries are not those for which the key of that time vouched", c.Size)
		}
	}
	return nil
}
