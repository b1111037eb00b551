package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/api"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/consent/page"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) consentServeCmd() *cobra.Command {
	var address, public string
	c := &cobra.Command{
		Use: "serve", Short: "Answer the company's own software over HTTP: may I, and this happened", Args: cobra.NoArgs,
		Long: "Serves /v1/may, /v1/list, /v1/events, /v1/records, /v1/links, /v1/requests, /v1/verdicts and /v1/plans on this\n" +
			"machine until it is interrupted; /openapi.json describes them. Callers bring a token of garant token add, or that of GARANT_API_TOKEN, which may do everything;\n" +
			"where there is neither, one is made and printed. Only a loopback address is accepted: a proxy that encrypts goes before it.\n\n" +
			"Exit codes: 0 interrupted; 1 error; 2 wrong usage; 10 the files have errors.",
		RunE: func(c *cobra.Command, _ []string) error { return s.serveAPI(c.Context(), address, public) },
	}
	c.Flags().StringVar(&public, "url", "", "public address of people's own pages, such as https://choix.a.example: they are served too")
	c.Flags().StringVar(&address, "listen", "127.0.0.1:8585", "HOST:PORT; port 0 takes a free one")
	return c
}

func (s *session) serveAPI(ctx context.Context, address, public string) error {
	return s.withState(ctx, func(p *project.Project) error {
		token, made, err := s.apiToken(ctx, p)
		if err != nil {
			return err
		}
		desk, err := p.May(ctx)
		if err != nil {
			return err
		}
		options, err := s.apiOptions(p, token, false)
		if err != nil {
			return err
		}
		mux := http.NewServeMux()
		if public != "" {
			if options.Link, err = s.mountPages(mux, p, desk, public); err != nil {
				return err
			}
		}
		service := api.New(desk, options)
		defer service.Close()
		l, err := s.listen(address, false)
		if err != nil {
			return err
		}
		mux.Handle("/", service.Handler())
		if s.getenv("GOGC") == "" && s.getenv("GOMEMLIMIT") == "" {
			debug.SetGCPercent(400) // what a question leaves behind is little: sweep less often
			debug.SetMemoryLimit(512 << 20)
		}
		go s.readAhead(ctx, p)
		s.apiAt("http://"+l.Addr().String(), token, made)
		return s.serveUntil(ctx, l, mux)
	})
}

// readAhead holds what is on file about people in memory, for the questions that will come. Who
// asks meanwhile is answered; where it fails they are answered all the same, only slower.
func (s *session) readAhead(ctx context.Context, p *project.Project) {
	if err := p.State.Recall(ctx); err != nil && ctx.Err() == nil {
		s.note("Les personnes ne sont pas gardées en mémoire"+narrow+": %v", "People are not held in memory: %v", err)
	}
}

// apiOptions are those of the API of a company, which lets in the token and those in its state.
// proxied says that the proxy which encrypts may be on another machine.
func (s *session) apiOptions(p *project.Project, token string, proxied bool) (o api.Options, err error) {
	gate := api.NewGate(api.OneToken{Token: token, Others: grants{p.State}}, proxied, s.instant)
	o = api.Options{Gate: gate, Findings: findings{p.State}, Clock: s.instant, PolicyDigest: p.PolicyDigest()}
	o.Cases.Owner = p.Config.Requests.Owner
	o.Cases.Desk, err = p.Desk()
	return o, err
}

// apiToken is the one token that may do everything: that of the environment, or one made for the
// occasion where no other lets anybody in; empty where others do.
func (s *session) apiToken(ctx context.Context, p *project.Project) (token string, made bool, err error) {
	if token = s.getenv("GARANT_API_TOKEN"); token != "" {
		if len(token) < shortestToken {
			err = usage(errors.New("GARANT_API_TOKEN is too short: sixteen signs at least"))
		}
		return token, false, err
	}
	all, err := p.State.Tokens(ctx)
	if slices.ContainsFunc(all, func(t db.Token) bool { return t.Ended.IsZero() }) {
		return "", false, err
	}
	return rand.Text(), true, err
}

// shortestToken is the least signs of a token.
const shortestToken = 16

// mountPages serves people's own pages under /p/ and /u/, and returns what makes their links.
func (s *session) mountPages(mux *http.ServeMux, p *project.Project, desk *consent.Desk, public string) (func(consent.Identifier, policy.PurposeID, consent.Channel) (api.Link, error), error) {
	links, err := page.NewLinks(desk.Key)
	if err != nil {
		return nil, err
	}
	if public, err = publicAddress(public); err != nil {
		return nil, usage(err)
	}
	pages := &page.Pages{Desk: desk, Links: links, Notices: p.State, Clock: s.instant, PolicyDigest: p.PolicyDigest()}
	mux.Handle("/p/", pages.Handler())
	mux.Handle("/u/", pages.Handler())
	return func(who consent.Identifier, purpose policy.PurposeID, channel consent.Channel) (api.Link, error) {
		word, err := links.Seal(page.Link{Person: who, Purpose: purpose, Channel: channel})
		return api.Link{Page: public + "/p/" + word, Headers: page.Headers(public, word)}, err
	}, nil
}

// publicAddress checks an address that people will follow: RFC 8058 wants it encrypted.
func publicAddress(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !thisMachine(u.Hostname()) {
		return "", errors.New("--url: write the public address, such as https://choix.a.example")
	}
	return strings.TrimSuffix(s, "/"), nil
}

// thisMachine reports whether a name is one of this machine's own (RFC 6761, section 6.3).
func thisMachine(host string) bool {
	return host == "127.0.0.1" || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// apiAt tells where the API is, and the token where it was made for the occasion.
func (s *session) apiAt(url, token string, made bool) {
	if s.json {
		at := map[string]string{"url": url}
		if made {
			at["token"] = token
		}
		_ = s.print(at) // who does not read it cannot ask
		return
	}
	s.line("Garant répond à %s/v1/may. Ctrl-C pour arrêter.", "Garant answers at %s/v1/may. Ctrl-C to stop.", url)
	if made {
		s.line("Jeton, valable jusqu’à l’arrêt"+narrow+": %s", "Token, good until it stops: %s", token)
	}
}

// serveUntil serves until the context ends, and lets the requests under way finish.
func (s *session) serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(s.err, nil), slog.LevelWarn)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}
