// Package retention is for when each datum falls due, and what holds it back.
//
// It reads claims: a purpose holds the fields of a group of a record from an event until a
// date. A group is due when a claim on it has ended and none lives; longest wins only inside
// a group. The meaning is defined twice, on purpose. Interpreter is small, slow and obvious:
// it takes one record, computes the end of each claim forward with exact calendar
// arithmetic and says what state it is in. Compile turns the same rules into predicates with
// one constant a rule (the cutoff: the last event day whose term has run out), which every
// engine evaluates as plain comparisons. Tests hold the two together on every engine.
//
// Precedence: hold > floor > ceiling > nothing. Unknown never erases and is never silent.
package retention
