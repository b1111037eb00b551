// Package public is for the people outside: the published policy, the company's forms and the
// request for one's rights, in the hand of the console, with no account, no script and nothing
// loaded from elsewhere.
//
// A site passes everything under /donnees/ on to it. Addresses are documented in docs/public.md.
package public

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

//go:embed web
var web embed.FS

// Prefix is the path under which everything is.
const Prefix = "/donnees/"

// Notices keeps what people were shown.
type Notices interface {
	// KeepNotice keeps a text under the digest of its content, and returns the digest.
	KeepNotice(ctx context.Context, text []byte, at time.Time) (string, error)
}

// Records finds what is on file of a person.
type Records interface {
	// RecordsOf returns the records of a person known by any of the references.
	RecordsOf(ctx context.Context, refs []consent.Ref) ([]consent.Record, error)
}

// Options are what the pages are made of.
type Options struct {
	Clock func() time.Time
	// Zone is the controller's, in which days are counted.
	Zone *time.Location
	// English makes English the language of who asked for none.
	English bool
	// Secure says that browsers come by https alone, through a proxy on this machine or a
	// private network, which tells the visitor's address.
	Secure bool
	// Log is told what went wrong, never anything about a visitor.
	Log *slog.Logger
	// Policy is what the company promises, PolicyDigest is written into records.
	Policy       policy.Policy
	PolicyDigest string
	// Key is the key of persons; that of pages is derived from it.
	Key []byte
	// Law is that of every day: a form that it forbids on the day is not shown.
	Law law.Pack
	// Forms are served where there are any; nil for none.
	Forms   *collect.FormSet
	Leads   collect.Receiver
	Notices Notices
	Records Records
	// Asks is where people use their rights; nil for nowhere. Mails says that letters are sent.
	Asks  Asks
	Mails bool
	// Library is what was published; nil where there is none. Choices is the address of the page
	// where one's choices about cookies are changed; empty without a banner.
	Library Library
	Choices string
	// LedgerKey is the public key by which proofs are checked.
	LedgerKey string
	// FormerKeys are those that were the ledger's before: what rests on them was signed then.
	FormerKeys []string
	// Keeps is how long the proof of having answered is kept.
	Keeps policy.Period
}

// Pages serves the pages outside. It is safe for concurrent use.
type Pages struct {
	opt     Options
	assets  *console.Assets
	screens map[string]*template.Template
	limit   *limits
	tokens  tokens
	forms   map[collect.FormID]shownForm
}

// New makes the pages, and keeps what the forms show under its digest.
func New(ctx context.Context, opt Options) (*Pages, error) {
	sheet, err := web.ReadFile("web/public.css")
	if err != nil {
		return nil, err
	}
	p := &Pages{opt: opt, limit: newLimits(opt.Clock, opt.Secure), tokens: newTokens(opt.Key), screens: map[string]*template.Template{}, forms: map[collect.FormID]shownForm{}}
	if p.assets, err = console.NewAssets(Prefix+"style/", sheet); err != nil {
		return nil, err
	}
	for _, name := range []string{"form", "said", "request", "confirm", "progress", "fetch", "document", "changes", "check"} {
		if p.screens[name], err = template.ParseFS(web, "web/frame.html", "web/"+name+".html"); err != nil {
			return nil, fmt.Errorf("read the page %s: %w", name, err)
		}
	}
	return p, p.readForms(ctx)
}

// Handler serves the addresses.
func (p *Pages) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Prefix+"style/{digest}/{name}", func(w http.ResponseWriter, r *http.Request) {
		if !p.assets.Serve(w, r, r.PathValue("digest"), r.PathValue("name")) {
			p.missing(w, r)
		}
	})
	mux.HandleFunc("GET "+Prefix+"formulaires/{form}", p.onForm(p.showForm))
	mux.HandleFunc("POST "+Prefix+"formulaires/{form}", p.onForm(p.takeForm))
	mux.HandleFunc("GET "+Prefix+"formulaires/{form}/fragment", p.onForm(p.fragment))
	mux.HandleFunc("GET "+Prefix+"formulaires/{form}/merci", p.onForm(p.thanks))
	if p.opt.Asks != nil {
		mux.HandleFunc("GET "+Prefix+"droits", p.showRequest)
		mux.HandleFunc("POST "+Prefix+"droits", p.takeRequest)
		mux.HandleFunc("GET "+Prefix+"droits/recue", p.received)
		mux.HandleFunc("GET "+Prefix+"droits/lien/{link}", p.confirmForm)
		mux.HandleFunc("POST "+Prefix+"droits/lien/{link}", p.confirm)
		mux.HandleFunc("GET "+Prefix+"droits/suivi/{word}", p.progress)
		mux.HandleFunc("POST "+Prefix+"droits/suivi/{word}", p.askFetchLink)
		mux.HandleFunc("GET "+Prefix+"droits/reponse/{link}", p.fetchForm)
		mux.HandleFunc("POST "+Prefix+"droits/reponse/{link}", p.fetch)
	}
	if p.opt.Library != nil {
		mux.HandleFunc("GET "+Prefix+"confidentialite", p.edition(p.showDocument))
		mux.HandleFunc("GET "+Prefix+"confidentialite/{number}", p.edition(p.showDocument))
		mux.HandleFunc("GET "+Prefix+"confidentialite/{number}/changements", p.edition(p.showChanges))
	}
	mux.HandleFunc("GET "+Prefix+"verifier", p.showCheck)
	mux.HandleFunc("POST "+Prefix+"verifier", p.check)
	mux.HandleFunc(Prefix, p.missing)
	return p.headers(mux)
}

