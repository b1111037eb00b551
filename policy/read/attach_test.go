package read_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// A statement on keeping belongs to the purpose of its row, its heading or its words, and to
// none when nothing tells: a wrong purpose would be erased under a wrong period.
func TestPeriodsBelong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, words, purpose string }{
		{"salaries.txt", "2 ans à compter du dernier contact", "evaluer_candidatures"},
		{"salaries.txt", "puis 5 ans", "administrer_contrats"},
		{"salaries.txt", "1 mois pour les images", "securiser_locaux"},
		{"logiciel.md", "10 ans", "facturer"},
		{"logiciel.md", "2 ans après la clôture", "aider"},
		{"logiciel.md", "12 mois glissants", "securiser_service"},
		{"boutique.md", "3 ans après la dernière connexion", "creation_gestion_compte"},
		{"boutique.md", "25 mois", "statistiques"},
		{"mairie.txt", "quinze jours", "assurer_securite_voie"},
		{"hotel.txt", "six mois", "etablir_fiche_police"},
		{"hotel.txt", "Les factures sont gardées dix ans", ""},
		{"danse.txt", "puis trois ans", "organiser_cours"},
		{"luminaires.html", "programme de fidélité sont conservées", "gestion_programme_fidelite"},
		{"luminaires.html", "détruites après 2 ans", ""},
		{"application.md", "30 jours glissants", ""},
		{"clinique.html", "1 mois", "videosurveillance"},
	} {
		t.Run(c.file+" "+c.words, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(filepath.Join("testdata", c.file))
			if err != nil {
				t.Fatal(err)
			}
			doc, err := prose.Open(c.file, raw)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range read.Read(c.file, doc).Facts {
				if f.Kind != fact.Retention || !strings.Contains(f.Quote, c.words) {
					continue
				}
				if got := f.Norm.Text(fact.PurposeKey); got == "" && c.purpose != "" || !strings.HasPrefix(got, c.purpose) || c.purpose == "" && got != "" {
					t.Errorf("belongs to %q, want %q", got, c.purpose)
				}
				return
			}
			t.Error("not read")
		})
	}
}
