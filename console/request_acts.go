package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// field is what somebody wrote in a form, without the spaces around it.
func field(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

// move returns what does one act in a request, as the form on its page says.
func (c *Console) move(act rights.Act) func(http.ResponseWriter, *http.Request, visit) error {
	return func(w http.ResponseWriter, r *http.Request, v visit) error {
		return c.onRequest(w, r, v, func(s *requestScreen, by string) error {
			m := Move{Act: act, Word: field(r, "word"), Why: field(r, "why"), By: by}
			if act == rights.Identified && rights.Means(m.Word) == rights.Document && r.PostFormValue("destroyed") == "" {
				return &Refusal{FR: "Détruire d’abord la copie du document, puis le dire ici.", EN: "First destroy the copy of the document, then say so here."}
			}
			return c.company.Move(r.Context(), s.ID, m)
		})
	}
}

// onRequest does something with a request in somebody's name and goes back to it, or shows it
// with why it was not done.
func (c *Console) onRequest(w http.ResponseWriter, r *http.Request, v visit, do func(s *requestScreen, by string) error) error {
	s, done, err := c.inRequest(w, r, v, do)
	if done && err == nil {
		http.Redirect(w, r, "/demandes/"+s.ID, http.StatusSeeOther)
	}
	return err
}

// inRequest does something with a request in somebody's name; what is refused is shown, and
// done is then false.
func (c *Console) inRequest(w http.ResponseWriter, r *http.Request, v visit, do func(s *requestScreen, by string) error) (s *requestScreen, done bool, err error) {
	if s, err = c.requestScreen(r, v); err != nil {
		return nil, false, err
	}
	by := signature(r, v)
	if by == "" || len(by) > 200 {
		return s, false, c.requestAgain(w, s, s.Say("Un acte a un nom.", "An act has a name."))
	}
	err = do(s, by)
	var no *Refusal
	var unready *Unready
	if errors.As(err, &no) || errors.As(err, &unready) {
		text, _ := c.refused(s.page, err)
		return s, false, c.requestAgain(w, s, text)
	}
	return s, err == nil, err
}

func (c *Console) requestAgain(w http.ResponseWriter, s *requestScreen, why string) error {
	s.Refused = why
	return c.show(w, "request", http.StatusConflict, s)
}

// find looks for the person.
func (c *Console) find(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.onRequest(w, r, v, func(s *requestScreen, by string) error {
		found, err := c.company.Find(r.Context(), s.ID, by)
		if err == nil {
			c.sights.keep(s.ID, &sight{At: c.opt.Clock(), Found: found})
		}
		return err
	})
}

// decide notes whether a candidate is the person's.
func (c *Console) decide(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.onRequest(w, r, v, func(s *requestScreen, by string) error {
		found, err := c.company.Decide(r.Context(), s.ID, Said{field(r, "jeu"), field(r, "cle"), r.PostFormValue("theirs") == "yes"}, by)
		if err == nil {
			c.sights.keep(s.ID, &sight{At: c.opt.Clock(), Found: found})
		}
		return err
	})
}

// planRequest says what the request would end, with what somebody chose against the rule.
func (c *Console) planRequest(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.onRequest(w, r, v, func(s *requestScreen, by string) error {
		choice := rights.Choice{Keep: map[policy.PurposeID]rights.Ground{}}
		for _, pu := range s.Purposes {
			switch g := field(r, "purpose."+string(pu.ID)); g {
			case "":
			case "end":
				choice.End = append(choice.End, pu.ID)
			default:
				choice.Keep[pu.ID] = rights.Ground(g)
			}
		}
		stays, err := c.company.PlanRequest(r.Context(), s.ID, choice, by)
		if err != nil {
			return err
		}
		seen := sight{At: c.opt.Clock(), Stays: stays}
		if s.Sight != nil {
			seen.Found = s.Sight.Found
		}
		c.sights.keep(s.ID, &seen)
		return nil
	})
}

// applyRequest begins to carry the plan of a request out, for who copies its count.
func (c *Console) applyRequest(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.onRequest(w, r, v, func(s *requestScreen, by string) error {
		if s.Plan == nil {
			return &Refusal{FR: "Préparer d’abord le plan de cette demande.", EN: "First make the plan of this request."}
		}
		count, err := strconv.ParseInt(digits(field(r, "confirm"), true), 10, 64)
		if err != nil || count != s.Plan.Totals.Due {
			return &Refusal{FR: "Ce qui a été recopié n’est pas ce qui est affiché ; rien n’a été touché.", EN: "What was copied is not what is shown; nothing was touched."}
		}
		there := c.bench.start(progress{Work: applying, Digest: s.Erasing.Plan, Total: count}, c.applyingRequest(s.ID, count, by))
		if !there {
			return &Refusal{FR: "Un autre travail est en cours ; attendre qu’il se termine.", EN: "Other work is under way; wait for it to end."}
		}
		return nil
	})
}

func (c *Console) applyingRequest(id string, count int64, by string) func(context.Context, func(func(*progress))) error {
	return func(ctx context.Context, tell func(func(*progress))) error {
		seen, err := c.company.ApplyRequest(ctx, id, count, by, telling(tell))
		if err == nil && !seen {
			err = &Refusal{FR: "Un nouveau regard trouve encore des données : refaire le plan de cette demande.", EN: "A fresh look still finds data: make the plan of this request again."}
		}
		c.note("apply a request", err)
		c.sights.keep(id, nil)
		c.watch.ask()
		c.desktop.touch()
		return err
	}
}

// telling turns what the engine tells into progress: what earlier steps had to act on counts.
func telling(tell func(func(*progress))) func(apply.Event) {
	var before int64
	return func(e apply.Event) {
		tell(func(p *progress) { p.What, p.Done = e.Step, before+e.Done })
		if e.Kind == apply.StepDone {
			before += e.Due
		}
	}
}

// Pending are the steps of the request's plan.
func (s *requestScreen) Pending() []plan.Step {
	if s.Plan == nil {
		return nil
	}
	return s.Plan.Pending()
}

// MayWait reports whether the answer may wait for its person: they have shown an address that a
// link can go to.
func (s *requestScreen) MayWait() bool {
	_, err := s.Mailbox()
	return err == nil
}

// LetterKinds are the ones that can be written as the request stands.
func (s *requestScreen) LetterKinds() []rights.LetterKind {
	return slices.DeleteFunc(rights.PersonLetters(), func(k rights.LetterKind) bool {
		needs := map[rights.LetterKind][]rights.Act{rights.IdentityLetter: {rights.Doubted}, rights.ExtensionLetter: {rights.Extend}, rights.RefusalLetter: {rights.Refuse},
			rights.AnswerLetter: {rights.Answer, rights.AnswerPartly}, rights.LiftLetter: {rights.Restricted}}[k]
		return len(needs) > 0 && !slices.ContainsFunc(needs, func(a rights.Act) bool { return s.Did(string(a)) })
	})
}
