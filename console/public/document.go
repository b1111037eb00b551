package public

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

// Document is the policy as it is published: the company's own text, and beside it what the
// model that Garant carries out says. Its JSON is what an edition is the digest of.
type Document struct {
	// Language is that of the text.
	Language string          `json:"language"`
	Blocks   []DocumentBlock `json:"blocks"`
	// Brief is what the model tells, Cookies the trackers that it declares.
	Brief   []collect.NoticeLine `json:"brief"`
	Cookies []DocumentCookie     `json:"cookies"`
}

// DocumentBlock is a heading, a paragraph or an item of the text.
type DocumentBlock struct {
	Kind      console.BlockKind `json:"kind"`
	Level     int               `json:"level,omitempty"`
	Label     string            `json:"label,omitempty"`
	Sentences []string          `json:"sentences"`
}

// DocumentCookie is a tracker that the policy declares.
type DocumentCookie struct {
	Title   string        `json:"title"`
	Consent bool          `json:"consent"`
	Keep    policy.Period `json:"keep,omitzero"`
}

// NewDocument makes the document of a policy and its published text.
func NewDocument(t console.Text, p policy.Policy) Document {
	d := Document{Language: p.Language, Blocks: []DocumentBlock{}, Brief: collect.Told(p).Lines, Cookies: []DocumentCookie{}}
	for _, b := range t.Blocks {
		x := DocumentBlock{Kind: b.Kind, Level: b.Level, Label: b.Label}
		for _, s := range b.Sentences {
			x.Sentences = append(x.Sentences, s.Text)
		}
		d.Blocks = append(d.Blocks, x)
	}
	for _, c := range p.Cookies {
		d.Cookies = append(d.Cookies, DocumentCookie{c.Title, c.Consent, c.Keep})
	}
	return d
}

// Library keeps what was published.
type Library interface {
	// Editions returns what was published, the latest first.
	Editions(ctx context.Context) ([]db.Edition, error)
	// Notice returns the text kept under a digest.
	Notice(ctx context.Context, digest string) ([]byte, error)
}

// part is a stretch of the text as it is set: one block, or the items of a list.
type part struct {
	Kind  console.BlockKind
	Level int
	Text  string
	Items []string
	// Labelled says that the items bear signs of their own, such as a).
	Labelled bool
}

// parts sets the blocks: items that follow each other are one list.
func (d Document) parts() []part {
	var out []part
	for _, b := range d.Blocks {
		text := strings.TrimSpace(b.Label + " " + strings.Join(b.Sentences, " "))
		if last := len(out) - 1; b.Kind == console.Item && last >= 0 && out[last].Kind == console.Item {
			out[last].Items = append(out[last].Items, text)
			continue
		}
		p := part{Kind: b.Kind, Level: b.Level, Text: text, Labelled: b.Label != ""}
		if b.Kind == console.Item {
			p.Items = []string{text}
		}
		out = append(out, p)
	}
	return out
}

// said is every sentence of the document, each under the heading it stands below.
func (d Document) said(say func(consent.Text) string) (sentences, under []string) {
	heading := ""
	for _, b := range d.Blocks {
		if b.Kind == console.Heading {
			heading = strings.Join(b.Sentences, " ")
		}
		for _, s := range b.Sentences {
			sentences, under = append(sentences, s), append(under, heading)
		}
	}
	for _, l := range d.Brief {
		for _, s := range l.Says {
			sentences, under = append(sentences, say(s)), append(under, say(l.Title))
		}
	}
	for _, c := range d.Cookies {
		sentences, under = append(sentences, c.Title+", "+say(consent.Text{FR: c.Keep.French(), EN: c.Keep.String()})), append(under, "Cookies")
	}
	return sentences, under
}

// change is what stood in one edition and stands otherwise in the next.
type change struct {
	Under      string
	Gone, Come []string
}

// changes compares two editions sentence by sentence.
func changes(was, is Document, say func(consent.Text) string) []change {
	before, oldUnder := was.said(say)
	after, newUnder := is.said(say)
	var out []change
	for _, o := range difflib.NewMatcher(before, after).GetOpCodes() {
		if o.Tag == 'e' {
			continue
		}
		c := change{Gone: before[o.I1:o.I2], Come: after[o.J1:o.J2]}
		if o.J2 > o.J1 {
			c.Under = newUnder[o.J1]
		} else {
			c.Under = oldUnder[o.I1]
		}
		out = append(out, c)
	}
	return out
}

