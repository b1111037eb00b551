package collect

import (
	"path"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Owner is who a cookie, a storage entry or a request belongs to, as declared.
type Owner struct {
	Purpose policy.CookieID `json:"purpose"`
	// Service is empty for the site itself.
	Service string `json:"service,omitempty"`
	Consent bool   `json:"consent"`
}

// OwnerOf returns who declared a cookie or a storage entry of that name, and whether anybody
// did. A purpose that needs no consent wins, then the order of the policy.
func (s Site) OwnerOf(name string) (Owner, bool) {
	if name == CookieName {
		return Owner{Purpose: CookieName}, true
	}
	return s.owner(func(p Purpose) (string, bool) {
		if Matches(p.Names, name) {
			return "", true
		}
		i := slices.IndexFunc(p.Services, func(v Service) bool { return Matches(v.Names, name) })
		if i < 0 {
			return "", false
		}
		return p.Services[i].ID, true
	})
}

// OwnerOfHost returns who declared the host of a request, and whether anybody did.
func (s Site) OwnerOfHost(host string) (Owner, bool) {
	return s.owner(func(p Purpose) (string, bool) {
		i := slices.IndexFunc(p.Services, func(v Service) bool { return under(v.Hosts, host) })
		if i < 0 {
			return "", false
		}
		return p.Services[i].ID, true
	})
}

func (s Site) owner(has func(Purpose) (service string, ok bool)) (Owner, bool) {
	for _, p := range append(s.Exempt(), s.Asked()...) {
		if service, ok := has(p); ok {
			return Owner{Purpose: p.ID, Service: service, Consent: p.Consent}, true
		}
	}
	return Owner{}, false
}

// Matches reports whether a name is among the patterns, in which * stands for anything.
func Matches(patterns []string, name string) bool {
	name = strings.ReplaceAll(name, "/", "\x00") // path.Match gives the slash a meaning
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(strings.ReplaceAll(p, "/", "\x00"), name)
		return err == nil && ok
	})
}

func under(hosts []string, host string) bool {
	host = strings.ToLower(host)
	return slices.ContainsFunc(hosts, func(h string) bool {
		if rest, ok := strings.CutPrefix(h, "*."); ok {
			return host == rest || strings.HasSuffix(host, "."+rest)
		}
		return host == h
	})
}

// Guard is a Content-Security-Policy that lets a page load from the site itself and from the
// third parties of the purposes that need no consent or have it. It bars third parties; it is
// no defence against scripts injected into the page, for which the site has a policy of its
// own beside it (browsers apply both).
func (s Site) Guard(allowed []policy.CookieID) string {
	var hosts []string
	for _, p := range s.Purposes {
		if p.Consent && !slices.Contains(allowed, p.ID) {
			continue
		}
		for _, v := range p.Services {
			for _, h := range v.Hosts {
				hosts = append(hosts, "https://"+h)
				if rest, ok := strings.CutPrefix(h, "*."); ok {
					hosts = append(hosts, "https://"+rest)
				}
			}
		}
	}
	slices.Sort(hosts)
	from := strings.Join(append([]string{"'self'"}, slices.Compact(hosts)...), " ")
	return strings.Join([]string{"default-src " + from, "script-src 'unsafe-inline' " + from, "style-src 'unsafe-inline' " + from,
		"img-src data: " + from, "font-src data: " + from, "connect-src " + from, "frame-src " + from, "media-src blob: " + from}, "; ")
}
