package console

import (
	"sync"
	"time"
)

// guests remembers for a moment who is behind a cookie, so that a page that many open at once
// does not ask the state for each of them. Whatever is done in the console makes it forget, so
// that a session that is ended here ends at once; one that ends elsewhere ends within the moment.
type guests struct {
	mu    sync.Mutex
	round uint64             // under mu: another one each time all are forgotten
	known map[[32]byte]guest // under mu, by the digest of the secret
}

type guest struct {
	session *session
	until   time.Time
}

// The moment, and how many are remembered.
const (
	moment     = time.Second
	mostGuests = 10_000
)

// find returns who is remembered, nil for nobody, and the round for keep.
func (g *guests) find(secret [32]byte, now time.Time) (*session, uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if x, ok := g.known[secret]; ok && now.Before(x.until) {
		return x.session, g.round
	}
	return nil, g.round
}

// keep remembers somebody who was asked for in a round; what was asked before all were forgotten
// is not remembered after.
func (g *guests) keep(secret [32]byte, s *session, now time.Time, round uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if round != g.round {
		return
	}
	if g.known == nil || len(g.known) >= mostGuests {
		g.known = map[[32]byte]guest{}
	}
	g.known[secret] = guest{s, now.Add(moment)}
}

// forget makes everybody be asked for again.
func (g *guests) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known = nil
	g.round++
}
