package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/console"
)

// serveFlags are how the console is served.
type serveFlags struct {
	listen string
	every  time.Duration
}

func (s *session) serveCmd() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use: "serve", Short: "The console: the published text with the truth beside each sentence, in a browser", Args: cobra.NoArgs,
		Long: "Serves the console on this machine until it is interrupted, and prints the link that lets you in. Only a\n" +
			"loopback address is accepted. The stores are looked at when it starts and then every so often; what is\n" +
			"found is entered in the ledger, as with garant verify.\n\n" +
			"Exit codes: 0 interrupted; 1 error; 2 wrong usage.",
		RunE: func(c *cobra.Command, _ []string) error { return s.serve(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8484", "HOST:PORT; port 0 takes a free one")
	c.Flags().DurationVar(&f.every, "every", time.Hour, "how long after a look at the stores the next one is taken")
	return c
}

// serve serves the console until the context ends.
func (s *session) serve(ctx context.Context, f serveFlags) (err error) {
	p, err := project.Read(s.dir, s.getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	l, err := s.listen(f.listen)
	if err != nil {
		return err
	}
	if err := p.OpenState(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	zone := p.Config.Zone
	if zone == nil {
		zone = time.UTC
	}
	c, err := console.New(&serve.Company{Dir: s.dir, Getenv: s.getenv, Clock: s.instant, State: p.State}, console.Options{
		Clock: s.instant, Zone: zone, English: !s.french(), Every: f.every, Hosts: hosts(l.Addr().String()),
		Log: slog.New(slog.NewTextHandler(s.err, nil)),
	})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return s.serving(ctx, c, l)
}

// listen opens the port, on a loopback address only: what goes to another machine has to be
// encrypted, and the link that lets in is made for whoever reads this terminal.
func (s *session) listen(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usage(fmt.Errorf("--listen %s: write HOST:PORT, such as 127.0.0.1:8484", address))
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usage(fmt.Errorf("--listen %s: the console is served on a loopback address, such as 127.0.0.1:8484", address))
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, coded{fmt.Errorf("listen on %s: %w", address, err), exitError, "choisir un autre port avec --listen", "choose another port with --listen"}
	}
	return l, nil
}

// hosts are the names under which a loopback address is called.
func hosts(address string) []string {
	_, port, _ := net.SplitHostPort(address)
	out := []string{address}
	for _, h := range []string{"127.0.0.1", "localhost", "::1"} {
		out = append(out, net.JoinHostPort(h, port))
	}
	return out
}

func (s *session) serving(ctx context.Context, c *console.Console, l net.Listener) error {
	s.entrance("http://" + l.Addr().String() + c.Link())
	server := &http.Server{Handler: c.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(s.err, nil), slog.LevelWarn)}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	looked := make(chan struct{})
	go func() { defer close(looked); c.Run(ctx) }()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		stop()
		<-looked
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(last)
	<-looked
	return err
}

// entrance tells where the console is and how to come in.
func (s *session) entrance(link string) {
	if s.json {
		_ = s.print(map[string]string{"url": link}) // who does not read it cannot come in
		return
	}
	s.line("Garant est à l’écoute. Entrer"+narrow+": %s", "Garant is listening. Come in: %s", link)
	s.line("Le lien change à chaque démarrage. Ctrl-C pour arrêter.", "The link changes at every start. Ctrl-C to stop.")
}