// documentView is an edition as it is shown.
type documentView struct {
	page
	db.Edition
	On       string
	Latest   bool
	Parts    []part
	Document Document
	Editions []editionLine
	// Choices is the address of the cookie banner's page; empty where there is none.
	Choices string
	Changes []change
	Former  *editionLine
}

type editionLine struct {
	Number int64
	On     string
}

// edition finds the edition of an address, or answers that there is none.
func (p *Pages) edition(do func(http.ResponseWriter, *http.Request, []db.Edition, int)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		all, err := p.opt.Library.Editions(r.Context())
		if err != nil {
			p.failed(w, r, err)
			return
		}
		if len(all) == 0 {
			p.unpublished(w, r)
			return
		}
		i := 0
		if word := r.PathValue("number"); word != "" {
			n, err := strconv.ParseInt(word, 10, 64)
			i = slices.IndexFunc(all, func(e db.Edition) bool { return err == nil && e.Number == n })
		}
		if i < 0 {
			p.missing(w, r)
			return
		}
		do(w, r, all, i)
	}
}

// unpublished says where to ask for the policy while no edition of it is here.
func (p *Pages) unpublished(w http.ResponseWriter, r *http.Request) {
	says := consent.Text{FR: "Pour la recevoir, écrivez à l’entreprise.", EN: "To be sent it, write to the company."}
	if to := p.opt.Policy.Controller.Contact; to != "" {
		says = consent.Text{FR: "Pour la recevoir, écrivez à " + to + ".", EN: "To be sent it, write to " + to + "."}
	}
	p.say(w, r, http.StatusNotFound, consent.Text{FR: "La politique n’est pas encore publiée ici", EN: "The policy is not published here yet"}, says)
}

func (p *Pages) document(ctx context.Context, e db.Edition) (d Document, err error) {
	b, err := p.opt.Library.Notice(ctx, e.Digest)
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(b, &d)
}

func (p *Pages) documentView(r *http.Request, all []db.Edition, i int) (documentView, error) {
	v := documentView{page: p.page(r, consent.Text{FR: "Politique de confidentialité", EN: "Privacy policy"}), Edition: all[i], Latest: i == 0, Choices: p.opt.Choices}
	for _, e := range all {
		v.Editions = append(v.Editions, editionLine{e.Number, v.day(policy.DateOf(e.At, p.opt.Zone))})
	}
	v.On = v.Editions[i].On
	if i+1 < len(all) {
		v.Former = &v.Editions[i+1]
	}
	d, err := p.document(r.Context(), all[i])
	v.Document, v.Parts = d, d.parts()
	return v, err
}

func (p *Pages) showDocument(w http.ResponseWriter, r *http.Request, all []db.Edition, i int) {
	v, err := p.documentView(r, all, i)
	if err != nil {
		p.failed(w, r, err)
		return
	}
	p.show(w, "document", http.StatusOK, v)
}

func (p *Pages) showChanges(w http.ResponseWriter, r *http.Request, all []db.Edition, i int) {
	v, err := p.documentView(r, all, i)
	if err == nil && v.Former == nil {
		p.missing(w, r)
		return
	}
	var was Document
	if err == nil {
		was, err = p.document(r.Context(), all[i+1])
	}
	if err != nil {
		p.failed(w, r, err)
		return
	}
	v.Changes = changes(was, v.Document, v.Text)
	p.show(w, "changes", http.StatusOK, v)
}

// Headed reports whether the text has a title of its own.
func (v documentView) Headed() bool {
	return len(v.Parts) > 0 && v.Parts[0].Kind == console.Heading && v.Document.Blocks[0].Level == 1
}

// Head is the title: the text's own, or the page's.
func (v documentView) Head() string {
	if v.Headed() {
		return v.Parts[0].Text
	}
	return v.Title
}

// Body is the text without its title.
func (v documentView) Body() []part {
	if v.Headed() {
		return v.Parts[1:]
	}
	return v.Parts
}

// Life is how long a cookie lives.
func (v documentView) Life(p policy.Period) string {
	if p.IsZero() {
		return v.Say("durée non dite", "life not told")
	}
	return v.Say(p.French(), p.String())
}
