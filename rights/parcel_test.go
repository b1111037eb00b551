package rights_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// TestPDF reads the document back with another program and holds it against the JSON: every record,
// every name of a field and every value is there.
func TestPDF(t *testing.T) {
	t.Parallel()
	reader, err := exec.LookPath("pdftotext")
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("pdftotext (Debian: poppler-utils) is not installed")
	}
	d := told()
	var pdf, written bytes.Buffer
	if err := d.PDF(&pdf); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(reader, "-layout", "-", "-")
	cmd.Stdin = &pdf
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := squeeze(string(out))
	if err := json.NewEncoder(&written).Encode(d); err != nil {
		t.Fatal(err)
	}
	var read rights.Dossier
	if err := json.Unmarshal(written.Bytes(), &read); err != nil || len(read.Items) != 40 {
		t.Fatalf("%d records, %v", len(read.Items), err)
	}
	n := 0
	for _, it := range read.Items {
		for _, want := range []string{fmt.Sprintf("%s (base %s, fiche %s)", it.Dataset, it.Store, it.Record)} {
			if n++; !strings.Contains(text, squeeze(want)) {
				t.Errorf("%s is not printed", want)
			}
		}
		values := it.Other
		for _, g := range it.Groups {
			values = append(values, g.Values...)
		}
		for _, v := range values {
			if n++; !strings.Contains(text, squeeze(fmt.Sprintf("%s : %v", v.Name, v.Value))) {
				t.Errorf("%s of %s is not printed as it is held: %v", v.Name, it.Record, v.Value)
			}
		}
	}
	if n != 40*5 {
		t.Errorf("%d things were compared", n)
	}
	for _, want := range []string{"Vos droits", "www.cnil.fr/fr/plaintes", "Pour « Travaux et garantie », pour un contrat avec vous, jusqu’au 30 juin 2034."} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("%s is not printed", want)
		}
	}
}

// squeeze leaves out blanks: a line is broken where the paper ends.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// told is what somebody is told of forty records.
func told() rights.Dossier {
	d := rights.Dossier{Request: "request-7", Right: rights.Access, Made: policy.MustDate("2026-11-22"), Known: true,
		Controller: rights.ToldController{Name: "Chauffage Exemple", Contact: "donnees@chauffage.example"}}
	for i := range 40 {
		d.Items = append(d.Items, rights.Item{Store: "crm", Dataset: "clients", Record: fmt.Sprint(i), How: "email",
			Groups: []rights.ItemGroup{{Title: "Identité", State: "kept", Values: []rights.Value{
				{Name: "last_name", Value: fmt.Sprintf("Nöel-D’Été %d", i)}, {Name: "note", Value: fmt.Sprintf("« à %d h » : œuvre ;  reste\nà 12 €", i)}, {Name: "street", Value: strings.Repeat("rue sans fin ", 20)}},
				Claims: []rights.ItemClaim{{Title: "Travaux et garantie", Basis: []policy.Basis{policy.Contract}, Until: policy.MustDate("2034-06-30"), Lives: true}}}},
			Other: []rights.Value{{Name: "id", Value: i}}})
	}
	return d
}
