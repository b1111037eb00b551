package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// ErrNoEntry says that the ledger has no entry at a place.
var ErrNoEntry = errors.New("no such entry")

// Prover shows that what was done is in the ledger.
type Prover interface {
	// Proof returns the proof that an entry is in the ledger, as a text that is verified
	// offline with the public key; ErrNoEntry when there is none at that place.
	Proof(ctx context.Context, entry int64) ([]byte, error)
	// Export writes the whole ledger as one text that is verified with the public key alone.
	Export(ctx context.Context, w io.Writer) error
	// PublicKey returns the key with which anybody verifies the ledger.
	PublicKey(ctx context.Context) (string, error)
}

// proof sends the proof of an entry as a file.
func (c *Console) proof(w http.ResponseWriter, r *http.Request, _ visit) error {
	n, err := strconv.ParseInt(r.PathValue("entry"), 10, 64)
	if err != nil || n < 0 {
		return missing{}
	}
	b, err := c.company.Proof(r.Context(), n)
	if errors.Is(err, ErrNoEntry) {
		return missing{}
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="garant-%d.tlog-proof"`, n))
	return plain(w, b)
}

// export sends the whole ledger.
func (c *Console) export(w http.ResponseWriter, r *http.Request, _ visit) error {
	w.Header().Set("Content-Disposition", `attachment; filename="garant-registre.txt"`)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return c.company.Export(r.Context(), w)
}

// publicKey sends the key that proofs are verified with.
func (c *Console) publicKey(w http.ResponseWriter, r *http.Request, _ visit) error {
	k, err := c.company.PublicKey(r.Context())
	if err != nil {
		return err
	}
	return plain(w, []byte(k+"\n"))
}

func plain(w http.ResponseWriter, b []byte) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(b) // a reader who left cannot be told
	return nil
}
