package public

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// shownForm is a form with what follows from it: the notice, the sentences, the digests under
// which all that is shown is kept, by language.
type shownForm struct {
	collect.Form
	notice    collect.Notice
	version   string
	sentences map[string]consent.Text
	digests   map[string]string
	purposes  []string // the titles of those that the form serves by itself
}

// readForms prepares the forms, and keeps what each shows.
func (p *Pages) readForms(ctx context.Context) error {
	if p.opt.Forms == nil {
		return nil
	}
	for _, f := range p.opt.Forms.Forms {
		s := shownForm{Form: f, notice: collect.NoticeOf(f, p.opt.Policy), sentences: map[string]consent.Text{}, digests: map[string]string{}}
		s.version = f.Version(s.notice)
		for _, b := range f.Boxes {
			s.sentences[b.Name] = b.Sentence(p.opt.Policy)
		}
		for _, lang := range []page{{english: false}, {english: true}} {
			digest, err := p.opt.Notices.KeepNotice(ctx, f.Wording(s.notice, p.opt.Policy, lang.Text), p.opt.Clock())
			if err != nil {
				return err
			}
			s.digests[lang.Lang()] = digest
		}
		for _, pu := range p.opt.Policy.Purposes {
			if slices.Contains(f.Purposes, pu.ID) {
				s.purposes = append(s.purposes, pu.Title)
			}
		}
		p.forms[f.ID] = s
	}
	return nil
}

// formView is a form as it is shown.
type formView struct {
	page
	shownForm
	Privacy string
	Values  map[string]string
	Ticked  map[string]bool
	// Mend says what is wrong by the name of the field; Message what is wrong with the page.
	Mend    map[string]string
	Message string
	Token   string
}

// Action is where the form is sent.
func (v formView) Action() string { return Prefix + "formulaires/" + string(v.Form.ID) }

// formRow is one field as it is shown: ID names it in the page, Value is what was written into
// it, Mend what is wrong with that.
type formRow struct {
	collect.Field
	ID, Type, Title, Help, Value, Mend string
	// Phone is the notice of article L. 223-2 beside a telephone number.
	Phone   string
	Options []option
}

type option struct {
	Name, Title string
	Chosen      bool
}

// Described names what describes the field to a screen reader.
func (x formRow) Described() string {
	var ids []string
	for suffix, there := range map[string]bool{"-help": x.Help != "", "-mend": x.Mend != "", "-phone": x.Phone != ""} {
		if there {
			ids = append(ids, x.ID+suffix)
		}
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// Rows are the fields.
func (v formView) Rows() []formRow {
	out := make([]formRow, len(v.Fields))
	for i, f := range v.Fields {
		out[i] = formRow{Field: f, ID: v.Place(f.Name), Type: v.Input(f.Kind), Title: v.Text(f.Title), Help: v.Text(f.Help), Value: v.Values[f.Name], Mend: v.Mend[f.Name]}
		if f.Kind == collect.Phone {
			out[i].Phone = v.Text(*v.notice.Phone)
		}
		for _, o := range f.Choices {
			out[i].Options = append(out[i].Options, option{o.Name, v.Text(o.Title), o.Name == v.Values[f.Name]})
		}
	}
	return out
}

// Place is the name of a field in the page, where there may be several forms.
func (v formView) Place(name string) string { return "garant-" + string(v.Form.ID) + "-" + name }

// Sentence is what a box says.
func (v formView) Sentence(name string) string { return v.Text(v.sentences[name]) }

// For lists the purposes, for the first thing that is told.
func (v formView) For() string {
	var titles []string
	for _, l := range v.purposes {
		titles = append(titles, "« "+l+" »")
	}
	return v.Say(strings.Join(titles, ", "), strings.Join(titles, ", "))
}

// Version is that of the form, which comes back with it.
func (v formView) Version() string { return v.version }

// Notice is what people are told.
func (v formView) Notice() collect.Notice { return v.notice }

// Wrong reports whether anything is to be mended.
func (v formView) Wrong() bool { return len(v.Mend) > 0 || v.Message != "" }

// Input is the type of the field for browsers.
func (v formView) Input(k collect.FieldKind) string {
	kinds := map[collect.FieldKind]string{collect.Mail: "email", collect.Phone: "tel", collect.Day: "date"}
	if t, ok := kinds[k]; ok {
		return t
	}
	return "text"
}

// onForm finds the form of an address.
func (p *Pages) onForm(do func(http.ResponseWriter, *http.Request, shownForm)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, ok := p.forms[collect.FormID(r.PathValue("form"))]
		if !ok {
			p.missing(w, r)
			return
		}
		if len(f.Lawful(p.opt.Law.On(policy.DateOf(p.opt.Clock(), p.opt.Zone)))) > 0 {
			p.opt.Log.Error("a form is not shown: the law of the day forbids it; see garant check", "form", f.ID)
			p.say(w, r, http.StatusServiceUnavailable, f.Title, consent.Text{FR: "Ce formulaire est fermé pour l’instant.", EN: "This form is closed for the moment."})
			return
		}
		if len(p.opt.Forms.Origins) > 0 && r.URL.Query().Get("cadre") == "1" {
			p.frame(w.Header(), strings.Join(append([]string{"'self'"}, p.opt.Forms.Origins...), " "))
		}
		do(w, r, f)
	}
}

func (p *Pages) view(r *http.Request, f shownForm) formView {
	v := formView{page: p.page(r, f.Title), shownForm: f, Privacy: p.opt.Forms.Privacy, Values: map[string]string{}, Ticked: map[string]bool{},
		Mend: map[string]string{}, Token: p.tokens.issue(p.about(f), p.opt.Clock())}
	if v.Privacy == "" && v.Policy {
		v.Privacy = Prefix + "confidentialite?langue=" + v.Lang()
	}
	return v
}

// about is what a page of the form is signed for.
func (p *Pages) about(f shownForm) string { return string(f.ID) + "\x00" + f.version }

func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, f shownForm) {
	p.show(w, "form", http.StatusOK, p.view(r, f))
}

