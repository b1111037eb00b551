package torture

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/apply"
)

// scene is one scripted interleaving: a write of the company's software on a due client, at
// one moment of the purge.
type scene struct {
	write  write
	moment string
}

// inFlight is the moment of a write that is open when the purge begins, and is committed
// once the purge waits for it.
const inFlight = "in flight"

// writes are those of the scenes. Clients 2 and 5 have children, 3 has none; all are due.
func writes() []write {
	return []write{renewal("c2"), renewal("c3"), newOrder(900, 2), newOrder(901, 3), movedOrder(2), consentBack(2), newHold("c2"), reusedKey(3, "c3"), reusedKey(2, "c2")}
}

// loneWrites are those that concern the row of a client alone.
func loneWrites() []write {
	return []write{renewal("c2"), renewal("c3"), newHold("c2"), reusedKey(3, "c3"), reusedKey(2, "c2")}
}

// writesOf are those that the rig's tables and keys can bear.
func (r *rig) writesOf() []write {
	switch {
	case r.lone:
		return loneWrites()
	case r.fk == unguarded:
		return append(loneWrites(), touchedOrder(900, 2), touchedOrder(901, 3))
	}
	return writes()
}

func (r *rig) scenes() []scene {
	var out []scene
	moments := append([]string{inFlight}, apply.Points()[:10]...)
	for _, w := range r.writesOf() {
		for _, m := range moments {
			out = append(out, scene{w, m})
		}
	}
	return out
}

// play runs the purge with the scene's write. It reports whether the write was acknowledged
// and what the purge did.
func (r *rig) play(h *history, s scene, purge func() error) error {
	if s.moment == inFlight {
		return r.playInFlight(h, s.write, purge)
	}
	var once sync.Once
	var beside sync.WaitGroup
	r.hook = func(point string) {
		if point == s.moment {
			once.Do(func() {
				done := make(chan struct{})
				beside.Go(func() { defer close(done); r.write(h, s.write) })
				r.await(done)
			})
		}
	}
	err := purge()
	r.hook = nil
	beside.Wait()
	return err
}

func (r *rig) playInFlight(h *history, w write, purge func() error) error {
	commit := r.begin(h, w)
	if commit == nil {
		return fmt.Errorf("%s found nothing", w.name)
	}
	done := make(chan struct{})
	var err error
	go func() { defer close(done); err = purge() }()
	r.await(done)
	commit()
	<-done
	return err
}

// await waits until somebody is blocked by a lock, or done is closed. Where the engine does
// not tell, a moment must do.
func (r *rig) await(done chan struct{}) {
	end := time.Now().Add(3 * time.Second)
	for time.Now().Before(end) {
		select {
		case <-done:
			return
		case <-time.After(3 * time.Millisecond):
		}
		blocked, err := r.blocked()
		if errors.Is(err, errBlind) {
			select {
			case <-done:
			case <-time.After(30 * time.Millisecond):
			}
			return
		}
		if blocked {
			return
		}
	}
}

// survive plays a scene against Garant and returns everything that is wrong afterwards.
func (r *rig) survive(number int, s scene) (wrong []string, err error) {
	cs, h := r.standard(), newHistory()
	h.kept(cs)
	before, mark, err := r.ready(cs)
	if err != nil {
		return nil, err
	}
	p, err := r.plan(number)
	if err == nil {
		err = r.approve(p)
	}
	if err != nil {
		return nil, err
	}
	var rep apply.Report
	err = r.play(h, s, func() (err error) { rep, err = r.garant(p); return err })
	if err != nil {
		return nil, err
	}
	for _, st := range rep.Steps {
		if st.Err != nil {
			wrong = append(wrong, st.Err.Error())
		}
	}
	more, err := r.settle(h, number, before, mark)
	return append(wrong, more...), err
}

// ready fills the company and forgets the holds of the last scene.
func (r *rig) ready(cs []client) (before state, mark int64, err error) {
	r.memory.refs, r.memory.set = map[string]bool{}, nil
	if err := r.fill(cs); err != nil {
		return nil, 0, err
	}
	mark, _ = r.memory.LastReceipt(ctx(), "crm")
	before, err = r.look()
	return before, mark, err
}

// settle runs the next plan, when nobody writes any more, and checks the end.
func (r *rig) settle(h *history, number int, before state, mark int64) ([]string, error) {
	p, err := r.plan(-number)
	if err != nil {
		return nil, err
	}
	r.memory.set = nil
	if _, err := r.garant(p); err != nil {
		return nil, err
	}
	after, err := r.look()
	if err != nil {
		return nil, err
	}
	wrong := append(h.losses(after), r.evidence(h, before, after, mark)...)
	left, err := r.overdue()
	for _, ref := range left {
		wrong = append(wrong, "alive after its day: "+ref)
	}
	return wrong, err
}

// TestP01NoRaceLosesARow plays every scene on the three engines, under every foreign key
// and where clients are swept.
func TestP01NoRaceLosesARow(t *testing.T) {
	t.Parallel()
	for _, engine := range engines() {
		for _, kind := range []struct {
			what, fk string
			lone     bool
		}{{"FK CASCADE", cascade, false}, {"FK RESTRICT", restrict, false}, {"no FK", unguarded, false}, {"swept", cascade, true}} {
			t.Run(engine+" "+kind.what, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, engine, kind.fk)
				r.first, r.lone = 3, kind.lone
				lost := 0
				for i, s := range r.scenes() {
					wrong, err := r.survive(i+1, s)
					if err != nil {
						t.Fatal(s.write.name, s.moment, err)
					}
					for _, w := range wrong {
						t.Errorf("%s %s: %s", s.write.name, s.moment, w)
					}
					lost += len(wrong)
				}
				results.add("P1", "scripted races on "+engine+", "+kind.what, len(r.scenes()), lost)
			})
		}
	}
}

// TestTheUsualWaysLoseRows plays the same scenes against the usual idioms and pt-archiver:
// they must lose acknowledged writes, or the suite proves nothing.
func TestTheUsualWaysLoseRows(t *testing.T) {
	t.Parallel()
	for _, p := range peers() {
		for _, engine := range p.engines {
			t.Run(p.name+" on "+engine, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, engine, cascade)
				of, lost := 0, 0
				for _, s := range r.scenes() {
					if s.moment != inFlight && s.moment != "before lock" {
						continue
					}
					n, err := r.suffer(s, p)
					if errors.Is(err, errNotThere) {
						skip(t, p.name+" is not installed")
					}
					if err != nil {
						t.Fatal(err)
					}
					if of++; n != "" {
						t.Logf("%s %s: %s", s.write.name, s.moment, n)
						lost++
					}
				}
				t.Logf("%d of %d scenes lost a row", lost, of)
				if lost == 0 {
					t.Error("it lost nothing: the scenes are no test")
				}
				results.compare("P1", "scripted races on "+engine, p.name, of, lost)
			})
		}
	}
}

// suffer plays a scene against a peer and returns what is lost, if anything.
func (r *rig) suffer(s scene, p peer) (string, error) {
	cs, h := r.standard(), newHistory()
	h.kept(cs)
	if _, _, err := r.ready(cs); err != nil {
		return "", err
	}
	if err := r.play(h, s, func() error { return p.run(r) }); err != nil {
		if errors.Is(err, errNotThere) || !strings.Contains(strings.ToLower(err.Error()), "lock") {
			return "", err
		}
	}
	after, err := r.look()
	if err != nil {
		return "", err
	}
	return strings.Join(h.losses(after), "; "), nil
}
