package lexicon

import (
	"sort"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/prose"
)

// View is a piece of a block as folded words, each after one space, from which one gets back
// to the text of the block. Patterns are matched against Words.
type View struct {
	Block int           // index of the block in its document
	Src   string        // the text of the block
	Words string        // the folded words, each after one space
	Toks  []prose.Token // the same words, with their places in Src
	keys  *keys         // of its words, and of others where it is a part
	at    []int         // where each word starts in Words, its space included
}

// formal are the words of a text that says tu to its readers, as one that says vous has them.
var formal = map[string]string{"tu": "vous", "te": "vous", "toi": "vous", "t": "vous", "ton": "votre", "ta": "votre", "tes": "vos", "peux": "pouvez", "veux": "voulez", "es": "etes", "as": "avez"}

// New returns src[from:to], a piece of the text of a block, as a view. "dès" becomes the word
// "sitot", because folded it would be the article "des"; tu becomes vous.
func New(block int, src string, from, to int) View {
	v := View{Block: block, Src: src, keys: &keys{}}
	var b strings.Builder
	for _, t := range prose.Tokens(src[from:to]) {
		t.Start, t.End = t.Start+from, t.End+from
		if t.Text == "des" && strings.Contains(src[t.Start:t.End], "è") {
			t.Text = "sitot"
		}
		if word, ok := formal[t.Text]; ok {
			t.Text = word
		}
		v.keys.addWord(t.Text)
		v.at = append(v.at, b.Len())
		v.Toks = append(v.Toks, t)
		b.WriteByte(' ')
		b.WriteString(t.Text)
	}
	v.Words = b.String()
	return v
}

// Part is the view of the words from i to j, j not included. Bounds outside the view are
// moved to its ends.
func (v View) Part(i, j int) View {
	i, j = max(i, 0), min(j, len(v.Toks))
	if i >= j {
		return View{Block: v.Block, Src: v.Src}
	}
	p := View{Block: v.Block, Src: v.Src, Toks: v.Toks[i:j], Words: v.Words[v.at[i]:v.stop(j)], keys: v.keys}
	for _, a := range v.at[i:j] {
		p.at = append(p.at, a-v.at[i])
	}
	return p
}

func (v View) stop(j int) int {
	if j < len(v.at) {
		return v.at[j]
	}
	return len(v.Words)
}

// Find returns which words re matches first, as a half-open range.
func (v View) Find(re Matcher) (from, to int, ok bool) {
	var loc []int
	if p, known := re.(*Pattern); known {
		loc = p.find(v.Words, v.keys)
	} else {
		loc = re.FindStringIndex(v.Words)
	}
	if loc == nil {
		return 0, 0, false
	}
	return v.index(loc[0]), v.index(loc[1]), true
}

// FindAll returns every range of words that re matches, in order.
func (v View) FindAll(re Matcher) [][2]int {
	var all [][]int
	if p, known := re.(*Pattern); known {
		all = p.findAll(v.Words, v.keys)
	} else {
		all = re.FindAllStringIndex(v.Words, -1)
	}
	var out [][2]int
	for _, loc := range all {
		out = append(out, [2]int{v.index(loc[0]), v.index(loc[1])})
	}
	return out
}

func (v View) index(offset int) int { return sort.SearchInts(v.at, offset) }

// Has reports whether re matches.
func (v View) Has(re Matcher) bool {
	if p, known := re.(*Pattern); known {
		return p.match(v.Words, v.keys)
	}
	return re.MatchString(v.Words)
}

// Between returns what stands in the text between word i-1 and word i: punctuation.
func (v View) Between(i int) string {
	if i <= 0 || i >= len(v.Toks) {
		return ""
	}
	return v.Src[v.Toks[i-1].End:v.Toks[i].Start]
}

// Span returns the place of the words i to j in the text of the block.
func (v View) Span(i, j int) (from, to int) {
	i, j = max(i, 0), min(j, len(v.Toks))
	if i >= j {
		return 0, 0
	}
	return v.Toks[i].Start, v.Toks[j-1].End
}

// All returns the place of the whole view in the text of the block.
func (v View) All() (from, to int) { return v.Span(0, len(v.Toks)) }
