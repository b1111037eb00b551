package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// document writes the table with what is needed to repeat it.
func (b *bench) document(start time.Time, took time.Duration) string {
	var s strings.Builder
	fmt.Fprintf(&s, "- %s, %d cores, %s of memory, %s\n", start.UTC().Format(time.DateOnly), runtime.NumCPU(), memory(), versions())
	fmt.Fprintf(&s, "- Load of the machine (1, 5, 15 minutes): %s before, %s after; above the number of cores others took part of the time\n", b.load, load())
	fmt.Fprintf(&s, "- Command: `withservers bench %s`, %.0f minutes\n", strings.Join(os.Args[1:], " "), took.Minutes())
	fmt.Fprintf(&s, "- %d rows, a primary key and two indexes; a quarter is due, half of it the oldest rows and half scattered. "+
		"Median of %d runs or as many as the time allowed (least and most are told of several), each on a fresh copy, own and peer in turn.\n", b.rows, b.runs)
	s.WriteString("- The servers are those of the tests: fsync is off (MariaDB: the log is written at each commit and not synced; buffer pool 128 MB), " +
		"so commits cost almost nothing. On real disks many small commits cost more.\n")
	s.WriteString("- Receipts are written in the store and entered in the signed ledger once a second; the set that was approved, holds, cursor and keys are in the state, as with the command.\n\n")
	s.WriteString("| goal | figure | peer | met |\n|---|---|---|---|\n")
	for _, l := range b.lines {
		met := "no verdict"
		if l.met != nil {
			met = map[bool]string{true: "yes", false: "**no**"}[*l.met]
		}
		fmt.Fprintf(&s, "| %s | %s | %s | %s |\n", l.goal, l.figure, l.peer, met)
	}
	if len(b.notes) > 0 {
		s.WriteString("\n")
	}
	for _, n := range b.notes {
		fmt.Fprintf(&s, "- %s\n", n)
	}
	return s.String()
}

// The lines between which a document has the table; what is around them is somebody's.
const (
	begin = "<!-- make bench writes what follows -->"
	end   = "<!-- make bench wrote what is above -->"
)

// enter puts the table into the document, between its two lines; a document that is not there is
// made of the table alone. One without the lines is refused: what people wrote in it stays.
func enter(path, table string) error {
	table = begin + "\n\n" + table + "\n" + end + "\n"
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return os.WriteFile(path, []byte(table), 0o644)
	}
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(text), begin+"\n")
	_, after, closed := strings.Cut(rest, end+"\n")
	if !found || !closed {
		return fmt.Errorf("%s: no lines %q and %q to put the table between: add them, or name another file", path, begin, end)
	}
	return os.WriteFile(path, []byte(before+table+after), 0o644)
}

// load is the machine's load average.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

func memory() string {
	kB, ok := field("/proc/meminfo", "MemTotal:")
	if !ok {
		return "unknown size"
	}
	return fmt.Sprintf("%d GB", (kB+1<<19)>>20)
}

// field reads a figure from a file of the kernel.
func field(path, name string) (n int64, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	for l := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(l, name); found {
			_, err := fmt.Sscan(rest, &n)
			return n, err == nil
		}
	}
	return 0, false
}

func versions() string {
	var out []string
	for _, program := range []string{"pgbench", "mariadb", "pt-archiver"} {
		text, err := exec.Command(program, "--version").Output()
		if err == nil {
			out = append(out, strings.TrimSpace(string(text)))
		}
	}
	return strings.Join(append(out, runtime.Version()), "; ")
}
