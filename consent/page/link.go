package page

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// Links makes and reads the addresses by which people reach their own page. An address is
// sealed: it names the person to nobody but us, and cannot be made by anybody else.
type Links struct{ aead cipher.AEAD }

// Link is what an address is about.
type Link struct {
	Person consent.Identifier `json:"p"`
	// Purpose and Channel are what one click takes back; empty means all.
	Purpose policy.PurposeID `json:"u,omitempty"`
	Channel consent.Channel  `json:"c,omitempty"`
}

// NewLinks derives the key of links from that of persons.
func NewLinks(key []byte) (Links, error) {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("preference links"))
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		return Links{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return Links{aead}, err
}

// Seal returns the word that stands for a link in an address.
func (l Links) Seal(link Link) (string, error) {
	b, err := json.Marshal(link)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(l.aead.Seal(nil, nil, b, nil)), nil
}

// errLink says nothing of what was wrong: whoever tries words learns nothing.
var errLink = errors.New("there is no such page")

// Open reads what Seal wrote.
func (l Links) Open(word string) (Link, error) {
	var link Link
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(word)
	if err != nil || len(word) > 2048 {
		return link, errLink
	}
	b, err := l.aead.Open(nil, nil, sealed, nil)
	if err != nil || json.Unmarshal(b, &link) != nil || link.Person.Kind == "" {
		return Link{}, errLink
	}
	return link, nil
}

// Headers are those of a message that can be unsubscribed from with one click (RFC 8058). A
// mail must be signed with DKIM over both.
func Headers(base, word string) map[string]string {
	return map[string]string{
		"List-Unsubscribe":      "<" + base + "/u/" + word + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
	}
}
