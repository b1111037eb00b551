// Package web is for asking visitors of the company's site what may act on their device: it
// serves the banner as one script, the same question as a page that needs none, and notes the
// answer in a cookie set by header.
//
// The site passes everything under /temoins/ on to it, so that the cookie is the site's own.
// Addresses are documented in docs/cookies.md.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/policy"
)

// Prefix is the path under which everything is.
const Prefix = "/temoins/"

// Options are how a banner is served.
type Options struct {
	Keeper collect.Keeper
	Clock  func() time.Time
	// Zone is the controller's, in which a choice ends.
	Zone *time.Location
	// Lasts is how long a choice holds, an agreement and a refusal alike.
	Lasts policy.Period
	// English makes English the language of who asked for none.
	English bool
	// Hosts are further names, beside those of the site, under which it is called; Secure says
	// that browsers reach those by https alone.
	Hosts  []string
	Secure bool
	// Log is told what went wrong, never anything about a visitor.
	Log *slog.Logger
}

// Banner serves the question and takes the answers. It is safe for concurrent use.
type Banner struct {
	opt    Options
	site   collect.Site
	hosts  map[string]bool // true where browsers come by https
	shown  map[string]shown
	limit  *rate.Limiter
	digest map[string]string // of what is shown, by language
}

// Choices are noted at most so often: a flood costs the memory no more, and what a flood
// keeps from being noted is agreements; refusals are followed all the same.
const (
	perSecond = 50
	burst     = 500
)

// New makes the banner of a site, and keeps what it shows under its digest.
func New(ctx context.Context, site collect.Site, o Options) (*Banner, error) {
	b := &Banner{opt: o, site: site, hosts: map[string]bool{}, limit: rate.NewLimiter(perSecond, burst), digest: map[string]string{}}
	for _, origin := range site.Origins {
		u, err := url.Parse(origin)
		if err != nil {
			return nil, fmt.Errorf("read the address of a site: %w", err)
		}
		b.hosts[u.Host] = u.Scheme == "https"
	}
	for _, h := range o.Hosts {
		b.hosts[h] = b.hosts[h] || o.Secure
	}
	var err error
	if b.shown, err = render(site, o.Lasts); err != nil {
		return nil, err
	}
	for language, s := range b.shown {
		if b.digest[language], err = o.Keeper.KeepNotice(ctx, s.script.body, o.Clock()); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Weight is how many bytes a page loads for the banner in a language: script, style and
// text, packed.
func (b *Banner) Weight(language string) int { return len(b.shown[language].script.packed) }

// Handler serves the addresses.
func (b *Banner) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Prefix+"{$}", b.page)
	mux.HandleFunc("POST "+Prefix+"{$}", b.choose)
	mux.HandleFunc("GET "+Prefix+"bandeau", b.fragment)
	mux.HandleFunc("GET "+Prefix+"regle", b.rule)
	for language, s := range b.shown {
		mux.HandleFunc("GET "+Prefix+language+".js", s.script.serve)
	}
	mux.HandleFunc("GET "+Prefix+"style.css", b.shown["fr"].style.serve)
	cross := http.NewCrossOriginProtection()
	for _, o := range b.site.Origins {
		_ = cross.AddTrustedOrigin(o) // New has parsed it
	}
	return b.headers(cross.Handler(mux))
}

// headers are those of every answer. The page loads nothing but its style, and no other page
// may frame it: nobody is made to click on a choice.
func (b *Banner) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := b.hosts[r.Host]; !ok {
			http.Error(w, "421 this name is not among the sites of cookies.yaml", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, 8<<10)
		next.ServeHTTP(w, r)
	})
}

// ends returns the instant at which a choice is asked for again.
func (b *Banner) ends(given time.Time) time.Time {
	return collect.Ends(given, b.opt.Lasts, b.opt.Zone)
}

func visitOf(r *http.Request) collect.Visit {
	v := collect.Visit{Signal: r.Header.Get("Sec-GPC") == "1"}
	if k, err := r.Cookie(collect.CookieName); err == nil {
		v.Choice = k.Value
	}
	return v
}

func (b *Banner) stands(r *http.Request) collect.Standing {
	return b.site.Stands(visitOf(r), b.ends, b.opt.Clock())
}

// language is the one asked for, else the default.
func (b *Banner) language(asked string) string {
	if _, ok := b.shown[asked]; ok {
		return asked
	}
	if b.opt.English {
		return "en"
	}
	return "fr"
}

func (b *Banner) page(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := view{words: words{Language: b.language(q.Get("langue"))}, Site: b.site, Lasting: b.opt.Lasts, Back: back(r, q.Get("retour")),
		Done: q.Has("fait"), Changed: q.Has("change"), Signal: visitOf(r).Signal, Open: true, zone: b.opt.Zone}
	v.Allowed = b.stands(r).Allowed
	if c, err := collect.ParseChoice(visitOf(r).Choice); err == nil {
		v.Chosen = &c
	}
	b.show(w, "page", v)
}

// fragment is the banner for servers that put it into their pages (SSI, ESI); nothing where
// the visitor is not to be asked.
func (b *Banner) fragment(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if !b.stands(r).Ask {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		return
	}
	b.show(w, "fragment", view{words: words{Language: b.language(q.Get("langue"))}, Site: b.site, Lasting: b.opt.Lasts, Back: ours(q.Get("retour"))})
}