// fragment is the form alone, for servers that put it into their pages (SSI, ESI, a template).
func (p *Pages) fragment(w http.ResponseWriter, r *http.Request, f shownForm) {
	p.render(w, "form", "form", http.StatusOK, p.view(r, f))
}

func (p *Pages) thanks(w http.ResponseWriter, r *http.Request, f shownForm) {
	says := f.Thanks
	if says.FR == "" {
		says = consent.Text{FR: "Votre envoi est arrivé.", EN: "What you sent has arrived."}
	}
	p.say(w, r, http.StatusOK, consent.Text{FR: "Merci", EN: "Thank you"}, says)
}

// own are the names that the page itself sends.
func own() []string { return []string{"langue", "page", "v", "site", "cadre"} }

// takeForm takes what was sent. Nothing is lost without a word: what cannot be taken is shown
// again with what to mend.
func (p *Pages) takeForm(w http.ResponseWriter, r *http.Request, f shownForm) {
	if err := r.ParseForm(); err != nil {
		p.unreadable(w, r)
		return
	}
	v := p.view(r, f)
	values, agreed, mend, err := f.Read(r.PostForm, own()...)
	if err != nil {
		p.unreadable(w, r)
		return
	}
	v.Values = values
	for _, t := range mend {
		v.Mend[t.Field] = v.trouble(t)
	}
	paper, status, message := p.admit(r, p.about(f), f.version)
	if status != http.StatusConflict { // another version says something else: nothing is ticked in it
		for _, name := range agreed {
			v.Ticked[name] = true
		}
	}
	if status == http.StatusOK && len(mend) == 0 {
		p.enter(w, r, v, paper, agreed)
		return
	}
	if status == http.StatusOK {
		status = http.StatusUnprocessableEntity
		v.Token = r.PostForm.Get("page") // it was not spent
	}
	v.Message = v.Text(message)
	p.show(w, "form", status, v)
}

