// Package rights is for what a person asks, by when we answer, and what the answer contains.
//
// # The case
//
// A Case is one request: a person asks one right of one company. It moves through the states
// below, each by an act that somebody did on a day; nothing else moves it. Every act is a leaf
// of the ledger, which is told the case's name, the right and the act, and nothing of the
// person.
//
//	received ─► identity ─► searching ─► review ─► answered, partly or refused ─► closed
//	   └───────────────────────┘  └─ incomplete ─┘
//
// The clock (Clock) counts as article 12(3) GDPR and Regulation 1182/71 do. It stands still
// only while identity is awaited on a doubt that was written down.
//
// # Identity
//
// Identity is shown in proportion: a link sent to an address already on file, a customer
// number, a call back. A copy of a document is asked only on a recorded doubt and is never
// kept. Before identity is settled nothing is looked up, so that nothing that is said or left
// unsaid tells whether the person is known.
//
// # What is kept
//
// What a case says of the person is a working copy: it goes by rule some time after the case
// ended (Rule), also where the case failed or was refused. What stays until the file itself
// goes are the right, the acts and their days.
package rights
