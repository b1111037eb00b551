package torture

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// TestP08KilledAtRandomInstants kills the process that carries out a plan with SIGKILL at
// random instants, up to three times in a row, and resumes: the end is that of a run nobody
// disturbed, and receipts = effects = leaves of a ledger that verifies.
func TestP08KilledAtRandomInstants(t *testing.T) {
	t.Parallel()
	alone(t)
	e, lanes := effortOf(8, 1000, 0.45, "GARANT_KILLS"), 1
	if minutes() > 0 {
		lanes = 4
	}
	for _, engine := range engines() {
		for lane := range lanes {
			t.Run(fmt.Sprint(engine, " ", lane), func(t *testing.T) {
				t.Parallel()
				kills(t, newTrial(t, engine, freshDatabase(t, engine)), e.among(lanes), uint64(lane*e.cases))
			})
		}
	}
}

func kills(t *testing.T, tr *trial, e effort, seed uint64) {
	const what = "kill -9 at random instants on "
	results.ask("P8", what+tr.engine, e.cases)
	kills, lost := 0, 0
	for e.more(kills) {
		seed++
		n, wrong, err := tr.kill(seed)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if wrong != "" {
			t.Errorf("seed %d: %s", seed, wrong)
			lost++
		}
		kills += n
	}
	t.Logf("%d kills", kills)
	results.add("P8", what+tr.engine, kills, lost)
}

// kill plays one company: some kills, then a run to the end. It returns how many processes
// were killed in time.
func (tr *trial) kill(seed uint64) (kills int, wrong string, err error) {
	rnd := rand.New(rand.NewPCG(seed, 3))
	if err := tr.reset(); err != nil {
		return 0, "", err
	}
	for range 1 + rnd.IntN(3) {
		after := time.Duration(rnd.IntN(450)) * time.Millisecond
		killed, err := tr.killAfter(after)
		if err != nil {
			return kills, "", err
		}
		if !killed {
			break
		}
		kills++
	}
	return kills, tr.resumed(), nil
}

// killAfter starts the child and kills it so long after it was ready; false when it had
// finished before.
func (tr *trial) killAfter(d time.Duration) (bool, error) {
	exe, err := os.Executable()
	if err != nil {
		return false, err
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVar+"="+tr.dir, addressVar+"="+tr.address, digestVar+"="+tr.digest)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		return false, fmt.Errorf("the child said nothing: %w", cmd.Wait())
	}
	timer := time.AfterFunc(d, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	said := ""
	for lines.Scan() {
		said += lines.Text() + "\n"
	}
	err = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return true, nil
	}
	if err != nil {
		err = fmt.Errorf("the child failed by itself: %w: %s", err, said)
	}
	return false, err
}
