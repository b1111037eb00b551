package public

import (
	"context"
	"errors"
	"net/http"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// Asks is where people ask for what is theirs.
type Asks interface {
	// Open opens a request, or finds the open one that asks the same, and writes to the address
	// that it gives. Whoever asks is told neither which, nor whether the address is known.
	Open(ctx context.Context, c rights.Case) error
	// Confirm settles who asks by the word of the link that a letter brought. Its errors are
	// those of rights.Desk.Follow.
	Confirm(ctx context.Context, link string) (rights.Case, error)
	// Progress returns a request and its clock.
	Progress(ctx context.Context, id string) (rights.Case, rights.Due, error)
	// FetchLink writes to the verified address of a request with a link that fetches its answer,
	// unless that was done a moment ago.
	FetchLink(ctx context.Context, id string) error
	// Fetch takes such a link and returns the request and the sealed answer. Its errors are those
	// of rights.Desk.Fetch.
	Fetch(ctx context.Context, link string) (id string, file []byte, err error)
}

// pace is how long the answer to a request takes at least, so that the time it takes does not
// tell whether the same was asked before.
const pace = 400 * time.Millisecond

// wish is something that can be asked, in the words of whoever asks.
type wish struct {
	Name      string
	Title     consent.Text
	right     rights.Right
	marketing bool
}

// wishes are what can be asked, the most asked first.
func wishes() []wish {
	w := func(name string, right rights.Right, fr, en string) wish {
		return wish{name, consent.Text{FR: fr, EN: en}, right, name == "prospecting"}
	}
	return []wish{
		w("access", rights.Access, "Savoir ce que vous avez sur moi, et en recevoir une copie", "Know what you hold on me, and receive a copy"),
		w("erasure", rights.Erasure, "Faire effacer mes données", "Have my data erased"),
		w("prospecting", rights.Objection, "Ne plus recevoir de publicité, par aucun moyen", "Receive no more advertising, by any means"),
		w("rectification", rights.Rectification, "Faire corriger mes données", "Have my data corrected"),
		w("withdraw_consent", rights.Withdrawal, "Retirer un accord que j’ai donné", "Withdraw an agreement I gave"),
		w("objection", rights.Objection, "M’opposer à un autre usage de mes données", "Object to another use of my data"),
		w("restriction", rights.Restriction, "Faire suspendre l’usage de mes données", "Have the use of my data suspended"),
		w("portability", rights.Portability, "Recevoir mes données pour les porter ailleurs", "Receive my data to carry them elsewhere"),
		w("human_review", rights.HumanReview, "Faire revoir par une personne une décision prise par une machine", "Have a person look at a decision that a machine took"),
		w("post_mortem", rights.PostMortem, "Dire ce que mes données deviendront après ma mort", "Say what becomes of my data after my death"),
		w("complaint", rights.Complaint, "Faire une réclamation", "Complain"),
	}
}

// requestView is the page where one asks.
type requestView struct {
	page
	Wishes                         []wish
	Right, Email, Name, Said       string
	MendRight, MendEmail, MendSaid string
	acting
	Message, Token, Contact, Keeps string
	Mails                          bool
}

// Wrong reports whether anything is to be mended.
func (v requestView) Wrong() bool {
	return v.MendRight+v.MendEmail+v.MendSaid+v.MendActing+v.Message != ""
}

// The longest words of a request.
const (
	longestName = 120
	longestSaid = 2000
)

const aboutRequest = "request"

func (p *Pages) requestView(r *http.Request) requestView {
	v := requestView{page: p.page(r, consent.Text{FR: "Exercer vos droits", EN: "Use your rights"}), Wishes: wishes(), Contact: p.opt.Policy.Controller.Contact,
		Mails: p.opt.Mails, Token: p.tokens.issue(aboutRequest, p.opt.Clock())}
	v.Keeps = v.Say(p.opt.Keeps.French(), p.opt.Keeps.String())
	return v
}

func (p *Pages) showRequest(w http.ResponseWriter, r *http.Request) {
	p.show(w, "request", http.StatusOK, p.requestView(r))
}

// takeRequest opens a request. What is answered, and when, is the same for everybody.
func (p *Pages) takeRequest(w http.ResponseWriter, r *http.Request) {
	soonest := time.NewTimer(pace)
	if err := r.ParseForm(); err != nil {
		p.unreadable(w, r)
		return
	}
	v := p.requestView(r)
	c, ok := v.read(r, policy.DateOf(p.opt.Clock(), p.opt.Zone))
	_, status, message := p.admit(r, aboutRequest, "")
	if status != http.StatusOK || !ok {
		v.Message = v.Text(message)
		if status == http.StatusOK {
			status, v.Token = http.StatusUnprocessableEntity, r.PostForm.Get("page")
		}
		p.show(w, "request", status, v)
		return
	}
	if err := p.opt.Asks.Open(r.Context(), c); err != nil {
		p.failed(w, r, err)
		return
	}
	select {
	case <-soonest.C:
	case <-r.Context().Done():
	}
	http.Redirect(w, r, Prefix+"droits/recue?langue="+v.Lang(), http.StatusSeeOther)
}

// read makes the request of what was written, and notes what is to be mended.
func (v *requestView) read(r *http.Request, today policy.Date) (rights.Case, bool) {
	f := r.PostForm
	v.Right, v.Email, v.Name, v.Said = f.Get("right"), strings.TrimSpace(f.Get("email")), strings.TrimSpace(f.Get("name")), strings.TrimSpace(strings.ReplaceAll(f.Get("said"), "\r\n", "\n"))
	c := rights.Case{Via: rights.ByForm, Language: rights.Language(v.Lang()), Person: rights.Person{Name: v.Name, Said: v.Said, Identifiers: map[string]string{"email": v.Email}}}
	for _, x := range v.Wishes {
		if x.Name == v.Right {
			c.Right, c.Marketing = x.right, x.marketing
		}
	}
	if c.Right == "" {
		v.MendRight = v.Say("Choisissez ce que vous demandez", "Choose what you ask for")
	}
	a, err := mail.ParseAddress(v.Email)
	if err != nil || a.Address != v.Email || len(v.Email) > 254 || rights.Normal("email", v.Email) == "" {
		v.MendEmail = v.Say("Une adresse s’écrit nom@exemple.fr", "An address is written name@example.com")
	}
	if !words(v.Said, longestSaid) || !words(v.Name, longestName) {
		v.MendSaid = v.Say("Trop long, ou illisible", "Too long, or not readable")
	}
	v.act(f, &c, today)
	return c, v.MendRight+v.MendEmail+v.MendSaid+v.MendActing == ""
}

// words reports whether a text can be read and is no longer than so many letters.
func words(s string, most int) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, control)
}

