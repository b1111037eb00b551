package console

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// page is what every screen gives its template.
type page struct {
	Title   string
	Company string
	Today   policy.Date
	Path    string
	Here    string // path and query
	Who     *session
	// Refresh is after how many seconds the page asks for itself again; 0 is never.
	Refresh int
	// Script says that the page asks a device for a key, which only a script can; it needs the
	// one script there is.
	Script bool

	english bool
	zone    *time.Location
	assets  *Assets
}

func (c *Console) page(r *http.Request, v visit, fr, en string) page {
	p := page{Path: r.URL.Path, Here: r.URL.RequestURI(), Who: v.who, english: v.english, zone: c.opt.Zone, assets: c.assets}
	p.Title = p.Say(fr, en)
	p.Today = policy.DateOf(c.opt.Clock(), c.opt.Zone)
	if l := c.watch.seen().look; l != nil && v.who != nil {
		p.Company = l.Policy.Controller.Name
	}
	return p
}

// parseScreens reads the frame, the parts that several screens share and, for each screen, what
// it puts into it.
func parseScreens(web fs.FS) (map[string]*template.Template, error) {
	names, err := fs.Glob(web, "web/*.html")
	if err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	for _, n := range names {
		if n == "web/frame.html" || n == "web/parts.html" {
			continue
		}
		t, err := template.ParseFS(web, "web/frame.html", "web/parts.html", n)
		if err != nil {
			return nil, fmt.Errorf("read the screen %s: %w", n, err)
		}
		out[strings.TrimSuffix(path.Base(n), ".html")] = t
	}
	return out, nil
}

// show renders a screen whole before a byte of it is sent: a page is right or not there.
func (c *Console) show(w http.ResponseWriter, screen string, status int, data any) error {
	var b bytes.Buffer
	if err := c.screens[screen].ExecuteTemplate(&b, "frame.html", data); err != nil {
		return fmt.Errorf("show %s: %w", screen, err)
	}
	send(w, status, b.Bytes())
	return nil
}

// htmlType is the type of a page.
const htmlType = "text/html; charset=utf-8"

func send(w http.ResponseWriter, status int, page []byte) {
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(status)
	_, _ = w.Write(page) // a reader who left cannot be told
}

// errorScreen says what went wrong in a safe sentence, with a number to look it up by.
type errorScreen struct {
	page
	Reference string
	Missing   bool
	Forbidden bool
}

// fail shows an error. What it says goes to the log, since it may name what is in a store;
// the reader is given its number.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, v visit, err error) {
	var gone missing
	var no forbidden
	s := errorScreen{page: c.page(r, v, "Une erreur", "An error"), Missing: errors.As(err, &gone), Forbidden: errors.As(err, &no)}
	status := http.StatusNotFound
	switch {
	case s.Missing:
	case s.Forbidden:
		status = http.StatusForbidden
	default:
		status, s.Reference = http.StatusInternalServerError, rand.Text()[:8]
		c.opt.Log.Error("page failed", "reference", s.Reference, "path", r.Pattern, "error", err)
	}
	if err := c.show(w, "error", status, s); err != nil {
		c.refuse(w, r, status)
	}
}

// language notes the reader's language, and goes back to a page of ours.
func (c *Console) language(w http.ResponseWriter, r *http.Request, _ visit) error {
	lang := r.PathValue("lang")
	if lang != "fr" && lang != "en" {
		return missing{}
	}
	http.SetCookie(w, &http.Cookie{Name: "lang", Value: lang, Path: "/", HttpOnly: true, Secure: c.opt.Secure, SameSite: http.SameSiteLaxMode, MaxAge: 31536000})
	http.Redirect(w, r, ours(r.URL.Query().Get("page")), http.StatusSeeOther)
	return nil
}

// ours returns the path where it leads to a page of the console, else the home page: no
// address that somebody made up leads elsewhere.
func ours(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return "/"
	}
	return p
}

// english reports which language a request is answered in.
func (c *Console) english(r *http.Request) bool {
	if k, err := r.Cookie("lang"); err == nil && (k.Value == "en" || k.Value == "fr") {
		return k.Value == "en"
	}
	return c.opt.English
}

// At reports whether the page is the one at the path, for the menu.
func (p page) At(path string) bool {
	if path == "/" {
		return p.Path == "/" || strings.HasPrefix(p.Path, "/promesses/")
	}
	return p.Path == path || strings.HasPrefix(p.Path, path+"/")
}
