package prose

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// pdfOf writes a PDF of one page per list of lines: a line beginning with # stands apart and
// large.
func pdfOf(pages ...[]string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	b.WriteString("%PDF-1.4\n")
	kids := ""
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", 4+2*i)
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(pages)))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	for i, lines := range pages {
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents %d 0 R >>", 5+2*i))
		content := "BT\n"
		y := 780
		for _, l := range lines {
			y -= 14
			if l == "" {
				continue
			}
			content += fmt.Sprintf("/F 11 Tf 1 0 0 1 60 %d Tm (%s) Tj\n", y, windows(l))
		}
		object(fmt.Sprintf("<< /Length %d >>\nstream\n%sET\nendstream", len(content)+2, content))
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// windows writes French letters as PDF strings take them.
func windows(s string) string {
	out := strings.NewReplacer("(", `\(`, ")", `\)`, `\`, `\\`).Replace(s)
	var b strings.Builder
	for _, r := range out {
		if r < 128 {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "\\%03o", r)
	}
	return b.String()
}

func TestPDF(t *testing.T) {
	t.Parallel()
	page := func(n int) []string {
		return []string{
			"Menuiserie Copeaux - Politique de confidentialité", "",
			"3. Durée de conservation", "",
			"Les devis sont conservés trois ans à compter de la dernière visite du client dans nos",
			"locaux, puis supprimés de tous nos fichiers et de nos armoires, sans exception aucune.", "",
			"- les factures : dix ans ;", "",
			fmt.Sprintf("Page %d sur 3", n),
		}
	}
	doc, err := PDF(pdfOf(page(1), page(2), page(3)))
	if err != nil {
		t.Fatal(err)
	}
	if !doc.Extracted {
		t.Error("the offsets do not count in the file")
	}
	want := []string{
		"heading 3. Durée de conservation",
		"paragraph Les devis sont conservés trois ans à compter de la dernière visite du client dans nos locaux, puis supprimés de tous nos fichiers et de nos armoires, sans exception aucune.",
		"item les factures : dix ans ;",
	}
	var got []string
	for _, b := range doc.Blocks[:min(3, len(doc.Blocks))] {
		got = append(got, b.Kind.String()+" "+b.Text)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, b := range doc.Blocks {
		if strings.Contains(b.Text, "Page") || strings.Contains(b.Text, "Copeaux") {
			t.Errorf("what every page repeats was kept: %q", b.Text)
		}
	}
}

func TestPDFBroken(t *testing.T) {
	t.Parallel()
	whole := pdfOf([]string{"Bonjour"})
	for name, data := range map[string][]byte{
		"cut": whole[:len(whole)/3], "only its first line": []byte("%PDF-1.7\n"), "noise": append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("\x00\xff<<"), 5000)...),
	} {
		if _, err := PDF(data); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
