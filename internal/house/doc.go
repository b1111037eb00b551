// Package house is for the house rules: its tests read the source and fail where a rule is
// broken, so that nobody has to remember them.
package house