func (p *Pages) received(w http.ResponseWriter, r *http.Request) {
	says := consent.Text{FR: "Nous vous répondrons à l’adresse que vous avez donnée, dans le mois. Nous vous demanderons peut-être de montrer qui vous êtes.",
		EN: "We will answer to the address you gave, within a month. We may ask you to show who you are."}
	if p.opt.Mails {
		says = consent.Text{FR: "Nous venons d’écrire à l’adresse que vous avez donnée. Ouvrez le lien du message pour confirmer que la demande est de vous et pour la suivre. Rien dans quelques minutes ? Regardez les indésirables, ou refaites la demande.",
			EN: "We have just written to the address you gave. Open the link in the message to confirm that the request is yours, and to follow it. Nothing in a few minutes? Look among the unwanted mail, or ask again."}
	}
	p.say(w, r, http.StatusOK, consent.Text{FR: "Votre demande est arrivée", EN: "Your request has arrived"}, says)
}

// confirmForm is where the link of a letter leads. To read it changes nothing: scanners of mail
// follow links too.
func (p *Pages) confirmForm(w http.ResponseWriter, r *http.Request) {
	p.show(w, "confirm", http.StatusOK, p.page(r, consent.Text{FR: "Confirmer votre demande", EN: "Confirm your request"}))
}

func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) {
	if !p.limit.allow(r) {
		p.slow(w, r)
		return
	}
	c, err := p.opt.Asks.Confirm(r.Context(), r.PathValue("link"))
	switch {
	case err == nil:
		http.Redirect(w, r, p.Follow(c.ID)+"?langue="+p.page(r, consent.Text{}).Lang(), http.StatusSeeOther)
	case errors.Is(err, rights.ErrGuardian):
		p.say(w, r, http.StatusConflict, consent.Text{FR: "Un parent doit demander", EN: "A parent must ask"}, consent.Text{FR: "La demande concerne un enfant : c’est à qui exerce l’autorité parentale de la faire.", EN: "The request is about a child: whoever has parental authority must make it."})
	case errors.Is(err, rights.ErrLink), errors.Is(err, rights.ErrLinkExpired), errors.Is(err, rights.ErrLinkUsed), errors.Is(err, rights.ErrAct):
		p.say(w, r, http.StatusGone, consent.Text{FR: "Ce lien ne sert plus", EN: "This link is of no more use"},
			consent.Text{FR: "Il a déjà servi, un autre l’a remplacé, ou il a plus de sept jours. Refaites votre demande : vous en recevrez un nouveau.", EN: "It was used, another one replaced it, or it is more than seven days old. Ask again: you will receive a new one."})
	default:
		p.failed(w, r, err)
	}
}

func (p *Pages) slow(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "60")
	p.say(w, r, http.StatusTooManyRequests, consent.Text{FR: "Un instant", EN: "One moment"}, consent.Text{FR: "Trop d’essais à la fois. Attendez une minute.", EN: "Too many tries at once. Wait a minute."})
}

