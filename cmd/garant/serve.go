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
	// companies are NAME=DIR, where several are served.
	companies []string
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
			"/donnees/formulaires/ (docs/forms.md), and what people send is forwarded. The company's own programs use /v1/,\n" +
			"with a token of garant token add; /openapi.json describes it. The hooks of garant.yaml are told what happens\n" +
			"(garant hook).\n\n" +
			"An outside data protection officer serves several companies at once with --company: each has its own folder,\n" +
			"accounts and name (http://NAME.localhost:8484, or https://NAME.HOST with --url), and nothing crosses.\n\n" +
			"Exit codes: 0 interrupted; 1 error; 2 wrong usage.",
		RunE: func(c *cobra.Command, _ []string) error { return s.serve(c.Context(), f) },
	}
	c.Flags().StringVar(&f.listen, "listen", defaultListen, "HOST:PORT; port 0 takes a free one")
	c.Flags().DurationVar(&f.every, "every", time.Hour, "how long after a look at the stores the next one is taken")
	c.Flags().StringVar(&f.url, "url", "", "https://NAME by which browsers reach it through a proxy")
	c.Flags().StringArrayVar(&f.companies, "company", nil, "NAME=DIR, once for each company: a console for each, under NAME. before its address")
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

// serve serves the consoles until the context ends.
func (s *session) serve(ctx context.Context, f serveFlags) (err error) {
	public, err := f.public()
	if err != nil {
		return err
	}
	l, err := s.listen(f.listen, public != "")
	if err != nil {
		return err
	}
	places, err := f.places(s.dir, l.Addr().String(), public)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	var houses []*house
	defer func() {
		for _, h := range houses {
			err = errors.Join(err, h.project.Close())
		}
	}()
	for _, at := range places {
		h, err := s.openHouse(ctx, at, f)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		houses = append(houses, h)
	}
	if err := s.entrances(ctx, houses); err != nil {
		return errors.Join(err, l.Close())
	}
	run := func(ctx context.Context) {
		var all sync.WaitGroup
		for _, h := range houses {
			all.Go(func() { h.run(ctx) })
		}
		all.Wait()
	}
	return s.serving(ctx, run, street(houses), l)
}

// forwardEvery is how often what was sent with the forms, and what hooks are told, is looked after.
const forwardEvery = 10 * time.Second

// base is the address by which browsers come to a name.
func base(host string, secure bool) string {
	if secure {
		return "https://" + host
	}
	return "http://" + host
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

// entrances tells where the consoles are and how to come in.
func (s *session) entrances(ctx context.Context, houses []*house) error {
	urls, first := map[string]string{}, false
	for _, h := range houses {
		link, err := h.console.Link(ctx)
		if err != nil {
			return err
		}
		urls[h.name] = h.base + link
		first = first || link != "/entrer"
	}
	if s.json {
		if one, ok := urls[""]; ok {
			return s.print(map[string]string{"url": one})
		}
		return s.print(map[string]map[string]string{"urls": urls})
	}
	for _, h := range houses {
		s.line("  %s", "  %s", strings.TrimSpace(h.name+"  "+urls[h.name]))
	}
	s.line("", "")
	if first {
		s.line("Le lien laisse entrer comme responsable ; ouvrir ensuite son compte sous « Équipe ».", "The link lets you in as the owner; then open your account under Team.")
	}
	s.line("Ctrl-C pour arrêter.", "Ctrl-C to stop.")
	return nil
}
