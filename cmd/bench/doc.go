// Command bench is for knowing what safety costs: it measures Garant's purge, plan, archive and
// proof beside the bare statements and pt-archiver, as ratios within one run, and writes a table
// of goals, figures and peers.
//
//	go run ./internal/testserver/cmd/withservers go run ./cmd/bench -o docs/benchmarks.md
package main
