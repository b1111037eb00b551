package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"
)

// mailServer is mailserver DIR: a mail server for the script, whose address is in $SMTP; what
// it is given is in DIR/1.eml, DIR/2.eml and so on, the address first.
func mailServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mailserver DIR")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	s := smtp.NewServer(&letterBox{dir: dir})
	s.Domain = "localhost"
	go func() { _ = s.Serve(l) }()     // it ends with the script
	ts.Defer(func() { _ = s.Close() }) // nobody is left to be told
	ts.Setenv("SMTP", l.Addr().String())
}

type letterBox struct {
	dir string
	mu  sync.Mutex
	n   int
}

// NewSession implements smtp.Backend.
func (b *letterBox) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{b, ""}, nil }

type delivery struct {
	box *letterBox
	to  string
}

func (d *delivery) Reset()                                    {}
func (d *delivery) Logout() error                             { return nil }
func (d *delivery) Mail(string, *smtp.MailOptions) error      { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error { d.to = to; return nil }
func (d *delivery) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.n++
	return os.WriteFile(filepath.Join(d.box.dir, fmt.Sprintf("%d.eml", d.box.n)), append([]byte(d.to+"\n"), b...), 0o600)
}
