package console

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/rights"
)

// Corrector corrects the records of who asks for it (article 16 GDPR).
type Corrector interface {
	// Fields notes in the ledger that somebody reads the values of a record that was found for
	// the request, and then returns what its personal fields hold.
	Fields(ctx context.Context, id string, ref Ref, by string) ([]Field, error)
	// Correct sets fields, each with its receipt. A field that does not hold any more what was
	// shown, or a record that is not the person's, is a *Refusal.
	Correct(ctx context.Context, id string, ref Ref, fields []Field, by string) error
}

// Ref names a record as people write its key.
type Ref struct{ Dataset, Key string }

// Field is a field with what it was shown to hold and what it is to hold; empty is NULL.
type Field struct{ Column, Was, Is string }

// correctScreen is one record of the person: its fields, then what would change.
type correctScreen struct {
	page
	ID, By string
	Ref    Ref
	Fields []Field
	// Sure says that the change is shown, to be confirmed.
	Sure    bool
	Refused string
}

// Correctable are the records that the last look found, each once.
func (s *requestScreen) Correctable() []Ref {
	var out []Ref
	if s.Sight == nil {
		return nil
	}
	for _, r := range s.Sight.Found.Records {
		ref := Ref{r.Name(), rights.RecordName(r.Key)}
		if r.Dataset != "" && len(r.Table.Key) > 0 && !r.Shared && !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// correcting is the screen of the record that a form names.
func (c *Console) correcting(r *http.Request, v visit, s *requestScreen, by string) correctScreen {
	out := correctScreen{page: c.page(r, v, "Corriger une fiche", "Correct a record"), ID: s.ID, By: by, Ref: Ref{field(r, "jeu"), field(r, "cle")}}
	out.Path = "/demandes/" + s.ID
	return out
}

// fields shows what a record holds, to be corrected.
func (c *Console) fields(w http.ResponseWriter, r *http.Request, v visit) error {
	var out correctScreen
	_, done, err := c.inRequest(w, r, v, func(s *requestScreen, by string) (err error) {
		out = c.correcting(r, v, s, by)
		out.Fields, err = c.company.Fields(r.Context(), s.ID, out.Ref, by)
		return err
	})
	if !done || err != nil {
		return err
	}
	return c.show(w, "correct", http.StatusOK, out)
}

// correct shows what would change, and changes it for who confirms that.
func (c *Console) correct(w http.ResponseWriter, r *http.Request, v visit) error {
	var out correctScreen
	s, done, err := c.inRequest(w, r, v, func(s *requestScreen, by string) error {
		out = c.correcting(r, v, s, by)
		out.Fields = changed(r)
		if len(out.Fields) == 0 {
			return &Refusal{FR: "Aucune valeur n’est différente : rien n’a été touché.", EN: "No value is different: nothing was touched."}
		}
		if out.Sure = r.PostFormValue("sure") == ""; out.Sure {
			return nil
		}
		return c.company.Correct(r.Context(), s.ID, out.Ref, out.Fields, by)
	})
	switch {
	case !done || err != nil:
		return err
	case out.Sure:
		return c.show(w, "correct", http.StatusOK, out)
	}
	http.Redirect(w, r, "/demandes/"+s.ID, http.StatusSeeOther)
	return nil
}

// changed reads the fields whose new value is not the one that was shown, in the order of
// their names.
func changed(r *http.Request) []Field {
	var out []Field
	for name, is := range r.PostForm {
		column, ok := strings.CutPrefix(name, "is.")
		if !ok {
			continue
		}
		f := Field{column, lines(r.PostFormValue("was." + column)), lines(is[0])}
		if f.Was != f.Is {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b Field) int { return strings.Compare(a.Column, b.Column) })
	return out
}

// lines ends lines as stores do: browsers send them otherwise.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
