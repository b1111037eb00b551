package rights

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights/paper"
)

//go:embed templates/* templates/letters/*
var templates embed.FS

// Seal writes the dossier as one ZIP file encrypted for the recipients: for access, a page to
// read, the same to print, as JSON and as CSV by dataset; for portability, the portable part with its
// schema. Nothing of it is written in clear.
func Seal(w io.Writer, d Dossier, to ...age.Recipient) error {
	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return fmt.Errorf("seal the answer: %w", err)
	}
	z := zip.NewWriter(sealed)
	if err := d.pack(z); err != nil {
		return fmt.Errorf("pack the answer: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("pack the answer: %w", err)
	}
	return sealed.Close()
}

func (d Dossier) pack(z *zip.Writer) error {
	add := func(name string, write func(io.Writer) error) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.Made.Start(time.UTC)})
		if err != nil {
			return err
		}
		return write(f)
	}
	indented := func(v any) func(io.Writer) error {
		return func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			e.SetEscapeHTML(false)
			return e.Encode(v)
		}
	}
	if p := d.Portable(); d.Right == Portability || len(p.Records) > 0 {
		if err := add("portabilite.json", indented(p)); err != nil {
			return err
		}
		schema := func(w io.Writer) error { _, err := w.Write(PortableSchema); return err }
		if err := add("portabilite.schema.json", schema); err != nil {
			return err
		}
	}
	if d.Right == Portability {
		return nil
	}
	if err := add("donnees.html", d.HTML); err != nil {
		return err
	}
	if err := add("donnees.pdf", d.PDF); err != nil {
		return err
	}
	if err := add("donnees.json", indented(d)); err != nil {
		return err
	}
	for _, name := range d.datasets() {
		if err := add("csv/"+name+".csv", func(w io.Writer) error { return d.table(w, name) }); err != nil {
			return err
		}
	}
	return nil
}

func (d Dossier) datasets() []string {
	var names []string
	for _, it := range d.Items {
		names = append(names, it.Dataset)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// table writes the records of one dataset, a column for each field that some record has. A
// text that a spreadsheet would take for a formula is marked as text.
func (d Dossier) table(w io.Writer, dataset string) error {
	var head []string
	var rows []map[string]string
	for _, it := range d.Items {
		if it.Dataset != dataset {
			continue
		}
		row := map[string]string{}
		for _, v := range it.fields() {
			if !slices.Contains(head, v.Name) {
				head = append(head, v.Name)
			}
			row[v.Name] = cell(v.Value)
		}
		rows = append(rows, row)
	}
	c := csv.NewWriter(w)
	err := c.Write(head)
	for _, r := range rows {
		line := make([]string, len(head))
		for i, h := range head {
			line[i] = r[h]
		}
		if e := c.Write(line); err == nil {
			err = e
		}
	}
	c.Flush()
	if err == nil {
		err = c.Error()
	}
	return err
}

func (it Item) fields() []Value {
	out := slices.Clone(it.Other)
	for _, g := range it.Groups {
		out = append(out, g.Values...)
	}
	return out
}

func cell(v any) string {
	s := fmt.Sprint(v)
	if _, text := v.(string); text && strings.ContainsAny(s[:min(1, len(s))], "=+-@\t\r") {
		return "'" + s
	}
	return s
}

// HTML writes the dossier as a page to read, in French, without anything from elsewhere.
func (d Dossier) HTML(w io.Writer) error {
	t, err := template.New("dossier.html").Funcs(template.FuncMap{
		"day": FrenchDay, "basis": frenchBasis, "gap": frenchGap, "how": frenchHow, "role": frenchRole, "safeguard": frenchSafeguard,
		"archived": func(s string) bool { return s == string(retention.Archived) },
		"due":      func(s string) bool { return s == string(retention.GroupDue) },
	}).ParseFS(templates, "templates/dossier.html")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, d); err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

// PDF writes the page to be printed: the same words, as a document.
func (d Dossier) PDF(w io.Writer) error {
	var page bytes.Buffer
	if err := d.HTML(&page); err != nil {
		return err
	}
	s := paper.Sheet{Title: "Vos données — " + d.Request, Foot: "Demande " + d.Request + " — la même page, pour l’écran et la lecture à voix haute : donnees.html", Made: d.Made.Start(time.UTC)}
	return s.Print(w, &page)
}

// FrenchDay writes a day as French letters do.
func FrenchDay(d policy.Date) string {
	months := [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	switch {
	case d.IsZero():
		return "–"
	case d.Day == 1:
		return fmt.Sprintf("1ᵉʳ %s %d", months[d.Month-1], d.Year)
	}
	return fmt.Sprintf("%d %s %d", d.Day, months[d.Month-1], d.Year)
}

func frenchBasis(list []policy.Basis) string {
	words := map[policy.Basis]string{
		policy.Consent: "avec votre consentement", policy.Contract: "pour un contrat avec vous", policy.Precontract: "pour préparer un contrat à votre demande",
		policy.LegalObligation: "par obligation légale", policy.VitalInterest: "pour la sauvegarde des intérêts vitaux",
		policy.PublicTask: "pour une mission d’intérêt public", policy.LegitimateInterest: "dans notre intérêt légitime", policy.Unstated: "base légale non précisée",
	}
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = words[b]
	}
	return strings.Join(out, ", ")
}

func frenchGap(g Gap) string {
	return map[GapKind]string{
		NoAnswer: "ne répondait pas", LooseTable: "copie que notre registre ne décrit pas", Truncated: "liste trop longue, coupée",
		NoIdentifier: "ne peut être cherché par personne (article 11)", OnPaper: "sur papier, cherché à la main", ArchivedAlone: "copies en archive dont la fiche n’existe plus, gardées jusqu’à leur terme",
	}[g.Kind]
}

func frenchHow(s string) string {
	kind, from, linked := strings.Cut(s, " ")
	if linked {
		return "rattachée à une fiche de « " + from + " »"
	}
	word, ok := map[string]string{"email": "votre adresse électronique", "phone": "votre numéro de téléphone", "id": "votre numéro de client", "human": "vérification par une personne"}[kind]
	if !ok {
		return kind
	}
	return word
}

func frenchRole(role string) string {
	return map[string]string{"internal": "service interne", "processor": "sous-traitant", "controller": "responsable distinct", "authority": "autorité"}[role]
}

func frenchSafeguard(s string) string {
	return map[string]string{"adequacy_decision": "décision d’adéquation", "dpf": "cadre de protection des données UE–États-Unis",
		"standard_contractual_clauses": "clauses contractuelles types", "binding_corporate_rules": "règles d’entreprise contraignantes"}[s]
}