// admit says whether a page may be sent now; if not, with which status and words it is shown
// again.
func (p *Pages) admit(r *http.Request, about, version string) (sheet, int, consent.Text) {
	if !p.limit.allow(r) {
		return sheet{}, http.StatusTooManyRequests, consent.Text{FR: "Trop d’envois à la fois. Attendez une minute, puis renvoyez.", EN: "Too much was sent at once. Wait a minute, then send again."}
	}
	paper, err := p.tokens.read(r.PostForm.Get("page"), about, p.opt.Clock())
	switch {
	case errors.Is(err, errSoon):
		return paper, http.StatusUnprocessableEntity, consent.Text{FR: "C’était très rapide. Relisez, puis renvoyez.", EN: "That was very quick. Read it over, then send again."}
	case err != nil && r.PostForm.Get("v") != version:
		return paper, http.StatusConflict, consent.Text{FR: "Ce formulaire a changé depuis que vous l’avez ouvert. Relisez-le, puis renvoyez.", EN: "This form has changed since you opened it. Read it over, then send again."}
	case err != nil:
		return paper, http.StatusUnprocessableEntity, consent.Text{FR: "Cette page était ouverte depuis trop longtemps. Relisez, puis renvoyez.", EN: "This page was open for too long. Read it over, then send again."}
	case r.PostForm.Get("site") != "":
		return paper, http.StatusUnprocessableEntity, consent.Text{FR: "Une case cachée, qui doit rester vide, a été remplie, sans doute par votre navigateur. Renvoyez.", EN: "A hidden field that must stay empty was filled in, probably by your browser. Send again."}
	}
	return paper, http.StatusOK, consent.Text{}
}

func (v formView) trouble(t collect.Trouble) string {
	switch t.Kind {
	case collect.Empty:
		return v.Say("À remplir", "To be filled in")
	case collect.TooLong:
		return v.Say("Trop long", "Too long")
	case collect.Needed:
		return v.Say("À remplir pour l’accord que vous avez coché, ou décochez-le", "To be filled in for the agreement you ticked, or untick it")
	}
	return v.Say("Cela ne peut pas être lu ; vérifiez l’écriture", "This cannot be read; check how it is written")
}

func (p *Pages) unreadable(w http.ResponseWriter, r *http.Request) {
	r.Form, r.PostForm = url.Values{}, url.Values{}
	p.say(w, r, http.StatusBadRequest, consent.Text{FR: "Cet envoi ne peut pas être lu", EN: "This cannot be read"},
		consent.Text{FR: "Il n’a pas été écrit avec ce formulaire, ou il est trop long. Rien n’a été enregistré.", EN: "It was not written with this form, or it is too long. Nothing was recorded."})
}

// enter keeps what was sent, with what it proves, and thanks.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, v formView, paper sheet, agreed []string) {
	now := p.opt.Clock()
	f := v.shownForm
	l := collect.Lead{ID: paper.secret, Form: f.ID, Version: f.version, Notice: f.digests[v.Lang()], Received: now.UTC(), Until: f.LastDay(now, p.opt.Zone),
		Language: v.Lang(), Values: v.Values, Agreed: append([]string{}, agreed...)}
	var err error
	if l.Objects, err = p.objects(r.Context(), f.Person(l)); err != nil {
		p.failed(w, r, err)
		return
	}
	body, err := json.Marshal(l)
	if err != nil {
		p.failed(w, r, err)
		return
	}
	err = p.opt.Leads.EnterLead(r.Context(), l, f.Records(l, consent.Digest(body), p.opt.PolicyDigest, p.opt.Zone), paper.page, paper.until)
	if err != nil && !errors.Is(err, collect.ErrSpent) { // one sent twice is there once
		p.failed(w, r, err)
		return
	}
	q := url.Values{"langue": {v.Lang()}}
	if v.Framed {
		q.Set("cadre", "1")
	}
	http.Redirect(w, r, v.Action()+"/merci?"+q.Encode(), http.StatusSeeOther)
}

// objects reports whether the person had objected to all prospecting. It is looked up for
// everybody, and nothing that is answered depends on it.
func (p *Pages) objects(ctx context.Context, who []consent.Identifier) (bool, error) {
	refs := make([]consent.Ref, len(who))
	for i, x := range who {
		refs[i] = consent.Refer(p.opt.Key, x)
	}
	if len(refs) == 0 {
		return false, nil
	}
	records, err := p.opt.Records.RecordsOf(ctx, refs)
	return consent.FactsOf(records, p.opt.Clock().In(p.opt.Zone)).Objects(), err
}
