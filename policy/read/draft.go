package read

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

// Draft is the policy that a text states, as far as it states one, and what somebody must
// decide before it can be relied on.
type Draft struct {
	Policy policy.Policy
	Notes  []Note
}

// Note is something to decide about a part of a draft.
type Note struct {
	// Key is the key of the file above which the note is written: "purposes" alone, or with
	// the name of an entry, such as "purposes.quotes"; "" is the head of the file.
	Key string
	// Text is one French sentence.
	Text string
}

// Draft assembles the facts of a reading into a policy. Each promise carries the words it
// comes from; nothing that the text leaves open is filled in without a note. TextFile is the
// path of the published text, written into the policy as it is.
func (r Reading) Draft(textFile string) Draft {
	d := drafter{
		reading: r, purposes: map[string]int{}, used: map[string]bool{}, asked: map[string]bool{},
		p: policy.Policy{Language: "fr", Text: textFile},
	}
	d.controller()
	d.people()
	d.listPurposes()
	d.bases()
	d.data()
	d.rules()
	d.told()
	d.complete()
	return Draft{Policy: d.p, Notes: d.notes}
}

// drafter assembles one draft.
type drafter struct {
	reading  Reading
	p        policy.Policy
	notes    []Note
	purposes map[string]int  // index of a purpose by the name the facts give it
	used     map[string]bool // names taken, by "kind name"
	asked    map[string]bool // notes written, so that none is repeated
}

// each calls do for every fact of a kind.
func (d *drafter) each(kind fact.Kind, do func(fact.Fact)) {
	for _, f := range d.reading.Facts {
		if f.Kind == kind {
			do(f)
		}
	}
}

func (d *drafter) note(key, text string) {
	if once := key + "\x00" + text; !d.asked[once] {
		d.asked[once] = true
		d.notes = append(d.notes, Note{key, text})
	}
}

// controller takes the name from the surest statement, and the ways to reach it.
func (d *drafter) controller() {
	c := &d.p.Controller
	sure := 0.0
	d.each(fact.Controller, func(f fact.Fact) {
		if name := f.Norm.Text("name"); name != "" && f.Confidence > sure {
			c.Name, sure = name, f.Confidence
		}
		if n := strings.ReplaceAll(f.Norm.Text("registration"), " ", ""); len(n) == 9 || len(n) == 14 {
			c.Registration = n
		}
	})
	d.each(fact.RightChannel, func(f fact.Fact) { first(&c.Contact, f.Norm.Text("address")) })
	d.each(fact.DPOContact, func(f fact.Fact) {
		if f.Norm.Text("role") == "dpo" {
			first(&c.DPO, f.Norm.Text("email"))
		}
		first(&c.Contact, f.Norm.Text("email"))
	})
	if c.Name == "" {
		d.note("", "Le texte ne nomme pas clairement le responsable du traitement : compléter controller.")
	}
}

func first(where *string, value string) {
	if *where == "" {
		*where = value
	}
}

func (d *drafter) people() {
	d.each(fact.SubjectCategory, func(f fact.Fact) {
		title := f.Norm.Text("title")
		d.p.People = append(d.p.People, policy.Named[policy.People]{ID: policy.People(d.name("people", title, 3)), Title: short(title, 60)})
	})
	if len(d.p.People) == 0 {
		d.p.People = []policy.Named[policy.People]{{ID: "personne", Title: "Personne concernée"}}
		d.note("people", "Le texte ne dit pas de quelles catégories de personnes il s'agit : les nommer, puis les répartir entre les finalités.")
	}
}

func (d *drafter) listPurposes() {
	d.each(fact.Purpose, func(f fact.Fact) {
		key := f.Norm.Text("name")
		if _, known := d.purposes[key]; known {
			return
		}
		d.add(key, f.Norm.Text("title"), policy.Says(said(f.Quote)))
	})
}

func (d *drafter) add(key, title string, says policy.Says) int {
	title = grounding.ReplaceAllString(title, "")
	id := policy.PurposeID(d.name("purpose", title, 4))
	if key != "" {
		d.purposes[key] = len(d.p.Purposes)
	}
	d.p.Purposes = append(d.p.Purposes, policy.Purpose{ID: id, Title: short(title, 120), Says: says})
	return len(d.p.Purposes) - 1
}

// grounding is what a purpose says at its end of the basis it rests on, which is no part of
// its title.
var grounding = regexp.MustCompile(`(?i)(?:,| ?[–—-]| ?\() ?(?:sur (?:la base|le fondement)|en vertu|avec (?:leur|votre|son) (?:consentement|accord)|au titre|bases? légales?|fondée?s? sur|intérêt légitime|contrat|obligation|consentement|exécution).*$`)

