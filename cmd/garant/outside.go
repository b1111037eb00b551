package main

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/collect/web"
	"github.com/garant-rgpd/garant/console/public"
)

// visitors serves the pages of people outside, who need no account. With errors in the files
// nothing is asked, so that nothing is agreed to that was not meant.
func (s *session) visitors(ctx context.Context, p *project.Project, names []string, secure bool, zone *time.Location) (*http.ServeMux, error) {
	mux := http.NewServeMux()
	if err := p.LawfulForms(p.Today(s.instant())); err != nil {
		return nil, err
	}
	if p.Failed() {
		s.note("Les fichiers ont des erreurs"+narrow+": rien n’est servi au public. → garant check", "The files have errors: nothing is served to the public. → garant check")
		return mux, nil
	}
	if p.Site != nil {
		b, err := s.banner(ctx, p, names, secure)
		if err != nil {
			return nil, err
		}
		mux.Handle(web.Prefix, b.Handler())
	}
	if p.Forms == nil {
		return mux, nil
	}
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return nil, err
	}
	pages, err := public.New(ctx, public.Options{Clock: s.instant, Zone: zone, English: strings.HasPrefix(p.Policy.Language, "en"), Secure: secure,
		Log: slog.New(slog.NewTextHandler(s.err, nil)), Policy: p.Policy, PolicyDigest: p.PolicyDigest(), Key: key,
		Forms: p.Forms, Leads: p.State, Notices: p.State, Records: p.State})
	if err != nil {
		return nil, err
	}
	mux.Handle(public.Prefix, pages.Handler())
	return mux, nil
}
