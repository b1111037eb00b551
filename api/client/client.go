// Package client is for programs in Go that ask Garant over HTTP: it is generated from the
// document of the API (make client), with what every caller needs around it.
//
//	c, err := client.Connect("http://127.0.0.1:8585", token)
//	a, err := c.MayWithResponse(ctx, client.Question{Channel: "email", Purpose: "newsletter", …})
//
// Whatever is not an answer with Allowed true is a no.
package client

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// patience is how long an answer is waited for unless the context ends before.
const patience = 30 * time.Second

// ErrToken says that a token is missing.
var ErrToken = errors.New("a token is needed: garant token add")

// Connect returns a client of the API at an address such as http://127.0.0.1:8585, which brings
// the token with each question. Nothing is asked yet.
func Connect(address, token string) (*ClientWithResponses, error) {
	if token == "" {
		return nil, ErrToken
	}
	bring := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
	return NewClientWithResponses(address, WithHTTPClient(&http.Client{Timeout: patience}), WithRequestEditorFn(bring))
}
