package terms

import (
	"embed"
	"sync"

	"github.com/garant-rgpd/garant/policy/read/lexicon"
)

//go:embed words/*.lex
var files embed.FS

// words are the lexicons, each a list of meanings with the ways to say them.
type words struct {
	starts, open, signs, bases, topics lexicon.List
}

// lexicons reads the files once: they are part of the program, so that they can only fail in
// its tests.
var lexicons = sync.OnceValue(func() words {
	return words{
		starts: must("starts"), open: must("open"), signs: must("signs"), bases: must("bases"), topics: must("topics"),
	}
})

func must(name string) lexicon.List {
	name = "words/" + name + ".lex"
	b, err := files.ReadFile(name)
	if err == nil {
		var list lexicon.List
		if list, err = lexicon.Parse(name, string(b)); err == nil {
			return list
		}
	}
	panic("terms: " + err.Error())
}
