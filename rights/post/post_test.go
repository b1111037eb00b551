package post_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/garant-rgpd/garant/rights/post"
)

// inbox is a mail server that keeps what it is given, or refuses who is written to.
type inbox struct {
	got    chan string
	refuse bool
}

func (b inbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &hand{b, ""}, nil }

type hand struct {
	inbox
	to string
}

func (h *hand) Reset()                               {}
func (h *hand) Logout() error                        { return nil }
func (h *hand) Mail(string, *smtp.MailOptions) error { return nil }
func (h *hand) Rcpt(to string, _ *smtp.RcptOptions) error {
	if h.refuse {
		return &smtp.SMTPError{Code: 550, Message: "no " + to + " here"}
	}
	h.to = to
	return nil
}
func (h *hand) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	h.got <- h.to + "\n" + string(b)
	return err
}

func serve(t *testing.T, b inbox) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(b)
	s.Domain, s.AllowInsecureAuth = "localhost", true
	go func() { _ = s.Serve(l) }() // it ends with the test
	t.Cleanup(func() { _ = s.Close() })
	return l.Addr().String()
}

// TestSend hands a French letter in over SMTP and reads it again.
func TestSend(t *testing.T) {
	t.Parallel()
	b := inbox{got: make(chan string, 1)}
	s := post.Server{Address: serve(t, b), From: "donnees@chauffage.example", Plain: true}
	if err := s.Send(t.Context(), "ada@maison.example", "votre demande request-7", "Reçu le 2 novembre.\n"); err != nil {
		t.Fatal(err)
	}
	got := <-b.got
	for _, want := range []string{"ada@maison.example\n", "Subject: votre demande request-7", "From: <donnees@chauffage.example>", "Re=C3=A7u le 2 novembre."} {
		if !strings.Contains(got, want) {
			t.Errorf("the letter lacks %q", want)
		}
	}
}

// TestRefused tells failures from each other, and repeats no address.
func TestRefused(t *testing.T) {
	t.Parallel()
	closed := "127.0.0.1:1"
	for _, tt := range []struct {
		name string
		s    post.Server
		to   string
		want string
	}{
		{"refused", post.Server{Address: serve(t, inbox{refuse: true}), From: "a@a.example", Plain: true}, "ada@maison.example", "did not take the letter"},
		{"nobody listens", post.Server{Address: closed, From: "a@a.example", Plain: true, Timeout: time.Second}, "ada@maison.example", "did not take the letter"},
		{"a server that does not encrypt", post.Server{Address: serve(t, inbox{}), From: "a@a.example"}, "ada@maison.example", "did not take the letter"},
		{"plain abroad", post.Server{Address: "smtp.example:25", From: "a@a.example", Plain: true}, "ada@maison.example", "only a server on this machine"},
		{"no port", post.Server{Address: "smtp.example", From: "a@a.example"}, "ada@maison.example", "host:port"},
		{"no sender", post.Server{Address: closed, Plain: true}, "ada@maison.example", "mail.from"},
		{"no address", post.Server{Address: closed, From: "a@a.example", Plain: true}, "ada", "address of the letter"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.s.Send(t.Context(), tt.to, "s", "b")
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "maison") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if strings.HasPrefix(tt.want, "did not") != errors.Is(err, post.ErrServer) {
				t.Errorf("%v is of the wrong kind", err)
			}
		})
	}
}
