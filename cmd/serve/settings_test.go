package serve_test

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/garant-rgpd/garant/console"
)

// box is a mail server that keeps what it is handed.
type box struct{ letters chan string }

func (b box) NewSession(*smtp.Conn) (smtp.Session, error) { return &handing{box: b}, nil }

type handing struct {
	box
	to string
}

func (h *handing) Reset()                                    {}
func (h *handing) Logout() error                             { return nil }
func (h *handing) Mail(string, *smtp.MailOptions) error      { return nil }
func (h *handing) Rcpt(to string, _ *smtp.RcptOptions) error { h.to = to; return nil }
func (h *handing) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	h.letters <- h.to + "\n" + string(b)
	return err
}

// TestTryMail hands one letter to a real mail server, and says so where there is none or it is
// not there.
func TestTryMail(t *testing.T) {
	t.Parallel()
	c := shop(t)
	var no *console.Refusal
	if err := c.TryMail(t.Context(), "camille@a.example", "Essai", "Rien à faire."); !errors.As(err, &no) || !strings.Contains(no.FR, "aucun serveur") {
		t.Errorf("without a server: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	letters := make(chan string, 2)
	s := smtp.NewServer(box{letters})
	s.Domain = "localhost"
	go func() { _ = s.Serve(l) }() // it ends with the test
	name := filepath.Join(c.Dir, "garant.yaml")
	was, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	mail := "\nmail: {server: \"" + l.Addr().String() + "\", from: rgpd@a.example, plain: true}\n"
	if err := os.WriteFile(name, append(was, mail...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.TryMail(t.Context(), "camille@a.example", "Essai", "Rien à faire."); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-letters:
		if !strings.HasPrefix(got, "camille@a.example\n") || !strings.Contains(got, "Subject: Essai") || len(letters) != 0 {
			t.Error(got)
		}
	case <-time.After(10 * time.Second):
		t.Error("no letter came")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.TryMail(t.Context(), "camille@a.example", "Essai", "Rien à faire."); !errors.As(err, &no) || strings.Contains(err.Error(), "camille") {
		t.Errorf("a server that is gone: %v", err)
	}
}

// TestSetup tells the settings without asking a store, and the test which store does not answer.
func TestSetup(t *testing.T) {
	t.Parallel()
	c := shop(t)
	if _, err := c.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	tests, err := c.Test(t.Context())
	if err != nil || len(tests) == 0 || tests[0].Silent || tests[0].Denied || tests[0].Restored || tests[0].Tables == 0 {
		t.Fatalf("got %+v, %v", tests, err)
	}
	gone, err := filepath.Glob(filepath.Join(c.Dir, "*.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range gone {
		if err := os.Rename(s, s+".away"); err != nil {
			t.Fatal(err)
		}
	}
	setup, err := c.Setup(t.Context())
	if err != nil || len(setup.Stores) != len(tests) || setup.Key != c.State.PublicKey() || !setup.Since.Equal(instant()) {
		t.Errorf("got %+v, %v", setup, err)
	}
	if tests, err = c.Test(t.Context()); err != nil || !tests[0].Silent {
		t.Errorf("got %+v, %v", tests, err)
	}
}

// TestSetupBackups tells of the backups and the keys what the files, the notes and the stores
// said, and asks no store for it: a look did.
func TestSetupBackups(t *testing.T) {
	t.Parallel()
	c := shop(t)
	write := func(backups string) {
		t.Helper()
		name := filepath.Join(c.Dir, "garant.yaml")
		was, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		before, _, _ := strings.Cut(string(was), "\nbackups:")
		if err := os.WriteFile(name, []byte(before+"\nbackups: "+backups+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	backup := func() *console.StoreBackup {
		t.Helper()
		setup, err := c.Setup(t.Context())
		if err != nil || len(setup.Stores) == 0 {
			t.Fatalf("got %+v, %v", setup, err)
		}
		return setup.Stores[0].Backup
	}
	if b := backup(); b != nil {
		t.Errorf("nobody said, and %+v is known", b)
	}
	write("{kept: 35 days, every: 1 day}")
	if b := backup(); b == nil || b.State != "none" || !b.Noted {
		t.Errorf("before a note: %+v", b)
	}
	write(`{kept: 35 days, every: 1 day, made_query: "SELECT '2026-11-21 03:00:00'"}`)
	if b := backup(); b == nil || b.State != "unread" {
		t.Errorf("before a look: %+v", b)
	}
	if _, err := c.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b := backup(); b == nil || b.State != "fine" || b.Noted || b.Last.IsZero() {
		t.Errorf("after a look: %+v", b)
	}
	if _, err := c.State.DigestKey(t.Context(), "crm", 2020, instant()); err != nil {
		t.Fatal(err)
	}
	setup, err := c.Setup(t.Context())
	if err != nil || len(setup.Keys) != 1 || setup.Keys[0].State != "spent" || setup.Keys[0].Until.String() != "2021-02-05" {
		t.Errorf("got %+v, %v", setup.Keys, err)
	}
}
