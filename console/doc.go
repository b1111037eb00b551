// Package console is for seeing whether the word is kept, and for acting on what is not: the
// web pages of an owner, a data protection officer, an auditor.
//
// The home screen is the published text itself, each sentence that promises something marked
// with whether it is true (kept, broken, undetermined, unbound, not checkable: a shape, a word
// and a colour), and beside the chosen one, always in the same order: why, where, when, what
// holds it back, what to do, the proof.
//
// Pages are rendered here and work without a script; there is none. A look at the stores may
// take minutes, so it is taken in the background, kept, and shown with the time it was taken.
// What is shown comes from the very functions behind garant verify, plan and why: the console
// declares what it needs of them (Looker) and the command wires it.
package console
