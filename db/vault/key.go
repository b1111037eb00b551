package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/garant-rgpd/garant/ledger"
)

// private is the mask of what nobody but the owner may have.
const private fs.FileMode = 0o077

// keys are the identity of the archive and what is derived from it. None of them is ever
// shown or written anywhere but to the key file.
type keys struct {
	identity *age.X25519Identity
	// digests is the key of record digests, roots that of the roots in receipts.
	digests, roots []byte
	// notes seals the log of readings.
	notes cipher.AEAD
}

// openKeys reads the key file. It makes one for an archive that is new; known is the
// recipient of one that is not.
func openKeys(path, known string) (keys, error) {
	err := secure(path)
	if errors.Is(err, fs.ErrNotExist) && known != "" {
		return keys{}, ErrKeyMissing
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = createIdentity(path)
	}
	if err != nil {
		return keys{}, fmt.Errorf("open the key file: %w", err)
	}
	id, err := readIdentity(path)
	if err != nil {
		return keys{}, err
	}
	if known != "" && known != id.Recipient().String() {
		return keys{}, ErrOtherKey
	}
	return derive(id)
}

func derive(id *age.X25519Identity) (k keys, err error) {
	k.identity = id
	secret := func(what string) []byte {
		b, e := hkdf.Key(sha256.New, []byte(id.String()), nil, "garant archive "+what, 32)
		err = errors.Join(err, e)
		return b
	}
	k.digests, k.roots = secret("record digests"), secret("receipts")
	notes := secret("readings")
	if err != nil {
		return keys{}, err
	}
	k.notes, err = sealer(notes)
	return k, err
}

// readIdentity reads the one identity of the file, in age's own form, so that age itself
// opens what is wrapped. The cause of an error is not shown: it might quote the file.
func readIdentity(path string) (*age.X25519Identity, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	ids, err := age.ParseIdentities(bytes.NewReader(b))
	if err != nil || len(ids) != 1 {
		return nil, fmt.Errorf("read the key file: it does not hold one identity of age: %w", ErrKeyMissing)
	}
	id, ok := ids[0].(*age.X25519Identity)
	if !ok {
		return nil, fmt.Errorf("read the key file: its identity is of another kind: %w", ErrKeyMissing)
	}
	return id, nil
}

// createIdentity writes a new identity whole or not at all. If another process was faster,
// its identity stands.
func createIdentity(path string) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return errors.Join(ErrNotWritable, err)
	}
	f, err := os.CreateTemp(dir, ".new-*") // has mode 0600
	if err != nil {
		return errors.Join(ErrNotWritable, err)
	}
	defer os.Remove(f.Name())
	_, err = fmt.Fprintf(f, "# The key of the intermediate archive. Keep a copy of it, away from the archive.\n# public key: %s\n%s\n", id.Recipient(), id)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return errors.Join(ErrNotWritable, err)
	}
	return errors.Join(syncDir(dir), secure(path))
}

// touch makes the archive's file before SQLite does, which would give it the mode of the
// umask. The files that SQLite puts beside it take its mode.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return errors.Join(ErrNotWritable, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return errors.Join(ErrNotWritable, err)
	}
	return errors.Join(f.Close(), secure(path))
}

// secure checks that path is a file that only its owner can read.
func secure(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no plain file", path)
	case info.Mode()&private != 0:
		return fmt.Errorf("%s: %w", path, ErrExposed)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (k keys) recipient() string { return k.identity.Recipient().String() }

// digester names the records of a dataset without naming them.
func (k keys) digester(dataset string) *ledger.Digester {
	return ledger.NewDigester(ledger.DatasetKey(k.digests, dataset))
}

// newKey makes the data key of a batch and wraps it.
func (k keys) newKey() (data cipher.AEAD, wrapped []byte, err error) {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	w, err := age.Encrypt(&b, k.identity.Recipient())
	if err != nil {
		return nil, nil, err
	}
	_, err = w.Write(secret[:])
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, nil, err
	}
	data, err = sealer(secret[:])
	return data, b.Bytes(), err
}

// unwrap opens the data key of a batch.
func (k keys) unwrap(wrapped []byte) (cipher.AEAD, error) {
	r, err := age.Decrypt(bytes.NewReader(wrapped), k.identity)
	if err != nil {
		return nil, fmt.Errorf("open the key of a batch: %w", ErrDamaged)
	}
	secret, err := io.ReadAll(r)
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("open the key of a batch: %w", ErrDamaged)
	}
	return sealer(secret)
}

// sealer seals with AES-256-GCM under random nonces. A data key seals one batch, far from the
// 2^32 messages that random nonces are good for.
func sealer(secret []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
