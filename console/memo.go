package console

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"sync"
)

// memo keeps pages that were rendered from one look: the home page is what everybody opens
// and changes only with the stores and with what waits. It forgets them all with the next.
type memo struct {
	mu      sync.Mutex
	version [2]uint64         // under mu: of the look, and of what waits
	pages   map[string]packed // under mu
}

// shownPages is how many pages are kept.
const shownPages = 256

func (m *memo) find(version [2]uint64, key string) (packed, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version {
		return packed{}, false
	}
	p, ok := m.pages[key]
	return p, ok
}

func (m *memo) keep(version [2]uint64, key string, page packed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version || len(m.pages) >= shownPages || m.pages == nil {
		m.version, m.pages = version, map[string]packed{}
	}
	m.pages[key] = page
}

// remembered serves a page from the memo, or renders it and keeps it. What a page depends on
// beside the look is its address, its reader's role and language, and the day. The name of the
// reader is put in when it is sent, so that one page serves all who have the same role: render
// is given the reader to write.
func (c *Console) remembered(w http.ResponseWriter, r *http.Request, version [2]uint64, p page, render func(*bytes.Buffer, *session) error) error {
	key := fmt.Sprintf("%s|%s|%s|%t|%s", r.URL.RequestURI(), p.Lang(), p.Who.Role, p.Who.Name == "", p.Today)
	b, ok := c.memo.find(version, key)
	if !ok {
		anyone := *p.Who
		if anyone.Name != "" {
			anyone.Name = c.anyone
		}
		var out bytes.Buffer
		if err := render(&out, &anyone); err != nil {
			return err
		}
		head, tail, _ := bytes.Cut(out.Bytes(), []byte(c.anyone))
		var err error
		if b, err = pack(head, tail); err != nil {
			return err
		}
		c.memo.keep(version, key, b)
	}
	w.Header().Set("Content-Type", htmlType)
	b.write(w, r, template.HTMLEscapeString(p.Who.Name))
	return nil
}
