package rights

import (
	"math"
	"strconv"
	"strings"

	"github.com/xrash/smetrics"
)

// alike is the Jaro-Winkler likeness from which two words are taken for the same name written
// in two ways.
const alike = 0.92

// likeness compares two names word by word: the mean, over the words of the shorter one, of
// the best Jaro-Winkler likeness to a word of the other. Full is true when both have two words
// or more and each word of the shorter one is alike to one of the other. Without words on one
// side it is -1.
func likeness(a, b []string) (mean float64, full bool) {
	if len(a) == 0 || len(b) == 0 {
		return -1, false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	full = len(a) > 1
	for _, w := range a {
		best := 0.0
		for _, v := range b {
			best = max(best, word(w, v))
		}
		mean += best / float64(len(a))
		full = full && best >= alike
	}
	return mean, full
}

// word compares two words; an initial is alike to whatever begins with it.
func word(a, b string) float64 {
	if len(a) == 1 && strings.HasPrefix(b, a) || len(b) == 1 && strings.HasPrefix(a, b) {
		return alike
	}
	return smetrics.JaroWinkler(a, b, 0.7, 4)
}

// Weight is what a table says of how telling an agreement is in it.
type Weight struct {
	// Rows is how many rows were compared, SameName how many bear the wanted name.
	Rows, SameName int
}

// odds are, for a kind of identifier, how often it agrees between two records of one person
// (m), and how often by chance between records of two (u).
type odds struct{ m, u float64 }

func oddsOf(kind string) odds {
	switch kind {
	case "email":
		return odds{0.90, 0.000_05}
	case "phone":
		return odds{0.85, 0.000_5} // a household has one line
	}
	return odds{0.95, 0.000_01}
}

// Weigh returns how probable it is, in percent, that a row is the person's: the model of
// Fellegi and Sunter (1969) with agreement weights log2(m/u) and log2((1-m)/(1-u)), names
// compared by Jaro-Winkler and weighed by how frequent the name is in the table, so that a
// Martin tells less than a name found once. One row of the table is expected to be theirs.
func Weigh(agrees, differs []string, name float64, w Weight) int {
	bits := math.Log2(1 / float64(max(w.Rows, 2)-1))
	for _, k := range agrees {
		o := oddsOf(k)
		bits += math.Log2(o.m / o.u)
	}
	for _, k := range differs {
		o := oddsOf(k)
		bits += math.Log2((1 - o.m) / (1 - o.u))
	}
	o := odds{0.99, max(float64(w.SameName), 1) / float64(max(w.Rows, 20))}
	switch {
	case name >= alike:
		bits += math.Log2(o.m / min(o.u, 0.5))
	case name >= 0:
		bits += math.Log2((1 - o.m) / (1 - min(o.u, 0.5)))
	}
	return int(math.Round(100 / (1 + math.Exp2(-bits))))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
