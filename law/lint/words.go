package lint

import (
	"embed"
	"sync"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
)

//go:embed words/*.lex
var files embed.FS

// vocabulary finds what titles are about.
type vocabulary struct{ list lexicon.List }

// meanings and wordings read the lexicons once: they are part of the program, so that they can
// only fail in its tests.
var (
	meanings = sync.OnceValue(func() vocabulary { return vocabulary{must("meanings")} })
	wordings = sync.OnceValue(func() lexicon.List { return must("wordings") })
)

func must(name string) lexicon.List {
	name = "words/" + name + ".lex"
	b, err := files.ReadFile(name)
	if err == nil {
		var list lexicon.List
		if list, err = lexicon.Parse(name, string(b)); err == nil {
			return list
		}
	}
	panic("lint: " + err.Error())
}

// about reports whether a text speaks of a meaning.
func (v vocabulary) about(text, meaning string) bool {
	return lexicon.New(0, text, 0, len(text)).Has(v.list.Named(meaning))
}

// titled reports whether the title of one of ids speaks of a meaning.
func titled[T ~string](v vocabulary, all []policy.Named[T], ids []T, meaning string) bool {
	for _, n := range all {
		for _, id := range ids {
			if n.ID == id && v.about(n.Title, meaning) {
				return true
			}
		}
	}
	return false
}
