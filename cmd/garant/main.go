// Command garant makes a company's privacy policy true: it checks, plans, applies, verifies
// and explains what the policy promises about the data in the company's stores.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is set when the binary is built.
var version = "development"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	w := world{name: os.Args[0], in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, clock: time.Now}
	code := w.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
