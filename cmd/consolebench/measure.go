package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// line is a figure with its goal.
type line struct {
	what, figure, goal string
	met                bool
}

// measure waits until everything is known, then measures, and prints a table.
func measure(ctx context.Context, out io.Writer, b bench, s *server, readers []string) error {
	begun := time.Now()
	look, err := s.until(readers[0], "/", func(page string) bool { return !regexp.MustCompile(`class="(waiting|busy)"`).MatchString(page) })
	if err != nil {
		return err
	}
	if _, err := s.until(readers[0], "/echeances", func(page string) bool { return regexp.MustCompile(`<rect class`).MatchString(page) }); err != nil {
		return err
	}
	ahead := time.Since(begun)
	time.Sleep(5 * time.Second) // idle is when nothing is asked
	idle, most, err := s.memory()
	if err != nil {
		return err
	}
	weight, err := s.weight(readers[0])
	if err != nil {
		return err
	}
	first, err := s.load(ctx, readers, order{requests: len(readers), fresh: true})
	if err != nil {
		return err
	}
	calm, err := s.load(ctx, readers, order{requests: 20 * len(readers), pause: time.Second})
	if err != nil {
		return err
	}
	before, err := s.cpu()
	if err != nil {
		return err
	}
	all, err := s.load(ctx, readers, order{requests: b.requests})
	if err != nil {
		return err
	}
	spent, err := s.cpu()
	if err != nil {
		return err
	}
	after, _, err := s.memory()
	if err != nil {
		return err
	}
	const mb = 1 << 20
	lines := []line{
		{"ready to serve after", ms(s.ready), "1 s", s.ready < time.Second},
		{fmt.Sprintf("first page, p99 of %d by %d readers who open it once a second", calm.n, len(readers)), ms(calm.p(99)), "100 ms", calm.p(99) < 100*time.Millisecond},
		{"  p50, p99.9, longest", fmt.Sprintf("%s, %s, %s", ms(calm.p(50)), ms(calm.p(99.9)), ms(calm.p(100))), "", true},
		{fmt.Sprintf("first page, p99 of %d by %d readers who open it without a pause, as wrk does", all.n, len(readers)), ms(all.p(99)), "100 ms", all.p(99) < 100*time.Millisecond},
		{"  p50, p99.9, longest, pages a second", fmt.Sprintf("%s, %s, %s, %.0f", ms(all.p(50)), ms(all.p(99.9)), ms(all.p(100)), all.rate()), "", true},
		{"  processor time of the server for each", ms((spent - before) / time.Duration(all.n)), "", true},
		{"  first of each reader, on a connection of their own: p50, p99", ms(first.p(50)) + ", " + ms(first.p(99)), "", true},
		{"page weight, compressed, with its style and type", fmt.Sprintf("%.0f kB", float64(weight)/1000), "150 kB", weight < 150_000},
		{"idle memory", fmt.Sprintf("%d MB", idle/mb), "100 MB", idle < 100*mb},
		{"  after the load; the most it ever was", fmt.Sprintf("%d MB; %d MB", after/mb, most/mb), "", true},
		{"first look at the stores; and the ten years to come", look.Round(time.Second).String() + "; " + ahead.Round(time.Second).String(), "", true},
	}
	fmt.Fprintf(out, "| %d people bound | figure | goal | met |\n|---|---|---|---|\n", b.people)
	for _, l := range lines {
		met := "yes"
		switch {
		case l.goal == "":
			met = ""
		case !l.met:
			met = "**no**"
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s |\n", l.what, l.figure, l.goal, met)
	}
	return nil
}

// again starts the console once more and measures when its home page shows the look of the
// process before.
func again(out io.Writer, b bench, reader string) error {
	s, err := start(b)
	if err != nil {
		return err
	}
	defer s.stop()
	shown, err := s.until(reader, "/", func(page string) bool { return !strings.Contains(page, `class="waiting"`) })
	if err == nil {
		fmt.Fprintf(out, "| after a restart: ready; home with the look before | %s; %s |  |  |\n", ms(s.ready), ms(s.ready+shown))
	}
	return err
}

func ms(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

// page gets a page as a reader.
func (s *server) page(c *http.Client, reader, path string) (*http.Response, []byte, error) {
	r, err := http.NewRequest(http.MethodGet, s.base+path, nil)
	if err != nil {
		return nil, nil, err
	}
	r.AddCookie(&http.Cookie{Name: "garant", Value: reader})
	r.Header.Set("Accept-Encoding", "gzip")
	got, err := c.Do(r)
	if err != nil {
		return nil, nil, err
	}
	b, err := io.ReadAll(got.Body)
	if cerr := got.Body.Close(); err == nil {
		err = cerr
	}
	if err == nil && (got.StatusCode != http.StatusOK || got.Request.URL.Path != r.URL.Path) {
		err = fmt.Errorf("get %s: %s", path, got.Status)
	}
	return got, b, err
}

// until waits for a page to be as it must become, and returns how long that took.
func (s *server) until(reader, path string, ok func(page string) bool) (time.Duration, error) {
	for begun := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		got, b, err := s.page(http.DefaultClient, reader, path)
		if err != nil {
			return 0, err
		}
		if b, err = clear(got, b); err != nil {
			return 0, err
		}
		if ok(string(b)) {
			return time.Since(begun), nil
		}
		if time.Since(begun) > time.Hour {
			return 0, fmt.Errorf("%s is not there after an hour", path)
		}
	}
}

// clear is a body as it was before it was compressed.
func clear(r *http.Response, b []byte) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return b, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// weight sums what a browser loads for the first page, as it is sent.
func (s *server) weight(reader string) (int, error) {
	got, page, err := s.page(http.DefaultClient, reader, "/")
	if err != nil {
		return 0, err
	}
	sum := len(page)
	if page, err = clear(got, page); err != nil {
		return 0, err
	}
	seen := map[string]bool{}
	for todo := assets(page); len(todo) > 0; todo = todo[1:] {
		if seen[todo[0]] {
			continue
		}
		seen[todo[0]] = true
		got, b, err := s.page(http.DefaultClient, reader, todo[0])
		if err != nil {
			return 0, err
		}
		sum += len(b)
		if b, err = clear(got, b); err != nil {
			return 0, err
		}
		todo = append(todo, assets(b)...)
	}
	return sum, nil
}

// assets are the addresses of what a page or a style loads.
func assets(b []byte) []string {
	var out []string
	for _, a := range regexp.MustCompile(`/assets/[0-9a-f]+/[a-z0-9.-]+`).FindAll(b, -1) {
		out = append(out, string(a))
	}
	return out
}

// loaded is how long each page took, ascending, and all of them together.
type loaded struct {
	n    int
	took []time.Duration
	all  time.Duration
}

// p is a percentile.
func (l loaded) p(percent float64) time.Duration {
	return l.took[min(len(l.took)-1, int(float64(len(l.took))*percent/100))]
}

func (l loaded) rate() float64 { return float64(l.n) / l.all.Seconds() }

// order says how many pages are opened, over a connection that is kept unless it is to be fresh
// for each, and after which pause.
type order struct {
	requests int
	fresh    bool
	pause    time.Duration
}

// load lets all readers open the first page at the same time, again and again.
func (s *server) load(ctx context.Context, readers []string, o order) (loaded, error) {
	took := make([][]time.Duration, len(readers))
	var left atomic.Int64
	left.Store(int64(o.requests))
	var all sync.WaitGroup
	var once sync.Once
	var failed error
	begun := time.Now()
	for i, reader := range readers {
		all.Go(func() {
			c := &http.Client{Transport: &http.Transport{DisableKeepAlives: o.fresh, DisableCompression: true}}
			defer c.CloseIdleConnections()
			time.Sleep(o.pause * time.Duration(i) / time.Duration(len(readers))) // not all at the same moment
			for left.Add(-1) >= 0 && ctx.Err() == nil {
				start := time.Now()
				if _, _, err := s.page(c, reader, "/"); err != nil {
					once.Do(func() { failed = err })
					return
				}
				took[i] = append(took[i], time.Since(start))
				time.Sleep(o.pause)
			}
		})
	}
	all.Wait()
	out := loaded{all: time.Since(begun), took: slices.Concat(took...)}
	slices.Sort(out.took)
	if out.n = len(out.took); out.n == 0 && failed == nil {
		failed = fmt.Errorf("no page was opened")
	}
	return out, failed
}
