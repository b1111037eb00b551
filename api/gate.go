package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/api/limit"
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
	// Rate is how many requests it may make a second, and at once; DefaultRate where it is zero.
	Rate int

	left *allowance // what the gate counts of the token
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
// source; Others may be nil. Rate is that of its grant.
type OneToken struct {
	Token  string
	Rate   int
	Others Grants
}

// Grant implements Grants.
func (o OneToken) Grant(ctx context.Context, digest [32]byte) (Grant, error) {
	own := sha256.Sum256([]byte(o.Token))
	if o.Token != "" && subtle.ConstantTimeCompare(own[:], digest[:]) == 1 {
		return Grant{Name: "GARANT_API_TOKEN", Rights: Rights(), Rate: o.Rate}, nil
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

// Gate lets requests pass whose token gives the right, and which do not come too often. It is
// safe for concurrent use.
type Gate struct {
	grants  Grants
	proxied bool
	clock   func() time.Time
	guesses *limit.Each[netip.Addr]

	mu    sync.RWMutex
	known map[bearer]belief       // under mu
	left  map[[32]byte]*allowance // under mu, of tokens that let somebody in
}

// bearer is a token, by its digest, and whence it came: who guesses finds nothing out by what is
// remembered of tokens that others bring from elsewhere.
type bearer struct {
	digest [32]byte
	from   netip.Addr
}

type belief struct {
	grant Grant
	err   error // ErrNoGrant where the token is nobody's
	until time.Time
}

// NewGate makes a gate that asks grants, at most once a second for each token and place that it
// comes from. proxied says that a proxy on a private network may come before the service; one on
// this machine always may.
func NewGate(g Grants, proxied bool, clock func() time.Time) *Gate {
	return &Gate{grants: g, proxied: proxied, clock: clock, guesses: limit.New[netip.Addr](guessEvery, guessBurst, guessers),
		known: map[bearer]belief{}, left: map[[32]byte]*allowance{}}
}

// grant finds what a request's token is for.
func (g *Gate) grant(r *http.Request) (Grant, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(token) < shortest || len(token) > longest {
		return Grant{}, ErrNoGrant
	}
	who, now := bearer{sha256.Sum256([]byte(token)), limit.Address(r, g.proxied)}, g.clock()
	g.mu.RLock()
	b, met := g.known[who]
	g.mu.RUnlock()
	switch {
	case met && now.Before(b.until) && b.until.Sub(now) <= believed:
		return b.grant, b.err
	case met:
		return g.look(r.Context(), who, now)
	}
	return g.guess(r.Context(), who, now)
}

// guess looks up a token that was not met from there. It counts as a guess, which is given back to
// who is let in. The same token again is none: a program that still brings one which has ended does
// not lock out the others that share its address.
func (g *Gate) guess(ctx context.Context, who bearer, now time.Time) (Grant, error) {
	one := g.guesses.Of(who.from).ReserveN(now, 1)
	if wait := one.DelayFrom(now); wait > 0 {
		one.CancelAt(now)
		return Grant{}, tooMany{wait, "too many tokens that are nobody's came from this address"}
	}
	grant, err := g.look(ctx, who, now)
	if !errors.Is(err, ErrNoGrant) {
		one.CancelAt(now)
	}
	return grant, err
}

// look asks what a token is for, and remembers it.
func (g *Gate) look(ctx context.Context, who bearer, now time.Time) (Grant, error) {
	grant, err := g.grants.Grant(ctx, who.digest)
	if err != nil && !errors.Is(err, ErrNoGrant) {
		return Grant{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		delete(g.left, who.digest)
	} else {
		grant.left = g.allow(who.digest, grant.Rate)
	}
	if len(g.known) >= grantMost {
		g.forget()
	}
	g.known[who] = belief{grant, err, now.Add(believed)}
	return grant, err
}

// forget makes room: tokens that are nobody's go first, so that who guesses costs the others
// nothing.
func (g *Gate) forget() {
	maps.DeleteFunc(g.known, func(_ bearer, b belief) bool { return b.err != nil })
	if len(g.known) >= grantMost {
		clear(g.known)
	}
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
		case err == nil && !grant.left.limiter.AllowN(g.clock(), 1):
			err = grant.tooFast()
		case err == nil && !slices.Contains(grant.Rights, right):
			err = failure{"forbidden", http.StatusForbidden, "the token does not give the right " + string(right)}
		case err == nil:
			err = do(w, r, grant)
		}
		if err != nil {
			refuse(w, err)
		}
	})
}

// refuse words what went wrong, and says when to come again where that is known.
func refuse(w http.ResponseWriter, err error) {
	var slow tooMany
	if errors.As(err, &slow) {
		w.Header().Set("Retry-After", slow.seconds())
	}
	fail(w, classify(err))
}

// errPurpose is the failure of a token that is not for the purpose of what is asked.
var errPurpose = failure{"forbidden", http.StatusForbidden, "the token is not for this purpose"}
