package apply

import (
	"context"
	"os"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/plan"
)

// Options are how a run behaves. The zero Options run everything at full speed.
type Options struct {
	// Only names the steps to carry out; empty means all.
	Only []string
	// Ratio is how long to sleep after a batch, as a multiple of the time it took.
	Ratio float64
	// Probe says why the store should be left alone just now, such as "replica is 3 s
	// behind"; an empty reason lets the run go on. It is asked before every batch.
	Probe func(ctx context.Context, storeName string) (reason string)
	// Pause is how long to wait before Probe is asked again; 1 s unless set.
	Pause time.Duration
	// StopFile is a path: once a file is there, the run ends after the batch at hand.
	StopFile string
	// Settle is how often receipts are entered and the cursor saved while a step runs; zero
	// is after every batch. They are always up to date when a run ends.
	Settle time.Duration
	// Tell is told what happens, for a progress bar. It must not block for long.
	Tell func(Event)
	// At is called before and after each effect, for tests that crash there; nil in
	// production. The points are those of Points.
	At func(point string)
	// Target is how long a batch should take; 80 ms unless set.
	Target time.Duration
	// First is the size of the first batch and Most the largest; 500 and 50,000 unless set.
	First, Most int
	// Tries is how often a batch that met locks or a lost connection is tried again; 5
	// unless set.
	Tries int
}

// Points lists the points at which Options.At is called, in the order of a batch.
func Points() []string {
	var points []string
	for _, p := range []string{"lock", "recheck", "effect", "receipt", "commit", "enter", "cursor"} {
		points = append(points, "before "+p, "after "+p)
	}
	return points
}

// Event is something that happened in a run.
type Event struct {
	Kind EventKind `json:"kind"`
	Step string    `json:"step"`
	// Due is the plan's count and Done what this and earlier runs have acted on.
	Due  int64 `json:"due"`
	Done int64 `json:"done"`
	// Rows is what the batch acted on, Took how long, Size how large the next may be.
	Rows int64         `json:"rows,omitempty"`
	Took time.Duration `json:"took,omitempty"`
	Size int           `json:"size,omitempty"`
	// Reason says why the run waits, stopped or tries again.
	Reason string `json:"reason,omitempty"`
}

// EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	StepStarted EventKind = "step_started"
	BatchDone   EventKind = "batch_done"
	Throttled   EventKind = "throttled"
	Retrying    EventKind = "retrying"
	StepDone    EventKind = "step_done"
)

// The figures of the batch size: a batch aims at the target, so that nobody waits long for
// the rows it locks and a stop or a hold takes effect at once.
const (
	firstSize = 500
	mostSize  = 50_000
	target    = 80 * time.Millisecond
	backoff   = 50 * time.Millisecond
)

// adapt returns the size of the batch after one of the size that took so long. It grows
// twofold at most and shrinks fourfold at most, so that one odd measurement does not ruin it.
func adapt(size, most int, took, target time.Duration) int {
	next := 2 * size
	if took > 0 {
		next = int(min(float64(next), float64(size)*float64(target)/float64(took)))
	}
	return min(max(next, size/4, 1), most)
}

func (o Options) filled() Options {
	if o.First <= 0 {
		o.First = firstSize
	}
	if o.Most <= 0 {
		o.Most = mostSize
	}
	if o.Tries <= 0 {
		o.Tries = 5
	}
	if o.Target <= 0 {
		o.Target = target
	}
	if o.Pause <= 0 {
		o.Pause = time.Second
	}
	return o
}

func (o Options) wants(s plan.Step) bool {
	return len(o.Only) == 0 || slices.Contains(o.Only, s.ID)
}

func (o Options) at(point string) {
	if o.At != nil {
		o.At(point)
	}
}

func (o Options) tell(e Event) {
	if o.Tell != nil {
		o.Tell(e)
	}
}

// stop says why the run must end now; empty when it need not.
func (o Options) stop(ctx context.Context) string {
	if ctx.Err() != nil {
		return "cancelled"
	}
	if o.StopFile == "" {
		return ""
	}
	if _, err := os.Stat(o.StopFile); err == nil {
		return "stop file"
	}
	return ""
}
