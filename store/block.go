package store

import (
	"context"
	"slices"
	"strings"
)

// Blocking says how a value becomes a blocking key: the short text, in the words of record
// linkage, that all spellings of one identifier share, so that an index leads to the few rows
// that must be compared. Two values with different keys are not the same identifier, unless
// one of the keys is Unblocked.
type Blocking string

// The ways. Each removes what people write in different ways and nothing else.
const (
	// BlockEmail: without blanks around it and in lower case.
	BlockEmail Blocking = "email"
	// BlockPhone: the last six digits, which no notation changes.
	BlockPhone Blocking = "phone"
	// BlockID: without blanks and in lower case, as customer numbers are read out.
	BlockID Blocking = "id"
)

// BlockingOf returns the way for identifiers of a kind: email, phone, or any other that a
// company knows people by.
func BlockingOf(kind string) Blocking {
	switch kind {
	case "email":
		return BlockEmail
	case "phone":
		return BlockPhone
	}
	return BlockID
}

// Unblocked is the key of whatever an engine cannot reduce as Go can: with signs outside
// printable ASCII, longer than an index takes, with a dot at the end of an address, or with
// letters in a telephone number. Whoever asks for a key must ask for this one beside it.
const Unblocked = "?"

const (
	// longestBlock is the most bytes of a value with a key of its own: an index entry has a
	// limit in every engine, and beyond it the company could not write its row.
	longestBlock = 200
	blockDigits  = 6
	// phoneSigns are what people write between digits.
	phoneSigns = " .-()/+"
)

// BlockKey returns the blocking key of a text; connectors compute the same in the engine.
func BlockKey(b Blocking, s string) string {
	odd := func(r byte) bool { return r < ' ' || r > '~' }
	if len(s) > longestBlock || slices.ContainsFunc([]byte(s), odd) {
		return Unblocked
	}
	s = strings.ToLower(s)
	switch b {
	case BlockEmail:
		if s = strings.Trim(s, " "); strings.HasSuffix(s, ".") {
			return Unblocked
		}
		return s
	case BlockPhone:
		return phoneBlock(s)
	}
	return strings.ReplaceAll(s, " ", "")
}

func phoneBlock(s string) string {
	for _, r := range phoneSigns {
		s = strings.ReplaceAll(s, string(r), "")
	}
	if strings.Trim(s, "0123456789") != "" {
		return Unblocked
	}
	return s[max(0, len(s)-blockDigits):]
}

// InBlock holds where the column's text or whole number has one of those blocking keys.
func InBlock(c Col, b Blocking, keys ...any) Pred {
	return Pred{Op: OpInBlock, Col: &c, Blocking: b, Values: keys}
}

// Stray holds where the column of whole numbers holds text or bytes.
func Stray(c Col) Pred { return Pred{Op: OpStray, Col: &c} }

// Blockable reports whether a column can be asked InBlock: it holds text or whole numbers.
func Blockable(c Column) bool { return (c.Type == Text && c.Enum == nil) || c.Type == Integer }

// Lookup is a question that finds few rows: those that equal something in the columns, or
// those whose one column has a blocking key.
type Lookup struct {
	Table   Table
	Columns []string
	// Blocking is empty where the columns themselves are compared.
	Blocking Blocking
}

// Indexer is the capability of telling what an index would serve. It is asked when a policy is
// bound, never while rows are acted on.
type Indexer interface {
	// Indexed reports whether an index of the store leads to the rows of the lookup.
	Indexed(ctx context.Context, l Lookup) (bool, error)
	// CreateIndex returns the statement that makes such an index, for the store's owner.
	CreateIndex(ctx context.Context, l Lookup) (string, error)
}
