package rights_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// toPerson are the letters that go to the person.
func toPerson() []rights.LetterKind {
	return append(rights.PersonLetters(), rights.LinkLetter, rights.FetchLetter)
}

// englishWords are what every letter may speak of, in English but for the names of the policy.
func englishWords() rights.LetterWords {
	const en = rights.InEnglish
	w := letterWords()
	w.Language, w.Right, w.Received, w.Today, w.Target = en, en.Right(rights.Erasure), "2 November 2026", "5 November 2026", "2 December 2026"
	w.Limit, w.First, w.Longest, w.Done = "2 December 2026", "2 December 2026", "2 February 2027", "4 November 2026"
	w.Reason, w.Ground, w.Due = "twelve requests within a week", "the request is manifestly excessive (Article 12(5))", nil
	w.Endings = []rights.Ending{{Title: "Suivi", Ends: true, Article: en.Article("art. 17(1)(c) et 21(1)")}, {Title: "Comptabilité", Article: en.Article("art. 17(3)(b)")}}
	w.Stays = []rights.StayWords{{Data: "Facturation", For: "Comptabilité", Article: en.Article("art. 17(3)(b)"), Until: "31 December 2034", Held: "kept apart, in an archive, and no longer used"}}
	return w
}

// TestEnglishLetters holds every letter to a person against what was read and approved, in
// testdata/letters; a letter that says the same in another way is read again.
func TestEnglishLetters(t *testing.T) {
	t.Parallel()
	for _, kind := range toPerson() {
		l, err := rights.Write(nil, kind, englishWords())
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		want, err := os.ReadFile(filepath.Join("testdata", "letters", string(kind)+".en.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if l.Text() != string(want) || l.Language != rights.InEnglish {
			t.Errorf("%s, %s:\n%s", kind, l.Language, l.Text())
		}
	}
}

// TestLettersSayTheSame finds in both languages the same words of the template and the same
// articles: nothing is told to one that is not told to the other.
func TestLettersSayTheSame(t *testing.T) {
	t.Parallel()
	actions := regexp.MustCompile(`{{[^}]*}}`)
	for _, name := range append([]rights.LetterKind{"parts"}, toPerson()...) {
		var said [][]string
		for _, dir := range []string{"", "en"} {
			b, err := os.ReadFile(filepath.Join("templates", "letters", dir, string(name)+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			said = append(said, actions.FindAllString(string(b), -1))
		}
		if strings.Join(said[0], " ") != strings.Join(said[1], " ") {
			t.Errorf("%s: French says\n%q\nEnglish\n%q", name, said[0], said[1])
		}
	}
}

// TestLanguageWords has a word of each right and each ground in both languages, with the same
// article, and writes days and citations as each language does.
func TestLanguageWords(t *testing.T) {
	t.Parallel()
	figures := regexp.MustCompile(`\d+`)
	d, _ := desk(t)
	for _, r := range rights.Rights() {
		if fr, en := rights.InFrench.Right(r), rights.InEnglish.Right(r); fr == "" || en == "" || fr == en {
			t.Errorf("%s is %q and %q", r, fr, en)
		}
		for _, g := range rights.Grounds(r) {
			c := opened(t, d, r, "2026-11-02", rights.Person{Identifiers: map[string]string{"email": string(r) + "." + string(g) + "@shop.example"}})
			if _, err := d.Doubt(t.Context(), c.ID, "x", on("2026-11-03")); err != nil {
				t.Fatal(err)
			}
			c, err := d.Refuse(t.Context(), c.ID, g, "x", on("2026-11-04"))
			if err != nil {
				t.Fatal(err)
			}
			fr, err1 := d.Words(c, rights.RefusalLetter, rights.InFrench, policy.Policy{}, policy.MustDate("2026-11-05"))
			en, err2 := d.Words(c, rights.RefusalLetter, rights.InEnglish, policy.Policy{}, policy.MustDate("2026-11-05"))
			cited := strings.Join(figures.FindAllString(fr.Ground, -1), " ")
			if err := errors.Join(err1, err2); err != nil || fr.Ground == "" || en.Ground == "" || fr.Ground == en.Ground || cited != strings.Join(figures.FindAllString(en.Ground, -1), " ") {
				t.Errorf("%s: %q and %q, %v", g, fr.Ground, en.Ground, err)
			}
			if en.Received != "2 November 2026" || en.Today != "5 November 2026" || en.Limit == fr.Limit {
				t.Errorf("days: %+v", en)
			}
		}
	}
	for fr, en := range map[string]string{"art. 17(1)(c) et 21(1)": "Articles 17(1)(c) and 21(1)", "art. 6(1)(b), art. 17(1)(c) et 21(1)": "Article 6(1)(b), Articles 17(1)(c) and 21(1)", "non demandé": "not asked for", "": ""} {
		if got := rights.InEnglish.Article(fr); got != en || rights.InFrench.Article(fr) != fr {
			t.Errorf("%q is %q", fr, got)
		}
	}
	if got := rights.InEnglish.Day(policy.MustDate("2027-01-01")) + rights.InEnglish.Day(policy.Date{}); got != "1 January 2027–" {
		t.Error(got)
	}
}

// TestGuessLanguage takes for English what is plainly so, and everything else for French.
func TestGuessLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rights.Language{
		"Dear Sir, please send me a copy of all the data that you have about me. Kind regards, Ellen Brown, 3 rue de la Paix": rights.InEnglish,
		"I would like you to delete my account and all of my data. What do you hold on me?":                                   rights.InEnglish,
		"Bonjour, je vous demande une copie de mes données. Merci.":                                                           rights.InFrench,
		"Bonjour, your newsletter: the word STOP is not in it. Je ne veux plus de vos mails, merci de me désinscrire.":        rights.InFrench,
		"STOP please": rights.InFrench,
		"":            rights.InFrench,
		"Guten Tag, bitte löschen Sie alle meine Daten. Is that all?": rights.InFrench,
	} {
		if got := rights.GuessLanguage("", text); got != want {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}

// TestTongue writes no letter half in one language and half in another.
func TestTongue(t *testing.T) {
	t.Parallel()
	file := &fstest.MapFile{Data: []byte("x")}
	own := func(names ...string) fstest.MapFS {
		out := fstest.MapFS{}
		for _, n := range names {
			out[n] = file
		}
		return out
	}
	for name, c := range map[string]struct {
		own    fstest.MapFS
		kind   rights.LetterKind
		wanted rights.Language
		in     rights.Language
		lacks  string
	}{
		"nothing of its own":     {nil, rights.AckLetter, rights.InEnglish, rights.InEnglish, ""},
		"in French":              {nil, rights.AckLetter, rights.InFrench, rights.InFrench, ""},
		"its own, in French":     {own("ack.txt"), rights.AckLetter, rights.InFrench, rights.InFrench, ""},
		"only a French one":      {own("ack.txt"), rights.AckLetter, rights.InEnglish, rights.InFrench, "letters/en/ack.txt"},
		"only French parts":      {own("parts.txt"), rights.AckLetter, rights.InEnglish, rights.InFrench, "letters/en/parts.txt"},
		"only English parts":     {own("en/parts.txt"), rights.AckLetter, rights.InEnglish, rights.InEnglish, ""},
		"parts in French alone":  {own("ack.txt", "en/ack.txt", "parts.txt"), rights.AckLetter, rights.InEnglish, rights.InFrench, "letters/en/parts.txt"},
		"both":                   {own("ack.txt", "en/ack.txt"), rights.AckLetter, rights.InEnglish, rights.InEnglish, ""},
		"another letter's":       {own("refusal.txt"), rights.AckLetter, rights.InEnglish, rights.InEnglish, ""},
		"to a recipient":         {nil, rights.RecipientLetter, rights.InEnglish, rights.InFrench, ""},
		"to the company's own":   {nil, rights.DueLetter, rights.InEnglish, rights.InFrench, ""},
		"a kind that is nowhere": {nil, "poem", rights.InEnglish, rights.InEnglish, ""},
	} {
		in, lacks, err := rights.Tongue(c.own, c.kind, c.wanted)
		if err != nil || in != c.in || lacks != c.lacks {
			t.Errorf("%s: %s, %q, %v", name, in, lacks, err)
		}
	}
}

// TestOwnEnglishLetters takes a company's English wording where the letter is in English, with the
// line of its subject in English.
func TestOwnEnglishLetters(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"own words":         {"Subject: got {{.Request}}\n\nThanks.\n{{template \"signature\" .}}\n", ""},
		"a French subject":  {"Objet : reçu\n\nThanks.\n", "its first line is not Subject: …"},
		"a blank to fill":   {"Subject: got it\n\nDear TO BE COMPLETED,\n", "was left in it"},
		"a word it has not": {"Subject: got it\n\n{{.Telephone}}\n", "letters/en/ack.txt"},
	} {
		l, err := rights.Write(fstest.MapFS{"en/ack.txt": {Data: []byte(c.text)}, "ack.txt": {Data: []byte("Objet : non\n\nNon.\n")}}, rights.AckLetter, englishWords())
		if c.want == "" && (err != nil || l.Subject != "got request-7" || !strings.HasPrefix(l.Text(), "Subject: got request-7\n\nThanks.") || !strings.Contains(l.Body, "Data protection officer")) {
			t.Errorf("%s: %q, %v", name, l.Text(), err)
		}
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWriteIn changes the language of a case at any time until what it says of the person is gone,
// and opens none in a language that has no letters.
func TestWriteIn(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	c := opened(t, d, rights.Access, "2026-11-02", rights.Person{})
	if c.Speaks() != rights.InFrench {
		t.Errorf("it speaks %s", c.Speaks())
	}
	c, err := d.WriteIn(t.Context(), c.ID, rights.InEnglish, on("2026-11-03"))
	if s, ok := c.Has(rights.LanguageSet); err != nil || c.Speaks() != rights.InEnglish || !ok || s.Word != "en" {
		t.Errorf("got %+v, %v", c, err)
	}
	if _, err := d.WriteIn(t.Context(), c.ID, "tlh", on("2026-11-03")); !errors.Is(err, rights.ErrRequest) {
		t.Errorf("another language: %v", err)
	}
	wrong := rights.Case{Right: rights.Erasure, Via: rights.ByMail, Language: "tlh", Received: policy.MustDate("2026-11-02"), Person: rights.Person{Identifiers: map[string]string{"email": "ada@shop.example"}}}
	if _, err := d.Open(t.Context(), wrong, on("2026-11-02")); !errors.Is(err, rights.ErrRequest) {
		t.Errorf("opened in another language: %v", err)
	}
	if _, err := d.Doubt(t.Context(), c.ID, "x", on("2026-11-04")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Refuse(t.Context(), c.ID, rights.NotIdentified, "x", on("2026-11-05")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Sweep(t.Context(), m, on("2027-01-05")); err != nil {
		t.Fatal(err)
	}
	if _, err := d.WriteIn(t.Context(), c.ID, rights.InEnglish, on("2027-01-05")); !errors.Is(err, rights.ErrForgotten) || m.cases[0].Language != "" {
		t.Errorf("after it was forgotten: %q, %v", m.cases[0].Language, err)
	}
}
