// Package sso is for signing in to the console with the accounts that a company has already:
// those of its OpenID Connect provider (Entra, Google, Keycloak and the like).
package sso

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// ErrUnknown says that what a browser brought back is no sign-in that the provider vouches for.
var ErrUnknown = errors.New("the provider does not vouch for this sign-in")

// patience is how long the provider is waited for.
const patience = 10 * time.Second

// Provider is the company's. It is safe for concurrent use.
type Provider struct {
	issuer, client, secret string
	clock                  func() time.Time

	mu    sync.Mutex
	found *oidc.Provider // under mu; nil until it answered once
}

// New returns the provider at an issuer's address, to which the console is known as client
// with that secret. Nothing is asked of it yet, so that a provider that is down keeps nobody
// from the other ways in.
func New(issuer, client, secret string, clock func() time.Time) *Provider {
	return &Provider{issuer: issuer, client: client, secret: secret, clock: clock}
}

// discover asks the provider once where its pages and keys are (OpenID Connect Discovery).
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The provider keeps this context to fetch its keys by, so it must not end with the request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: patience}), p.issuer)
	if err != nil {
		return nil, fmt.Errorf("ask the sign-in provider: %w", err)
	}
	p.found = found
	return found, nil
}

func (p *Provider) config(found *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.client, ClientSecret: p.secret, Endpoint: found.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID}}
}

// Begin returns the address at the provider that a browser is sent to, from where it comes back
// to back with a code and the state. Only the scope openid is asked for: neither a name nor an
// address is wanted. The verifier is that of PKCE (RFC 7636).
func (p *Provider) Begin(ctx context.Context, back, state, nonce, verifier string) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.config(found, back).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// End exchanges the code for the identity of who signed in: a digest of the issuer and of what
// the issuer calls them, which never changes and tells nothing. ErrUnknown where the provider's
// token is not for this console or this sign-in.
func (p *Provider) End(ctx context.Context, back, code, nonce, verifier string) ([32]byte, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return [32]byte{}, err
	}
	ctx = oidc.ClientContext(ctx, &http.Client{Timeout: patience})
	token, err := p.config(found, back).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused): // its body may name the person
		return [32]byte{}, fmt.Errorf("exchange the code: status %d: %w", refused.Response.StatusCode, ErrUnknown)
	case err != nil:
		return [32]byte{}, fmt.Errorf("exchange the code: %w", err)
	}
	return p.identity(ctx, found, token, nonce)
}

func (p *Provider) identity(ctx context.Context, found *oidc.Provider, token *oauth2.Token, nonce string) ([32]byte, error) {
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: p.client, Now: p.clock}).Verify(ctx, raw)
	if err != nil || id.Subject == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(nonce)) != 1 {
		return [32]byte{}, ErrUnknown
	}
	return sha256.Sum256([]byte(id.Issuer + "\n" + id.Subject)), nil
}
