package paper_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/rights/paper"
)

// printed is the text of the document that a page becomes, read by another program.
func printed(t *testing.T, page string) string {
	t.Helper()
	reader, err := exec.LookPath("pdftotext")
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip("pdftotext (Debian: poppler-utils) is not installed")
	}
	var b bytes.Buffer
	s := paper.Sheet{Title: "Vos données", Foot: "Demande request-7", Made: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	if err := s.Print(&b, strings.NewReader(page)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(reader, "-layout", "-", "-")
	cmd.Stdin = &b
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), " ") // lines are broken anywhere
}

// TestPrint reads back what was printed.
func TestPrint(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("mot ", 3000) + "fin"
	for _, tt := range []struct{ name, page, want string }{
		{"accents and quotes", "<p>L’été où « Zoë » naquit ; ça coûte 12 € — dès le 1ᵉʳ mai.</p>", "L’été où « Zoë » naquit ; ça coûte 12 € — dès le 1ᵉʳ mai."},
		{"other letters", "<table><tr><th>nom</th><td>Łukasz Đorđević Αθηνά Жанна</td></tr></table>", "nom : Łukasz Đorđević Αθηνά Жанна"},
		{"a value stays as it is", "<table><tr><th>note</th><td>a :b ;  c</td></tr></table>", "note : a :b ; c"},
		{"marked text", "<p>un <strong>mot</strong> fort, <code>et</code> un<br>autre</p>", "un mot fort, et un autre"},
		{"a list", "<ul><li>premier</li><li>second</li></ul>", "• premier • second"},
		{"what is not shown", "<head><title>non</title><style>p{}</style></head><p>oui</p>", "oui"},
		{"signs nobody prints", "<p>avant \U0001F600 \uffff après</p>", "avant"},
		{"no blank to break at", "<p>" + strings.Repeat("x", 400) + "</p>", "xxxxxxxx"},
		{"many pages", "<p>" + long + "</p>", "fin"},
		{"nothing", "", "Demande request-7 — 1/1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := printed(t, tt.page); !strings.Contains(got, tt.want) {
				t.Errorf("%.300q", got)
			}
		})
	}
	if got := printed(t, "<p>"+long+"</p>"); !strings.Contains(got, "Demande request-7 — 2/") {
		t.Errorf("no number on the second page: %.200q", got[len(got)-200:])
	}
}

// TestSame: the same page is the same file, since its digest is in the ledger.
func TestSame(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	for i := range 40 {
		fmt.Fprintf(&page, "<h2>fiche %d</h2><h3>Identité</h3><p>é</p>", i)
	}
	var files [2]bytes.Buffer
	for i := range files {
		if err := (paper.Sheet{Title: "x", Made: time.Unix(1795348800, 0)}).Print(&files[i], strings.NewReader(page.String())); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("two prints differ")
	}
	if !bytes.Contains(files[0].Bytes(), []byte("/Outlines")) {
		t.Error("there are no bookmarks")
	}
}

// BenchmarkPrint prints a page of an ordinary answer.
func BenchmarkPrint(b *testing.B) {
	page := "<h1>Données</h1>" + strings.Repeat("<h2>fiche</h2><table><tr><th>nom</th><td>Ada Martin</td></tr></table><p>Pour « Travaux »</p>", 20)
	for b.Loop() {
		if err := (paper.Sheet{Title: "x"}).Print(&bytes.Buffer{}, strings.NewReader(page)); err != nil {
			b.Fatal(err)
		}
	}
}
