package project

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"filippo.io/age"

	"github.com/garant-rgpd/garant/rights"
)

// quickWork is the scrypt work factor for a passphrase of 130 random bits, which needs no
// slowing down; a passphrase that somebody chose gets that of the library.
const quickWork = 12

// NewPassphrase makes a passphrase of 130 bits that can be read out, and for whom to seal a
// file with it.
func NewPassphrase() (age.Recipient, string, error) {
	var b [17]byte
	if _, err := rand.Read(b[:]); err != nil {
		return nil, "", err
	}
	s := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))[:26]
	phrase := strings.Join([]string{s[:5], s[5:10], s[10:15], s[15:20], s[20:26]}, "-")
	r, err := age.NewScryptRecipient(phrase)
	if err == nil {
		r.SetWorkFactor(quickWork)
	}
	return r, phrase, err
}

// Sealed seals a dossier for somebody, and returns the file with its SHA-256 in hex.
func Sealed(d rights.Dossier, to age.Recipient) ([]byte, string, error) {
	var b bytes.Buffer
	if err := rights.Seal(&b, d, to); err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), hex.EncodeToString(sum[:]), nil
}
