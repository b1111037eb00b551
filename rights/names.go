package rights

import (
	"strings"

	"github.com/garant-rgpd/garant/register"
)

// NameColumns returns the columns that make up a person's name in a dataset, for who compares
// rows otherwise than by a search; none where it binds no name.
func NameColumns(ds *register.BoundDataset) []string { return nameColumns(ds) }

// Unlike reports whether two names are of two people, as a search would tell them apart. A
// name that is missing speaks against nobody.
func Unlike(a, b string) bool {
	l, _ := likeness(strings.Fields(Fold(a)), strings.Fields(Fold(b)))
	return l >= 0 && l < alike
}

// Written returns the text of an identifier as a row holds it; empty where it is no text.
func Written(v any) string { return text(v) }
