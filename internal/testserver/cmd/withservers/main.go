// Command withservers is for running tests on shared database servers: it starts PostgreSQL
// and MariaDB, runs the command given as arguments with their addresses in the environment,
// stops them and exits as the command did.
//
//	go run ./internal/testserver/cmd/withservers go test ./...
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"github.com/garant-rgpd/garant/internal/testserver"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: withservers COMMAND [ARGUMENT]...")
		return 2
	}
	env, stop, err := testserver.Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, "withservers:", err)
		return 1
	}
	defer stop()
	// An interrupt from the terminal reaches the command too; it ends, then we clean up.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), env...)
	return status(cmd.Run())
}

// status returns the exit status that the command's end stands for.
func status(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exit.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "withservers:", err)
	return 1
}
