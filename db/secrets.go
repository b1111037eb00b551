package db

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// sealer is what secrets of one kind are sealed with before they are written, under a key made
// of the state's own, which lies beside the file and not in it: a copy of the file alone opens
// none.
func (s *State) sealer(kind string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.seal, nil, "garant "+kind, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// sealText seals a secret for the row that is known by name; an empty one stays empty.
func (s *State) sealText(kind, name, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	a, err := s.sealer(kind)
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(a.Seal(nil, nil, []byte(text), []byte(name))), nil
}

// openText opens what sealText sealed.
func (s *State) openText(kind, name, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	a, err := s.sealer(kind)
	if err != nil {
		return "", err
	}
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", fmt.Errorf("open a secret of the %s: %w", kind, err)
	}
	text, err := a.Open(nil, nil, b, []byte(name))
	if err != nil {
		return "", fmt.Errorf("open a secret of the %s, sealed under another key than keys/seal: %w", kind, err)
	}
	return string(text), nil
}