// Basis returns the legal basis that a fact names, false when it names none.
func Basis(f fact.Fact) (policy.Basis, bool) {
	switch f.Norm.Text(fact.BasisKey) {
	case fact.BasisConsent:
		return policy.Consent, true
	case fact.BasisContract:
		return policy.Contract, true
	case fact.BasisPrecontract:
		return policy.Precontract, true
	case fact.BasisObligation:
		return policy.LegalObligation, true
	case fact.BasisInterest:
		return policy.LegitimateInterest, true
	case fact.BasisVital:
		return policy.VitalInterest, true
	case fact.BasisPublic:
		return policy.PublicTask, true
	}
	return "", false
}

func (d *drafter) bases() {
	d.each(fact.LegalBasis, func(f fact.Fact) {
		i, ok := d.purposes[f.Norm.Text(fact.PurposeKey)]
		basis, stated := Basis(f)
		if !ok || !stated {
			return
		}
		p := &d.p.Purposes[i]
		for _, b := range p.Basis {
			if b == basis {
				return
			}
		}
		p.Basis = append(p.Basis, basis)
		if len(p.Basis) == 2 {
			d.note("purposes."+string(p.ID), "Plusieurs bases légales : laquelle porte quelle opération ?")
		}
	})
	for i := range d.p.Purposes {
		if p := &d.p.Purposes[i]; len(p.Basis) == 0 {
			p.Basis = []policy.Basis{policy.Unstated}
			d.note("purposes."+string(p.ID), "Le texte ne donne pas de base légale.")
		}
	}
}

func (d *drafter) data() {
	ids := map[string]policy.Category{}
	d.each(fact.DataCategory, func(f fact.Fact) {
		title := f.Norm.Text("title")
		if strings.TrimSpace(title) == "" {
			return
		}
		key := prose.Fold(title)
		if ids[key] == "" {
			ids[key] = policy.Category(d.name("data", title, 3))
			d.p.Data = append(d.p.Data, policy.Named[policy.Category]{ID: ids[key], Title: short(title, 80)})
		}
		if i, ok := d.purposes[f.Norm.Text(fact.PurposeKey)]; ok {
			d.p.Purposes[i].Data = with(d.p.Purposes[i].Data, ids[key])
		}
	})
}

func with(list []policy.Category, c policy.Category) []policy.Category {
	for _, x := range list {
		if x == c {
			return list
		}
	}
	return append(list, c)
}

// complete gives every purpose people and data: all the text names where it does not say
// which.
func (d *drafter) complete() {
	vague := false
	for i := range d.p.Purposes {
		p := &d.p.Purposes[i]
		for _, n := range d.p.People {
			p.People = append(p.People, n.ID)
		}
		if len(p.Data) == 0 {
			p.Data, vague = []policy.Category{"donnees"}, true
		}
		if len(p.Rules) == 0 {
			d.note("purposes."+string(p.ID), "Le texte ne dit pas combien de temps les données sont conservées.")
		}
	}
	if vague || len(d.p.Data) == 0 {
		d.p.Data = append(d.p.Data, policy.Named[policy.Category]{ID: "donnees", Title: "Données que le texte ne précise pas"})
		d.note("data", "Pour certaines finalités, le texte ne dit pas de quelles données il s'agit : remplacer donnees par des catégories.")
	}
	if len(d.p.People) > 1 {
		d.note("people", "Le texte ne dit pas toujours qui est concerné par quoi : chaque finalité les nomme toutes, à réduire.")
	}
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// name makes a name of the first words of a title that tell something, unlike those of its
// kind that were made before.
func (d *drafter) name(kind, title string, words int) string {
	var parts []string
	for _, w := range strings.Fields(notName.ReplaceAllString(prose.Fold(title), " ")) {
		if len(w) > 2 && !strings.Contains(fillers, " "+w+" ") && len(parts) < words {
			parts = append(parts, w)
		}
	}
	base := strings.Join(parts, "_")
	if base == "" || base[0] < 'a' || base[0] > 'z' {
		base = strings.TrimSuffix(kind[:1]+"_"+base, "_")
	}
	id := base
	for n := 2; d.used[kind+" "+id]; n++ {
		id = fmt.Sprintf("%s_%d", base, n)
	}
	d.used[kind+" "+id] = true
	return id
}

const fillers = " les des une aux par pour sur dans avec afin est sont votre vos notre nos leur leurs son ses qui que dont vous nous donnees relatives "

// said is a quote as a promise cites it: on one line, and no longer than one reads.
func said(quote string) string { return short(quote, 280) }

// short puts a text on one line of at most n characters.
func short(s string, n int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) <= n {
		return strings.TrimRight(string(runes), " ;,:")
	}
	return strings.TrimRight(string(runes[:n-1]), " ;,:") + "…"
}
