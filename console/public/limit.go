package public

import (
	"net/http"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/garant-rgpd/garant/api/limit"
)

// limits bounds how often pages are sent: by one address, and by all together. Addresses are
// held in memory for a while and written nowhere.
type limits struct {
	clock   func() time.Time
	proxied bool
	all     *rate.Limiter
	each    *limit.Each[netip.Addr]
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

func newLimits(clock func() time.Time, proxied bool) *limits {
	return &limits{clock: clock, proxied: proxied, all: rate.NewLimiter(allPerSecond, allBurst), each: limit.New[netip.Addr](oneEvery, oneBurst, addresses)}
}

// allow reports whether the address of a request may send one more page. One that may not costs
// the others nothing.
func (l *limits) allow(r *http.Request) bool {
	now := l.clock()
	return l.each.Of(limit.Address(r, l.proxied)).AllowN(now, 1) && l.all.AllowN(now, 1)
}
