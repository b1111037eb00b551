package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

//go:embed assets
var assets embed.FS

// words picks the wording of a language.
type words struct{ Language string }

// Say picks the text of the language.
func (w words) Say(fr, en string) string {
	if w.Language == "en" {
		return en
	}
	return fr
}

// Text picks the wording of the language.
func (w words) Text(t consent.Text) string { return w.Say(t.FR, t.EN) }

// Period writes a length of time.
func (w words) Period(p policy.Period) string { return w.Say(p.French(), p.String()) }

// view is what the templates are given.
type view struct {
	words
	collect.Site
	Lasting policy.Period
	Version string
	// Back is the page of the site to go back to.
	Back          string
	Allowed       []policy.CookieID
	Done, Changed bool
	Signal, Open  bool
	Chosen        *collect.Choice
	zone          *time.Location
}

// Lasts is how long a choice holds.
func (v view) Lasts() string { return v.Period(v.Lasting) }

// Allows reports whether the visitor agreed to a purpose.
func (v view) Allows(id policy.CookieID) bool { return allows(v.Allowed, id) }

// Day is the day of an instant.
func (v view) Day(at time.Time) string { return policy.DateOf(at, v.zone).String() }

func allows(allowed []policy.CookieID, id policy.CookieID) bool { return slices.Contains(allowed, id) }

// shown is what is shown in a language.
type shown struct {
	version       string
	script, style asset
}

// render makes what is shown in each language.
func render(site collect.Site, lasts policy.Period) (map[string]shown, error) {
	out := map[string]shown{}
	for _, language := range []string{"fr", "en"} {
		s, err := inLanguage(site, lasts, language)
		if err != nil {
			return nil, fmt.Errorf("make the banner: %w", err)
		}
		out[language] = s
	}
	return out, nil
}

// inLanguage makes the script twice: its version is the digest of all that is in it, and is
// in it.
func inLanguage(site collect.Site, lasts policy.Period, language string) (shown, error) {
	css, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return shown{}, err
	}
	css = bytes.TrimSpace(css)
	v := view{words: words{language}, Site: site, Lasting: lasts}
	first, err := script(v, css)
	if err != nil {
		return shown{}, err
	}
	sum := sha256.Sum256(first)
	v.Version = hex.EncodeToString(sum[:6])
	whole, err := script(v, css)
	return shown{v.Version, newAsset("text/javascript; charset=utf-8", whole), newAsset("text/css; charset=utf-8", css)}, err
}

func execute(name string, v view) ([]byte, error) {
	t, err := template.ParseFS(assets, "assets/*.html")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.ExecuteTemplate(&b, name, v)
	return bytes.TrimSpace(b.Bytes()), err
}

// facts are what the script is told.
type facts struct {
	Asks     bool              `json:"asks"`
	Question string            `json:"question"`
	Version  string            `json:"version"`
	Language string            `json:"language"`
	Query    string            `json:"query"`
	Exempt   []policy.CookieID `json:"exempt"`
	// Services are purpose, title and whether a gap is shown, by service.
	Services map[string][3]any            `json:"services"`
	Signals  map[string][]policy.CookieID `json:"signals"`
	Names    map[policy.CookieID][]string `json:"names"`
	CSS      string                       `json:"css"`
	Form     string                       `json:"form"`
	Held     string                       `json:"held"`
	Again    string                       `json:"again"`
}

func factsOf(v view, css []byte) (facts, error) {
	f := facts{Asks: len(v.Asked()) > 0, Question: v.Question(), Version: v.Version, Language: v.Language, Query: "?langue=" + v.Language,
		Exempt: []policy.CookieID{}, Services: map[string][3]any{}, Signals: map[string][]policy.CookieID{}, Names: map[policy.CookieID][]string{}, CSS: string(css)}
	for _, p := range v.Exempt() {
		f.Exempt = append(f.Exempt, p.ID)
		f.serve(p)
	}
	for _, p := range v.Asked() {
		f.serve(p)
		f.Names[p.ID] = expressions(p)
	}
	for name, to := range map[string]*string{"banner": &f.Form, "held": &f.Held, "again": &f.Again} {
		html, err := execute(name, v)
		if err != nil {
			return f, err
		}
		*to = strings.ReplaceAll(string(html), "\n", "")
	}
	return f, nil
}

func (f *facts) serve(p collect.Purpose) {
	for _, s := range p.Services {
		visible := 0
		if s.Visible() {
			visible = 1
		}
		f.Services[s.ID] = [3]any{p.ID, s.Title, visible}
		for _, signal := range s.Signals {
			f.Signals[signal] = append(f.Signals[signal], p.ID)
		}
	}
}

// expressions are the names of a purpose's storage entries as the script matches them.
func expressions(p collect.Purpose) []string {
	all := slices.Clone(p.Names)
	for _, s := range p.Services {
		all = append(all, s.Names...)
	}
	for i, n := range all {
		all[i] = "^" + strings.ReplaceAll(regexp.QuoteMeta(n), `\*`, ".*") + "$"
	}
	return all
}

// script is the script with its facts, without what only its authors read.
func script(v view, css []byte) ([]byte, error) {
	src, err := assets.ReadFile("assets/banner.js")
	if err != nil {
		return nil, err
	}
	f, err := factsOf(v, css)
	if err != nil {
		return nil, err
	}
	var told bytes.Buffer
	e := json.NewEncoder(&told)
	e.SetEscapeHTML(false) // it is a file of its own, in no page
	if err := e.Encode(f); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(src)) {
		if !strings.HasPrefix(line, "//") {
			out.WriteString(strings.Replace(line, "{{.}}", strings.TrimSpace(told.String()), 1))
		}
	}
	return out.Bytes(), nil
}

// asset is a file that is served, packed once.
type asset struct {
	kind, tag    string
	body, packed []byte
}

func newAsset(kind string, body []byte) asset {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(body)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(fmt.Sprintf("pack an asset: %v", err)) // a buffer takes everything
	}
	sum := sha256.Sum256(body)
	return asset{kind, `"` + hex.EncodeToString(sum[:8]) + `"`, body, b.Bytes()}
}

// serve sends the file. Browsers ask after five minutes whether it changed.
func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", a.tag)
	if r.Header.Get("If-None-Match") == a.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	_, _ = w.Write(body) // a reader who left cannot be told
}
