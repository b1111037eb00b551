package main

import (
	"bytes"
	"os"
	"os/exec"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/garant-rgpd/garant/internal/testserver"
)

// imapServer is imapserver: a Dovecot for the script. $IMAP is its address, by STARTTLS; its
// certificate is trusted, and the password of every mailbox is in $MAILBOX_PASSWORD.
func imapServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: imapserver")
	}
	m, err := testserver.StartMail()
	ts.Check(err)
	ts.Defer(m.Stop)
	ts.Setenv("IMAP", m.Plain)
	ts.Setenv("SSL_CERT_FILE", m.CA)
	ts.Setenv("MAILBOX_PASSWORD", testserver.MailPassword)
}

// deliver is deliver TIME FILE…: each file arrives in the mailbox at that time.
func deliver(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: deliver TIME FILE…")
	}
	at, err := time.Parse(time.RFC3339, args[0])
	ts.Check(err)
	for _, name := range args[1:] {
		b, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		m := testserver.Mail{Plain: ts.Getenv("IMAP")}
		ts.Check(m.Deliver("donnees", "INBOX", at, bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))))
	}
}

// hasDovecot reports whether there is a Dovecot to start. On the machine that judges there must be.
func hasDovecot() bool {
	for _, name := range []string{"dovecot", "/usr/sbin/dovecot"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return os.Getenv("CI") == "true"
}
