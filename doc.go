// Package garant makes a company's privacy policy true: it compiles the published
// promises into a model, binds the model to the real stores, does what the promises
// require, and proves it.
//
// This page is the table of contents of the program. A package imports only packages
// listed before it; contents_test.go reads this list and fails on a violation.
//
// The words:
//
//	policy     what is promised: purposes, bases, periods, rights
//	law        what the law says on a given day: dated values with source and certainty
//	store      what is held: the contract that every connector implements
//	plan       what is to be done: steps, each with its reason
//	ledger     what was done: append-only, verifiable, without personal data
//
// The chapters:
//
//	register   which promise governs which data: bindings, events, links, coverage
//	consent    what each person agreed to or refused, with proof; the answer to "may I?"
//	collect    what is gathered: forms and their notices, cookies, and what a site does before and after a choice
//	retention  when each thing falls due, and what holds it back
//	rights     what a person asks, by when we answer, what the answer contains
//
// The machine:
//
//	apply      carries out a plan and writes the ledger
//	db         Garant's own memory: state, keys, holds, approvals, jobs
//	api        what the company's own software asks and reports over HTTP
//	console    web pages: the published text with the truth beside each sentence; the pages outside
//	cmd        the garant command, where everything is wired
package garant
