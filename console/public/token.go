package public

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// tokens signs the pages that are handed out, so that each is sent once, not at once and not
// for ever, and so that what comes in was written on a page of ours.
type tokens struct{ key []byte }

func newTokens(key []byte) tokens {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("pages outside"))
	return tokens{h.Sum(nil)}
}

// The times of a page: nobody fills a form in before soonest, and life is how long it may stay
// open.
const (
	soonest = 2 * time.Second
	life    = 12 * time.Hour
)

var (
	errToken = errors.New("the page is none of ours, is too old, or of another version")
	errSoon  = errors.New("the page was sent at once")
)

const (
	nonceSize = 16
	bodySize  = 8 + nonceSize
)

// issue makes the token of a page about something, such as a form and its version.
func (t tokens) issue(about string, now time.Time) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(now.Unix()))
	b = append(b, make([]byte, nonceSize)...)
	_, _ = rand.Read(b[8:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(append(b, t.mac(about, b)...))
}

func (t tokens) mac(about string, body []byte) []byte {
	h := hmac.New(sha256.New, t.key)
	h.Write([]byte(about + "\x00"))
	h.Write(body)
	return h.Sum(nil)[:16]
}

// sheet is a page that came back: its number, and a secret number made from it that only we
// can make.
type sheet struct {
	page, secret string
	// until is when no such page can be open any more.
	until time.Time
}

// read checks a token.
func (t tokens) read(token, about string, now time.Time) (sheet, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != bodySize+16 || !hmac.Equal(b[bodySize:], t.mac(about, b[:bodySize])) {
		return sheet{}, errToken
	}
	made := time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	switch age := now.Sub(made); {
	case age > life || age < -time.Minute:
		return sheet{}, errToken
	case age < soonest:
		return sheet{}, errSoon
	}
	name := base64.RawURLEncoding.EncodeToString(b[8:bodySize])
	secret := base64.RawURLEncoding.EncodeToString(t.mac("secret", b[8:bodySize]))
	return sheet{name, secret, made.Add(life)}, nil
}

// seal makes a word that stands for a name, such as that of a request, and that nobody else can
// make for another one. about says what it is for.
func (t tokens) seal(about, name string) string {
	return name + "." + base64.RawURLEncoding.EncodeToString(t.mac(about, []byte(name)))
}

// unseal reads what seal made.
func (t tokens) unseal(about, word string) (string, bool) {
	i := strings.LastIndexByte(word, '.')
	if i < 0 {
		return "", false
	}
	return word[:i], subtle.ConstantTimeCompare([]byte(word), []byte(t.seal(about, word[:i]))) == 1
}
