package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Right is what a token lets its bearer do.
type Right string

// The rights. Ask is to ask whether a person may be reached; Report is to say what came of it;
// Record is to write down what people agreed to or refused, and to make their links; Requests is
// to open what people ask and to follow it; Read is to read verdicts and plans.
const (
	Ask      Right = "ask"
	Report   Right = "report"
	Record   Right = "record"
	Requests Right = "requests"
	Read     Right = "read"
)

// Rights lists them.
func Rights() []Right { return []Right{Ask, Report, Record, Requests, Read} }

// Grant is what a token lets its bearer do.
type Grant struct {
	// Name is what the company calls the bearer.
	Name   string
	Rights []Right
	// Purposes are those that it may ask, report and record for; all when there is none.
	Purposes []policy.PurposeID
}

// covers reports whether the grant is for the purpose; what names no purpose concerns all.
func (g Grant) covers(ps ...policy.PurposeID) bool {
	if len(g.Purposes) == 0 {
		return true
	}
	for _, p := range ps {
		if !slices.Contains(g.Purposes, p) {
			return false
		}
	}
	return len(ps) > 0
}

// ErrNoGrant says that a token is nobody's, or that it has ended.
var ErrNoGrant = errors.New("the token lets nobody in")

// Grants finds what tokens are for.
type Grants interface {
	// Grant returns what the token of that SHA-256 digest is for, or ErrNoGrant.
	Grant(ctx context.Context, digest [32]byte) (Grant, error)
}

// OneToken is a single token that lets its bearer do everything, beside the grants of another
// source; Others may be nil.
type OneToken struct {
	Token  string
	Others Grants
}

// Grant implements Grants.
func (o OneToken) Grant(ctx context.Context, digest [32]byte) (Grant, error) {
	own := sha256.Sum256([]byte(o.Token))
	if o.Token != "" && subtle.ConstantTimeCompare(own[:], digest[:]) == 1 {
		return Grant{Name: "GARANT_API_TOKEN", Rights: Rights()}, nil
	}
	if o.Others == nil {
		return Grant{}, ErrNoGrant
	}
	return o.Others.Grant(ctx, digest)
}

// How long a grant is believed without being looked up again, which is how long a token that
// was ended still works, and how many are remembered.
const (
	believed  = time.Second
	grantMost = 1000
)

// Gate lets requests pass whose token gives the right. It is safe for concurrent use.
type Gate struct {
	grants Grants
	clock  func() time.Time

	mu    sync.RWMutex
	known map[[32]byte]belief // under mu
}

type belief struct {
	grant Grant
	until time.Time
}

// NewGate makes a gate that asks grants, at most once a second for each token.
func NewGate(g Grants, clock func() time.Time) *Gate {
	return &Gate{grants: g, clock: clock, known: map[[32]byte]belief{}}
}

// grant finds what a request's token is for.
func (g *Gate) grant(r *http.Request) (Grant, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(token) < shortest || len(token) > longest {
		return Grant{}, ErrNoGrant
	}
	digest, now := sha256.Sum256([]byte(token)), g.clock()
	g.mu.RLock()
	b, ok := g.known[digest]
	g.mu.RUnlock()
	if ok && now.Before(b.until) && b.until.Sub(now) <= believed {
		return b.grant, nil
	}
	grant, err := g.grants.Grant(r.Context(), digest)
	if err != nil {
		return Grant{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.known) >= grantMost {
		clear(g.known)
	}
	g.known[digest] = belief{grant, now.Add(believed)}
	return grant, nil
}

// How many signs a token has.
const (
	shortest = 16
	longest  = 512
)

// Guard serves requests whose token gives the right, and words what went wrong. Nothing of a
// question is ever in an answer that is none.
func (g *Gate) Guard(right Right, do func(http.ResponseWriter, *http.Request, Grant) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		grant, err := g.grant(r)
		switch {
		case errors.Is(err, ErrNoGrant):
			w.Header().Set("WWW-Authenticate", "Bearer")
			fail(w, failure{"unauthorized", http.StatusUnauthorized, "bring a token in the header Authorization"})
			return
		case err == nil && !slices.Contains(grant.Rights, right):
			err = failure{"forbidden", http.StatusForbidden, "the token does not give the right " + string(right)}
		case err == nil:
			err = do(w, r, grant)
		}
		if err != nil {
			fail(w, classify(err))
		}
	})
}

// errPurpose is the failure of a token that is not for the purpose of what is asked.
var errPurpose = failure{"forbidden", http.StatusForbidden, "the token is not for this purpose"}
