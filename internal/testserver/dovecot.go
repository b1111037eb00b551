package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Mail is a throwaway Dovecot with any mailbox one signs in to; every password is MailPassword.
type Mail struct {
	// Plain is the address that speaks STARTTLS, and without encryption to who asks for none;
	// Secure the one that is encrypted from the first byte. Both are on 127.0.0.1.
	Plain, Secure string
	// CA is the file of the certificate that the server shows.
	CA string

	dir  string
	proc *os.Process
	done chan error // given what became of the process when it has ended
}

// MailPassword opens every mailbox of a Mail.
const MailPassword = "not-a-secret"

// StartMail starts a Dovecot under the current user in a folder of its own. Who calls it calls
// Stop.
func StartMail() (*Mail, error) {
	program, err := exec.LookPath("dovecot")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/dovecot"); err != nil {
			return nil, fmt.Errorf("%w: dovecot", errAbsent)
		}
	}
	cred, err := account("mail") // who owns the mail; Dovecot lets nobody read it as root
	if err != nil {
		return nil, err
	}
	dir, err := folder("garant-dovecot-", cred)
	m := &Mail{dir: dir, CA: filepath.Join(dir, "cert.pem")}
	if err == nil {
		err = m.start(program, cred)
	}
	if err != nil {
		m.Stop()
		return nil, err
	}
	return m, nil
}

func (m *Mail) start(program string, cred *syscall.Credential) error {
	plain, err1 := freePort()
	secure, err2 := freePort()
	settings, err3 := m.settings(plain, secure, cred)
	err := errors.Join(err1, err2, err3, m.certificate())
	if err != nil {
		return err
	}
	m.Plain, m.Secure = fmt.Sprintf("127.0.0.1:%d", plain), fmt.Sprintf("127.0.0.1:%d", secure)
	file := filepath.Join(m.dir, "dovecot.conf")
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		return err
	}
	cmd := as(nil, m.dir, program, "-F", "-c", file)
	if m.done, err = launch(cmd); err != nil {
		return err
	}
	m.proc = cmd.Process
	for range 500 {
		if listening(plain) && listening(secure) {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(m.dir, "log"))
	return fmt.Errorf("dovecot does not answer:\n%s", log)
}

// settings are Dovecot's. Its services change their user only where it is started by root, which
// they refuse to stay.
func (m *Mail) settings(plain, secure int, cred *syscall.Credential) (string, error) {
	me, err := user.Current()
	if err != nil {
		return "", err
	}
	group, err := user.LookupGroupId(me.Gid)
	if err != nil {
		return "", err
	}
	login, internal, in, uid, gid := me.Username, me.Username, group.Name, me.Uid, me.Gid
	if cred != nil {
		login, internal, in, uid, gid = "dovenull", "dovecot", "dovecot", fmt.Sprint(cred.Uid), fmt.Sprint(cred.Gid)
	}
	return strings.NewReplacer("DIR", m.dir, "LOGIN", login, "INTERNAL", internal, "GROUP", in, "UID", uid, "GID", gid,
		"PASSWORD", MailPassword, "PLAIN", fmt.Sprint(plain), "SECURE", fmt.Sprint(secure)).Replace(dovecotSettings), nil
}

const dovecotSettings = `base_dir = DIR/run
state_dir = DIR/run
log_path = DIR/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <DIR/cert.pem
ssl_key = <DIR/key.pem
disable_plaintext_auth = no
default_login_user = LOGIN
default_internal_user = INTERNAL
default_internal_group = GROUP
first_valid_uid = 1
mail_location = maildir:DIR/mail/%u
service imap-login {
  chroot =
  inet_listener imap {
    port = PLAIN
  }
  inet_listener imaps {
    port = SECURE
    ssl = yes
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=PASSWORD
}
userdb {
  driver = static
  args = uid=UID gid=GID home=DIR/mail/%u
}
`

// certificate makes one for 127.0.0.1 that vouches for itself.
func (m *Mail) certificate() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	return errors.Join(err,
		os.WriteFile(m.CA, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(filepath.Join(m.dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}

// Deliver puts a message into a folder of a mailbox as if the server had it at that time.
func (m *Mail) Deliver(mailbox, folder string, at time.Time, message []byte) error {
	c, err := m.Client(mailbox)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }() // what was appended is there
	cmd := c.Append(folder, int64(len(message)), &imap.AppendOptions{Time: at})
	_, err = cmd.Write(message)
	if err := errors.Join(err, cmd.Close()); err != nil {
		return err
	}
	_, err = cmd.Wait()
	return err
}

// Client signs in to a mailbox, for tests that look at it.
func (m *Mail) Client(mailbox string) (*imapclient.Client, error) {
	c, err := imapclient.DialInsecure(m.Plain, nil)
	if err != nil {
		return nil, err
	}
	return c, c.Login(mailbox, MailPassword).Wait()
}

// Stop ends the server with all its processes and removes its folder.
func (m *Mail) Stop() {
	if m.proc != nil {
		_ = m.proc.Signal(syscall.SIGTERM) // its children end with it
		<-m.done
	}
	_ = os.RemoveAll(m.dir)
}

// MailAbsent reports whether an error of StartMail says that no Dovecot is installed, in which case
// a test is skipped unless every server must be there.
func MailAbsent(err error) bool { return errors.Is(err, errAbsent) && os.Getenv("CI") != "true" }
