package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run of the command.
type bench struct {
	rows, runs int
	dir        string
	until      time.Time
	// left is how many measures are still to come, share until when the one at hand may begin
	// another run.
	left  int
	share time.Time
	only  string // part/measure of what is measured; either may be empty for all
	lines []line
	notes []string
	load  string // of the machine before the run
}

// line is one row of the table; met is nil where nothing was measured.
type line struct {
	goal, figure, peer string
	met                *bool
}

func run(ctx context.Context) error {
	b := &bench{}
	out := flag.String("o", "", "the file that the table is put into, beside standard output: between the lines "+begin+" and "+end+" where it has them, as the whole file where it is not there")
	box := flag.Duration("for", 38*time.Minute, "the most that all measurements may take; each has a share of it, and what is left out is said")
	flag.IntVar(&b.rows, "rows", 2_000_000, "rows of the standard set")
	flag.IntVar(&b.runs, "runs", 5, "the most runs of each measurement, of which the median counts; fewer where its share of the time is up")
	flag.StringVar(&b.only, "only", "", "measure only the parts with this in their name, such as postgres, or one measure of them, such as postgres/archive")
	profile := flag.String("cpuprofile", "", "the file that a CPU profile of the runs is written to")
	flag.Parse()
	stop, err := profiled(*profile)
	if err != nil {
		return err
	}
	defer stop()
	if b.dir, err = os.MkdirTemp("", "garant-bench-"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(b.dir) }()
	start := time.Now()
	b.load = load()
	b.until = start.Add(*box)
	timed, cancel := context.WithDeadline(ctx, b.until)
	defer cancel()
	b.parts(timed)
	text := b.document(start, time.Since(start))
	fmt.Print(text)
	if *out == "" {
		return nil
	}
	return enter(*out, text)
}

// part is what is measured of one engine, in so many measures.
type part struct {
	name     string
	measures int
	do       func(*bench, context.Context) error
}

// parts measures everything; a part that fails is in the table as not measured.
func (b *bench) parts(ctx context.Context) {
	asked := slices.DeleteFunc([]part{
		{"evidence", 1, verifyMillion},
		{"postgres", 10, onPostgres},
		{"foreground", 1, foreground},
		{"sqlite", 6, onSQLite},
		{"mariadb", 8, onMariaDB},
	}, func(p part) bool {
		name, _, _ := strings.Cut(b.only, "/")
		return !strings.Contains(p.name, name)
	})
	for _, p := range asked {
		b.left += p.measures
	}
	if strings.Contains(b.only, "/") {
		b.left = len(asked)
	}
	for _, p := range asked {
		if ctx.Err() != nil {
			b.notes = append(b.notes, fmt.Sprintf("Part %s was not measured: the time was up.", p.name))
			continue
		}
		start := time.Now()
		if err := p.do(b, ctx); err != nil {
			b.notes = append(b.notes, fmt.Sprintf("Part %s ended early: %v.", p.name, err))
		}
		fmt.Fprintf(os.Stderr, "%s: %.0f s\n", p.name, time.Since(start).Seconds())
	}
}

// begins gives a measure its share of the time that is left: a run of it that has begun is
// finished, but none begins behind the share, so that every measure is made.
func (b *bench) begins() {
	now := time.Now()
	b.share = now.Add(b.until.Sub(now) / time.Duration(max(1, b.left)))
	b.left--
}

// wants reports whether a measure of a part is asked for.
func (b *bench) wants(measure string) bool {
	_, only, _ := strings.Cut(b.only, "/")
	return strings.Contains(measure, only)
}

// profiled writes a CPU profile until stop is called; without a path it writes none.
func profiled(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }, pprof.StartCPUProfile(f)
}

// ratio enters a line whose figure is peer time through own time.
func (b *bench) ratio(goal string, least float64, own, peer []time.Duration, what string) {
	if len(own) == 0 || len(peer) == 0 {
		b.lines = append(b.lines, line{goal: goal, figure: "not measured", peer: what})
		return
	}
	r := median(peer).Seconds() / median(own).Seconds()
	b.enter(goal, r >= least, fmt.Sprintf("%.2f (%s)", r, spread(own)), fmt.Sprintf("%s, %s", what, spread(peer)))
}

func (b *bench) enter(goal string, met bool, figure, peer string) {
	b.lines = append(b.lines, line{goal, figure, peer, &met})
	fmt.Fprintf(os.Stderr, "  %s: %s against %s\n", goal, figure, peer)
}

func median(ds []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(ds))
	return s[len(s)/2]
}

// spread writes the median with the least and the most.
func spread(ds []time.Duration) string {
	s := fmt.Sprintf("%.2f s", median(ds).Seconds())
	if len(ds) > 1 {
		s += fmt.Sprintf(", %.2f to %.2f", slices.Min(ds).Seconds(), slices.Max(ds).Seconds())
	}
	return s
}

// percentile returns the p-th percentile, p below 100.
func percentile(ds []time.Duration, p int) time.Duration {
	if len(ds) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(ds))
	return s[len(s)*p/100]
}
