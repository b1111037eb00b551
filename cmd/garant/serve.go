package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/console"
)

// defaultListen is where the console is unless another place is named.
const defaultListen = "127.0.0.1:8484"

// serveFlags are how the console is served.
type serveFlags struct {
	listen string
	every  time.Duration
	url    string
	link   bool
	// entrance overrides what link says, for the demo.
	entrance console.Entrance
}

func (s *session) serveCmd() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use: "serve", Short: "The console: the published text with the truth beside each sentence, in a browser", Args: cobra.NoArgs,
		Long: "Serves the console until it is interrupted. While nobody has an account, it prints a link that lets you in\n" +
			"once, as the owner: open your account under Team. Then people sign in with a password and a code,\n" +
			"or with an account of the company's own OpenID provider (sign_in in garant.yaml).\n" +
			"Other machines reach it through a proxy that encrypts, whose address --url tells; without it only a\n" +
			"loopback address is accepted. The stores are looked at when it starts and then every so often; what is\n" +
			"found is entered in the ledger, as with garant verify. Where cookies.yaml is there, the cookie banner is served\n" +
			"under /temoins/ (garant cookies tells how a site takes it in); under /donnees/ people read the\n" +
			"published policy, ask for their rights and check proofs (docs/public.md); where forms.yaml is there, the forms are under\n" +
			"/donnees/formulaires/ (docs/forms.md), and what people send is forwarded.\n\n" +
			"Exit codes: 0 interrupted; 1 error; 2 wrong usage.",
		RunE: func(c *cobra.Command, _ []string) error { return s.serve(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", defaultListen, "HOST:PORT; port 0 takes a free one")
	c.Flags().DurationVar(&f.every, "every", time.Hour, "how long after a look at the stores the next one is taken")
	c.Flags().StringVar(&f.url, "url", "", "https://NAME by which browsers reach it through a proxy")
	c.Flags().BoolVar(&f.link, "link", false, "print a link that lets an owner in once, though there are accounts")
	return c
}

// mode is how the link lets in.
func (f serveFlags) mode() console.Entrance {
	switch {
	case f.entrance != "":
		return f.entrance
	case f.link:
		return console.LinkOnce
	}
	return console.LinkFirst
}

// serve serves the console until the context ends.
func (s *session) serve(ctx context.Context, f serveFlags) (err error) {
	p, err := project.Read(s.dir, s.getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	public, err := f.public()
	if err != nil {
		return err
	}
	provider, err := s.provider(p.Config.SignIn)
	if err != nil {
		return err
	}
	l, err := s.listen(f.listen, public != "")
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
	names := hosts(l.Addr().String(), public)
	company := &serve.Company{Dir: s.dir, Getenv: s.getenv, Clock: s.instant, State: p.State}
	asks := serve.NewRequests(company, base(l, public), slog.New(slog.NewTextHandler(s.err, nil)))
	visitors, err := s.visitors(ctx, p, outsideOptions{names, base(l, public), public != "", zone, asks})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	c, err := console.New(company, p.State, console.Options{
		Clock: s.instant, Zone: zone, English: !s.french(), Every: f.every, Hosts: names,
		Secure: public != "", Entrance: f.mode(), Provider: provider, ProviderName: p.Config.SignIn.Name,
		Log: slog.New(slog.NewTextHandler(s.err, nil)),
	})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	run := func(ctx context.Context) {
		var all sync.WaitGroup
		all.Go(func() { c.Run(ctx) })
		all.Go(func() { company.Forward(ctx, forwardEvery, slog.New(slog.NewTextHandler(s.err, nil))) })
		all.Go(func() { asks.Run(ctx) })
		all.Wait()
	}
	visitors.Handle("/", c.Handler())
	link, err := c.Link(ctx)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	s.entrance(base(l, public)+link, link == "/entrer")
	return s.serving(ctx, run, visitors, l)
}

// forwardEvery is how often what was sent with the forms is looked after.
const forwardEvery = 10 * time.Second

// base is the address by which browsers come.
func base(l net.Listener, public string) string {
	if public != "" {
		return "https://" + public
	}
	return "http://" + l.Addr().String()
}

// public is the name by which browsers reach the console through a proxy; empty without one.
func (f serveFlags) public() (string, error) {
	if f.url == "" {
		return "", nil
	}
	u, err := url.Parse(f.url)
	if err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return "", usage(fmt.Errorf("--url %s: write https://NAME, the address of the proxy that encrypts", f.url))
	}
	return u.Host, nil
}

// listen opens the port, on a loopback address unless a proxy stands before it: what goes to
// another machine has to be encrypted.
func (s *session) listen(address string, proxied bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usage(fmt.Errorf("--listen %s: write HOST:PORT, such as 127.0.0.1:8484", address))
	}
	if ip := net.ParseIP(host); !proxied && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usage(fmt.Errorf("--listen %s: the console is served on a loopback address, such as 127.0.0.1:8484, unless --url names the proxy that encrypts", address))
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, coded{fmt.Errorf("listen on %s: %w", address, err), exitError, "choisir un autre port avec --listen", "choose another port with --listen"}
	}
	return l, nil
}

// hosts are the names under which the console is called.
func hosts(address, public string) []string {
	_, port, _ := net.SplitHostPort(address)
	if public != "" {
		return []string{public}
	}
	out := []string{address}
	for _, h := range []string{"127.0.0.1", "localhost", "::1"} {
		out = append(out, net.JoinHostPort(h, port))
	}
	return out
}

// serving serves until the context ends, with what runs beside it.
func (s *session) serving(ctx context.Context, run func(context.Context), pages http.Handler, l net.Listener) error {
	server := &http.Server{Handler: pages, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(s.err, nil), slog.LevelWarn)}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ran := make(chan struct{})
	go func() { defer close(ran); run(ctx) }()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		stop()
		<-ran
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(last)
	<-ran
	return err
}

// entrance tells where the console is and how to come in.
func (s *session) entrance(link string, accounts bool) {
	if s.json {
		_ = s.print(map[string]string{"url": link}) // who does not read it cannot come in
		return
	}
	s.line("  %s\n", "  %s\n", link)
	if !accounts {
		s.line("Le lien laisse entrer comme responsable ; ouvrir ensuite son compte sous « Équipe ».", "The link lets you in as the owner; then open your account under Team.")
	}
	s.line("Ctrl-C pour arrêter.", "Ctrl-C to stop.")
}
