package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// script is the load of the foreground: it reads and changes rows by key.
const script = `\set id random(1, %d)
SELECT name FROM clients WHERE id = :id;
UPDATE clients SET status = 'customer' WHERE id = :id;
`

// foreground measures how long other people wait while rows are purged.
func foreground(b *bench, ctx context.Context) error {
	p, err := b.newPG(ctx)
	if err != nil {
		return err
	}
	defer p.drop(ctx)
	var p99 [3][]time.Duration
	var rates, floors []time.Duration
	b.begins()
	for n := range min(b.runs, 3) {
		if n > 0 && time.Now().After(b.share) {
			break
		}
		for i, work := range []func(site) error{
			func(site) error { time.Sleep(4 * time.Second); return nil },
			func(s site) error {
				o, err := b.purgeBeside(ctx, s)
				rates = append(rates, o)
				return err
			},
			func(s site) error {
				took, err := statements(ctx, nil, "DELETE FROM clients WHERE "+dueRow)(s)
				floors = append(floors, took)
				return err
			},
		} {
			ds, err := b.beside(ctx, p, work)
			if err != nil {
				return err
			}
			p99[i] = append(p99[i], percentile(ds, 99))
		}
	}
	base, own, one := median(p99[0]), median(p99[1]), median(p99[2])
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
	times := own.Seconds() / base.Seconds()
	b.enter("Foreground p99 at 1,000 a second while purging ≤ 1.25 of its baseline", times <= 1.25, fmt.Sprintf("%.2f (%s)", times, ms(own)),
		fmt.Sprintf("%s without purge, %s during one DELETE", ms(base), ms(one)))
	if base >= one {
		// Something else made people wait, so the ratio says nothing about the purge.
		b.lines[len(b.lines)-1].met = nil
		b.notes = append(b.notes, "Foreground: the baseline is no better than beside one DELETE, so the machine was busy with something else and there is no verdict.")
	}
	pace := median(floors).Seconds() / median(rates).Seconds()
	b.enter("… at ≥ 0.25 of the floor", pace >= 0.25, fmt.Sprintf("%.2f (%s)", pace, spread(rates)), "one DELETE beside the same load, "+spread(floors))
	return nil
}

// purgeBeside sleeps as long as it works.
func (b *bench) purgeBeside(ctx context.Context, s site) (time.Duration, error) {
	o, err := b.purge(ctx, s, b.erase(false), nil, 1)
	return o.took, err
}

// beside returns the latencies of the load during the work.
func (b *bench) beside(ctx context.Context, p *pgBed, work func(site) error) ([]time.Duration, error) {
	s, err := p.fresh(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	dir, err := os.MkdirTemp(b.dir, "pgbench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "load.sql")
	if err := os.WriteFile(file, fmt.Appendf(nil, script, b.rows), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "pgbench", "-n", "-c", "8", "-j", "1", "-R", "1000", "-T", "600", "-M", "prepared", "-l", "-f", file, p.at("bench"))
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	time.Sleep(2 * time.Second)
	from := time.Now()
	err = work(s)
	to := time.Now()
	time.Sleep(500 * time.Millisecond) // those that waited end
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
	if err != nil {
		return nil, err
	}
	return latencies(dir, from, to)
}

// latencies reads pgbench's log: client, transaction, µs, script, end in s and µs, lag in µs.
func latencies(dir string, from, to time.Time) (ds []time.Duration, err error) {
	files, _ := filepath.Glob(filepath.Join(dir, "pgbench_log.*"))
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		for in := bufio.NewScanner(f); in.Scan(); {
			var client, n, took, script, sec, usec int64
			if _, err := fmt.Sscan(strings.TrimSpace(in.Text()), &client, &n, &took, &script, &sec, &usec); err != nil {
				continue
			}
			end := time.Unix(sec, usec*1000)
			start := end.Add(-time.Duration(took) * time.Microsecond)
			if end.After(from) && start.Before(to) {
				ds = append(ds, time.Duration(took)*time.Microsecond)
			}
		}
		_ = f.Close()
	}
	if len(ds) == 0 {
		return nil, fmt.Errorf("pgbench left no log")
	}
	return ds, nil
}
