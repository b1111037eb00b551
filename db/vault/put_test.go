package vault

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// TestRoundTrip archives a value of every type.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	row := store.Row{nil, true, false, int64(math.MinInt64), 1.5, math.Inf(-1), "l'été\x00\xff", "", []byte{0, 255}, []byte{},
		policy.MustDate("2024-02-29"), store.Day{}, noon}
	c := copies("b", map[int64]store.Row{1: row})
	c.Step.Work.Copy = nil
	want := map[string]any{}
	for i, x := range row {
		name := string('a' + rune(i))
		c.Step.Work.Copy = append(c.Step.Work.Copy, name)
		want[name] = x
	}
	put(t, v, c)
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	got, err := contact(t, v, 1)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestRoundTripNaN(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	paris := time.FixedZone("", 3600)
	put(t, v, copies("b", map[int64]store.Row{1: {math.NaN(), noon.In(paris)}}))
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	got, err := contact(t, v, 1)
	if f, ok := got["email"].(float64); err != nil || !ok || !math.IsNaN(f) || got["phone"] != noon {
		t.Error("a number that is none, or an instant of another zone, came back as something else", err)
	}
}

func TestPutRefuses(t *testing.T) {
	t.Parallel()
	good := func() apply.Copies { return copies("b", map[int64]store.Row{1: {"a", "b"}, 2: {"c", "d"}}) }
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		ends  Ends
		spoil func(*apply.Copies)
	}{
		"no ends":   {nil, func(*apply.Copies) {}},
		"ends fail": {func(context.Context, plan.Step, []store.Key) ([]policy.Date, error) { return nil, broken }, func(*apply.Copies) {}},
		"an end too few": {func(context.Context, plan.Step, []store.Key) ([]policy.Date, error) {
			return make([]policy.Date, 1), nil
		}, func(*apply.Copies) {}},
		"a row too few":   {until(later), func(c *apply.Copies) { c.Rows = c.Rows[:1] }},
		"a value missing": {until(later), func(c *apply.Copies) { c.Rows[1] = store.Row{"c"} }},
		"an odd value":    {until(later), func(c *apply.Copies) { c.Rows[1] = store.Row{"c", struct{}{}} }},
		"a record twice":  {until(later), func(c *apply.Copies) { c.Keys[1] = c.Keys[0] }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newPlace(t).open(t, c.ends)
			b := good()
			c.spoil(&b)
			if err := v.Put(t.Context(), b); err == nil {
				t.Error("it was put")
			}
			if n := count(t, v, "batches") + copiesIn(t, v); n != 0 {
				t.Errorf("%d rows were left behind", n)
			}
		})
	}
}

// TestVerify alters what was stored, or what it is compared with.
func TestVerify(t *testing.T) {
	t.Parallel()
	exec := func(q string) func(*testing.T, *Vault, *apply.Copies) {
		return func(t *testing.T, v *Vault, _ *apply.Copies) {
			if _, err := v.db.ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(col string) string {
		return "CAST(substr(" + col + ", 1, 20) || x'0000000000000000' || substr(" + col + ", 29) AS BLOB)"
	}
	for name, spoil := range map[string]func(*testing.T, *Vault, *apply.Copies){
		"byte of a payload":       exec("UPDATE sheets SET payload = " + flip("payload")),
		"records exchanged":       exec("UPDATE sheets SET names = CAST(substr(names, 37, 36) || substr(names, 1, 36) AS BLOB)"),
		"name gone":               exec("UPDATE sheets SET names = substr(names, 1, 36)"),
		"name cut":                exec("UPDATE sheets SET names = substr(names, 1, 71)"),
		"end moved":               exec(moveEnds),
		"end moved in the index":  exec("UPDATE sheets SET first_end = '2126-01-01'"),
		"end that is none":        exec("UPDATE sheets SET first_end = 'soon'"),
		"under another group":     exec("UPDATE batches SET grp = 'other'"),
		"byte of the wrapped key": exec("UPDATE batches SET wrapped_key = CAST(substr(wrapped_key, 1, 150) || x'0000000000000000' || substr(wrapped_key, 159) AS BLOB)"),
		"copy gone":               exec("DELETE FROM sheets"),
		"batch gone":              exec("DELETE FROM batches"),
		"batch settled":           exec("UPDATE batches SET settled = 1"),
		"other value":             func(_ *testing.T, _ *Vault, c *apply.Copies) { c.Rows[0][1] = "e" },
		"other type":              func(_ *testing.T, _ *Vault, c *apply.Copies) { c.Rows[0][1] = []byte("b") },
		"other record":            func(_ *testing.T, _ *Vault, c *apply.Copies) { c.Keys[0] = key(9) },
		"record more": func(_ *testing.T, _ *Vault, c *apply.Copies) {
			c.Keys, c.Rows = append(c.Keys, key(9)), append(c.Rows, c.Rows[0])
		},
		"other dataset": func(_ *testing.T, _ *Vault, c *apply.Copies) { c.Step.Dataset = "people" },
		"no records":    func(_ *testing.T, _ *Vault, c *apply.Copies) { c.Keys, c.Rows = nil, nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newPlace(t).open(t, until(later))
			c := copies("b", map[int64]store.Row{1: {"a", "b"}, 2: {"c", "d"}})
			put(t, v, c)
			spoil(t, v, &c)
			if err := v.Verify(t.Context(), c); err == nil {
				t.Error("it was not found")
			}
		})
	}
}

func TestPutAgain(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	first := copies("b", map[int64]store.Row{1: {"a", "b"}, 2: {"c", "d"}})
	put(t, v, first)
	put(t, v, first)
	second := copies("b", map[int64]store.Row{2: {"e", "f"}})
	put(t, v, second)
	if err := v.Verify(t.Context(), first); err == nil {
		t.Error("the replaced batch is still there")
	}
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	if n := copiesIn(t, v); n != 1 {
		t.Errorf("%d copies, want 1", n)
	}
	if err := v.Put(t.Context(), second); !errors.Is(err, ErrSettled) {
		t.Errorf("put into a settled batch: %v", err)
	}
	if got, err := contact(t, v, 2); err != nil || got["email"] != "e" {
		t.Errorf("got %d values, %v", len(got), err)
	}
}

// TestMany keeps the price of a copy in sight.
func TestMany(t *testing.T) {
	t.Parallel()
	v := newPlace(t).open(t, until(later))
	c := copies("b", nil)
	for n := range int64(10_000) {
		c.Keys, c.Rows = append(c.Keys, key(n)), append(c.Rows, store.Row{"somebody@example.org", "06 39 98 00 00"})
	}
	start := time.Now()
	put(t, v, c)
	settle(t, v, map[string]apply.Fate{"b": apply.Keep})
	took := time.Since(start)
	t.Logf("10,000 copies put, verified and settled in %v", took)
	if took > 20*time.Second { // ten times what a slow machine needs
		t.Errorf("10,000 copies took %v", took)
	}
}
