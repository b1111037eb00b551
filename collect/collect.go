// Package collect is for what a company gathers where it meets people: its forms and what they
// tell, the trackers of its web site, who is behind each, what a visitor chose, and the proof.
//
// The policy declares trackers (policy.Cookie). A Site says which third parties act under
// each, so that a banner can ask, a page can hold them back, and a look at the site can tell
// what nobody declared.
package collect

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// Site is what the company's web pages do on a visitor's device.
type Site struct {
	// Origins are the addresses of the site, such as https://www.shop.example.
	Origins []string
	// Privacy is the address of the published policy; may be empty.
	Privacy string
	// Purposes are what trackers are for, in the order of the policy.
	Purposes []Purpose
}

// Purpose is what a tracker that the policy declares is for.
type Purpose struct {
	ID policy.CookieID `json:"id"`
	// Title and About are its name and what it does, as visitors read them.
	Title consent.Text `json:"title"`
	About consent.Text `json:"about"`
	// Consent is true when it waits for a consent (article 82 of the French act).
	Consent bool `json:"consent"`
	// Keep is the life that the policy promises; zero when it promises none.
	Keep policy.Period `json:"keep,omitzero"`
	// Names are patterns of the site's own cookies and storage entries, such as _pk_*.
	Names    []string  `json:"names,omitempty"`
	Services []Service `json:"services,omitempty"`
}

// Service is a third party whose script, frame or picture a page may load.
type Service struct {
	ID string `json:"id"`
	// Kind is one of Kinds.
	Kind    Kind   `json:"kind"`
	Title   string `json:"title"`
	Company string `json:"company"`
	Country string `json:"country"`
	// Privacy is the address of its own policy.
	Privacy string `json:"privacy,omitempty"`
	// Hosts are the names it is loaded from; *.maps.example stands for every name under
	// maps.example.
	Hosts []string `json:"hosts"`
	// Names are patterns of the cookies and storage entries it sets.
	Names []string `json:"names,omitempty"`
	// Signals are the storages of Google's Consent Mode that its purpose grants.
	Signals []string `json:"signals,omitempty"`
}

// Kind is what a third party does on a page.
type Kind string

// The kinds of services.
const (
	Audience Kind = "audience"
	Ads      Kind = "ads"
	Chat     Kind = "chat"
	Maps     Kind = "maps"
	Video    Kind = "video"
	Tags     Kind = "tags"
	Forms    Kind = "forms"
)

// Kinds lists the kinds of services.
func Kinds() []Kind { return []Kind{Audience, Ads, Chat, Maps, Video, Tags, Forms} }

// Signals lists the storages of Google's Consent Mode v2.
func Signals() []string {
	return []string{"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage", "functionality_storage", "personalization_storage"}
}

// Visible reports whether what is held back leaves a gap in the page, where the visitor is
// told why and may agree on the spot.
func (s Service) Visible() bool {
	return slices.Contains([]Kind{Maps, Video, Forms}, s.Kind)
}

// Asked returns the purposes that wait for a consent.
func (s Site) Asked() []Purpose { return s.among(true) }

// Exempt returns the purposes that wait for none.
func (s Site) Exempt() []Purpose { return s.among(false) }

func (s Site) among(consent bool) []Purpose {
	var out []Purpose
	for _, p := range s.Purposes {
		if p.Consent == consent {
			out = append(out, p)
		}
	}
	return out
}

// Purpose returns the purpose of an id, and whether there is one.
func (s Site) Purpose(id policy.CookieID) (Purpose, bool) {
	i := slices.IndexFunc(s.Purposes, func(p Purpose) bool { return p.ID == id })
	if i < 0 {
		return Purpose{}, false
	}
	return s.Purposes[i], true
}

// Question is a digest of what is asked: the purposes and the third parties behind each. A
// choice holds for the question it answered; a new purpose or a new third party is a new
// question, a new wording is not. The order of purposes and services is no part of it.
func (s Site) Question() string {
	type asked struct {
		ID       policy.CookieID
		Services []string
	}
	var all []asked
	for _, p := range s.Asked() {
		a := asked{ID: p.ID}
		for _, v := range p.Services {
			a.Services = append(a.Services, v.ID+" "+v.Company)
		}
		slices.Sort(a.Services)
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b asked) int { return cmp.Compare(a.ID, b.ID) })
	b, err := json.Marshal(all)
	if err != nil {
		panic(fmt.Sprintf("digest of strings: %v", err)) // strings always have a JSON form
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}
