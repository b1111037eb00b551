package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAskInEnglish asks on the English page: the letter, what follows it and the link are English;
// with the company's own French words alone they are French.
func TestAskInEnglish(t *testing.T) {
	t.Parallel()
	x, box := withMail(t)
	asks := func(email string) {
		t.Helper()
		if status, _ := x.post("/donnees/droits?langue=en", "right", "access", "email", email, "langue", "en"); status != http.StatusOK {
			t.Fatalf("%d", status)
		}
	}
	asks("someone@shop.example")
	to, words := letter(t, box, "1")
	if link := confirmLink.FindString(words); to != "someone@shop.example" || !strings.HasSuffix(link, "?langue=en") || !strings.Contains(words, "Dear Sir or Madam") ||
		!strings.Contains(words, "right of access") || !strings.Contains(words, "To follow your request") || strings.Contains(words, "demande") {
		t.Errorf("to %s:\n%s", to, words)
	}
	if out, code := called(t, x.dir, "request", "show", "request-1", "--json"); code != exitDone || !strings.Contains(out, `"language": "en"`) {
		t.Errorf("%d %s", code, out)
	}
	if out, code := called(t, x.dir, "request", "identify", "request-1", "--means", "customer_number", "--by", "marie"); code != exitDone {
		t.Fatal(out)
	}
	asks("someone@shop.example")
	if _, words = letter(t, box, "2"); !strings.Contains(words, "You have already made this request") || !strings.HasSuffix(followLink.FindString(words), "?langue=en") {
		t.Errorf("asked again:\n%s", words)
	}
	if err := os.MkdirAll(filepath.Join(x.dir, "letters"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(x.dir, "letters", "link.txt"), []byte("Objet : votre lien\n\nNotre lien : {{.Link}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	asks("other@shop.example")
	if _, words = letter(t, box, "3"); !strings.Contains(words, "Notre lien") || !strings.Contains(words, "Pour suivre votre demande") || strings.Contains(words, "follow your") {
		t.Errorf("in the company's French words alone:\n%s", words)
	}
}
