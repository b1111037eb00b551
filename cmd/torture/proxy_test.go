package torture

import (
	"io"
	"net"
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"
)

// proxy passes connections on to a server. Muted, it swallows the server's next answer and
// hangs up; that is a connection that breaks after COMMIT was sent. Closed, it refuses.
type proxy struct {
	listener     net.Listener
	target       string
	mute, closed atomic.Bool
	// cut counts the answers swallowed.
	cut atomic.Int64
}

func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &proxy{listener: l, target: target}
	go p.accept()
	return p
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil || p.closed.Load() {
			_ = client.Close()
			continue
		}
		go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
		go p.answers(client, server)
	}
}

func (p *proxy) answers(client, server net.Conn) {
	defer func() { _ = client.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		if p.mute.CompareAndSwap(true, false) {
			p.cut.Add(1)
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

var portInAddress = regexp.MustCompile(`127\.0\.0\.1:(\d+)`)

// through returns the address with the proxy's port in place of the server's.
func through(t testing.TB, address string) (*proxy, string) {
	t.Helper()
	m := portInAddress.FindStringSubmatch(address)
	if m == nil {
		skip(t, "the server is not on this machine")
	}
	p := newProxy(t, "127.0.0.1:"+m[1])
	port := strconv.Itoa(p.listener.Addr().(*net.TCPAddr).Port)
	return p, portInAddress.ReplaceAllString(address, "127.0.0.1:"+port)
}
