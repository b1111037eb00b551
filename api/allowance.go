package api

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// DefaultRate is how many requests a second a token may make unless its grant says otherwise:
// far more than people who telephone need, and far less than what one core answers.
const DefaultRate = 1000

// How often an address may bring a token that is nobody's, as at the console's own door, and how
// many addresses are remembered.
const (
	guessBurst = 30
	guessEvery = 20 * time.Second
	guessers   = 10_000
)

// listsAtOnce is how many lists a token may have answered at the same time: one request of them
// is as much work as thousands of questions.
const listsAtOnce = 2

// leastBurst is how many requests a token may always make at once.
const leastBurst = 10

// allowance counts what a token does, wherever it comes from.
type allowance struct {
	limiter *rate.Limiter
	lists   atomic.Int32
}

// allow returns the allowance of a token that lets somebody in, at the rate it has now. The
// caller holds mu.
func (g *Gate) allow(digest [32]byte, perSecond int) *allowance {
	if perSecond == 0 {
		perSecond = DefaultRate
	}
	burst := max(perSecond, leastBurst)
	a, ok := g.left[digest]
	if !ok {
		a = &allowance{limiter: rate.NewLimiter(rate.Limit(perSecond), burst)}
		g.left[digest] = a
	}
	if a.limiter.Burst() != burst || a.limiter.Limit() != rate.Limit(perSecond) {
		now := g.clock()
		a.limiter.SetLimitAt(now, rate.Limit(perSecond))
		a.limiter.SetBurstAt(now, burst)
	}
	return a
}

// tooMany is the failure of who comes too often: they may again after a while.
type tooMany struct {
	wait   time.Duration
	detail string
}

// Error is the detail.
func (t tooMany) Error() string { return t.detail }

// seconds is how long to wait, as the header Retry-After has it (RFC 9110, section 10.2.3).
func (t tooMany) seconds() string { return strconv.Itoa(int(math.Ceil(t.wait.Seconds()))) }

// failure is what the caller reads; 429 is of RFC 6585.
func (t tooMany) failure() failure {
	return failure{"too many requests", http.StatusTooManyRequests, t.detail + "; ask again in " + t.seconds() + " s"}
}

// tooFast is the failure of a token that makes more requests than it may.
func (g Grant) tooFast() error {
	return tooMany{time.Second, fmt.Sprintf("this token may make %d requests a second (garant token rate)", int(g.left.limiter.Limit()))}
}

// list counts one more list under way, until done is called.
func (g Grant) list() (done func(), err error) {
	if g.left.lists.Add(1) > listsAtOnce {
		g.left.lists.Add(-1)
		return nil, tooMany{time.Second, fmt.Sprintf("this token may have %d lists answered at the same time", listsAtOnce)}
	}
	return func() { g.left.lists.Add(-1) }, nil
}
