package public

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

// library keeps editions without a file.
type library struct {
	editions []db.Edition
	bodies   map[string][]byte
	broken   error
}

func (l *library) Editions(context.Context) ([]db.Edition, error) { return l.editions, l.broken }

func (l *library) Notice(_ context.Context, digest string) ([]byte, error) {
	b, ok := l.bodies[digest]
	if !ok {
		return nil, errors.New("it is not kept")
	}
	return b, nil
}

func (l *library) publish(t *testing.T, d Document, day string) {
	t.Helper()
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	at := policy.MustDate(day).Start(time.UTC)
	l.editions = slices.Insert(l.editions, 0, db.Edition{Number: int64(len(l.editions) + 1), At: at, Digest: consent.Digest(b)})
	l.bodies[consent.Digest(b)] = b
}

func written(sentences ...string) console.Text {
	t := console.Text{Blocks: []console.Block{{Kind: console.Heading, Level: 1, Sentences: []console.Sentence{{Text: "Vos données chez nous"}}},
		{Kind: console.Heading, Level: 2, Sentences: []console.Sentence{{Text: "§ 1 Combien de temps"}}}}}
	for i, s := range sentences {
		kind := console.Paragraph
		if i > 0 {
			kind = console.Item
		}
		t.Blocks = append(t.Blocks, console.Block{Kind: kind, Label: strings.Repeat("a)", i), Sentences: []console.Sentence{{Text: s}}})
	}
	return t
}

// TestDocument publishes two editions: the latest is shown, the former stays, and what changed
// between them can be read.
func TestDocument(t *testing.T) {
	t.Parallel()
	r, lib := newRig(t), &library{bodies: map[string][]byte{}}
	r.serve(Options{Library: lib, Choices: "/temoins/"})
	const at = Prefix + "confidentialite"
	if res, html := r.ask("GET", at, ""); res.StatusCode != http.StatusNotFound || strings.Contains(html, ">Politique de confidentialité</a>") || !strings.Contains(html, "pas encore publiée") {
		t.Errorf("nothing was published: %d, %s", res.StatusCode, html)
	}
	p := shopPolicy()
	p.Cookies = []policy.Cookie{{ID: "audience", Title: "Mesure d’audience", Consent: true, Keep: policy.Months(13)}, {ID: "session", Title: "Session"}}
	p.Purposes[0].Rules = []policy.Rule{{Keep: policy.Keep{Set: true, Period: policy.Years(3)}}}
	lib.publish(t, NewDocument(written("Nous gardons vos messages trois ans.", "vos commandes <b>dix ans</b>", "vos paniers un mois"), p), "2026-01-15")
	p.Purposes[0].Rules[0].Keep.Period = policy.Years(2)
	lib.publish(t, NewDocument(written("Nous gardons vos messages deux ans.", "vos commandes <b>dix ans</b>", "vos paniers un mois"), p), "2026-11-22")
	res, html := r.ask("GET", at, "")
	for _, want := range []string{"<h1>Vos données chez nous</h1>", "<h2>§ 1 Combien de temps</h2>", "deux ans", "<li>a) vos commandes &lt;b&gt;dix ans&lt;/b&gt;</li><li>a)a) vos paniers", "Version 2", "22 novembre 2026", "15 janvier 2026", "Gardé 2 ans", "/temoins/", "1 an 1 mois", "seulement avec votre accord", "ce qui a changé"} {
		if !strings.Contains(html, want) {
			t.Errorf("%d: the page has no %s", res.StatusCode, want)
		}
	}
	if strings.Contains(html, "trois ans") || strings.Contains(html, "n’est plus celle") {
		t.Errorf("the latest edition says\n%s", html)
	}
	if _, html := r.ask("GET", at+"/1?langue=en", ""); !strings.Contains(html, "trois ans") || !strings.Contains(html, "no longer the one in force") || strings.Contains(html, "what has changed") {
		t.Error(html)
	}
	_, html = r.ask("GET", at+"/2/changements", "")
	for _, want := range []string{"<h2>§ 1 Combien de temps</h2>", "trois ans.</del>", "deux ans.</ins>", "Gardé 3 ans.</del>", "Gardé 2 ans.</ins>"} {
		if !strings.Contains(html, want) {
			t.Errorf("the changes have no %s:\n%s", want, html)
		}
	}
	if strings.Contains(html, "dix ans") {
		t.Error("what stayed is told as a change")
	}
	for _, path := range []string{"/1/changements", "/3", "/0", "/x", "/-1", "/99999999999999999999", "/2/x"} {
		if res, _ := r.ask("GET", at+path, ""); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if _, html := r.ask("GET", Prefix+"nothing", ""); !strings.Contains(html, ">Politique de confidentialité</a>") {
		t.Error("other pages do not lead to the policy")
	}
	bare := shopForms()
	bare.Privacy = ""
	r.serve(Options{Library: lib, Forms: bare})
	if _, html := r.ask("GET", contact, ""); !strings.Contains(html, `<a href="/donnees/confidentialite?langue=fr">Politique`) {
		t.Error("a form does not lead to the policy")
	}
	lib.broken = errors.New("the disk is gone")
	if res, html := r.ask("GET", at, ""); res.StatusCode != http.StatusServiceUnavailable || strings.Contains(html, "disk") {
		t.Errorf("%d", res.StatusCode)
	}
}
