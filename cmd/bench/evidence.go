package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// leaves is a ledger's storage in memory, so that verifying is measured and not a disk.
type leaves struct {
	all  []ledger.Leaf
	head []byte
}

func (l *leaves) View(_ context.Context, fn func(ledger.View) error) error { return fn(l) }

func (l *leaves) Update(_ context.Context, fn func(ledger.Tx) error) error { return fn(l) }

func (l *leaves) Head() (int64, []byte, error) { return int64(len(l.all)), l.head, nil }

func (l *leaves) Leaves(from, to int64, fn func(int64, ledger.Leaf) error) error {
	for i := from; i < to; i++ {
		if err := fn(i, l.all[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *leaves) Hashes(at []int64) (out []tlog.Hash, _ error) {
	for _, i := range at {
		level, n := tlog.SplitStoredHashIndex(i)
		out = append(out, l.all[(n+1)<<level-1].Hashes[level])
	}
	return out, nil
}

func (l *leaves) Put(more []ledger.Leaf, head []byte) error {
	l.all, l.head = append(l.all, more...), head
	return nil
}

// verifyMillion verifies an exported ledger of a million receipts on one core.
func verifyMillion(b *bench, ctx context.Context) error {
	const million = 1_000_000
	b.begins()
	private, public, err := ledger.NewKey("bench.example")
	if err != nil {
		return err
	}
	log, err := ledger.New(&leaves{}, private)
	if err != nil {
		return err
	}
	at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	for first := 0; first < million; first += 10_000 {
		var entries []ledger.Entry
		for i := range 10_000 {
			seq := int64(first + i + 1)
			entries = append(entries, ledger.ActOf("crm", store.Receipt{Seq: seq, ID: fmt.Sprint("0123456789abcdef/1/", seq), Plan: "0123456789abcdef", Step: "clients/erase/row",
				Action: "erase", Dataset: "clients", Rows: 8000, Root: "q1yF0Qk7Dq3bGxk3m0Y8E0cQm3o9mX2mJ7x8bY1kJ1U=", AsOf: policy.MustDate("2026-11-22"), At: at}, ledger.Why{}))
		}
		if _, _, err := log.Append(ctx, entries...); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	if err := log.Export(ctx, &text); err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var took []time.Duration
	for range b.runs {
		start := time.Now()
		if _, err := ledger.Verify(bytes.NewReader(text.Bytes()), public); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	b.enter("Verify a million receipts ≤ 3 s on a core", median(took) <= 3*time.Second, spread(took), "—")
	return nil
}
