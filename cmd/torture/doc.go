// Package torture is for trying to make Garant delete the wrong row: races with the
// company's own software, processes killed at random, servers that vanish, fifteen years of
// daily runs, and wrong implementations that its own checks must find out.
//
// It holds tests only. go test runs a short version; with GARANT_TORTURE_MINUTES it runs as
// long as that many minutes allow, and prints a table: promise, cases, losses, and what the
// usual ways of deleting lost in the same scenes.
package torture
