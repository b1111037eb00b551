package console

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
)

// memo keeps pages that were rendered from one look: the home page is what everybody opens
// and changes only with the stores and with what waits. It forgets them all with the next.
type memo struct {
	mu      sync.Mutex
	version [2]uint64         // under mu: of the look, and of what waits
	pages   map[string][]byte // under mu
}

// shownPages is how many pages are kept.
const shownPages = 256

func (m *memo) find(version [2]uint64, key string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version {
		return nil
	}
	return m.pages[key]
}

func (m *memo) keep(version [2]uint64, key string, page []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version || len(m.pages) >= shownPages || m.pages == nil {
		m.version, m.pages = version, map[string][]byte{}
	}
	m.pages[key] = page
}

// remembered serves a page from the memo, or renders it and keeps it. What a page depends on
// beside the look is its address, its reader, their language and the day.
func (c *Console) remembered(w http.ResponseWriter, r *http.Request, version [2]uint64, p page, render func(*bytes.Buffer) error) error {
	key := fmt.Sprintf("%s|%s|%d|%s|%s|%s", r.URL.RequestURI(), p.Lang(), p.Who.Account, p.Who.Role, p.Who.Name, p.Today)
	b := c.memo.find(version, key)
	if b == nil {
		var out bytes.Buffer
		if err := render(&out); err != nil {
			return err
		}
		b = out.Bytes()
		c.memo.keep(version, key, b)
	}
	send(w, http.StatusOK, b)
	return nil
}
