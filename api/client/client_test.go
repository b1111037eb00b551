package client_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"testing"

	"github.com/garant-rgpd/garant/api/client"
)

// TestGenerated fails where the document has changed since the client was made of it.
func TestGenerated(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != client.Document {
		t.Error("openapi.json has changed: make client")
	}
}

// TestConnect wants a token.
func TestConnect(t *testing.T) {
	t.Parallel()
	if _, err := client.Connect("http://127.0.0.1:8585", ""); !errors.Is(err, client.ErrToken) {
		t.Errorf("without a token: %v", err)
	}
}
