package public

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limits bounds how often pages are sent: by one address, and by all together. Addresses are
// held in memory for a while and written nowhere.
type limits struct {
	clock func() time.Time
	all   *rate.Limiter

	mu   sync.Mutex
	each map[netip.Addr]*rate.Limiter // under mu
}

// One address may send ten pages at once and one more every six seconds; all together twenty
// a second.
const (
	allPerSecond = 20
	allBurst     = 200
	oneEvery     = 6 * time.Second
	oneBurst     = 10
	addresses    = 50_000
)

func newLimits(clock func() time.Time) *limits {
	return &limits{clock: clock, all: rate.NewLimiter(allPerSecond, allBurst), each: map[netip.Addr]*rate.Limiter{}}
}

// allow reports whether an address may send one more page. One that may not costs the others
// nothing.
func (l *limits) allow(from netip.Addr) bool {
	now := l.clock()
	return l.of(from).AllowN(now, 1) && l.all.AllowN(now, 1)
}

func (l *limits) of(from netip.Addr) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x, ok := l.each[from]; ok {
		return x
	}
	if len(l.each) >= addresses {
		clear(l.each)
	}
	x := rate.NewLimiter(rate.Every(oneEvery), oneBurst)
	l.each[from] = x
	return x
}

// sender is whom a request comes from: what a proxy on this machine, or where there is one on a
// private network, says last; else who is connected. Of an address of version 6 the network counts, since one
// household has all of it.
func sender(r *http.Request, proxied bool) netip.Addr {
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
