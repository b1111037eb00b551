// Package file is for the trackers of a web site written down: it reads cookies.yaml, which
// says what third parties act under each cookie that policy.yaml declares, and knows the
// services that are ready.
package file

import (
	_ "embed"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

//go:embed services.yaml
var ready []byte

// Services returns the services that are ready, by title.
func Services() ([]collect.Service, []policy.Problem) {
	r := file.NewReader("services.yaml", ready)
	all := services(r.Root())
	return slices.SortedFunc(maps.Values(all), func(a, b collect.Service) int { return strings.Compare(a.Title, b.Title) }), r.Problems()
}

// Load reads the trackers of a site from src, the content of the file called name, and
// returns them with everything found about them. Every cookie of the policy is in the site,
// whether the file adds to it or not.
func Load(name string, src []byte, p policy.Policy) (collect.Site, []policy.Problem) {
	known, problems := Services()
	r := file.NewReader(name, src)
	l := loader{policy: p, services: map[string]collect.Service{}}
	for _, s := range known {
		l.services[s.ID] = s
	}
	if r.Root() != nil {
		l.load(r.Root())
	}
	return l.site, append(problems, r.Problems()...)
}

// loader fills site.
type loader struct {
	policy   policy.Policy
	services map[string]collect.Service
	site     collect.Site
}

func (l *loader) load(root *file.Node) {
	f := root.Fields("the trackers of a site", "sites", "privacy", "cookies", "services")
	f.Need(root, "the trackers of a site", "sites")
	for _, n := range f["sites"].Each() {
		l.site.Origins = append(l.site.Origins, origin(n))
	}
	if l.site.Privacy = f["privacy"].Text(); !address(l.site.Privacy) {
		f["privacy"].Error("bad-address", "privacy is no address of a page", "write https://… or a path such as /confidentialite")
	}
	maps.Copy(l.services, services(f["services"]))
	added := map[string]*file.Node{}
	for _, n := range f["cookies"].Entries() {
		l.known(n)
		added[n.Key()] = n
	}
	for _, c := range l.policy.Cookies {
		l.site.Purposes = append(l.site.Purposes, l.purpose(c, added[string(c.ID)]))
	}
}

// origin reads the address of a site: a scheme and a host. Only a loopback address may do
// without encryption.
func origin(n *file.Node) string {
	s := strings.TrimSuffix(n.Text(), "/")
	u, err := url.Parse(s)
	local := err == nil && u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1"}, u.Hostname())
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != s || u.Scheme != "https" && !local {
		n.Error("bad-site", fmt.Sprintf("%q is no address of a site", s), "write https:// and the name, such as https://www.shop.example")
	}
	return s
}

// address reports whether s is empty, a path, or the address of a page; no other scheme gets
// into a link.
func address(s string) bool {
	return s == "" || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
}

func (l *loader) known(n *file.Node) {
	ids := make([]string, len(l.policy.Cookies))
	for i, c := range l.policy.Cookies {
		ids[i] = string(c.ID)
	}
	if slices.Contains(ids, n.Key()) {
		return
	}
	hint := "declare it under cookies in policy.yaml"
	if len(ids) > 0 {
		hint += "; " + file.Suggest(n.Key(), "declared cookies", ids)
	}
	n.KeyNode().Error("unknown-cookie", fmt.Sprintf("the policy declares no cookie %q", n.Key()), hint)
}

func (l *loader) purpose(c policy.Cookie, n *file.Node) collect.Purpose {
	f := n.Fields("a cookie", "title", "about", "names", "services")
	p := collect.Purpose{ID: c.ID, Consent: c.Consent, Keep: c.Keep, Title: text(f["title"]), About: text(f["about"]), Names: patterns(f["names"])}
	if p.Title.FR == "" {
		p.Title.FR = c.Title
	}
	if p.Title.EN == "" {
		p.Title.EN = p.Title.FR
	}
	if p.About.EN == "" {
		p.About.EN = p.About.FR
	}
	for _, s := range f["services"].Each() {
		p.Services = append(p.Services, l.service(s))
	}
	return p
}

func (l *loader) service(n *file.Node) collect.Service {
	s, ok := l.services[n.Text()]
	if !ok {
		n.Error("unknown-service", fmt.Sprintf("there is no service %q", n.Text()), file.Suggest(n.Text(), "services", slices.Sorted(maps.Keys(l.services))))
	}
	return s
}

func text(n *file.Node) consent.Text {
	f := n.Fields("a text", "fr", "en")
	f.Need(n, "a text", "fr")
	return consent.Text{FR: f["fr"].Text(), EN: f["en"].Text()}
}

func services(n *file.Node) map[string]collect.Service {
	out := map[string]collect.Service{}
	for _, e := range n.Entries() {
		file.CheckName(e.KeyNode())
		out[e.Key()] = service(e)
	}
	return out
}

func service(n *file.Node) collect.Service {
	const what = "a service"
	f := n.Fields(what, "kind", "title", "company", "country", "privacy", "hosts", "names", "signals")
	f.Need(n, what, "kind", "title", "company", "country", "hosts")
	s := collect.Service{ID: n.Key(), Title: f["title"].Text(), Company: f["company"].Text(), Country: f["country"].Text(), Privacy: f["privacy"].Text()}
	s.Kind = file.Word(f["kind"], "kind", "kinds", collect.Kinds())
	s.Hosts, s.Names = hosts(f["hosts"]), patterns(f["names"])
	s.Signals = file.Words(f["signals"], "signal", "signals", collect.Signals())
	if !address(s.Privacy) {
		f["privacy"].Error("bad-address", "privacy is no address of a page", "write https://…")
	}
	return s
}

var hostForm = regexp.MustCompile(`^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d{1,5})?$`)

func hosts(n *file.Node) []string {
	var out []string
	for _, h := range n.Each() {
		if s := h.Text(); !hostForm.MatchString(s) {
			h.Error("bad-host", fmt.Sprintf("%q is no host", s), "write www.maps.example, or *.maps.example")
		} else {
			out = append(out, s)
		}
	}
	return out
}

func patterns(n *file.Node) []string {
	var out []string
	for _, p := range n.Each() {
		if s := p.Text(); strings.ContainsAny(s, `?[]\`) || strings.Trim(s, "*") == "" {
			p.Error("bad-pattern", fmt.Sprintf("%q is no name of a cookie", s), "write the name, with * for what changes")
		} else {
			out = append(out, s)
		}
	}
	return out
}
