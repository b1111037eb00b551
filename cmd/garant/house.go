package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/console"
)

// premises is where one company is served: its folder, and the names under which browsers call it.
type premises struct {
	// name is what the company is called on the command line; empty where it is the only one.
	name, dir string
	hosts     []string
	base      string
}

// nameOfCompany is what may stand before the name of the console: a label of a domain.
var nameOfCompany = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// places are the companies to serve: that of the folder, or those that are named, each under a
// name of its own, so that no browser brings one what another gave it.
func (f serveFlags) places(dir, address, public string) ([]premises, error) {
	if len(f.companies) == 0 {
		names := hosts(address, public)
		return []premises{{dir: dir, hosts: names, base: base(names[0], public != "")}}, nil
	}
	_, port, _ := net.SplitHostPort(address)
	var out []premises
	seen := map[string]string{}
	for _, c := range f.companies {
		name, dir, ok := strings.Cut(c, "=")
		if !ok || !nameOfCompany.MatchString(name) || dir == "" {
			return nil, usage(fmt.Errorf("--company %s: write NAME=DIR, the name in letters, digits and dashes", c))
		}
		folder, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		if seen["name "+name] != "" || seen["dir "+folder] != "" {
			return nil, usage(fmt.Errorf("--company %s: a name and a folder are there once", c))
		}
		seen["name "+name], seen["dir "+folder] = name, name
		host := name + "." + public
		if public == "" {
			host = net.JoinHostPort(name+".localhost", port) // browsers find that on this machine
		}
		out = append(out, premises{name, dir, []string{host}, base(host, public != "")})
	}
	return out, nil
}

// house is a company that is served.
type house struct {
	premises
	project *project.Project
	console *console.Console
	pages   *http.ServeMux
	run     func(context.Context)
}

// openHouse opens a company's folder and makes its pages.
func (s *session) openHouse(ctx context.Context, at premises, f serveFlags) (*house, error) {
	p, err := project.Read(at.dir, s.getenv)
	if err != nil {
		return nil, err
	}
	h := &house{premises: at, project: p}
	if err := s.furnish(ctx, h, f); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return h, nil
}

// furnish makes the pages of a company, and what goes on behind them.
func (s *session) furnish(ctx context.Context, h *house, f serveFlags) error {
	p, own, log := h.project, *s, s.logOf(h.name)
	own.dir = h.dir
	options, err := s.consoleOptions(h, f)
	if err != nil {
		return err
	}
	if err := p.OpenState(ctx); err != nil {
		return err
	}
	company := &serve.Company{Dir: h.dir, Getenv: s.getenv, Clock: s.instant, State: p.State}
	asks := serve.NewRequests(company, h.base, log)
	if h.pages, err = own.visitors(ctx, p, outsideOptions{h.hosts, h.base, f.url != "", options.Zone, asks}); err != nil {
		return err
	}
	if h.console, err = console.New(company, p.State, options); err != nil {
		return err
	}
	answer, err := own.mountUse(ctx, h.pages, p, h.base, f.url != "")
	if err != nil {
		return err
	}
	h.pages.Handle("/", h.console.Handler())
	h.run = together(h.console.Run, asks.Run, answer,
		func(ctx context.Context) { company.Forward(ctx, forwardEvery, log) },
		func(ctx context.Context) { company.Tell(ctx, forwardEvery, log) })
	return nil
}

// consoleOptions says how the console of a company is served.
func (s *session) consoleOptions(h *house, f serveFlags) (console.Options, error) {
	c := h.project.Config
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	provider, err := s.provider(c.SignIn)
	return console.Options{
		Clock: s.instant, Zone: zone, English: !s.french(), Every: f.every, Hosts: h.hosts,
		Secure: f.url != "", Entrance: f.mode(), Provider: provider, ProviderName: c.SignIn.Name, Log: s.logOf(h.name),
	}, err
}

// together runs several things until all have ended.
func together(all ...func(context.Context)) func(context.Context) {
	return func(ctx context.Context) {
		var running sync.WaitGroup
		for _, run := range all {
			running.Go(func() { run(ctx) })
		}
		running.Wait()
	}
}

// logOf is where a company's trouble is told, with its name where there are several.
func (s *session) logOf(name string) *slog.Logger {
	log := slog.New(slog.NewTextHandler(s.err, nil))
	if name != "" {
		log = log.With("company", name)
	}
	return log
}

// street serves each company under its own names, and nothing under another.
func street(houses []*house) http.Handler {
	if len(houses) == 1 && houses[0].name == "" {
		return houses[0].pages // it refuses other names itself
	}
	doors := map[string]http.Handler{}
	for _, h := range houses {
		for _, name := range h.hosts {
			doors[name] = h.pages
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if door, ok := doors[r.Host]; ok {
			door.ServeHTTP(w, r)
			return
		}
		http.Error(w, "421 Misdirected Request", http.StatusMisdirectedRequest)
	})
}
