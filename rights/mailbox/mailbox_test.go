package mailbox

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/garant-rgpd/garant/internal/testserver"
)

// postOffice is a real Dovecot for a test.
func postOffice(t *testing.T) *testserver.Mail {
	t.Helper()
	m, err := testserver.StartMail()
	if err != nil && testserver.MailAbsent(err) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Stop)
	return m
}

var morning = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func deliver(t *testing.T, m *testserver.Mail, at time.Time, message string) {
	t.Helper()
	if err := m.Deliver("donnees", "INBOX", at, []byte(strings.ReplaceAll(message, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
}

func ask(n int) string {
	return fmt.Sprintf("From: Ada Martin <ada@maison.example>\nSubject: ask %d\nMessage-ID: <%d@maison.example>\nDate: Mon, 1 Jan 2001 00:00:00 +0000\n\nBonjour\n", n, n)
}

// counts returns how many messages a folder holds, and which numbers bear a keyword.
func counts(t *testing.T, m *testserver.Mail, folder string, word imap.Flag) (int, []imap.UID) {
	t.Helper()
	c, err := m.Client("donnees")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	d, err := c.Select(folder, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{word}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	return int(d.NumMessages), found.AllUIDs()
}

// TestBox reads a real mailbox, by folders and by keywords: what was taken or left aside is not new
// again, nothing is removed, and the day is the server's and not the writer's.
func TestBox(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]Server{
		"keywords": {}, "folders": {Taken: "Prises", Aside: "À relire"}, "a folder and a keyword": {Taken: "Prises"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := postOffice(t)
			deliver(t, m, morning.Add(-960*time.Hour), ask(0))
			for n := range 3 {
				deliver(t, m, morning.Add(time.Duration(n)*time.Hour), ask(n+1))
			}
			s.Address, s.User, s.Password, s.Plain, s.Since = m.Plain, "donnees", testserver.MailPassword, true, morning.Add(-48*time.Hour)
			b := opened(t, s)
			uids, err := b.New(t.Context())
			if err != nil || len(uids) != 3 {
				t.Fatalf("%v, %v", uids, err)
			}
			got, err := b.Read(t.Context(), uids[1])
			if err != nil || !got.Received.Equal(morning.Add(time.Hour)) || got.From != "ada@maison.example" || got.Name != "Ada Martin" || got.Text != "Bonjour" || got.Kept != "" {
				t.Fatalf("%+v, %v", got, err)
			}
			if err := errors.Join(b.MarkTaken(t.Context(), uids[0]), b.LeaveAside(t.Context(), uids[1])); err != nil {
				t.Fatal(err)
			}
			if left, err := b.New(t.Context()); err != nil || !slices.Equal(left, uids[2:]) {
				t.Fatalf("%v, %v", left, err)
			}
			inbox, _ := counts(t, m, "INBOX", takenWord)
			for _, folder := range []string{s.Taken, s.Aside} {
				if folder != "" {
					n, _ := counts(t, m, folder, takenWord)
					inbox += n
				}
			}
			if inbox != 4 {
				t.Errorf("%d messages are left of 4", inbox)
			}
		})
	}
}

func opened(t *testing.T, s Server) *Box {
	t.Helper()
	b, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// TestEncryption signs in by STARTTLS to who shows a certificate that is trusted, and never
// otherwise; and not with a wrong password.
func TestEncryption(t *testing.T) {
	t.Parallel()
	m := postOffice(t)
	pem, err := os.ReadFile(m.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	trusted := &tls.Config{RootCAs: pool}
	for _, tt := range []struct {
		name string
		s    Server
		want string
	}{
		{"trusted", Server{Address: m.Plain, trust: trusted}, ""},
		{"not trusted", Server{Address: m.Plain}, "no encryption that can be trusted"},
		{"wrong password", Server{Address: m.Plain, trust: trusted, Password: "wrong"}, "the sign-in was refused"},
		{"no such folder", Server{Address: m.Plain, trust: trusted, Folder: "Nulle part"}, "there is no folder"},
		{"plain elsewhere", Server{Address: "imap.shop.example:143", Plain: true}, "only a mailbox on this machine"},
		{"no port", Server{Address: "imap.shop.example"}, "host:port"},
		{"nobody there", Server{Address: "127.0.0.1:1", Plain: true}, "no connection"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.s.User = "donnees"
			if tt.s.Password == "" {
				tt.s.Password = testserver.MailPassword
			}
			b, err := tt.s.Open(t.Context())
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				_ = b.Close()
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestCarry moves where the server has no MOVE: a copy that fails removes nothing.
func TestCarry(t *testing.T) {
	t.Parallel()
	m := postOffice(t)
	deliver(t, m, morning, ask(1))
	deliver(t, m, morning, ask(2))
	b := opened(t, Server{Address: m.Plain, User: "donnees", Password: testserver.MailPassword, Plain: true, Taken: "Prises"})
	if b.carry(imap.UIDSetNum(1), "Nulle part") == nil {
		t.Error("a folder that is not there was moved to")
	}
	if n, gone := counts(t, m, "INBOX", imap.FlagDeleted); n != 2 || len(gone) != 0 {
		t.Fatalf("%d messages, %v deleted", n, gone)
	}
	if err := b.carry(imap.UIDSetNum(1), "Prises"); err != nil {
		t.Fatal(err)
	}
	if n, _ := counts(t, m, "INBOX", imap.FlagDeleted); n != 1 {
		t.Errorf("%d messages stay", n)
	}
	if n, _ := counts(t, m, "Prises", imap.FlagDeleted); n != 1 {
		t.Errorf("%d messages were moved", n)
	}
}

// TestIdentity: a copy of a message is the same message; another from the same person is not, nor
// is one that borrows its Message-ID; one without is told by its place.
func TestIdentity(t *testing.T) {
	t.Parallel()
	m := postOffice(t)
	for _, raw := range []string{ask(1), "Received: from elsewhere\n" + ask(1), ask(2), strings.Replace(ask(1), "ada@", "eve@", 1),
		strings.Replace(ask(1), "Message-ID", "X-None", 1), strings.Replace(ask(1), "Message-ID", "X-None", 1)} {
		deliver(t, m, morning, raw)
	}
	b := opened(t, Server{Address: m.Plain, User: "donnees", Password: testserver.MailPassword, Plain: true})
	var ids []string
	for uid := range uint32(6) {
		got, err := b.Read(t.Context(), uid+1)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, got.Identity)
	}
	if ids[0] != ids[1] {
		t.Error("a copy is another message")
	}
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n != 5 {
		t.Errorf("%d messages of 5", n)
	}
	if _, err := b.Read(t.Context(), 99); !errors.Is(err, ErrGone) {
		t.Errorf("%v", err)
	}
}