func (b *Banner) show(w http.ResponseWriter, name string, v view) {
	v.Version = b.shown[v.Language].version
	html, err := execute(name, v)
	if err != nil {
		b.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(html) // a reader who left cannot be told
}

// rule answers with the Content-Security-Policy of the moment, for a proxy that asks before
// it answers (auth_request, forward_auth) and sets it on the page.
func (b *Banner) rule(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", b.site.Guard(b.stands(r).Allowed))
	w.Header().Set("Vary", "Cookie, Sec-GPC")
	w.WriteHeader(http.StatusNoContent)
}

// choose takes an answer. A refusal is followed whatever happens; an agreement counts only
// where the question that was shown is the one of the moment and the proof is kept.
func (b *Banner) choose(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "400 the form cannot be read", http.StatusBadRequest)
		return
	}
	f := r.PostForm
	language, from := b.language(f.Get("langue")), back(r, f.Get("retour"))
	wanted, ok := b.wanted(f)
	if !ok {
		http.Error(w, "400 choix is refuser, accepter or choisir", http.StatusBadRequest)
		return
	}
	c := b.site.Choose(wanted, b.opt.Clock())
	c.Language, c.Banner, c.Signal = language, b.digest[language], visitOf(r).Signal
	if len(c.Allowed) > 0 && f.Get("v") != b.shown[language].version {
		b.answer(w, r, http.StatusConflict, query(language, from, "change"))
		return
	}
	if err := b.enter(r.Context(), c); err != nil && len(c.Allowed) > 0 {
		b.fail(w, err)
		return
	}
	b.set(w, r, c)
	to := query(language, from, "fait")
	if referer(r) == from && from != "" { // the banner was in the page: back to it at once
		to = from
	}
	b.answer(w, r, http.StatusOK, to)
}

// wanted are the purposes that a form agrees to.
func (b *Banner) wanted(f url.Values) (out []policy.CookieID, ok bool) {
	switch f.Get("choix") {
	case "refuser":
		return nil, true
	case "accepter":
		for _, p := range b.site.Asked() {
			out = append(out, p.ID)
		}
		return out, true
	case "choisir":
		for _, id := range f["p"] {
			out = append(out, policy.CookieID(id))
		}
		return out, true
	}
	return nil, false
}

// errFlood says that more choices come in than are noted.
var errFlood = errors.New("too many choices at once")

func (b *Banner) enter(ctx context.Context, c collect.Choice) error {
	if !b.limit.AllowN(b.opt.Clock(), 1) {
		return errFlood
	}
	err := b.opt.Keeper.EnterChoice(ctx, c)
	if err != nil {
		b.opt.Log.Error("enter a choice", "error", err)
	}
	return err
}

// set gives the browser the choice, and has it forget what refused purposes set that it sent
// along, on the host and on the domains above it.
func (b *Banner) set(w http.ResponseWriter, r *http.Request, c collect.Choice) {
	age := int(b.ends(c.At).Sub(c.At).Seconds())
	// Not HttpOnly: the script reads it on every page instead of asking the server each time,
	// and it holds nothing worth hiding.
	http.SetCookie(w, &http.Cookie{Name: collect.CookieName, Value: c.Value(), Path: "/", MaxAge: age, Secure: b.hosts[r.Host], SameSite: http.SameSiteLaxMode})
	for _, k := range r.Cookies() {
		if o, ok := b.site.OwnerOf(k.Name); ok && o.Consent && !allows(c.Allowed, o.Purpose) {
			expire(w, k.Name, r.Host)
		}
	}
}

func expire(w http.ResponseWriter, name, host string) {
	host, _, _ = strings.Cut(host, ":")
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1})
	for strings.Count(host, ".") > 0 && strings.Trim(host, "0123456789.") != "" {
		http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, Domain: host})
		_, host, _ = strings.Cut(host, ".")
	}
}

// answer tells a script the status, and sends a browser without one on.
func (b *Banner) answer(w http.ResponseWriter, r *http.Request, status int, to string) {
	if r.Header.Get("Accept") == "application/json" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("{}\n")) // a reader who left cannot be told
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func query(language, back, what string) string {
	q := url.Values{"langue": {language}, what: {""}}
	if back != "" {
		q.Set("retour", back)
	}
	return Prefix + "?" + q.Encode()
}

// fail says that nothing was noted. What went wrong is for the log.
func (b *Banner) fail(w http.ResponseWriter, err error) {
	if !errors.Is(err, errFlood) {
		b.opt.Log.Error("the banner", "error", err)
	}
	w.Header().Set("Retry-After", "10")
	http.Error(w, "503 Votre choix n’a pas pu être noté ; rien n’est accepté. / Your choice could not be noted; nothing was accepted.", http.StatusServiceUnavailable)
}

// back is the page of the site to go back to: the one named, else the one before.
func back(r *http.Request, named string) string {
	if named = ours(named); named != "" {
		return named
	}
	return referer(r)
}

// referer is the page of the site where the request was made; empty for another site's and
// for a page of ours.
func referer(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || strings.HasPrefix(u.Path, Prefix) {
		return ""
	}
	return ours(u.RequestURI())
}

// ours returns the path where it leads to a page of the site, else nothing: no address that
// somebody made up leads elsewhere.
func ours(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return ""
	}
	return p
}
