package terms

import (
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/lexicon"
)

var (
	intro        = regexp.MustCompile(` (?:a compter|a partir|compter|apres|suivant|suivent|depuis|sitot|suivra|a dater|dater|posterieure?s? a|qui suit|suite|decompte|au dela|a l issue|au terme|jusqu a|jusqu au)\b`)
	archivedFor  = regexp.MustCompile(` (?:archivage|archives?|archivee?s?|archiver)\b`)
	thenArchived = regexp.MustCompile(` (?:puis|ensuite|avant d etre|seront)(?: [^ ]+){0,3} (?:archiv|mises? en archiv)`)
	proof        = regexp.MustCompile(` (?:preuves?|comptab[^ ]*|fisca[^ ]*|prescription[^ ]*|legales?|contentieux|litiges?)\b`)
	bareStart    = regexp.MustCompile(` (?:derniere?s?|fin|cloture|depot|premiere?s?|date)\b`)
)

// hit is a start that was found, with its words.
type hit struct {
	name     string
	from, to int
}

// start returns what a period runs from, and the other start when the text names two.
func (r *reader) start(seg lexicon.View, m mark) (first, second string) {
	if name := r.adverb(seg); name != "" {
		return name, ""
	}
	for _, part := range []lexicon.View{seg.Part(m.to, len(seg.Toks)), seg.Part(0, m.from)} {
		i, j, ok := part.Find(intro)
		if !ok {
			i, _, ok = part.Find(bareStart)
			j = i
		}
		if !ok {
			continue
		}
		// The word after "après" may itself begin the event.
		hits := r.hits(part.Part(j, j+22))
		if len(hits) > 0 && hits[0].from < 12 {
			return pair(part.Part(j, j+22), hits)
		}
		if i < 3 && j > i {
			return fact.EventDate, ""
		}
	}
	return fact.Unspecified, ""
}

// idle is a period that is itself one of silence.
var idle = regexp.MustCompile(` (?:d inactivite|sans contact|sans nouvelles?|sans activite|sans reponse)\b`)

func (r *reader) adverb(seg lexicon.View) string {
	if seg.Has(idle) {
		return fact.LastContact
	}
	return ""
}

// hits returns the starts named in a lexicon.View, in order, the longest where several overlap.
func (r *reader) hits(v lexicon.View) []hit {
	var out []hit
	for _, m := range r.lex.starts {
		for _, at := range v.FindAll(m.Re) {
			out = keep(out, hit{m.Name, at[0], at[1]})
		}
	}
	return out
}

// keep inserts h unless a hit that overlaps it begins before or says more.
func keep(list []hit, h hit) []hit {
	var out []hit
	for _, o := range list {
		apart := o.to <= h.from || h.to <= o.from
		if !apart && (o.from < h.from || o.from == h.from && o.to >= h.to) {
			return list
		}
		if apart {
			out = append(out, o)
		}
	}
	i := len(out)
	for i > 0 && out[i-1].from > h.from {
		i--
	}
	return append(out[:i:i], append([]hit{h}, out[i:]...)...)
}

// pair returns the first start, and the second when "ou" joins them.
func pair(v lexicon.View, hits []hit) (string, string) {
	first := hits[0]
	if len(hits) > 1 && hits[1].name != first.name && hits[1].from-first.to <= 6 {
		for i := first.to; i < hits[1].from; i++ {
			if v.Toks[i].Text == "ou" {
				return first.name, hits[1].name
			}
		}
		// "la clôture, le dernier échange ou la commande"
		if strings.Contains(v.Between(first.to), ",") {
			for i := hits[1].to; i < min(len(v.Toks), hits[1].to+4); i++ {
				if v.Toks[i].Text == "ou" {
					return first.name, hits[1].name
				}
			}
		}
	}
	return first.name, ""
}

// openStart returns what ends a keeping that has no figure; "" when the words say nothing.
func (r *reader) openStart(seg lexicon.View, m mark) (first, second string) {
	rest := seg.Part(m.from, m.to+16)
	hits := r.hits(rest)
	switch m.open {
	case "need", "state", "until", "once", "legal", "named":
		if len(hits) > 0 && hits[0].from < 14 {
			return pair(rest, hits)
		}
		if m.open == "legal" {
			return fact.LegalLimitation, ""
		}
		if m.open == "once" && rest.Has(atOnce) {
			return fact.EventDate, ""
		}
		if m.open == "until" && !seg.Has(r.lex.signs.Named("keep")) && !seg.Has(remains) && !seg.Has(untilLabel) {
			return "", ""
		}
	}
	return fact.Unspecified, ""
}
