package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/garant-rgpd/garant/api"
	"github.com/garant-rgpd/garant/db"
)

const token = "a token for the benchmark"

// constant is what the constant handler answers: about the size of an answer.
var constant = []byte(`{"allowed":true,"rule":"consent","reason":{"fr":"accord prouvé, en cours","en":"proven consent, in force"},"law":"fr-2026-11","day":"2026-11-24","proofs":["consent-1234567"],"until":"2026-11-24T12:00:00Z"}`)

// serve is the other process: it answers on a port that it prints, until its input ends.
func serve(ctx context.Context, dir string) error {
	debug.SetGCPercent(400) // as the command does
	debug.SetMemoryLimit(512 << 20)
	state, err := db.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = state.Close() }()
	start := time.Now()
	if err := state.Recall(ctx); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "people read into memory in %v\n", time.Since(start).Round(time.Millisecond))
	d, err := desk(ctx, state)
	if err != nil {
		return err
	}
	// The clock runs as it should, from a Tuesday at eleven in Paris.
	started, at := time.Now(), time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { return at.Add(time.Since(started)) }
	s := api.New(d, api.Options{Gate: api.NewGate(api.OneToken{Token: token, Rate: 1_000_000}, false, clock), Clock: clock})
	mux := http.NewServeMux()
	mux.Handle("/", s.Handler())
	mux.HandleFunc("POST /constant", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the limit reads the question as the other does
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(constant)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = l.Close()
	}()
	if err := http.Serve(l, mux); !errors.Is(err, net.ErrClosed) {
		return err
	}
	s.Close()
	return nil
}

// overHTTP measures a server of one core in a process of its own: answers by second of its
// processor, and the latencies that askers see.
func (l load) overHTTP(ctx context.Context, dir string) error {
	cmd := exec.CommandContext(ctx, os.Args[0], "-serve", "-dir", dir, "-profile", l.profile)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { _ = in.Close(); _ = cmd.Wait() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return err
	}
	l.url, l.pid = "http://"+strings.TrimSpace(address), cmd.Process.Pid
	for _, path := range []string{"/constant", "/v1/may", "/constant", "/v1/may"} {
		if err := l.run(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// load is what askers do together.
type load struct {
	url                      string
	people, requests, askers int
	pid                      int
	// profile is where the server writes what its processor did; empty for nowhere.
	profile string
}

func (l load) run(ctx context.Context, path string) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: l.askers, MaxConnsPerHost: l.askers}}
	defer client.CloseIdleConnections()
	times := make([][]time.Duration, l.askers)
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	cpu, err := processor(l.pid)
	if err != nil {
		return err
	}
	start := time.Now()
	for a := range l.askers {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(l.requests) && failed.Load() == nil; i = next.Add(1) {
				began := time.Now()
				if err := l.ask(ctx, client, path, int(i)*7919%l.people); err != nil {
					failed.Store(&err)
				}
				times[a] = append(times[a], time.Since(began))
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	if err := failed.Load(); err != nil {
		return *err
	}
	after, err := processor(l.pid)
	all := slices.Concat(times...)
	slices.Sort(all)
	used := after - cpu
	fmt.Printf("%-10s %d requests, %d askers: %.0f/s, %.0f by second of the server's processor (%.1f µs each); p50 %v, p99 %v\n", path, l.requests, l.askers,
		float64(l.requests)/took.Seconds(), float64(l.requests)/used.Seconds(), used.Seconds()*1e6/float64(l.requests), all[len(all)/2].Round(time.Microsecond), all[len(all)*99/100].Round(time.Microsecond))
	return err
}

func (l load) ask(ctx context.Context, client *http.Client, path string, i int) error {
	body := `{"channel":"call","purpose":"news","person":{"email":"` + address(i) + `"},"context":{"postcode":"75001"}}`
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || !strings.Contains(string(b), `"allowed":true`)) {
		err = fmt.Errorf("status %d: %s", res.StatusCode, b)
	}
	return errors.Join(err, res.Body.Close())
}

// processor returns the processor time that a process has used (Linux counts it in
// hundredths of a second).
func processor(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}