// progressView is a request as its person may see it: where it stands and by when it is
// answered, and nothing that it found.
type progressView struct {
	page
	ID, Right, State, Limit string
	// Waits says that the answer waits to be fetched.
	Open, Waits bool
	Steps       []progressStep
	Contact     string
}

type progressStep struct{ Day, What string }

func (p *Pages) progress(w http.ResponseWriter, r *http.Request) {
	id, ok := p.tokens.unseal("follow", r.PathValue("word"))
	if !ok {
		p.missing(w, r)
		return
	}
	c, due, err := p.opt.Asks.Progress(r.Context(), id)
	if err != nil {
		p.missing(w, r) // it went at its term
		return
	}
	v := progressView{page: p.page(r, consent.Text{FR: "Votre demande", EN: "Your request"}), ID: c.ID, Open: !c.State.Decided(), Waits: c.Parcel != nil && p.opt.Mails, Contact: p.opt.Policy.Controller.Contact}
	v.Right, v.State, v.Limit = v.Text(rightWords(c)), v.Text(standsWords(c)), v.day(due.Limit)
	for _, s := range c.Steps {
		if t, ok := stepWords(s.What); ok {
			v.Steps = append(v.Steps, progressStep{v.day(s.Day), v.Text(t)})
		}
	}
	p.show(w, "progress", http.StatusOK, v)
}

// day writes a day as the reader does.
func (p page) day(d policy.Date) string {
	return rights.Language(p.Lang()).Day(d)
}

// Follow is the address at which a request is followed: signed, so that nobody finds another's.
func (p *Pages) Follow(id string) string {
	return Prefix + "droits/suivi/" + p.tokens.seal("follow", id)
}

func rightWords(c rights.Case) consent.Text {
	for _, x := range wishes() {
		if x.right == c.Right && x.marketing == c.Marketing {
			return x.Title
		}
	}
	return consent.Text{FR: string(c.Right), EN: string(c.Right)}
}

// standsWords say where a case stands.
func standsWords(c rights.Case) consent.Text {
	if _, ok := c.Has(rights.AddressConfirmed); ok && c.State == rights.Received {
		return consent.Text{FR: "Confirmée. Nous allons vous demander de montrer que vous pouvez agir pour cette personne.", EN: "Confirmed. We will ask you to show that you may act for this person."}
	}
	return stateWords(c.State)
}

func stateWords(s rights.State) consent.Text {
	switch s {
	case rights.Received:
		return consent.Text{FR: "Reçue ; à confirmer par le lien que nous vous avons écrit.", EN: "Received; to be confirmed by the link we wrote to you."}
	case rights.Identity:
		return consent.Text{FR: "Nous attendons que vous montriez qui vous êtes ; le délai est suspendu.", EN: "We wait for you to show who you are; the time stands still."}
	case rights.Answered, rights.Notified:
		return consent.Text{FR: "Répondue.", EN: "Answered."}
	case rights.Partly:
		return consent.Text{FR: "Répondue en partie ; la réponse dit pourquoi.", EN: "Answered in part; the answer says why."}
	case rights.Refused:
		return consent.Text{FR: "Refusée ; la réponse dit pourquoi et comment vous plaindre.", EN: "Refused; the answer says why and how to complain."}
	case rights.Closed:
		return consent.Text{FR: "Close.", EN: "Closed."}
	}
	return consent.Text{FR: "En cours.", EN: "In hand."}
}

// stepWords are the acts that the person is shown.
func stepWords(a rights.Act) (consent.Text, bool) {
	t, ok := map[rights.Act]consent.Text{
		rights.Opened:           {FR: "Demande reçue", EN: "Request received"},
		rights.LinkMade:         {FR: "Lien de confirmation envoyé", EN: "Link for confirmation sent"},
		rights.AddressConfirmed: {FR: "Adresse confirmée", EN: "Address confirmed"},
		rights.Identified:       {FR: "Identité établie", EN: "Identity settled"},
		rights.Extend:           {FR: "Délai prolongé ; la lettre dit pourquoi", EN: "Time extended; the letter says why"},
		rights.Answer:           {FR: "Réponse donnée", EN: "Answer given"},
		rights.AnswerPartly:     {FR: "Réponse donnée en partie", EN: "Answer given in part"},
		rights.FetchLinked:      {FR: "Lien de téléchargement envoyé", EN: "Link for fetching the answer sent"},
		rights.Fetched:          {FR: "Réponse téléchargée", EN: "Answer fetched"},
		rights.Refuse:           {FR: "Refus motivé", EN: "Refusal with its reasons"},
		rights.Restricted:       {FR: "Usage suspendu", EN: "Use suspended"},
		rights.Lifted:           {FR: "Suspension levée", EN: "Suspension lifted"},
		rights.Close:            {FR: "Close", EN: "Closed"},
		rights.Lapsed:           {FR: "Close, faute de confirmation", EN: "Closed for want of confirmation"},
	}[a]
	return t, ok
}
