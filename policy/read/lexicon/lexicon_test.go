package lexicon_test

import (
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy/read/lexicon"
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          string // the words found, "" for none
	}{
		{"dernier* contact*", "Votre DERNIÈRE prise, puis le dernier contact actif", "dernier contact"},
		{"dernier* [date] [de] contact*", "la dernière date de contact", "derniere date de contact"},
		{"(un|deux) ans", "deux ans", "deux ans"},
		{"(un|deux) ans", "trois ans", ""},
		{"fin ..2 contrat", "à la fin de votre contrat", "fin de votre contrat"},
		{"fin ..2 contrat", "à la fin de votre tout premier contrat", ""},
		{"(a|b ..2 (c|d)) e", "b x y d e", "b x y d e"},
		{"(a|b ..2 (c|d)) e", "a e", "a e"},
		{"^ elle", "elle part", "elle"},
		{"^ elle", "quand elle part", ""},
		{"sitot", "dès que possible", "sitot"},
		{"contrat", "contrats", ""},
		{"oeuvre", "mise en œuvre", "oeuvre"},
	} {
		list, err := lexicon.Parse("test.lex", "[m]\n"+c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		v := lexicon.New(0, c.text, 0, len(c.text))
		got := ""
		if i, j, ok := v.Find(list.Named("m")); ok {
			got = strings.TrimSpace(v.Part(i, j).Words)
		}
		if got != c.want {
			t.Errorf("%s in %q: got %q, want %q", c.pattern, c.text, got, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mot":                  "a.lex:1: a pattern before the first [meaning]",
		"[m]\n(a|b":            "a.lex:2: \"(a|b\" is not closed",
		"[m]\n\n# rien\na ..x": "a.lex:4: \"..x\" is no gap",
		"[m]\na)":              "a.lex:2: \"a)\" closes what was not opened",
		"[m]\n[n]\na":          "a.lex: [m] has no pattern",
	} {
		_, err := lexicon.Parse("a.lex", text)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestView(t *testing.T) {
	t.Parallel()
	text := "Durée : 3 ans (trois), puis l'archivage."
	v := lexicon.New(7, text, 0, len(text))
	if v.Words != " duree 3 ans trois puis l archivage" {
		t.Errorf("words %q", v.Words)
	}
	p := v.Part(1, 3)
	if from, to := p.All(); text[from:to] != "3 ans" {
		t.Errorf("part %q", text[from:to])
	}
	if got := v.Between(4); got != "), " {
		t.Errorf("between %q", got)
	}
	if empty := v.Part(5, 2); empty.Words != "" || len(empty.Toks) != 0 {
		t.Error("a part of nothing holds something")
	}
	if n := len(v.FindAll(lexicon.List{}.Named("nothing"))); n != 0 {
		t.Errorf("a meaning that is not there was found %d times", n)
	}
}
