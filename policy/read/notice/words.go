package notice

import (
	"embed"
	"sync"

	"github.com/garant-rgpd/garant/policy/read/lexicon"
)

//go:embed words/*.lex
var files embed.FS

// words are the lexicons: what sections are about, what sentences say, who receives, and the
// rights.
type words struct {
	topics, says, parties, rights lexicon.List
}

// lexicons reads the files once: they are part of the program, so that they can only fail in
// its tests.
var lexicons = sync.OnceValue(func() words {
	return words{topics: must("topics"), says: must("notice"), parties: must("parties"), rights: must("rights")}
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
	panic("notice: " + err.Error())
}
