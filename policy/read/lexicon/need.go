package lexicon

import (
	"regexp"
	"slices"
	"strings"
)

// Pattern is what a meaning is found by: the ways to say it, each an expression, with words
// one of which a view must hold for it to be worth trying. Most meanings are absent from most
// sentences, so that the expressions themselves seldom run.
type Pattern struct{ ways []way }

// way is one line of a lexicon.
type way struct {
	re   *regexp.Regexp
	need []uint32 // hashes of keys, see keyOf; empty when nothing can be told
}

// Matcher finds places in the words of a view: a *regexp.Regexp or a *Pattern.
type Matcher interface {
	FindStringIndex(string) []int
	FindAllStringIndex(string, int) [][]int
	MatchString(string) bool
}

// FindStringIndex returns the first place in s, nil when there is none.
func (p *Pattern) FindStringIndex(s string) []int { return p.find(s, nil) }

// FindAllStringIndex returns the places in s that do not overlap, in order; n is ignored.
func (p *Pattern) FindAllStringIndex(s string, _ int) [][]int { return p.findAll(s, nil) }

// MatchString reports whether s holds a place.
func (p *Pattern) MatchString(s string) bool { return p.match(s, nil) }

func (p *Pattern) match(s string, k *keys) bool {
	for _, w := range p.ways {
		if w.may(k) && w.re.MatchString(s) {
			return true
		}
	}
	return false
}

func (p *Pattern) find(s string, k *keys) []int {
	var first []int
	for _, w := range p.ways {
		if !w.may(k) {
			continue
		}
		if at := w.re.FindStringIndex(s); at != nil && (first == nil || at[0] < first[0]) {
			first = at
		}
	}
	return first
}

func (p *Pattern) findAll(s string, k *keys) [][]int {
	var all [][]int
	for _, w := range p.ways {
		if w.may(k) {
			all = append(all, w.re.FindAllStringIndex(s, -1)...)
		}
	}
	slices.SortStableFunc(all, func(a, b []int) int { return a[0] - b[0] })
	out, end := all[:0], -1
	for _, at := range all {
		if at[0] >= end {
			out, end = append(out, at), at[1]
		}
	}
	return out
}

// may reports whether the words behind k can hold the way.
func (w way) may(k *keys) bool {
	if len(w.need) == 0 || k == nil {
		return true
	}
	for _, h := range w.need {
		if k[h>>6&31]&(1<<(h&63)) != 0 {
			return true
		}
	}
	return false
}

// keys is a set of the beginnings of words, with a few that are not there.
type keys [32]uint64

func (k *keys) add(key string) {
	h := hash(key)
	k[h>>6&31] |= 1 << (h & 63)
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h ^ h>>15
}

// longestKey is how many letters of a word are a key of their own.
const longestKey = 5

// addWord adds the beginnings of a word, and a short word itself.
func (k *keys) addWord(w string) {
	for n := 1; n <= min(len(w), longestKey); n++ {
		k.add(w[:n])
	}
	if len(w) < longestKey {
		k.add(w + " ")
	}
}

// keyOf returns what a view must hold for a word of a lexicon to be found in it, "" when
// nothing can be told.
func keyOf(word string) string {
	stem, _, open := strings.Cut(word, "*")
	switch {
	case len(stem) >= longestKey:
		return stem[:longestKey]
	case open:
		return stem
	}
	return stem + " "
}
