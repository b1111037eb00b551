// Package post is for sending letters by e-mail: one plain text at a time, over SMTP, to one
// address.
package post

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
)

// Server is where letters are handed in. The zero Server is none.
type Server struct {
	// Address is host:port.
	Address string
	// From is who sends; replies go there.
	From string
	// User and Password are empty where the server asks for none.
	User, Password string
	// Plain sends without encryption; only a server on this machine may be reached so.
	Plain bool
	// Automatic says in each letter that a program sent it by itself, so that no other answers it
	// (RFC 3834).
	Automatic bool
	// Timeout is how long one letter may take; half a minute unless set.
	Timeout time.Duration
}

// ErrServer says that the letter was not handed in: it may be sent again.
var ErrServer = errors.New("the mail server did not take the letter")

// Send hands a letter in and returns when the server has taken it. Errors name neither the
// address nor a word of the letter.
func (s Server) Send(ctx context.Context, to, subject, body string) error {
	m := mail.NewMsg()
	if err := m.From(s.From); err != nil {
		return errors.New("the sender's address (mail.from) is none")
	}
	if err := m.To(to); err != nil {
		return errors.New("the address of the letter is none")
	}
	m.Subject(subject)
	if s.Automatic {
		m.SetGenHeader("Auto-Submitted", "auto-replied")
	}
	m.SetBodyString(mail.TypeTextPlain, body)
	c, err := s.client()
	if err != nil {
		return err
	}
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("%w: %s", ErrServer, reason(err))
	}
	return nil
}

func (s Server) client() (*mail.Client, error) {
	host, port, err := net.SplitHostPort(s.Address)
	n, err2 := strconv.Atoi(port)
	if err != nil || err2 != nil {
		return nil, errors.New("the server (mail.server) is written host:port")
	}
	if s.Plain && !local(host) {
		return nil, errors.New("only a server on this machine is reached without encryption")
	}
	timeout := s.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	opts := []mail.Option{mail.WithPort(n), mail.WithTimeout(timeout), mail.WithTLSPolicy(mail.TLSMandatory)}
	switch {
	case s.Plain:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	case n == 465:
		opts = append(opts, mail.WithSSL())
	}
	if s.User != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return mail.NewClient(host, opts...)
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// reason says what failed without the words of the server, which may repeat an address.
func reason(err error) string {
	var send *mail.SendError
	if errors.As(err, &send) {
		return fmt.Sprintf("reason %d", send.Reason)
	}
	var dial *net.OpError
	if errors.As(err, &dial) {
		return "no connection"
	}
	return "it was refused"
}
