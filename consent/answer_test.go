package consent

import (
	"slices"
	"testing"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// TestUntil asks until when an answer holds: a yes until the hours, the consent or the day
// end; a no until it is worth asking again.
func TestUntil(t *testing.T) {
	t.Parallel()
	b := book(t)
	yes := consent(agreed("2026-08-20 10:00", OtherGoods, Call, Email))
	for _, c := range []struct {
		ask   string
		given []fact
		want  string
	}{
		{sell, []fact{paris(), yes}, "2026-09-01 13:00"},
		{"call prospecting other 2026-09-01 19:00", []fact{paris(), yes}, "2026-09-01 20:00"},
		{mail, []fact{yes}, "2026-09-02 00:00"},
		{"call prospecting other 2026-09-01 13:20", []fact{paris(), yes}, "2026-09-01 14:00"},
		{"call prospecting other 2026-09-01 20:00", []fact{paris(), yes}, "2026-09-02 10:00"},
		{"call prospecting other 2026-09-04 20:00", []fact{paris(), yes}, "2026-09-07 10:00"},
		{"call prospecting other 2026-11-10 20:00", []fact{paris(), yes}, "2026-11-12 10:00"},
		{"call prospecting other 2026-09-01 11:30", []fact{place(law.Reunion), yes}, "2026-09-01 12:00"},
		{"call prospecting other 2026-09-01 16:30", []fact{yes}, "2026-09-01 18:00"}, // eight in the evening in Réunion
		{"call prospecting other 2026-09-05 11:05", []fact{paris(), yes, slot("2026-09-05 11:00", "p")}, "2026-09-05 11:15"},
		{"call prospecting other 2026-10-14 11:00", []fact{paris(), yes, tried("2026-09-15", "2026-09-16", "2026-09-17", "2026-09-18")}, "2026-10-15 00:00"},
		{sell, []fact{paris(), yes, objection("2026-08-25", false)}, ""},
	} {
		q, f, ch := question(c.ask), Facts{}, Choices{}
		for _, g := range c.given {
			g(&q, &f, &ch)
		}
		got := b.Decide(ch, q, f)
		if c.want == "" && got.Until.IsZero() {
			continue
		}
		if c.want == "" || !got.Until.Equal(at(c.want)) {
			t.Errorf("%s (%s): until %v, not %s", c.ask, got.Rule, got.Until.In(at(c.ask[len(c.ask)-16:]).Location()), c.want)
		}
	}
}

// TestProofs names what an answer rests on, and the choices it followed.
func TestProofs(t *testing.T) {
	t.Parallel()
	b := book(t)
	q, f, c := question("call prospecting heating_replacement 2026-09-05 11:00"), Facts{}, Choices{}
	for _, g := range []fact{paris(), consent(agreed("2026-08-20 10:00", HeatingReplacement, Call)), slot("2026-09-05 11:00", "p"), chose(Heating, "other", "2026-01-01")} {
		g(&q, &f, &c)
	}
	got := b.Decide(c, q, f)
	if !got.Allowed || !slices.Equal(got.Proofs, []string{"consent-1", "slot-1"}) || !slices.Equal(got.Choices, []Point{Heating}) {
		t.Errorf("got %+v", got)
	}
	if c[0].By = ""; b.Decide(c, q, f).Allowed {
		t.Error("a choice that nobody signed counts")
	}
}

// TestPure asks the same question from many goroutines: nothing is shared, nothing changes.
func TestPure(t *testing.T) {
	t.Parallel()
	b := book(t)
	all := decisions()
	done := make(chan string)
	for range 4 {
		go func() {
			for _, d := range all {
				if first, second := d.answer(b), d.answer(b); first.Rule != d.want || second.Rule != d.want {
					done <- d.name
				}
			}
			done <- ""
		}()
	}
	for range 4 {
		if name := <-done; name != "" {
			t.Fatal(name)
		}
	}
}

// TestModes checks that every point has modes, the strict one first.
func TestModes(t *testing.T) {
	t.Parallel()
	for _, p := range Points() {
		if m := p.Modes(); len(m) < 2 {
			t.Errorf("%s has the modes %v", p, m)
		}
		if mode, chosen := (Choices{}).mode(p, policy.MustDate("2026-09-01")); mode != p.Modes()[0] || chosen {
			t.Errorf("%s is %s without a choice", p, mode)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	bk := book(b)
	q, f, c := question(sell), Facts{}, Choices{}
	for _, g := range []fact{paris(), consent(agreed("2026-08-20 10:00", OtherGoods, Call)), tried("2026-08-28")} {
		g(&q, &f, &c)
	}
	for b.Loop() {
		if !bk.Decide(c, q, f).Allowed {
			b.Fatal("no")
		}
	}
}
