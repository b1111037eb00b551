// Package limit slows those who come too often: it keeps a limiter for each, and tells from which
// address a request comes.
package limit

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Each keeps a limiter for each of many. They are held in memory for a while and written
// nowhere. It is safe for concurrent use.
type Each[K comparable] struct {
	every       time.Duration
	burst, most int

	mu sync.Mutex
	of map[K]*rate.Limiter // under mu
}

// New makes limiters that allow burst times at once and once more every so often. When more than
// most are known all are forgotten: who comes from that many addresses is not slowed by a teller
// of addresses, and memory is bounded.
func New[K comparable](every time.Duration, burst, most int) *Each[K] {
	return &Each[K]{every: every, burst: burst, most: most, of: map[K]*rate.Limiter{}}
}

// Of returns the limiter of one of them.
func (e *Each[K]) Of(k K) *rate.Limiter {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x, ok := e.of[k]; ok {
		return x
	}
	if len(e.of) >= e.most {
		clear(e.of)
	}
	x := rate.NewLimiter(rate.Every(e.every), e.burst)
	e.of[k] = x
	return x
}

// Address is whom a request comes from: what a proxy on this machine, or where there is one on a
// private network, says last; else who is connected. Of an address of version 6 the network of 64
// bits counts, since one household has all of it.
func Address(r *http.Request, proxied bool) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	a, _ := netip.ParseAddr(host)
	if a.IsLoopback() || proxied && a.IsPrivate() {
		said := r.Header.Values("X-Forwarded-For")
		if len(said) > 0 {
			last := said[len(said)-1]
			if f, err := netip.ParseAddr(strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])); err == nil {
				a = f
			}
		}
	}
	a = a.Unmap()
	if a.Is6() {
		if net64, err := a.Prefix(64); err == nil {
			return net64.Addr()
		}
	}
	return a
}
