package console

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/rights"
)

// sight is what the last look for the person of a request found. It is kept in the process
// alone, since it names records of somebody: nothing of it is written down.
type sight struct {
	At    time.Time
	Found rights.Found
	Stays []Stay
}

// sets counts what was found by dataset, in order.
func (s *sight) Sets() []foundSet {
	var out []foundSet
	for _, r := range s.Found.Records {
		by := r.By
		if by == "" {
			by = string(r.Link) + " " + r.From
		}
		i := slices.IndexFunc(out, func(x foundSet) bool { return x.Dataset == r.Name() && x.By == by })
		if i < 0 {
			i = len(out)
			out = append(out, foundSet{Store: r.Store, Dataset: r.Name(), By: by})
		}
		out[i].N++
		if r.Dataset != "" && len(r.Table.Key) > 0 && len(out[i].Keys) < shownKeys {
			out[i].Keys = append(out[i].Keys, rights.RecordName(r.Key))
		}
	}
	return out
}

// foundSet is how many records of a dataset were found in one way, with the first of them.
type foundSet struct {
	Store, Dataset, By string
	N                  int64
	Keys               []string
}

// shownKeys is how many records of a dataset are named.
const shownKeys = 8

// Key names a candidate.
func (s *sight) Key(c rights.Candidate) string { return rights.RecordName(c.Key) }

// sights remembers the last look for each request.
type sights struct {
	mu sync.Mutex
	by map[string]*sight // under mu
}

// shownSights is how many are remembered.
const shownSights = 64

func (s *sights) of(id string) *sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[id]
}

func (s *sights) keep(id string, x *sight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil || len(s.by) >= shownSights {
		s.by = map[string]*sight{}
	}
	s.by[id] = x
}

// handed is a sealed file with the passphrase that opens it.
type handed struct {
	Token, Phrase, Name string
	File                []byte
	made                time.Time
}

// counter holds sealed files until they are fetched, once, or for a while.
type counter struct {
	mu    sync.Mutex
	files map[string]*handed // under mu, by token
}

// handedFor is how long a sealed file waits to be fetched.
const handedFor = 10 * time.Minute

// put keeps a file under a token that nobody can guess, and lets go those that waited too long.
func (c *counter) put(h *handed, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files == nil {
		c.files = map[string]*handed{}
	}
	for token, old := range c.files {
		if now.Sub(old.made) > handedFor {
			delete(c.files, token)
		}
	}
	h.Token, h.made = rand.Text(), now
	c.files[h.Token] = h
}

// take hands a file over, once; nil where there is none.
func (c *counter) take(token string, now time.Time) *handed {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.files[token]
	delete(c.files, token)
	if h == nil || now.Sub(h.made) > handedFor {
		return nil
	}
	return h
}

// unseen are places that were not looked at in full: those that make a search incomplete, and
// those that are told and stop nothing.
type unseen struct {
	page
	Stopping, Others []rights.Gap
}

// Unseen parts the places that were not looked at in full.
func (p page) Unseen(gaps []rights.Gap) unseen {
	out := unseen{page: p}
	for _, g := range gaps {
		if g.Stops() {
			out.Stopping = append(out.Stopping, g)
		} else {
			out.Others = append(out.Others, g)
		}
	}
	return out
}
