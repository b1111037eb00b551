package apply

import (
	"reflect"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/store"
)

func TestAdapt(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		size int
		took time.Duration
		want int
	}{
		"right":            {500, target, 500},
		"fast":             {500, target / 10, 1000},
		"no time at all":   {500, 0, 1000},
		"clock went back":  {500, -time.Second, 1000},
		"slightly fast":    {500, 64 * time.Millisecond, 625},
		"slow":             {500, 2 * target, 250},
		"very slow":        {500, time.Minute, 125},
		"never below one":  {1, time.Minute, 1},
		"never above most": {40_000, time.Millisecond, 50_000},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := adapt(tt.size, mostSize, tt.took, target); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

// TestAdaptSettles: whatever the speed of a store, the batch soon takes about the target.
func TestAdaptSettles(t *testing.T) {
	t.Parallel()
	for _, perRow := range []time.Duration{2 * time.Microsecond, 40 * time.Microsecond, 3 * time.Millisecond, time.Second} {
		size := firstSize
		for range 20 {
			size = adapt(size, mostSize, time.Duration(size)*perRow, target)
		}
		took := time.Duration(size) * perRow
		if size > 1 && size < mostSize && (took < target*8/10 || took > target*12/10) {
			t.Errorf("%v a row: batches of %d take %v", perRow, size, took)
		}
	}
}

func TestCursorRoundTrip(t *testing.T) {
	t.Parallel()
	for _, want := range []cursor{{}, {pass: 2, batch: 7, since: 9, dropped: 1, finished: true, after: store.Key{"é", int64(1)}}, {pass: 1, after: nil}} {
		k, err := ledger.DecodeKey(ledger.EncodeKey(want.pack()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := unpack(k)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
}

func TestCursorDamaged(t *testing.T) {
	t.Parallel()
	for _, k := range []store.Key{{int64(1)}, {"1", int64(1), int64(1), int64(1), true}, {int64(1), int64(1), int64(1), int64(1), int64(1)}} {
		if _, err := unpack(k); err == nil {
			t.Errorf("%d values were accepted", len(k))
		}
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	for try, want := range map[int]time.Duration{0: backoff, 1: backoff, 2: 2 * backoff, 4: 8 * backoff, 99: 1024 * backoff} {
		if got := wait(try, backoff); got != want {
			t.Errorf("try %d: got %v, want %v", try, got, want)
		}
	}
}
