package public

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/rights"
)

// askFetchLink has a link that fetches the answer written to the person's verified address: who
// holds the address of this page alone, in a browser somebody else uses, fetches nothing. What
// is said is the same whether an answer waits or not.
func (p *Pages) askFetchLink(w http.ResponseWriter, r *http.Request) {
	id, ok := p.tokens.unseal("follow", r.PathValue("word"))
	if !ok {
		p.missing(w, r)
		return
	}
	if !p.limit.allow(r) {
		p.slow(w, r)
		return
	}
	if err := p.opt.Asks.FetchLink(r.Context(), id); err != nil {
		p.failed(w, r, err)
		return
	}
	p.say(w, r, http.StatusOK, consent.Text{FR: "Nous vous écrivons", EN: "We are writing to you"},
		consent.Text{FR: "Le lien part à l’adresse électronique que vous avez confirmée. Il sert une fois, pendant sept jours. Rien dans quelques minutes ? Regardez les indésirables.",
			EN: "The link goes to the e-mail address you confirmed. It serves once, for seven days. Nothing in a few minutes? Look among the unwanted mail."})
}

// fetchForm is where the link leads. To read it changes nothing, as with confirmForm.
func (p *Pages) fetchForm(w http.ResponseWriter, r *http.Request) {
	p.show(w, "fetch", http.StatusOK, p.page(r, consent.Text{FR: "Télécharger la réponse", EN: "Fetch the answer"}))
}

// fetch hands the sealed answer over. One that is of no more use, and one that never was, are
// answered alike.
func (p *Pages) fetch(w http.ResponseWriter, r *http.Request) {
	if !p.limit.allow(r) {
		p.slow(w, r)
		return
	}
	id, file, err := p.opt.Asks.Fetch(r.Context(), r.PathValue("link"))
	switch {
	case err == nil:
	case errors.Is(err, rights.ErrLink), errors.Is(err, rights.ErrLinkExpired), errors.Is(err, rights.ErrLinkUsed), errors.Is(err, rights.ErrAct):
		p.say(w, r, http.StatusGone, consent.Text{FR: "Ce lien ne sert plus", EN: "This link is of no more use"},
			consent.Text{FR: "Il a déjà servi, un autre l’a remplacé, ou il a plus de sept jours. Demandez-en un autre sur la page de suivi de votre demande ; si la réponse n’y attend plus, écrivez-nous.", EN: "It was used, another one replaced it, or it is more than seven days old. Ask for another one on the page of your request; if the answer waits there no more, write to us."})
		return
	default:
		p.failed(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", id+".zip.age"))
	h.Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file) // who went away asks for another link
}
