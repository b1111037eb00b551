package relational_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mariadb"
	"github.com/garant-rgpd/garant/store/postgres"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

// connector is what the tests need of a connector.
type connector interface {
	store.Driver
	store.Actor
}

// engine opens a connector and knows how to start a server for one test.
type engine struct {
	start  func(testing.TB) *testserver.Server
	shared func(testing.TB) string
	open   func(ctx context.Context, address string) (connector, error)
	port   func(address string) (before, port, after string)
}

var engines = map[string]engine{
	"postgres": {testserver.StartPostgres, testserver.Postgres, func(ctx context.Context, a string) (connector, error) { return postgres.Open(ctx, a) }, portOf("/")},
	"mariadb":  {testserver.StartMariaDB, testserver.MariaDB, func(ctx context.Context, a string) (connector, error) { return mariadb.Open(ctx, a) }, portOf(")")},
}

// portOf splits an address around the port on 127.0.0.1, which the mark follows.
func portOf(mark string) func(string) (string, string, string) {
	return func(address string) (string, string, string) {
		before, rest, _ := strings.Cut(address, "127.0.0.1:")
		port, after, _ := strings.Cut(rest, mark)
		return before + "127.0.0.1:", port, mark + after
	}
}

func each(t *testing.T, test func(t *testing.T, e engine)) {
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

func prepared(t *testing.T, e engine, address string) connector {
	t.Helper()
	s, err := e.open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func begin(t *testing.T, s store.Actor) store.Tx {
	t.Helper()
	tx, err := s.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

// TestServerKilled checks that a killed server is unreachable, that nothing of an open
// transaction is left, and that the same store works again once the server does.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e engine) {
		server := e.start(t)
		address, err := server.DSN("d")
		if err != nil {
			t.Fatal(err)
		}
		s := prepared(t, e, address)
		tx := begin(t, s)
		if err := tx.WriteReceipt(t.Context(), store.Receipt{ID: "lost"}); err != nil {
			t.Fatal(err)
		}
		server.Kill()
		if err := tx.Commit(t.Context()); !errors.Is(err, store.ErrUnknownCommit) {
			t.Errorf("commit to a killed server: got %v", err)
		}
		if _, err := s.Begin(t.Context()); !errors.Is(err, store.ErrUnreachable) {
			t.Errorf("begin on a killed server: got %v", err)
		}
		if err := server.Restart(); err != nil {
			t.Fatal(err)
		}
		if there, err := s.HasReceipt(t.Context(), "lost"); there || err != nil {
			t.Errorf("receipt of a transaction that never committed: %v, %v", there, err)
		}
		if err := begin(t, s).Commit(t.Context()); err != nil {
			t.Errorf("commit after the restart: %v", err)
		}
	})
}

// TestCommitAnswerLost checks that a commit whose answer never came is called unknown, and
// that the receipt tells what became of it.
func TestCommitAnswerLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e engine) {
		before, port, after := e.port(e.shared(t))
		p := newProxy(t, "127.0.0.1:"+port)
		s := prepared(t, e, before+p.port()+after)
		tx := begin(t, s)
		if err := tx.WriteReceipt(t.Context(), store.Receipt{ID: "r"}); err != nil {
			t.Fatal(err)
		}
		p.mute.Store(true)
		if err := tx.Commit(t.Context()); !errors.Is(err, store.ErrUnknownCommit) {
			t.Fatalf("got %v", err)
		}
		p.mute.Store(false)
		p.drained.Wait() // the server has answered, so it has decided
		if there, err := s.HasReceipt(t.Context(), "r"); !there || err != nil {
			t.Errorf("the receipt of a commit that happened: %v, %v", there, err)
		}
	})
}

// TestReceiptsAppearInOrder checks that concurrent writers leave no gap that a later commit
// could fill behind a reader's back.
func TestReceiptsAppearInOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e engine) {
		s := prepared(t, e, e.shared(t))
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for n := range 5 {
					if err := write(t.Context(), s, fmt.Sprintf("%d-%d", i, n), n%2 == 0); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		var got []int64
		if err := s.Receipts(t.Context(), 0, func(r store.Receipt) bool { got = append(got, r.Seq); return true }); err != nil {
			t.Fatal(err)
		}
		for i, seq := range got {
			if seq != int64(i+1) {
				t.Fatalf("receipt %d has number %d", i+1, seq)
			}
		}
		if len(got) != 8*3 {
			t.Errorf("got %d receipts", len(got))
		}
	})
}

// write writes a receipt and commits it, or takes it back.
func write(ctx context.Context, s store.Actor, id string, commit bool) error {
	tx, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to undo after Commit
	if err := tx.WriteReceipt(ctx, store.Receipt{ID: id}); err != nil || !commit {
		return err
	}
	return tx.Commit(ctx)
}

// proxy passes a connection on; muted, it swallows the server's next answer and hangs up.
type proxy struct {
	listener net.Listener
	target   string
	mute     atomic.Bool
	drained  sync.WaitGroup
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &proxy{listener: l, target: target}
	p.drained.Add(1)
	go p.accept()
	return p
}

func (p *proxy) port() string {
	return fmt.Sprint(p.listener.Addr().(*net.TCPAddr).Port)
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
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
		if p.mute.Load() {
			p.drained.Done()
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}
