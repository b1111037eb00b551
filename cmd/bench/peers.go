package main

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"time"
)

func onMariaDB(b *bench, ctx context.Context) error {
	m, err := b.newMaria(ctx)
	if err != nil {
		return err
	}
	defer m.drop(ctx)
	committed := "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
	e := engine{bench: b, name: "MariaDB", from: m, least: 0.5, cross: 0.5, settings: []string{committed}}
	archivers := func(ctx context.Context) error { return b.archivers(ctx, m) }
	if err := e.each(ctx, measure{"archivers", archivers}); err != nil {
		return err
	}
	if err := e.common(ctx); err != nil {
		return err
	}
	return e.each(ctx, measure{"stops", e.stops})
}

// archivers compares rows a second with pt-archiver: its best mode that survives the race
// suite, and its defaults.
func (b *bench) archivers(ctx context.Context, m *mariaBed) error {
	var seen []outcome
	var own []float64
	for _, mode := range []struct {
		goal  string
		least float64
		args  []string
	}{
		{"MariaDB safe purge ≥ 3 times pt-archiver --limit 1000 --bulk-delete --primary-key-only", 3, []string{"--limit", "1000", "--bulk-delete", "--primary-key-only"}},
		{"MariaDB safe purge ≥ 50 times pt-archiver's defaults", 50, nil},
	} {
		var rates []float64
		for n := range min(b.runs, 3) {
			if n > 0 && time.Now().After(b.share) {
				break
			}
			s, err := m.fresh(ctx)
			if err != nil {
				return err
			}
			rate, err := m.archive(ctx, b, mode.args)
			s.close()
			if err != nil {
				return err
			}
			rates = append(rates, rate)
			if s, err = m.fresh(ctx); err != nil {
				return err
			}
			took, err := b.purges(ctx, b.erase(false), &seen)(s)
			s.close()
			if err != nil {
				return err
			}
			own = append(own, float64(b.due())/took.Seconds())
		}
		times := middle(own) / middle(rates)
		b.enter(mode.goal, times >= mode.least, fmt.Sprintf("%.1f times (%.0f rows/s)", times, middle(own)), fmt.Sprintf("%.0f rows/s, sampled for 6 s", middle(rates)))
	}
	return nil
}

func middle(fs []float64) float64 {
	var ds []time.Duration
	for _, f := range fs {
		ds = append(ds, time.Duration(f*1000))
	}
	return float64(median(ds)) / 1000
}

// archive runs pt-archiver for some seconds and returns how many rows it deletes a second.
func (m *mariaBed) archive(ctx context.Context, b *bench, args []string) (float64, error) {
	host, port, err := net.SplitHostPort(m.config.Addr)
	if err != nil {
		return 0, err
	}
	source := fmt.Sprintf("h=%s,P=%s,u=%s,D=bench,t=clients", host, port, m.config.User)
	if m.config.Passwd != "" {
		source += ",p=" + m.config.Passwd
	}
	all := append([]string{"--source", source, "--purge", "--where", dueRow, "--run-time", "6s",
		"--no-check-charset", "--no-version-check", "--no-safe-auto-increment"}, args...)
	var before, after int64
	count := "SELECT COUNT(*) FROM clients"
	if err := m.raw.QueryRowContext(ctx, count).Scan(&before); err != nil {
		return 0, err
	}
	start := time.Now()
	out, err := exec.CommandContext(ctx, "pt-archiver", all...).CombinedOutput()
	took := time.Since(start)
	if err != nil {
		return 0, fmt.Errorf("pt-archiver: %w: %s", err, strings.TrimSpace(string(out)))
	}
	err = m.raw.QueryRowContext(ctx, count).Scan(&after)
	return float64(before-after) / took.Seconds(), err
}
