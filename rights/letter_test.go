package rights_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// words are what every letter may speak of, all of it filled in.
func letterWords() rights.LetterWords {
	return rights.LetterWords{
		Controller: rights.ToldController{Name: "Chauffage Exemple", Address: "1 rue des Essais", Contact: "donnees@chauffage.example", DPO: "dpo@chauffage.example"},
		Request:    "request-7", Right: "droit à l’effacement", Name: "Ada Martin", Received: "2 novembre 2026", Today: "5 novembre 2026", Target: "2 décembre 2026",
		Limit: "2 décembre 2026", First: "2 décembre 2026", Longest: "2 février 2027", Done: "4 novembre 2026", Reason: "douze demandes en une semaine", Ground: "la demande est excessive",
		Link: "request-7.1.2.3", File: "abc", Endings: []rights.Ending{{Title: "Suivi", Ends: true, Article: "art. 21(1)"}, {Title: "Comptabilité", Article: "art. 17(3)(b)"}},
		Stays: []rights.StayWords{{Data: "Facturation", For: "Comptabilité", Article: "art. 17(3)(b)", Until: "31 décembre 2034"}}, Restricted: true,
		Recipients: []string{"Envoi des courriels"}, Identifiers: []string{"ada@maison.example"}, Due: []string{"request-7, limite le 2 décembre 2026"},
	}
}

// TestLetters writes every letter with everything and with the least, and looks for what the
// law wants in it and for what must not be.
func TestLetters(t *testing.T) {
	t.Parallel()
	least := rights.LetterWords{Controller: rights.ToldController{Name: "Chauffage Exemple", Contact: "donnees@chauffage.example"}, Request: "request-7",
		Right: "droit d’accès", Received: "2 novembre 2026", Today: "5 novembre 2026", Limit: "2 décembre 2026", First: "2 décembre 2026", Longest: "2 février 2027", Reason: "un motif", Ground: "un motif", Link: "x"}
	for kind, must := range map[rights.LetterKind][]string{
		rights.AckLetter: {"request-7", "au plus tard le 2 décembre 2026", "gratuite"}, rights.LinkLetter: {"sept jours", "une seule fois"}, rights.FetchLetter: {"une seule fois", "phrase secrète"},
		rights.IdentityLetter: {"suspendu", "n’est pas exigée"}, rights.ExtensionLetter: {"au plus tard le 2 février 2027", "article 12", "CNIL"},
		rights.RefusalLetter: {"Motif", "CNIL", "devant le juge"}, rights.AnswerLetter: {"CNIL", "devant le juge"}, rights.LiftLetter: {"CNIL"},
		rights.RecipientLetter: {"article 19", "request-7"}, rights.DueLetter: {"garant request show"},
	} {
		for _, w := range []rights.LetterWords{letterWords(), least} {
			l, err := rights.Write(nil, kind, w)
			if err != nil {
				t.Errorf("%s: %v", kind, err)
				continue
			}
			for _, m := range must {
				if !strings.Contains(l.Body, m) {
					t.Errorf("%s does not say %q", kind, m)
				}
			}
			if l.Subject == "" || len(l.Digest) != 64 || strings.Contains(l.Body, "\n\n\n") {
				t.Errorf("%s: subject %q, digest %q", kind, l.Subject, l.Digest)
			}
		}
	}
}

// TestOwnLetters takes a company's wording, and refuses what was left open in it.
func TestOwnLetters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"own words", "Objet : reçu {{.Request}}\n\nMerci.\n", ""},
		{"own parts", "Objet : reçu\n\n{{template \"signature\" .}}\n", ""},
		{"no subject", "Merci.\n", "its first line is not Objet"},
		{"a blank to fill in", "Objet : reçu\n\nCher À COMPLÉTER,\n", "was left in it"},
		{"a word that is not there", "Objet : reçu\n\n{{.Telephone}}\n", "Telephone"},
		{"no template", "Objet : reçu\n\n{{.Request\n", "unclosed action"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l, err := rights.Write(fstest.MapFS{"ack.txt": {Data: []byte(tt.text)}}, rights.AckLetter, letterWords())
			if tt.want == "" && (err != nil || !strings.HasPrefix(l.Subject, "reçu")) {
				t.Errorf("got %q, %v", l.Subject, err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := rights.Write(nil, "poem", letterWords()); !errors.Is(err, rights.ErrLetter) {
		t.Errorf("a letter that is not there: %v", err)
	}
}

// TestLetterStanding writes no letter of what has not happened.
func TestLetterStanding(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	c := opened(t, d, rights.Access, "2026-11-02", rights.Person{})
	for _, kind := range []rights.LetterKind{rights.IdentityLetter, rights.ExtensionLetter, rights.RefusalLetter, rights.AnswerLetter} {
		if _, err := d.Words(c, kind, rights.InFrench, policy.Policy{}, c.Received); !errors.Is(err, rights.ErrAct) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	w, err := d.Words(c, rights.AckLetter, rights.InFrench, policy.Policy{}, c.Received)
	if err != nil || w.Limit != "2 décembre 2026" || w.Longest != "2 février 2027" {
		t.Errorf("got %+v, %v", w, err)
	}
}
