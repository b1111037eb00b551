package console

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/garant-rgpd/garant/rights"
)

//go:embed web
var web embed.FS

// Options are how a console is served.
type Options struct {
	// Clock tells the time.
	Clock func() time.Time
	// Zone is the controller's; times are shown in it.
	Zone *time.Location
	// English makes English the language of who asked for none.
	English bool
	// Every is how long after a look the next one is taken.
	Every time.Duration
	// Hosts are the names under which the console is called; requests for another are refused,
	// which keeps a hostile page from reaching it under a name of its own.
	Hosts []string
	// Secure says that browsers reach it by https alone.
	Secure bool
	// Entrance is whether a link lets in without an account.
	Entrance Entrance
	// Provider signs people in with the accounts of their company; nil for none. ProviderName
	// is what people call those accounts.
	Provider     Provider
	ProviderName string
	// Argon is how dear a password's hash is; the library's default unless given.
	Argon *argon2id.Params
	// Log is told what went wrong, never a personal value.
	Log *slog.Logger
}

// Console serves the pages. It is safe for concurrent use.
type Console struct {
	opt     Options
	company Company
	people  People
	gate    *gatekeeper
	watch   *watch
	bench   *bench
	memo    memo
	door    *door
	lobby   *lobby
	party   *webauthn.WebAuthn // nil where the console has no name for devices to know it by
	sights  sights
	counter counter
	desktop desktop
	anyone  string // stands for the name of a reader in a page that many read
	screens map[string]*template.Template
	assets  *Assets

	verifying sync.Mutex // one recomputes the ledger at a time
}

// Company is what the console needs of the company.
type Company interface {
	Looker
	Prover
	Worker
	Keeper
	Sampler
	Reader
	Explainer
	Holder
	Asker
	Tester
	Installer
	Clerk
	Mover
	Finder
	Ender
	Corrector
	Correspondent
	Searcher
	Recorder
	Importer
	Jurist
}

// New makes a console of a company for its people. Its pages are empty until Run looks at the
// stores.
func New(c Company, p People, opt Options) (*Console, error) {
	a, err := NewAssets("/assets/", nil)
	if err != nil {
		return nil, err
	}
	screens, err := parseScreens(web)
	if err != nil {
		return nil, err
	}
	gate, err := newGatekeeper(opt.Argon)
	if err != nil {
		return nil, err
	}
	party, err := relyingParty(opt)
	if err != nil {
		return nil, fmt.Errorf("prepare the sign-in with passkeys: %w", err)
	}
	out := &Console{party: party, opt: opt, company: c, people: p, gate: gate, screens: screens, assets: a, door: newDoor(p, opt), lobby: newLobby(opt.Secure, opt.Clock), bench: newBench(), anyone: rand.Text()}
	out.watch = newWatch(c, opt.Every, func(err error) { opt.Log.Error("look at the stores", "error", err) })
	return out, nil
}

// Run looks at the stores at once, and again when asked and every so often, and does what the
// pages start, until the context ends.
func (c *Console) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { c.watch.run(ctx) })
	all.Go(func() { c.bench.run(ctx) })
	all.Wait()
}

// Handler serves the pages.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range c.routes() {
		mux.Handle(r.pattern, c.guard(r))
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.refuse(w, r, http.StatusForbidden)
	}))
	return c.headers(c.knownHost(cross.Handler(mux)))
}

// route is one address with the right it asks for.
type route struct {
	pattern string
	may     right
	serve   func(http.ResponseWriter, *http.Request, visit) error
}

