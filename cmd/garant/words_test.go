package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits is ! exits CODE COMMAND…: the command ends with exactly that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if !neg || len(args) < 2 {
		ts.Fatalf("usage: ! exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var failed *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); !errors.As(err, &failed) || failed.ExitCode() != want {
		ts.Fatalf("%v, not exit status %d", err, want)
	}
}

// replace is replace OLD NEW FILE: the first OLD in the file becomes NEW.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace OLD NEW FILE")
	}
	path := ts.MkAbs(args[2])
	b, err := os.ReadFile(path)
	ts.Check(err)
	if !bytes.Contains(b, []byte(args[0])) {
		ts.Fatalf("%s does not contain %s", args[2], args[0])
	}
	ts.Check(os.WriteFile(path, bytes.Replace(b, []byte(args[0]), []byte(args[1]), 1), 0o600))
}

// appendLine is append FILE LINE: the line is added to the file.
func appendLine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append FILE LINE")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(os.WriteFile(path, append(b, args[1]+"\n"...), 0o600))
}

// touch is touch INSTANT FILE: the file is there, as last changed at that instant.
func touch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: touch INSTANT FILE")
	}
	at, err := time.Parse(time.RFC3339, args[0])
	ts.Check(err)
	path := ts.MkAbs(args[1])
	ts.Check(os.WriteFile(path, nil, 0o600))
	ts.Check(os.Chtimes(path, at, at))
}

// canMount reports whether a small disk can be made: root can, but not in every container. On
// the machine that judges, root must be able to.
func canMount(t *testing.T) bool {
	if os.Getuid() != 0 {
		return false
	}
	if os.Getenv("CI") == "true" {
		return true
	}
	dir := t.TempDir()
	if exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "garant-test", dir).Run() != nil {
		return false
	}
	return syscall.Unmount(dir, syscall.MNT_DETACH) == nil
}

// smallDisk is smalldisk DIR: a disk of two megabytes is mounted there for the script.
func smallDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: smalldisk DIR")
	}
	dir := ts.MkAbs(args[0])
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "garant-test", dir).CombinedOutput()
	if err != nil {
		ts.Logf("%s", out)
		ts.Fatalf("mount a small disk: %v", err)
	}
	ts.Defer(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }) // the folder goes with the test
}

// fill is fill DIR: what is left of the disk is taken by the file DIR/ballast.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fill DIR")
	}
	f, err := os.Create(filepath.Join(ts.MkAbs(args[0]), "ballast"))
	ts.Check(err)
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		ts.Check(err)
	}
	ts.Check(f.Close())
}
