package console

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"
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
	// Log is told what went wrong, never a personal value.
	Log *slog.Logger
}

// Console serves the pages. It is safe for concurrent use.
type Console struct {
	opt     Options
	company Company
	watch   *watch
	bench   *bench
	door    *door
	screens map[string]*template.Template
	assets  assets
}

// Company is what the console needs of the company.
type Company interface {
	Looker
	Prover
	Worker
	Keeper
}

// New makes a console of a company. Its pages are empty until Run looks at the stores.
func New(c Company, opt Options) (*Console, error) {
	a, err := readAssets(web)
	if err != nil {
		return nil, err
	}
	screens, err := parseScreens(web)
	if err != nil {
		return nil, err
	}
	out := &Console{opt: opt, company: c, screens: screens, assets: a, door: newDoor(opt.Secure), bench: newBench()}
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

// route is one address with who may use it.
type route struct {
	pattern string
	open    bool // without signing in
	serve   func(http.ResponseWriter, *http.Request, visit) error
}

// routes lists every address there is.
func (c *Console) routes() []route {
	return []route{
		{"GET /{$}", false, c.home},
		{"GET /promesses/{rule}", false, c.home},
		{"POST /regarder", false, c.lookAgain},
		{"GET /plan", false, c.plans},
		{"POST /plan", false, c.prepare},
		{"GET /plan/{digest}", false, c.plan},
		{"POST /plan/{digest}/approuver", false, c.approve},
		{"POST /plan/{digest}/appliquer", false, c.apply},
		{"GET /registre.txt", false, c.export},
		{"GET /preuves/{entry}", false, c.proof},
		{"GET /cle.txt", false, c.publicKey},
		{"GET /entrer", true, c.closedDoor},
		{"GET /entrer/{token}", true, c.enter},
		{"POST /sortir", false, c.leave},
		{"GET /langue/{lang}", true, c.language},
		{"GET /assets/{digest}/{name}", true, c.asset},
		{"/", false, c.nowhere},
	}
}

// visit is one request of somebody who may make it.
type visit struct {
	who     *session // nil at the open addresses
	english bool
}

// largestForm is how much a form may send.
const largestForm = 64 << 10

// guard lets in who signed in, and turns errors into pages.
func (c *Console) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, largestForm)
		v := visit{english: c.english(r), who: c.door.who(r)}
		if v.who == nil && !rt.open {
			http.Redirect(w, r, "/entrer", http.StatusSeeOther)
			return
		}
		if err := rt.serve(w, r, v); err != nil {
			c.fail(w, r, v, err)
		}
	})
}

// headers are those of every answer. Nothing is loaded from elsewhere, no script runs, and no
// other page may frame these.
func (c *Console) headers(next http.Handler) http.Handler {
	const policy = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
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
