package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// writersBeside is how many connections of the company's software write beside the purge.
const writersBeside = 3

// generated is one random schedule: the company, what each writer does, and the batch sizes.
type generated struct {
	clients []client
	plans   [writersBeside][]act
	first   int
	most    int
	pauses  *rand.Rand
}

// act is a write of a writer, after a pause and held open for a while; lift undoes the hold
// that the same writer placed before it.
type act struct {
	write       write
	pause, open time.Duration
	lift        string
}

func generate(seed uint64) generated {
	rnd := rand.New(rand.NewPCG(seed, 1))
	g := generated{first: 1 + rnd.IntN(3), most: 2 + rnd.IntN(4), pauses: rand.New(rand.NewPCG(seed, 2))}
	for i := 1; i <= 10+rnd.IntN(6); i++ {
		c := client{id: i, ref: fmt.Sprint("c", i), seen: old, ordered: old, answer: "no", bare: rnd.IntN(4) == 0}
		switch rnd.IntN(8) {
		case 0:
			c.seen = recent
		case 1:
			c.ordered = recent
		case 2:
			c.answer = "yes"
		}
		g.clients = append(g.clients, c)
	}
	for w := range g.plans {
		for n := range 2 + rnd.IntN(4) {
			g.plans[w] = append(g.plans[w], g.act(rnd, w, 100*w+n))
		}
	}
	return g
}

func (g generated) act(rnd *rand.Rand, writer, number int) act {
	c := g.clients[rnd.IntN(len(g.clients))]
	a := act{pause: micros(rnd, 3000)}
	if rnd.IntN(2) == 0 {
		a.open = micros(rnd, 4000)
	}
	switch rnd.IntN(8) {
	case 0, 1:
		a.write = renewal(c.ref)
	case 2, 3:
		a.write = newOrder(1000+number, c.id)
	case 4:
		a.write = movedOrder(c.id)
	case 5:
		a.write = consentBack(c.id)
	case 6:
		a.write = reusedKey(c.id, c.ref)
	case 7:
		// The holds on a client belong to one writer, so that nobody lifts another's.
		if c.id%writersBeside != writer {
			a.write = renewal(c.ref)
			break
		}
		if a.write = newHold(c.ref); rnd.IntN(2) == 0 {
			a.lift = c.ref
		}
	}
	return a
}

// lone leaves the clients without orders and consents, and out what would make some.
func (g *generated) lone() {
	for i := range g.clients {
		g.clients[i].bare = true
	}
	for i := range g.plans {
		g.plans[i] = slices.DeleteFunc(g.plans[i], func(a act) bool { return a.write.hold == "" && a.write.facts[0].table != "clients" })
	}
}

func micros(rnd *rand.Rand, most int) time.Duration {
	return time.Duration(rnd.IntN(most)) * time.Microsecond
}

// perform carries out a writer's acts beside the purge.
func (r *rig) perform(h *history, acts []act) {
	for _, a := range acts {
		time.Sleep(a.pause)
		commit := r.begin(h, a.write)
		time.Sleep(a.open)
		if commit == nil || !commit() || a.lift == "" {
			continue
		}
		time.Sleep(a.open)
		r.lifted(h, a.lift)
	}
}

// lifted ends a hold: what it promised is promised no more, whoever placed it again.
func (r *rig) lifted(h *history, ref string) {
	h.forget(fact{"clients", ref, ""})
	if r.exec("DELETE FROM held WHERE ref = '"+ref+"'") == nil {
		r.memory.lift(ref)
	}
}

// schedule plays a random schedule and returns everything that is wrong afterwards.
func (r *rig) schedule(number int, seed uint64) ([]string, int, error) {
	g, h := generate(seed), newHistory()
	if r.lone {
		g.lone()
	}
	r.first, r.most = g.first, g.most
	before, mark, err := r.ready(g.clients)
	if err != nil {
		return nil, 0, err
	}
	untouched := newHistory()
	untouched.kept(g.clients)
	p, err := r.plan(number)
	if err == nil {
		err = r.approve(p)
	}
	if err != nil {
		return nil, 0, err
	}
	var beside sync.WaitGroup
	for _, acts := range g.plans {
		beside.Go(func() { r.perform(h, acts) })
	}
	time.Sleep(micros(g.pauses, 2000))
	r.hook = func(string) { time.Sleep(micros(g.pauses, 600)) }
	_, err = r.garant(p)
	r.hook = nil
	beside.Wait()
	if err != nil {
		return nil, 0, err
	}
	wrong, err := r.settle(h, number, before, mark)
	if err != nil {
		return nil, 0, err
	}
	after, err := r.look()
	return append(wrong, untouched.losses(after)...), h.acked, err
}

// TestP01RandomSchedules plays random schedules with concurrent writers on each engine: no
// acknowledged write is lost, nothing that is not due is touched, receipts = effects =
// entries, and in the end nothing is alive after its day. GARANT_SEED repeats one.
func TestP01RandomSchedules(t *testing.T) {
	t.Parallel()
	start := uint64(1)
	if n, err := strconv.ParseUint(os.Getenv("GARANT_SEED"), 10, 64); err == nil {
		start = n
	}
	alone(t)
	e := effortOf(60, 10_000, 0.5, "GARANT_SCHEDULES")
	lanes := 1
	if minutes() > 0 {
		lanes = 3
	}
	for _, engine := range engines() {
		for lane := range lanes {
			t.Run(fmt.Sprint(engine, " ", lane), func(t *testing.T) {
				t.Parallel()
				schedules(t, newRig(t, engine, []string{cascade, restrict}[lane%2]), lane, e.among(lanes+1), start+uint64(lane*e.cases))
			})
		}
		t.Run(engine+" swept", func(t *testing.T) {
			t.Parallel()
			r := newRig(t, engine, cascade)
			r.lone = true
			schedules(t, r, lanes, e.among(lanes+1), start+uint64(lanes*e.cases))
		})
	}
}

func schedules(t *testing.T, r *rig, lane int, e effort, start uint64) {
	what := fmt.Sprintf("random schedules, %d writers, on %s%s", writersBeside, r.engine, map[bool]string{true: ", swept"}[r.lone])
	results.ask("P1", what, e.cases)
	n, acked, lost := 0, 0, 0
	for ; e.more(n); n++ {
		seed := start + uint64(n)
		wrong, a, err := r.schedule(n+1, seed)
		if err != nil {
			t.Fatalf("lane %d, seed %d: %v", lane, seed, err)
		}
		for _, w := range wrong {
			t.Errorf("lane %d, seed %d: %s", lane, seed, w)
		}
		acked, lost = acked+a, lost+len(wrong)
	}
	t.Logf("%d schedules, %d acknowledged writes", n, acked)
	results.add("P1", what, n, lost)
	results.add("P1", "… acknowledged writes beside them on "+r.engine, acked, lost)
}
