// Package db is for Garant's own memory: what it must remember between two runs and cannot
// read off the company's stores. Store = theirs, db = ours.
//
// Everything is in one directory, readable by its owner alone: the SQLite file state.db
// with the ledger, the plans and approvals, the holds, the progress of runs and the jobs;
// answers.db with the answers that were given (see docs/adr/0033); the folder keys; and
// lock files. Every change that belongs together is one
// transaction, so that a crash leaves all of it or nothing.
//
// Holds, approved sets and cursors may be personal. They stay in here: the ledger knows
// references and keyed digests only. What is deleted is overwritten (secure_delete) and
// the write-ahead log that still shows it is truncated.
//
// Several processes may open the same state. They agree through SQLite's locks and, for
// what SQLite cannot see (an act on a company's store), through the lock files.
package db