// routes lists every address there is.
func (c *Console) routes() []route {
	all := []route{
		{"GET /{$}", reads, c.home},
		{"GET /promesses/{rule}", reads, c.home},
		{"POST /regarder", works, c.lookAgain},
		{"GET /plan", reads, c.plans},
		{"POST /plan", works, c.prepare},
		{"GET /plan/{digest}", reads, c.plan},
		{"GET /plan/{digest}/exemples", reads, c.samples},
		{"POST /plan/{digest}/approuver", decides, c.approve},
		{"POST /plan/{digest}/appliquer", works, c.apply},
		{"GET /echeances", reads, c.ahead},
		{"GET /fiche", reads, c.record},
		{"GET /gels", reads, c.holds},
		{"POST /gels", decides, c.place},
		{"POST /gels/{id}/lever", decides, c.lift},
		{"GET /demandes", reads, c.requests},
		{"POST /demandes", works, c.open},
		{"GET /demandes/{id}", reads, c.request},
		{"POST /demandes/{id}/recue", works, c.move(rights.Acknowledged)},
		{"POST /demandes/{id}/droit", works, c.move(rights.Confirm)},
		{"POST /demandes/{id}/sans-objet", works, c.move(rights.NoRequest)},
		{"POST /demandes/{id}/langue", works, c.move(rights.LanguageSet)},
		{"POST /demandes/{id}/identite", works, c.move(rights.Identified)},
		{"POST /demandes/{id}/lien", works, c.move(rights.LinkMade)},
		{"POST /demandes/{id}/doute", works, c.move(rights.Doubted)},
		{"POST /demandes/{id}/chercher", works, c.find},
		{"POST /demandes/{id}/candidat", works, c.decide},
		{"POST /demandes/{id}/plan", works, c.planRequest},
		{"POST /demandes/{id}/appliquer", decides, c.applyRequest},
		{"POST /demandes/{id}/fiche", decides, c.fields},
		{"POST /demandes/{id}/corriger", decides, c.correct},
		{"POST /demandes/{id}/limiter", decides, c.move(rights.Restricted)},
		{"POST /demandes/{id}/lever", decides, c.move(rights.Lifted)},
		{"POST /demandes/{id}/deces", decides, c.move(rights.Executed)},
		{"POST /demandes/{id}/dossier", decides, c.answerFile},
		{"GET /demandes/{id}/dossier/{token}", decides, c.fetch},
		{"POST /demandes/{id}/repondre", decides, c.move(rights.Answer)},
		{"POST /demandes/{id}/prolonger", decides, c.move(rights.Extend)},
		{"POST /demandes/{id}/refuser", decides, c.move(rights.Refuse)},
		{"POST /demandes/{id}/prevenir", works, c.move(rights.Told)},
		{"POST /demandes/{id}/confirme", works, c.move(rights.RecipientDone)},
		{"POST /demandes/{id}/clore", decides, c.move(rights.Close)},
		{"GET /demandes/{id}/lettres/{kind}", works, c.letter},
		{"POST /demandes/{id}/lettres/{kind}", works, c.dispatch},
		{"GET /personne", works, c.person},
		{"POST /personne", works, c.seek},
		{"POST /personne/valeurs", works, c.reveal},
		{"GET /accords", reads, c.agreements},
		{"GET /accords/{id}", reads, c.agreement},
		{"POST /accords/chercher", works, c.searched},
		{"POST /accords/dire", works, c.object},
		{bringing, decides, c.bring},
		{"GET /permission", asks, c.permission},
		{"POST /permission", asks, c.ask},
		{"GET /traitements", reads, c.processing},
		{"GET /carte", reads, c.datamap},
		{"GET /droit", reads, c.lawbook},
		{"GET /reglages", decides, c.settings},
		{"POST /reglages/courriel", manages, c.tryMail},
		{"GET /bases", decides, c.stores},
		{"GET /registre", reads, c.ledger},
		{"GET /registre/verifier", reads, c.verify},
		{"GET /registre.txt", reads, c.export},
		{"GET /preuves/{entry}", reads, c.proof},
		{"GET /cle.txt", reads, c.publicKey},
		{"/", inside, c.nowhere},
	}
	return append(all, c.doors()...)
}

