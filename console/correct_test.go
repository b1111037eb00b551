package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/rights"
)

func (c *company) Fields(_ context.Context, _ string, ref console.Ref, by string) ([]console.Field, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ref.Key != "7" {
		return nil, &console.Refusal{FR: "Cette fiche n’est pas trouvée pour cette personne.", EN: "Not theirs."}
	}
	c.desk.read = append(c.desk.read, by)
	return append([]console.Field{}, c.desk.fields...), nil
}

func (c *company) Correct(_ context.Context, _ string, ref console.Ref, fields []console.Field, by string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range fields {
		for i, now := range c.desk.fields {
			if now.Column != f.Column {
				continue
			}
			if now.Was != f.Was {
				return &console.Refusal{FR: "Cette fiche a changé depuis qu’elle a été montrée.", EN: "It has changed."}
			}
			c.desk.fields[i] = console.Field{Column: f.Column, Was: f.Is, Is: f.Is}
			c.desk.corrected = append(c.desk.corrected, ref.Dataset+" "+ref.Key+" "+f.Column+"="+f.Is+" by "+by)
		}
	}
	return nil
}

// TestCorrect reads a record, shows before and after, and corrects once for two windows.
func TestCorrect(t *testing.T) {
	t.Parallel()
	c := asks(rights.Rectification)
	c.desk.cases[0].State, c.desk.cases[0].Verified = rights.Review, []string{"email"}
	c.desk.fields = []console.Field{{Column: "street", Was: "1 rue\nde l’Exemple", Is: "1 rue\nde l’Exemple"}, {Column: "note", Was: evil, Is: evil}}
	s := serve(t, c).as("Camille", "dpo")
	s.has(s.page("/demandes/request-1"), "Chercher d’abord la personne")
	s.does("/demandes/request-1/chercher", nil)
	s.has(s.page("/demandes/request-1"), `action="/demandes/request-1/fiche"`, `name="cle" value="7"`)
	ref := url.Values{"jeu": {"leads"}, "cle": {"7"}}
	shown := body(s.post("/demandes/request-1/fiche", ref))
	s.has(shown, `name="was.street"`, "de l’Exemple</textarea>")
	clean(t, "the fields", shown)
	form := url.Values{"jeu": {"leads"}, "cle": {"7"}, "was.street": {"1 rue\r\nde l’Exemple"}, "is.street": {"2 rue\r\nde l’Exemple"}, "was.note": {evil}, "is.note": {evil}}
	sure := body(s.post("/demandes/request-1/corriger", form))
	s.has(sure, "Ce qui va changer", "<b>2 rue\nde l’Exemple</b>", `name="sure"`)
	if strings.Contains(sure, "note") || len(c.desk.corrected) != 0 {
		t.Error("what does not change is shown as changing, or something changed unasked")
	}
	form.Set("sure", "yes")
	for i, want := range []int{http.StatusSeeOther, http.StatusConflict} { // the second window
		if r := s.post("/demandes/request-1/corriger", form); r.StatusCode != want {
			t.Errorf("window %d: %s", i+1, r.Status)
		}
	}
	if len(c.desk.corrected) != 1 || c.desk.corrected[0] != "leads 7 street=2 rue\nde l’Exemple by Camille" || c.desk.read[0] != "Camille" {
		t.Errorf("corrected %q, read by %q", c.desk.corrected, c.desk.read)
	}
	form.Set("is.street", form.Get("was.street"))
	for path, f := range map[string]url.Values{"corriger": form, "fiche": {"jeu": {"leads"}, "cle": {"8"}}} {
		if r := s.post("/demandes/request-1/"+path, f); r.StatusCode != http.StatusConflict {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}
