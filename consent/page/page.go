// Package page is for the person: the page where they read what they agreed to, when and in
// which words, take it back, or object to everything, with no account and no script; and the
// one click of mail readers (RFC 8058).
package page

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

//go:embed page.html
var source string

// Notices keeps the words that people were shown.
type Notices interface {
	// Notice returns the text kept under a digest, or an error when it is not kept.
	Notice(ctx context.Context, digest string) ([]byte, error)
}

// Pages serves people's own pages. It is safe for concurrent use.
type Pages struct {
	Desk    *consent.Desk
	Links   Links
	Notices Notices
	Clock   func() time.Time
	// PolicyDigest is written into the records of what people say here.
	PolicyDigest string
}

// Handler returns the routes: the page, and the one click. To read them changes nothing.
func (p *Pages) Handler() http.Handler {
	t := template.Must(template.New("page").Parse(source)) // it is ours
	mux := http.NewServeMux()
	mux.HandleFunc("GET /p/{word}", p.with(func(w http.ResponseWriter, r *http.Request, l Link) { p.show(w, r, l, t) }))
	mux.HandleFunc("POST /p/{word}", p.with(p.change))
	mux.HandleFunc("GET /u/{word}", p.with(func(w http.ResponseWriter, r *http.Request, _ Link) {
		http.Redirect(w, r, "/p/"+r.PathValue("word"), http.StatusSeeOther)
	}))
	mux.HandleFunc("POST /u/{word}", p.with(p.oneClick))
	return mux
}

// with opens the link of an address and sets what keeps the page to its reader.
func (p *Pages) with(do func(http.ResponseWriter, *http.Request, Link)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		l, err := p.Links.Open(r.PathValue("word"))
		if err != nil {
			to := p.Desk.Policy.Controller.Contact
			http.Error(w, "Ce lien n’est pas valable, ou il n’est pas entier. Pour vos choix, écrivez à "+to+"\n\nThis link is not valid, or not whole. For your choices, write to "+to, http.StatusNotFound)
			return
		}
		do(w, r, l)
	}
}

// view is what the page shows.
type view struct {
	Lang, Name, Contact string
	T                   words
	Done, Objects       bool
	Agreed              []agreement
	Questions           []question
}

type agreement struct {
	Title, Channel, On, Until, Words string
	Purpose                          policy.PurposeID
	By                               consent.Channel
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, l Link, t *template.Template) {
	f, err := p.facts(r.Context(), l)
	if err != nil {
		failed(w)
		return
	}
	lang := language(r)
	v := view{Lang: lang, T: texts[lang], Name: p.Desk.Policy.Controller.Name, Contact: p.Desk.Policy.Controller.Contact,
		Done: r.URL.Query().Get("done") == "1", Objects: f.Objects()}
	v.Questions = p.questions(r.Context(), f)
	for _, a := range f.Agreed(policy.DateOf(p.now(), p.now().Location())) {
		v.Agreed = append(v.Agreed, p.agreement(r.Context(), a, lang))
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		failed(w)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // who went away does not read it
}

// now is the instant in the company's zone.
func (p *Pages) now() time.Time {
	if p.Desk.Zone == nil {
		return p.Clock().UTC()
	}
	return p.Clock().In(p.Desk.Zone)
}

func (p *Pages) facts(ctx context.Context, l Link) (consent.Facts, error) {
	records, err := p.Desk.Keeper.RecordsOf(ctx, []consent.Ref{consent.Refer(p.Desk.Key, l.Person)})
	return consent.FactsOf(records, p.now()), err
}

func (p *Pages) agreement(ctx context.Context, a consent.Agreement, lang string) agreement {
	out := agreement{Title: p.title(a.Purpose), Channel: in(lang, a.Channel.Words()), Purpose: a.Purpose, By: a.Channel,
		On: a.At.In(p.now().Location()).Format("02/01/2006 15:04")}
	if !a.Until.IsZero() {
		out.Until = a.Until.Start(time.UTC).Format("02/01/2006")
	}
	if text, err := p.Notices.Notice(ctx, a.Notice); a.Notice != "" && err == nil {
		out.Words = string(text)
	}
	return out
}

// maxForm bounds a form: ours has three short fields.
const maxForm = 4 << 10

func form(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		unread(w)
		return nil, false
	}
	return r.PostForm, true
}

// change enters what the person says on the page, and shows it again.
func (p *Pages) change(w http.ResponseWriter, r *http.Request, l Link) {
	f, ok := form(w, r)
	if !ok {
		return
	}
	rec := consent.Record{Kind: consent.Opposition, Method: "form"}
	switch f.Get("act") {
	case "object":
	case consent.Kept, consent.LetGo:
		if rec, ok = p.reply(w, r, l, f.Get("act"), f.Get("question")); !ok {
			return
		}
	case "withdraw":
		rec.Kind = consent.Ended
		rec.Scope = p.scope(policy.PurposeID(f.Get("purpose")), consent.Channel(f.Get("channel")))
	default:
		unread(w)
		return
	}
	if p.enter(w, r, l, rec) {
		http.Redirect(w, r, "/p/"+r.PathValue("word")+"?done=1", http.StatusSeeOther)
	}
}

// scope is what a withdrawal is about; what is unknown to us narrows nothing, since a person
// who wants less must never get more.
func (p *Pages) scope(purpose policy.PurposeID, channel consent.Channel) consent.Scope {
	var s consent.Scope
	if slices.ContainsFunc(p.Desk.Policy.Purposes, func(x policy.Purpose) bool { return x.ID == purpose }) {
		s.Purposes = []policy.PurposeID{purpose}
	}
	if slices.Contains(consent.Channels(), channel) {
		s.Channels = []consent.Channel{channel}
	}
	return s
}

// oneClick is what a mail reader sends when its button is pressed.
func (p *Pages) oneClick(w http.ResponseWriter, r *http.Request, l Link) {
	f, ok := form(w, r)
	if !ok {
		return
	}
	if f.Get("List-Unsubscribe") != "One-Click" {
		unread(w)
		return
	}
	if p.enter(w, r, l, consent.Record{Kind: consent.Ended, Method: "email", Scope: p.scope(l.Purpose, l.Channel)}) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "OK\n") // who went away does not read it
	}
}

// enter enters a record. One sent twice within a minute is entered once.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, l Link, rec consent.Record) bool {
	now := p.Clock()
	what := append([]string{r.PathValue("word"), rec.Kind, now.UTC().Format("2006-01-02T15:04")}, string(first(rec.Purposes)), string(first(rec.Channels)))
	rec.Key = "page:" + consent.Refer(p.Desk.Key, consent.Identifier{Kind: "act", Value: strings.Join(what, "\x00")}).Short()
	rec.At, rec.Entered, rec.Policy = now, now, p.PolicyDigest
	_, err := p.Desk.Keeper.EnterRecords(r.Context(), []consent.Draft{{Person: []consent.Identifier{l.Person}, Record: rec}})
	if err != nil {
		failed(w)
		return false
	}
	return true
}

func first[T ~string](list []T) T {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// unread says that nothing was understood, and so nothing done.
func unread(w http.ResponseWriter) {
	http.Error(w, "Cela ne se lit pas, et rien n’a été enregistré : revenez à la page précédente.\n\nThis cannot be read, and nothing was recorded: go back to the page before.", http.StatusBadRequest)
}

// failed says that nothing was entered, so that the person tries again.
func failed(w http.ResponseWriter) {
	http.Error(w, "Rien n’a été enregistré : réessayez plus tard.\n\nNothing was recorded: try again later.", http.StatusServiceUnavailable)
}
