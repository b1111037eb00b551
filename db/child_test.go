package db

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// TestMain lets the test binary be started again as another process of Garant.
func TestMain(m *testing.M) {
	if role := os.Getenv("GARANT_DB_CHILD"); role != "" {
		if err := child(role, os.Getenv("GARANT_DB_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child is what a second process does with the state; it reports on standard output.
func child(role, dir string) error {
	ctx := context.Background()
	if role == "rotate" { // keys without end, each told once it signs
		for {
			public, err := RotateLedgerKey(ctx, dir, noon)
			if err != nil {
				return err
			}
			fmt.Println(public)
		}
	}
	s, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	switch name, arg, _ := strings.Cut(role, ":"); name {
	case "enter": // receipts without end, two at a time, the last one twice
		for i := int64(1); ; i++ {
			if err := s.Enter(ctx, "crm", []store.Receipt{receipt(i), receipt(i + 1)}); err != nil {
				return err
			}
			fmt.Println(i)
		}
	case "append": // so many receipts of a store of its own
		for i := range int64(40) {
			if err := s.Enter(ctx, arg, []store.Receipt{receipt(i + 1)}); err != nil {
				return err
			}
		}
	case "record": // objections without end, each told once it is entered
		for i := int64(1); ; i++ {
			if _, err := s.EnterRecords(ctx, []consent.Draft{refusal(i)}); err != nil {
				return err
			}
			fmt.Println(i)
		}
	case "choose": // choices without end, each told once it is entered
		for {
			c := shopSite().Choose([]policy.CookieID{"video"}, noon)
			if err := s.EnterChoice(ctx, c); err != nil {
				return err
			}
			fmt.Println(c.ID)
		}
	case "commit": // acts without end, each through the gate
		return commitForever(ctx, s, arg)
	case "work": // a job that never ends
		release, err := s.LockRun()
		if err != nil {
			return err
		}
		defer release()
		return s.Jobs().Drain(ctx, 1, func(_ context.Context, _, step string) error {
			fmt.Println(step)
			select {}
		})
	}
	return nil
}

// commitForever acts on a file, as long as no hold is there.
func commitForever(ctx context.Context, s *State, file string) error {
	holds, epoch, err := s.Holds(ctx)
	if err != nil {
		return err
	}
	for len(holds) == 0 {
		err := s.Commit(ctx, epoch, func() error {
			return os.WriteFile(file, strconv.AppendInt(nil, time.Now().UnixNano(), 10), 0o600)
		})
		if err == plan.ErrHoldsMoved {
			holds, epoch, err = s.Holds(ctx)
		}
		if err != nil {
			return err
		}
	}
	fmt.Println("held")
	return nil
}

// start runs the test binary in a role on the state in dir.
func start(t *testing.T, role, dir string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "GARANT_DB_CHILD="+role, "GARANT_DB_DIR="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _, _ = io.Copy(io.Discard, out); _ = cmd.Wait() })
	return cmd, bufio.NewReader(out)
}

var (
	noon  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	today = policy.MustDate("2026-11-22")
)

func open(t testing.TB, dir string) *State {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func receipt(i int64) store.Receipt {
	return store.Receipt{
		Seq: i, ID: fmt.Sprintf("p/1/%d", i), Plan: "p", Step: "leads/erase", Action: "erase",
		Dataset: "leads", Groups: []string{"contact"}, Rows: 500, Root: "root", AsOf: today, At: noon,
	}
}

func samplePlan() plan.Plan {
	return plan.Plan{
		Version: plan.Version, AsOf: today, PolicyDigest: "a1", BindingDigest: "b2", SchemaDigest: "c3",
		Steps: []plan.Step{{
			ID: "leads/erase/contact", Dataset: "leads", Store: "crm", Action: policy.Erase, WholeRow: true,
			Groups: []policy.Category{"contact"}, Due: 7, Rows: 100,
			Because: []plan.Reason{{Purpose: "quotes", Rule: "quotes.1", Cutoff: policy.MustDate("2023-11-21"), Says: "§ 4", Due: 7}},
			Work: plan.Work{
				Table: store.Table{Name: "leads", Key: []string{"id"}},
				Where: store.And(store.OnOrBefore(store.Col{Name: "seen"}, today), store.Compare(store.Col{Name: "n"}, "=", int64(1)<<60)),
			},
		}},
		Totals: plan.Totals{Due: 7},
	}
}