// doors lists the addresses of people: who may come in, and how.
func (c *Console) doors() []route {
	return []route{
		{"GET /equipe", manages, c.team},
		{"POST /equipe", manages, c.invite},
		{"POST /equipe/{id}/fermer", manages, c.closeAccount},
		{"POST /equipe/sessions/{session}/fermer", manages, c.endSession},
		{"GET /invitation/{token}", anybody, c.enrolForm},
		{"POST /invitation/{token}", anybody, c.enrol},
		{"GET /invitation/{token}/code.png", anybody, c.codePicture},
		{"GET /invitation/{token}/compte", anybody, c.outside},
		{"GET /entrer", anybody, c.signForm},
		{"POST /entrer/cle", anybody, c.signKey},
		{"GET /compte", inside, c.account},
		{"POST /compte/cles", inside, c.addKey},
		{"POST /compte/cles/{key}/retirer", inside, c.removeKey},
		{"GET /entrer/compte", anybody, c.outside},
		{"GET /entrer/retour", anybody, c.returned},
		{"POST /entrer", anybody, c.sign},
		{"GET /entrer/{token}", anybody, c.enter},
		{"POST /sortir", inside, c.leave},
		{"GET /langue/{lang}", anybody, c.language},
		{"GET /assets/{digest}/{name}", anybody, c.asset},
	}
}

// Routes lists every address with the right it asks for, for tests that try them all.
func (c *Console) Routes() map[string]string {
	out := map[string]string{}
	for _, r := range c.routes() {
		out[r.pattern] = string(r.may)
	}
	return out
}

// visit is one request of somebody who may make it.
type visit struct {
	who     *session // nil for who has not signed in
	english bool
}

// How much a form may send, and a list that is brought in.
const (
	largestForm = 64 << 10
	largestList = 64 << 20
)

// bringing is the address that takes a list.
const bringing = "POST /accords/importer"

// largest is how much may be sent to the address.
func (rt route) largest() int64 {
	if rt.pattern == bringing {
		return largestList
	}
	return largestForm
}

// guard lets in who has the right, and turns errors into pages.
func (c *Console) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, rt.largest())
		v := visit{english: c.english(r)}
		if err := c.pass(w, r, rt, &v); err != nil {
			c.fail(w, r, v, err)
		}
	})
}

func (c *Console) pass(w http.ResponseWriter, r *http.Request, rt route, v *visit) (err error) {
	if v.who, err = c.door.who(r); err != nil {
		return err
	}
	switch {
	case v.who == nil && rt.may != anybody:
		http.Redirect(w, r, signAddress(r), http.StatusSeeOther)
		return nil
	case v.who != nil && !v.who.Role.may(rt.may):
		if v.who.Role == agent && r.URL.Path == "/" {
			http.Redirect(w, r, "/permission", http.StatusSeeOther) // where an agent works
			return nil
		}
		return forbidden{}
	}
	defer c.changed(r)
	return rt.serve(w, r, *v)
}

// signAddress is where to sign in, with the page to come back to.
func signAddress(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/entrer"
	}
	return "/entrer?" + url.Values{"page": {r.URL.RequestURI()}}.Encode()
}

// contentPolicy is what browsers are told: nothing is loaded from elsewhere, no script runs, and
// no other page may frame these.
const contentPolicy = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers are those of every answer.
func (c *Console) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if c.opt.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// knownHost refuses requests made under another name than the console's.
func (c *Console) knownHost(next http.Handler) http.Handler {
	known := map[string]bool{}
	for _, h := range c.opt.Hosts {
		known[h] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !known[r.Host] {
			c.refuse(w, r, http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// forbidden is the error of an address that the role has no right to.
type forbidden struct{}

// Error says so.
func (forbidden) Error() string { return "the role has no right to this" }

// missing is the error of an address where there is nothing.
type missing struct{}

// Error says so.
func (missing) Error() string { return "there is nothing at this address" }

func (c *Console) nowhere(http.ResponseWriter, *http.Request, visit) error { return missing{} }

func (c *Console) lookAgain(w http.ResponseWriter, r *http.Request, _ visit) error {
	c.watch.ask()
	http.Redirect(w, r, "/?controle", http.StatusSeeOther)
	return nil
}

// refuse answers without a page, to who is no reader of pages.
func (c *Console) refuse(w http.ResponseWriter, r *http.Request, status int) {
	c.opt.Log.Warn("refused", "status", status, "method", r.Method)
	http.Error(w, fmt.Sprintf("%d %s", status, http.StatusText(status)), status)
}
