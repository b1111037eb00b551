package mailbox

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

const header = "From: Ada Martin <ada@maison.example>\r\nMessage-ID: <1@maison.example>\r\n"

// TestRead reads the words of messages as people's programs write them.
func TestRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 400)
	for _, tt := range []struct {
		name, raw, subject, text string
		kept                     Kept
	}{
		{"plain", header + "Subject: Bonjour\r\n\r\nMes donnees\r\n", "Bonjour", "Mes donnees", ""},
		{"Latin-1 in subject and body", header + "Subject: =?ISO-8859-1?Q?Donn=E9es?=\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nl=92acc=E8s\r\n", "Données", "l’accès", ""},
		{"Windows-1252", header + "Subject: =?windows-1252?B?RHJvaXQgZJJhY2Poc===?=\r\nContent-Type: text/plain; charset=Windows-1252\r\nContent-Transfer-Encoding: 8bit\r\n\r\nje m\x92oppose \x80\r\n", "=?windows-1252?B?RHJvaXQgZJJhY2Poc===?=", "je m’oppose €", ""},
		{"bytes that nobody declared", header + "Subject: caf\xe9\r\n\r\nd\xe9c\xe9d\xe9\r\n", "café", "décédé", ""},
		{"an unknown charset", header + "Content-Type: text/plain; charset=klingon\r\n\r\nsupprimez\r\n", "", "supprimez", ""},
		{"an unknown encoding", header + "Content-Transfer-Encoding: x-what\r\n\r\nsupprimez\r\n", "", "supprimez", ""},
		{"plain before HTML", header + alternative("text/plain", "les mots", "text/html", "<p>la page</p>"), "", "les mots", ""},
		{"HTML alone", header + "Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>non</title><style>p{}</style></head><body><p>Supprimez&nbsp;mes</p><p>données</p><script>x()</script><blockquote>cité</blockquote></body></html>", "", "Supprimez mes \n\ndonnées", ""},
		{"an attachment", header + mixed("les mots", "Content-Disposition: attachment; filename=x.txt\r\n\r\npas les mots"), "", "les mots", ""},
		{"what is answered", header + "\r\nOui.\r\n\r\nLe 20 nov. 2026 à 10:00, Chauffage Exemple <donnees@chauffage.example> a écrit :\r\n> effacer\r\n", "", "Oui.", ""},
		{"quoted lines", header + "\r\n> droit d'accès\r\nMerci\r\n", "", "Merci", ""},
		{"a boundary that never comes", header + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\ncoupé", "", "coupé", ""},
		{"multipart of nothing", header + "Content-Type: multipart/mixed\r\n\r\nquoi\r\n", "", "", ""},
		{"terminal commands", header + "Subject: a\x1b]0;b\x07c\r\n\r\nx\x1b[2Jy\u202ez\r\n", "a]0;bc", "x[2Jyz", ""},
		{"a long subject", header + "Subject: " + long + "\r\n\r\n", long[:300], "", ""},
		{"an answer by a program", header + "Auto-Submitted: auto-replied\r\n\r\nabsent\r\n", "", "absent", Automatic},
		{"submitted by nobody's program", header + "Auto-Submitted: no\r\n\r\nmoi\r\n", "", "moi", ""},
		{"a bounce", "From: MAILER-DAEMON@mx.example\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nnot delivered\r\n--b--\r\n", "", "not delivered", Bounce},
		{"a null return path", header + "Return-Path: <>\r\n\r\n", "", "", Bounce},
		{"a list", header + "List-Unsubscribe: <https://x.example>\r\n\r\nsoldes\r\n", "", "soldes", ToMany},
		{"spam", header + "X-Spam-Flag: YES\r\n\r\n", "", "", Spam},
		{"no writer", "Subject: x\r\n\r\ny\r\n", "x", "y", Nobody},
		{"two writers", "From: a@x.example, b@x.example\r\n\r\ny\r\n", "", "y", Nobody},
		{"nothing", "", "", "", Nobody},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var m Message
			m.read(strings.NewReader(tt.raw))
			if m.Subject != tt.subject || m.Text != tt.text || m.Kept != tt.kept {
				t.Errorf("%q %q %q", m.Subject, m.Text, m.Kept)
			}
		})
	}
}

func alternative(pairs ...string) string {
	b := "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
	for i := 0; i < len(pairs); i += 2 {
		b += fmt.Sprintf("--b\r\nContent-Type: %s; charset=utf-8\r\n\r\n%s\r\n", pairs[i], pairs[i+1])
	}
	return b + "--b--\r\n"
}

func mixed(text, part string) string {
	return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + text + "\r\n--b\r\nContent-Type: text/plain\r\n" + part + "\r\n--b--\r\n"
}

// TestDeep ends on messages that are nested or split beyond reason.
func TestDeep(t *testing.T) {
	t.Parallel()
	var nested, wide strings.Builder
	nested.WriteString(header)
	for n := range 5000 {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", n, n)
	}
	wide.WriteString(header + "Content-Type: multipart/mixed; boundary=b\r\n\r\n")
	for range 20000 {
		wide.WriteString("--b\r\n\r\nx\r\n")
	}
	for name, raw := range map[string]string{"nested": nested.String(), "wide": wide.String()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m Message
			if id := m.read(strings.NewReader(raw)); id != "1@maison.example" || m.From != "ada@maison.example" || len(m.Text) > 4*widest {
				t.Errorf("%q, %q, %d bytes", id, m.From, len(m.Text))
			}
		})
	}
}

// FuzzRead reads anything: it ends, and what it gives is text that no terminal acts on.
func FuzzRead(f *testing.F) {
	f.Add([]byte(header + alternative("text/plain", "a", "text/html", "<p>b")))
	f.Add([]byte(header + "Subject: =?UTF-8?B?w6k=?=\r\nContent-Transfer-Encoding: base64\r\n\r\nw6k=\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var m Message
		m.read(strings.NewReader(string(raw)))
		for _, s := range []string{m.Subject, m.Text, m.From, m.Name} {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x1b\x00\r") {
				t.Errorf("%q", s)
			}
		}
	})
}
