package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/api"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/cmd/serve"
	"github.com/garant-rgpd/garant/collect/web"
	"github.com/garant-rgpd/garant/console/public"
	"github.com/garant-rgpd/garant/law"
)

// outsideOptions are how the pages outside are served.
type outsideOptions struct {
	names  []string
	base   string
	secure bool
	zone   *time.Location
	asks   *serve.Requests
}

// visitors serves the pages of people outside, who need no account. With errors in the files
// nothing is asked, so that nothing is agreed to that was not meant.
func (s *session) visitors(ctx context.Context, p *project.Project, o outsideOptions) (*http.ServeMux, error) {
	mux := http.NewServeMux()
	if err := p.LawfulForms(p.Today(s.instant())); err != nil {
		return nil, err
	}
	if p.Failed() {
		s.note("Les fichiers ont des erreurs"+narrow+": rien n’est servi au public. → garant check", "The files have errors: nothing is served to the public. → garant check")
		return mux, nil
	}
	choices := ""
	if p.Site != nil {
		b, err := s.banner(ctx, p, o.names, o.secure)
		if err != nil {
			return nil, err
		}
		mux.Handle(web.Prefix, b.Handler())
		choices = web.Prefix
	}
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.stale(ctx, p); err != nil {
		return nil, err
	}
	pack, err := law.French()
	if err != nil {
		return nil, err
	}
	_, mails := p.Post()
	pages, err := public.New(ctx, public.Options{Clock: s.instant, Zone: o.zone, English: strings.HasPrefix(p.Policy.Language, "en"), Secure: o.secure,
		Log: slog.New(slog.NewTextHandler(s.err, nil)), Policy: p.Policy, PolicyDigest: p.PolicyDigest(), Key: key,
		Law: pack, Forms: p.Forms, Leads: p.State, Notices: p.State, Records: p.State,
		Asks: o.asks, Mails: mails == nil, Keeps: p.Config.Requests.File,
		Library: p.State, Choices: choices, LedgerKey: p.State.PublicKey(), FormerKeys: p.State.FormerKeys()})
	if err != nil {
		return nil, err
	}
	o.asks.FollowAt(pages.Follow)
	mux.Handle(public.Prefix, pages.Handler())
	return mux, nil
}

// mountUse serves people's own pages, and the API for the company's programs until the context
// of what it returns ends. Only tokens of its state let in here; with errors in the files
// nothing does.
func (s *session) mountUse(ctx context.Context, mux *http.ServeMux, p *project.Project, base string, secure bool) (func(context.Context), error) {
	if p.Failed() {
		return func(context.Context) {}, nil
	}
	desk, err := p.May(ctx)
	if err != nil {
		return nil, err
	}
	options, err := s.apiOptions(p, "", secure)
	if err != nil {
		return nil, err
	}
	if options.Link, err = s.mountPages(mux, p, desk, base); err != nil {
		return nil, err
	}
	service := api.New(desk, options)
	mux.Handle("/v1/", service.Handler())
	mux.Handle("/openapi.json", service.Handler())
	return func(ctx context.Context) { s.readAhead(ctx, p); <-ctx.Done(); service.Close() }, nil
}
