package prose

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

// outlined writes the blocks of a document, one to a line.
func outlined(d Document) string {
	var b strings.Builder
	for _, x := range d.Blocks {
		fmt.Fprintf(&b, "%s", x.Kind)
		if x.Level > 0 {
			fmt.Fprintf(&b, "%d", x.Level)
		}
		if x.Kind == Cell {
			fmt.Fprintf(&b, " %d:%d,%d", x.Table, x.Row, x.Col)
		}
		fmt.Fprintf(&b, " %s\n", x.Text)
	}
	return b.String()
}

func TestHTML(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("testdata/page.html")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := HTML(source)
	if err != nil {
		t.Fatal(err)
	}
	want := `heading1 Politique de confidentialité
paragraph L'institut Peau Douce tient un fichier de ses clientes
paragraph et de ses abonnées.
heading5 Durée de conservation
cell 1:1,1 Finalité
cell 1:1,2 Base légale
cell 1:1,3 Durée
cell 1:2,1 Rendez-vous
cell 1:2,2 Contrat
cell 1:2,3 3 ans • après la visite • au plus
cell 1:3,1 Rendez-vous
cell 1:3,2 Intérêt légitime
cell 1:3,3 1 an
cell 1:4,1 Factures
cell 1:4,2 Obligation légale
cell 1:4,3 10 ans
paragraph Une mise en page • sur deux lignes
item1 Accès
item2 copie
item1 Oubli
heading5 Et les mineurs ?
paragraph Avec l'accord d'un parent & d'eux-mêmes.
heading5 Délégué
paragraph dpo@peaudouce.example
`
	if diff := cmp.Diff(want, outlined(doc)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	checkPlaces(t, doc)
}

// checkPlaces holds that what a block says stands where it says: the source between the
// places of a block holds its letters in order.
func checkPlaces(t *testing.T, doc Document) {
	t.Helper()
	for _, b := range doc.Blocks {
		if len(b.Pos) != len(b.Text)+1 {
			t.Fatalf("%q has %d places", b.Text, len(b.Pos))
		}
		for i := range b.Text {
			if b.Pos[i] > b.Pos[i+1] || b.Pos[i] < 0 || b.Pos[i+1] > len(doc.Source) {
				t.Fatalf("%q: byte %d stands at %d, the next at %d of %d", b.Text, i, b.Pos[i], b.Pos[i+1], len(doc.Source))
			}
			if r, n := utf8.DecodeRuneInString(b.Text[i:]); r < utf8.RuneSelf && isWord(r) && n == 1 {
				start, _ := b.Span(i, i+1)
				if c := doc.Quote(start, start+1); c != "&" && Fold(c) != Fold(string(r)) && doc.Source[start] < utf8.RuneSelf {
					t.Fatalf("%q: %q stands where the source has %q", b.Text, r, c)
				}
			}
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	source := []byte("---\ntitle: Rien\n---\n# Politique *du* club\n\n**Qui décide ?** Le bureau,\nélu chaque année : [écrire](mailto:a@club.example).\n\n**Durées**\n\n1. un\n2. deux\n   - deux bis\n\n" +
		"| Donnée | Durée |\n|---|---|\n| **Licence** | 1 an |\n| Photo &amp; film | <p>2 ans</p> |\n\n<p>Un <b>bloc</b></p>\n\n> Une citation\n")
	doc, err := Markdown(source)
	if err != nil {
		t.Fatal(err)
	}
	want := `heading1 Politique du club
heading6 Qui décide ?
paragraph Le bureau, élu chaque année : écrire.
heading5 Durées
item1 un
item1 deux
item2 deux bis
cell 1:1,1 Donnée
cell 1:1,2 Durée
cell 1:2,1 Licence
cell 1:2,2 1 an
cell 1:3,1 Photo & film
cell 1:3,2 2 ans
paragraph Un bloc
paragraph Une citation
`
	if diff := cmp.Diff(want, outlined(doc)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	checkPlaces(t, doc)
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"numbered headings and items", "Politique de confidentialité\n\n1. Qui sommes-nous ?\nNous vendons des vélos à Lyon.\n2.\u00a0 Vos droits\n• accès ;\n• oubli.\n",
			"heading1 Politique de confidentialité\nheading2 1. Qui sommes-nous ?\nparagraph Nous vendons des vélos à Lyon.\nheading2 2. Vos droits\nitem1 accès ;\nitem1 oubli.\n"},
		{"numbered items are no headings", "Nous traitons :\n1. les noms\n2. les adresses\n3. les photos\n",
			"paragraph Nous traitons :\nitem1 les noms\nitem1 les adresses\nitem1 les photos\n"},
		{"capitals", "NOS DURÉES\n\nTrois ans.\n", "heading2 NOS DURÉES\nparagraph Trois ans.\n"},
		{"a table with bars", "Finalité | Durée\n--- | ---\nDevis | 3 ans |\nFactures | 10 ans |\n", "cell 1:1,1 Finalité\ncell 1:1,2 Durée\n"},
		{"a word split at the end of a line", "Les données sont conser-\nvées trois ans dans notre sys-\ntème.\n", "paragraph Les données sont conservées trois ans dans notre système.\n"},
		{"one line a cell, rows apart", "Finalité\nBase légale\nDurée\n\nDevis\nContrat\n3 ans\n\nLettre\nConsentement\n1 an\n",
			"cell 1:1,1 Finalité\ncell 1:1,2 Base légale\ncell 1:1,3 Durée\ncell 1:2,1 Devis\ncell 1:2,2 Contrat\ncell 1:2,3 3 ans\ncell 1:3,1 Lettre\ncell 1:3,2 Consentement\ncell 1:3,3 1 an\n"},
		{"one line a cell, rows together", "Finalité\nBase légale\nDurée\nDevis\nContrat\n3 ans\nLettre\nConsentement\n1 an\nAu-delà, tout part.\n",
			"cell 1:1,1 Finalité\ncell 1:1,2 Base légale\ncell 1:1,3 Durée\ncell 1:2,1 Devis\ncell 1:2,2 Contrat\ncell 1:2,3 3 ans\ncell 1:3,1 Lettre\ncell 1:3,2 Consentement\ncell 1:3,3 1 an\nparagraph Au-delà, tout part.\n"},
		{"soft hyphens and thin spaces", "Conser\u00advation\u202f: 3\u00a0ans.\n", "paragraph Conservation : 3 ans.\n"},
	} {
		doc, err := Plain([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if c.name == "a table with bars" {
			doc.Blocks = doc.Blocks[:min(2, len(doc.Blocks))]
		}
		if diff := cmp.Diff(c.want, outlined(doc)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.name, diff)
		}
		checkPlaces(t, doc)
	}
}

// docxOf packs a body into a document.
func docxOf(t *testing.T, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	if err == nil {
		_, err = w.Write([]byte(`<w:document xmlns:w="x"><w:body>` + body + `</w:body></w:document>`))
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDOCX(t *testing.T) {
	t.Parallel()
	p := func(props, text string) string {
		return `<w:p><w:pPr>` + props + `</w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
	}
	doc, err := DOCX(docxOf(t, p(`<w:pStyle w:val="Titre1"/>`, "Vos données")+p("", "Gardées <w:x/>trois ans.")+
		p(`<w:numPr><w:ilvl w:val="1"/></w:numPr>`, "accès")+
		`<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Durées</w:t></w:r><w:del><w:r><w:delText>rien</w:delText></w:r></w:del></w:p>`+
		`<w:tbl><w:tr><w:tc>`+p("", "Devis")+`</w:tc><w:tc>`+p("", "3 ans")+p("", "au plus")+`</w:tc></w:tr></w:tbl>`))
	if err != nil {
		t.Fatal(err)
	}
	want := "heading1 Vos données\nparagraph Gardées trois ans.\nitem2 accès\nheading5 Durées\ncell 1:1,1 Devis\ncell 1:1,2 3 ans • au plus\n"
	if diff := cmp.Diff(want, outlined(doc)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	checkPlaces(t, doc)
	if start, end := doc.Blocks[1].Span(0, 7); string(doc.Source[start:end]) != "Gardées"[:7] {
		t.Errorf("the offsets point to %q", doc.Source[start:end])
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	text := "Durée : les données sont gardées « trois ans » à l’hôtel, et nous les effaçons ensuite pour de bon dans nos fichiers et sur nos serveurs, avec vous ou sans vous."
	western, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, data := range map[string][]byte{"Windows-1252": western, "UTF-16": wide, "UTF-8 with a mark": append([]byte("\ufeff"), text...)} {
		doc, err := Open("a.txt", data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b := doc.Blocks[0]
		i := strings.Index(b.Text, "gardées")
		start, end := b.Span(i, i+len("gardées"))
		if got := doc.Quote(start, end); got != "gardées" || bytes.Contains(data[start:end], []byte(" ")) {
			t.Errorf("%s: the words stand at %q", name, got)
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	for range Largest>>20 + 1 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile("prose.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, ErrEmpty},
		{"spaces", bytes.Repeat([]byte(" \n"), 100), ErrEmpty},
		{"tags alone", []byte("<!doctype html><body><p></p></body>"), ErrEmpty},
		{"a program", []byte("\x7fELF\x00\x01\x02"), ErrNotText},
		{"English", other, ErrNotFrench},
		{"too much", make([]byte, Largest+1), ErrTooLarge},
		{"an archive that unpacks to too much", bomb.Bytes(), ErrTooLarge},
		{"an archive of something else", zipped(t), ErrNotText},
		{"half an archive", bomb.Bytes()[:100], ErrBroken},
		{"a document without words", docxOf(t, "<w:p><w:r>"), ErrEmpty},
	} {
		if _, err := Open("", c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func zipped(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	_, err := z.Create("a.txt")
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDeep reads pages that try to cost more than they hold.
func TestDeep(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"nested":         strings.Repeat("<div><b>", 1<<18) + "mot",
		"never closed":   strings.Repeat("<table><tr><td>", 1<<16) + "mot",
		"spans":          "<table>" + strings.Repeat("<tr><td rowspan=9999 colspan=9999>mot", 300),
		"one attribute":  `<p title="` + strings.Repeat("a", 1<<22),
		"entities":       strings.Repeat("&amp", 1<<18),
		"lists in lists": strings.Repeat("<ul><li>", 1<<17) + "mot",
	} {
		if _, err := HTML([]byte(page)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	page, err := os.ReadFile("testdata/page.html")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("a.html", page)
	f.Add("a.md", []byte("# Titre\n\n| a | b |\n|---|---|\n| c | <p>d |\n\n- e\n  - f &amp; g"))
	f.Add("a.txt", []byte("1. Titre\n\nFinalité\nBase légale\nDurée\nx\nContrat\n3 ans\ny\nContrat\n1 an\n• mot-\nsuite\ta\tb\n\xff\xfe"))
	f.Add("a.txt", []byte("\xff\xfeD\x00u\x00r\x00"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if bytes.HasPrefix(data, []byte("%PDF-")) {
			return // read in a sandbox that takes seconds to build
		}
		doc, err := Open(name, data)
		if err != nil {
			return
		}
		for _, b := range doc.Blocks {
			if len(b.Pos) != len(b.Text)+1 || !utf8.ValidString(b.Text) {
				t.Fatalf("%q has %d places", b.Text, len(b.Pos))
			}
			b.Sentences()
			if s, e := b.Span(0, len(b.Text)); s > e || e > len(doc.Source) {
				t.Fatalf("%q stands at %d to %d of %d", b.Text, s, e, len(doc.Source))
			}
			doc.Quote(b.Span(0, len(b.Text)))
		}
	})
}

func BenchmarkHTML(b *testing.B) {
	page, err := os.ReadFile("testdata/page.html")
	if err != nil {
		b.Fatal(err)
	}
	page = bytes.Repeat(page, 40<<10/len(page)+1)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		if _, err := HTML(page); err != nil {
			b.Fatal(err)
		}
	}
}
