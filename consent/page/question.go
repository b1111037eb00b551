package page

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// Question are the words of a question of re-permission in one language, fr or en: whether the
// company may keep what it holds for a purpose. They offer nothing, name no advantage, and say
// what silence leads to. Last is the last day to answer.
func Question(lang, company, purpose string, last policy.Date) (subject, text string) {
	if strings.HasPrefix(strings.ToLower(lang), "en") {
		return "May we keep your data?", fmt.Sprintf("%s holds data about you for this purpose: %s. The time for which we keep them ends.\n\n"+
			"If you agree, we keep them for another such time. If you do not, or do not answer by %s, they go. Either answer is fine, and nothing depends on it.", company, purpose, last.Start(nil).Format("2 January 2006"))
	}
	return "Pouvons-nous garder vos données ?", fmt.Sprintf("%s détient des données sur vous pour cette finalité : %s. Leur durée de conservation arrive à son terme.\n\n"+
		"Si vous l’acceptez, nous les gardons pour une nouvelle durée. Si vous refusez, ou ne répondez pas jusqu’au %s, elles sont supprimées. Les deux réponses se valent, et rien n’en dépend.", company, purpose, last.Start(nil).Format("02/01/2006"))
}

// question is an open question as the page shows it.
type question struct{ ID, Title, Words string }

func (p *Pages) questions(ctx context.Context, f consent.Facts) []question {
	var out []question
	for _, q := range f.Open(policy.DateOf(p.now(), p.now().Location())) {
		shown := question{ID: q.ID, Title: p.title(q.Purpose)}
		if text, err := p.Notices.Notice(ctx, q.Notice); q.Notice != "" && err == nil {
			shown.Words = string(text)
		}
		out = append(out, shown)
	}
	return out
}

func (p *Pages) title(id policy.PurposeID) string {
	for _, pu := range p.Desk.Policy.Purposes {
		if pu.ID == id && pu.Title != "" {
			return pu.Title
		}
	}
	return string(id)
}

// reply enters the answer to a question that is open to this person, with what proves it: the
// words that were shown and the digest of the act.
func (p *Pages) reply(w http.ResponseWriter, r *http.Request, l Link, kind, id string) (consent.Record, bool) {
	f, err := p.facts(r.Context(), l)
	if err != nil {
		failed(w)
		return consent.Record{}, false
	}
	open := f.Open(policy.DateOf(p.now(), p.now().Location()))
	i := slices.IndexFunc(open, func(q consent.Permission) bool { return q.ID == id })
	if i < 0 {
		http.Error(w, "On ne peut plus répondre à cette question, et rien de plus n’a été enregistré.\n\nThis question can no longer be answered, and nothing more was recorded.", http.StatusConflict)
		return consent.Record{}, false
	}
	act := consent.Digest([]byte(kind + "\x00" + id + "\x00" + r.PathValue("word")))
	return consent.Record{Kind: kind, Method: "form", Of: id, Scope: consent.Scope{Purposes: []policy.PurposeID{open[i].Purpose}}, Notice: open[i].Notice, Proof: act}, true
}