// largest is how much a page may send.
const largest = 64 << 10

// headers are those of every answer. Nothing is loaded from elsewhere and no script runs; the
// sites of forms.yaml alone may frame a form (see frame).
func (p *Pages) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		p.frame(h, "'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if p.opt.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		most := int64(largest)
		if r.URL.Path == Prefix+"verifier" {
			most = largestProof
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	})
}

// frame says which pages may frame this one.
func (p *Pages) frame(h http.Header, by string) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "+by)
}

// page is what every page gives its template.
type page struct {
	Title, Company string
	// Framed is true in a frame of the site, which has a head and a foot of its own.
	Framed bool
	Path   string
	// Policy and Asks say whether there is a published policy, and a page to ask for rights.
	Policy, Asks bool
	english      bool
	assets       *console.Assets
}

func (p *Pages) page(r *http.Request, title consent.Text) page {
	out := page{Company: p.opt.Policy.Controller.Name, Framed: r.FormValue("cadre") == "1", Path: r.URL.Path, english: p.english(r), assets: p.assets}
	out.Title, out.Asks, out.Policy = out.Text(title), p.opt.Asks != nil, p.published(r.Context())
	return out
}

// published reports whether there is a policy to read.
func (p *Pages) published(ctx context.Context) bool {
	if p.opt.Library == nil {
		return false
	}
	all, err := p.opt.Library.Editions(ctx)
	return err == nil && len(all) > 0
}

// english reports which language a request is answered in: the one it asks for, else the
// browser's where that is English.
func (p *Pages) english(r *http.Request) bool {
	switch r.FormValue("langue") {
	case "fr":
		return false
	case "en":
		return true
	}
	return p.opt.English || strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "en")
}

// Say picks the text of the reader's language.
func (p page) Say(fr, en string) string {
	if p.english {
		return en
	}
	return console.Typography(fr)
}

// Text picks the wording of the reader's language.
func (p page) Text(t consent.Text) string { return p.Say(t.FR, t.EN) }

// Lang is the language of the page, Other the one it can be read in beside.
func (p page) Lang() string { return p.Say("fr", "en") }

// Other is the language that the page is not in.
func (p page) Other() string { return p.Say("en", "fr") }

// Asset is the address of a file that the pages ship.
func (p page) Asset(name string) string { return p.assets.Address(name) }

// show renders a page whole before a byte of it is sent.
func (p *Pages) show(w http.ResponseWriter, screen string, status int, data any) {
	p.render(w, screen, "frame.html", status, data)
}

func (p *Pages) render(w http.ResponseWriter, screen, name string, status int, data any) {
	var b bytes.Buffer
	if err := p.screens[screen].ExecuteTemplate(&b, name, data); err != nil {
		p.opt.Log.Error("a page outside", "page", screen, "error", err)
		http.Error(w, "500", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a reader who left cannot be told
}

// said is a page that says one thing.
type said struct {
	page
	Says string
}

func (p *Pages) say(w http.ResponseWriter, r *http.Request, status int, title, says consent.Text) {
	s := said{page: p.page(r, title)}
	s.Says = s.Text(says)
	p.show(w, "said", status, s)
}

func (p *Pages) missing(w http.ResponseWriter, r *http.Request) {
	p.say(w, r, http.StatusNotFound, consent.Text{FR: "Il n’y a rien ici", EN: "There is nothing here"},
		consent.Text{FR: "Cette adresse ne mène à aucune page. Vérifiez le lien, ou revenez au site.", EN: "This address leads to no page. Check the link, or go back to the site."})
}

// failed says that nothing was kept, so that the person tries again.
func (p *Pages) failed(w http.ResponseWriter, r *http.Request, err error) {
	p.opt.Log.Error("a page outside", "path", r.Pattern, "error", err)
	w.Header().Set("Retry-After", "60")
	p.say(w, r, http.StatusServiceUnavailable, consent.Text{FR: "Réessayez dans un instant", EN: "Try again in a moment"},
		consent.Text{FR: "Rien n’a été enregistré. Revenez en arrière, vos réponses y sont encore, et renvoyez-les.", EN: "Nothing was recorded. Go back, where your answers still are, and send them again."})
}
