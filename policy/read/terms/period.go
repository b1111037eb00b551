package terms

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/lexicon"
)

// period is a length of time said in words or figures.
type period struct {
	iso      string
	from, to int // words of the lexicon.View, half open
}

// numbers are the numbers that periods are made of, in words.
func number(word string) (int, bool) {
	if n, err := strconv.Atoi(word); err == nil {
		return n, n > 0 && n < 1000
	}
	const list = " un:1 une:1 deux:2 trois:3 quatre:4 cinq:5 six:6 sept:7 huit:8 neuf:9 dix:10 onze:11 douze:12 treize:13" +
		" quatorze:14 quinze:15 seize:16 vingt:20 trente:30 quarante:40 cinquante:50 soixante:60 cent:100 "
	_, rest, ok := strings.Cut(list, " "+word+":")
	if !ok {
		return 0, false
	}
	n, _ := strconv.Atoi(rest[:strings.IndexByte(rest, ' ')])
	return n, true
}

// unit returns the letters of an ISO period for a unit of time.
func unit(word string) (string, bool) {
	switch word {
	case "an", "ans", "annee", "annees":
		return "P%dY", true
	case "mois":
		return "P%dM", true
	case "semaine", "semaines":
		return "P%dW", true
	case "jour", "jours":
		return "P%dD", true
	case "heure", "heures", "h":
		return "PT%dH", true
	case "trimestre", "trimestres":
		return "quarter", true
	}
	return "", false
}

// periods returns the lengths of time that a lexicon.View names, in order.
func periods(v lexicon.View) []period {
	var out []period
	for i := 0; i < len(v.Toks); i++ {
		n, from, ok := before(v, i)
		u, isUnit := unit(v.Toks[i].Text)
		if v.Toks[i].Text == "lendemain" && i+1 < len(v.Toks) && strings.HasPrefix(v.Toks[i+1].Text, "d") {
			out = append(out, period{"P1D", i, i + 1})
			continue
		}
		if !ok || !isUnit || len(out) > 0 && from < out[len(out)-1].to {
			continue
		}
		if u == "quarter" {
			u, n = "P%dM", 3*n
		}
		out = append(out, period{fmt.Sprintf(u, n), from, i + 1})
	}
	return out
}

// longestNumber is how many words a number may have.
const longestNumber = 8

// before reads the number that ends before word i: "3", "trois", "trois (3)", "3 (trois)",
// "vingt quatre", "quatre vingt dix", "six mois" but not "les ans".
func before(v lexicon.View, i int) (n, from int, ok bool) {
	j := i
	for j > 0 && i-j < longestNumber && (v.Toks[j-1].Text == "et" && j < i || isNumber(v.Toks[j-1].Text)) {
		j--
	}
	for j < i && v.Toks[j].Text == "et" {
		j++
	}
	if j == i {
		return 0, 0, false
	}
	n, ok = sum(v, j, i)
	return n, j, ok
}

func isNumber(w string) bool { _, ok := number(w); return ok }

// sum adds up number words; a figure among them is the number itself.
func sum(v lexicon.View, from, to int) (int, bool) {
	total := 0
	for _, t := range v.Toks[from:to] {
		n, ok := number(t.Text)
		switch {
		case t.Text == "et":
		case !ok:
			return 0, false
		case t.Text[0] >= '0' && t.Text[0] <= '9':
			return n, true
		case n == 20 && total == 4:
			total = 80
		default:
			total += n
		}
	}
	return total, total > 0
}
