// Package mailbox is for reading what people write to a company's e-mail address: over IMAP
// (RFC 3501, 9051), a bounded part of each message, without losing one.
package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Server is a mailbox on a mail server.
type Server struct {
	// Address is host:port: 993 is encrypted from the first byte, any other port by STARTTLS.
	Address string
	// User and Password sign in.
	User, Password string
	// Folder is read; INBOX unless set.
	Folder string
	// Taken and Aside are the folders that messages are moved to once they were taken, or left
	// to a human. Where one is empty, the message stays where it is and bears a keyword.
	Taken, Aside string
	// Since is the day from which messages count, by when the server had them.
	Since time.Time
	// Plain reads without encryption; only a server on this machine may be reached so.
	Plain bool

	trust *tls.Config // for tests; nil trusts whom the machine trusts
}

// Errors that callers test for. None repeats what the server said, which may name people.
var (
	// ErrServer says that the server did not answer, or not as it must.
	ErrServer = errors.New("the mailbox cannot be read")
	// ErrGone says that a message is no longer there: somebody else moved it.
	ErrGone = errors.New("the message is gone")
)

// The keywords of messages that stay in their folder.
const (
	takenWord imap.Flag = "$GarantTaken"
	asideWord imap.Flag = "$GarantAside"
)

// Box is an open mailbox. It is used by one goroutine.
type Box struct {
	server   Server
	client   *imapclient.Client
	validity uint32
	stop     func() bool
}

// Open signs in and opens the folder. The box is closed when the context ends.
func (s Server) Open(ctx context.Context) (*Box, error) {
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	b := &Box{server: s, client: c, stop: context.AfterFunc(ctx, func() { _ = c.Close() })} // whoever waits is told by the error of what they wait for
	if err := b.open(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// patience is how long the server may take to be reached.
const patience = 30 * time.Second

func (s Server) connect(ctx context.Context) (*imapclient.Client, error) {
	host, port, err := net.SplitHostPort(s.Address)
	if _, e := strconv.Atoi(port); err != nil || e != nil {
		return nil, errors.New("the server (requests.mailbox.server) is written host:port")
	}
	if s.Plain && !local(host) {
		return nil, errors.New("only a mailbox on this machine is read without encryption")
	}
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, fmt.Errorf("%w: no connection", ErrServer)
	}
	if s.Plain {
		return imapclient.New(conn, nil), nil
	}
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.trust != nil {
		trust = s.trust.Clone()
	}
	trust.ServerName = host
	return encrypt(ctx, conn, trust, port == "993")
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func encrypt(ctx context.Context, conn net.Conn, trust *tls.Config, atOnce bool) (*imapclient.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // a server that says nothing ends here
	defer stop()
	if atOnce {
		secure := tls.Client(conn, trust)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: no encryption that can be trusted", ErrServer), conn.Close())
		}
		return imapclient.New(secure, nil), nil
	}
	c, err := imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: trust})
	if err != nil {
		return nil, fmt.Errorf("%w: no encryption that can be trusted", ErrServer)
	}
	return c, nil
}

func (b *Box) open() error {
	s := b.server
	if b.client.Login(s.User, s.Password).Wait() != nil {
		return fmt.Errorf("%w: the sign-in was refused", ErrServer)
	}
	caps := b.client.Caps()
	if s.Taken+s.Aside != "" && !caps.Has(imap.CapMove) && !caps.Has(imap.CapUIDPlus) {
		return fmt.Errorf("%w: the server moves no message safely (MOVE, UIDPLUS); name no folders", ErrServer)
	}
	for _, f := range []string{s.Taken, s.Aside} {
		if f != "" {
			_ = b.client.Create(f, nil).Wait() // it may be there; a move says when it is not
		}
	}
	if s.Folder == "" {
		s.Folder = "INBOX"
	}
	d, err := b.client.Select(s.Folder, nil).Wait()
	if err != nil {
		return fmt.Errorf("%w: there is no folder as requests.mailbox names it", ErrServer)
	}
	if b.validity = d.UIDValidity; (s.Taken == "" || s.Aside == "") && !keeps(d.PermanentFlags) {
		return fmt.Errorf("%w: the server keeps no keywords; name folders to move messages to (taken, aside)", ErrServer)
	}
	return nil
}

// keeps reports whether a folder keeps the keywords.
func keeps(flags []imap.Flag) bool {
	return slices.Contains(flags, imap.FlagWildcard) || slices.Contains(flags, takenWord) && slices.Contains(flags, asideWord)
}

// Close signs out.
func (b *Box) Close() error {
	if !b.stop() {
		return nil // the context ended, and the connection with it
	}
	_ = b.client.Logout().Wait() // what was done is done whether the server says goodbye or not
	_ = b.client.Close()
	return nil
}

// New returns the messages that were neither taken nor left to a human, oldest first, by the
// number the folder gives them.
func (b *Box) New(ctx context.Context) ([]uint32, error) {
	asked := &imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted, takenWord, asideWord}}
	if !b.server.Since.IsZero() {
		asked.Since = b.server.Since.Add(-24 * time.Hour) // servers compare days in a zone of their own
	}
	found, err := b.client.UIDSearch(asked, nil).Wait()
	if err != nil {
		return nil, b.failed(ctx, "search the folder")
	}
	var out []uint32
	for _, uid := range found.AllUIDs() {
		out = append(out, uint32(uid))
	}
	slices.Sort(out)
	return out, nil
}

func (b *Box) failed(ctx context.Context, what string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return fmt.Errorf("%s: %w", what, ErrServer)
}

// MarkTaken moves a message that was taken, or marks it where no folder is named.
func (b *Box) MarkTaken(ctx context.Context, uid uint32) error {
	return b.put(ctx, imap.UID(uid), b.server.Taken, takenWord)
}

// LeaveAside moves or marks a message that is left to a human.
func (b *Box) LeaveAside(ctx context.Context, uid uint32) error {
	return b.put(ctx, imap.UID(uid), b.server.Aside, asideWord)
}

func (b *Box) put(ctx context.Context, uid imap.UID, folder string, word imap.Flag) error {
	set := imap.UIDSetNum(uid)
	var err error
	switch {
	case folder == "":
		err = b.flag(set, word)
	case b.client.Caps().Has(imap.CapMove):
		_, err = b.client.Move(set, folder).Wait()
	default:
		err = b.carry(set, folder)
	}
	if err != nil {
		return b.failed(ctx, fmt.Sprintf("mark message %d", uid))
	}
	return nil
}

func (b *Box) flag(set imap.UIDSet, word imap.Flag) error {
	return b.client.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{word}}, nil).Close()
}

// carry moves a message where the server has no MOVE: it is removed only once the copy is there,
// and nothing but it.
func (b *Box) carry(set imap.UIDSet, folder string) error {
	if _, err := b.client.Copy(set, folder).Wait(); err != nil {
		return err
	}
	if err := b.flag(set, imap.FlagDeleted); err != nil {
		return err
	}
	return b.client.UIDExpunge(set).Close()
}
