package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// caseView is a case as it is shown: what was done and by when to answer, and of the person
// only what show is asked for.
type caseView struct {
	ID       string         `json:"id"`
	Right    rights.Right   `json:"right"`
	Guess    rights.Guess   `json:"guess,omitempty"`
	State    rights.State   `json:"state"`
	Via      rights.Channel `json:"via"`
	Received policy.Date    `json:"received"`
	// Language is the one in which the person is written to.
	Language rights.Language `json:"language"`
	Owner    string          `json:"owner,omitempty"`
	RepeatOf string          `json:"repeat_of,omitempty"`
	Extended bool            `json:"extended,omitempty"`
	Due      rights.Due      `json:"due"`
	Steps    []rights.Step   `json:"steps"`
}

func (s *session) caseView(p *project.Project, d rights.Desk, k rights.Case) (caseView, error) {
	due, err := d.Clock.Of(k, p.Today(s.instant()))
	v := caseView{k.ID, k.Right, k.Guess, k.State, k.Via, k.Received, k.Speaks(), k.Owner, k.RepeatOf, k.Extended, due, slices.Clone(k.Steps)}
	for i := range v.Steps {
		v.Steps[i].Why = "" // it may speak of the person
	}
	return v, err
}

// tellCase says how a case stands and by when to answer.
func (s *session) tellCase(p *project.Project, d rights.Desk, k rights.Case, fr, en string) error {
	v, err := s.caseView(p, d, k)
	if err != nil || s.json {
		return s.jsonOr(err, v)
	}
	s.line(fr, en, k.ID)
	s.line("  %s · %s · reçue le %s", "  %s · %s · received on %s", s.right(k.Right), s.caseState(k.State), s.day(k.Received))
	if k.Speaks() != rights.InFrench {
		s.line("  les lettres sont en anglais, le motif s’écrit en anglais aussi", "  letters are in English; write reasons in English too")
	}
	if k.Guess != "" {
		s.line("  %s"+narrow+": à confirmer par garant request confirm %s", "  %s: to be confirmed by garant request confirm %s", s.guess(k.Guess), k.ID)
	}
	if k.RepeatOf != "" {
		s.line("  répète %s", "  repeats %s", k.RepeatOf)
	}
	if k.State == rights.Refused {
		s.line("  réponse : refus motivé, avec les voies de recours", "  answer: a reasoned refusal, with the ways to complain")
		return nil
	}
	if !k.State.Decided() {
		s.answerBy(v.Due)
	}
	return nil
}

// jsonOr prints the value for programs, unless an error came first.
func (s *session) jsonOr(err error, v any) error {
	if err != nil {
		return err
	}
	return s.print(v)
}

func (s *session) requestListCmd() *cobra.Command {
	var all, due, mail bool
	c := &cobra.Command{
		Use: "list", Short: "The open requests, the most urgent first", Args: exactly(0),
		Long: "With --due, only those that are overdue or due within a week; the exit code is then 4 when there are any.\n\n" +
			"Exit codes: 0 done, or nothing is due; 1 error; 2 wrong usage; 4 with --due, some are due.",
		RunE: func(c *cobra.Command, _ []string) error {
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				return s.listCases(ctx, p, d, listing{all, due || mail, mail})
			})
		},
	}
	c.Flags().BoolVar(&all, "all", false, "the answered ones too")
	c.Flags().BoolVar(&mail, "mail", false, "with --due: write to requests.notify instead of failing")
	c.Flags().BoolVar(&due, "due", false, "only those that are overdue or nearly")
	return c
}

// listing says which cases are listed, and whether the list is mailed.
type listing struct{ all, due, mail bool }

func (s *session) listCases(ctx context.Context, p *project.Project, d rights.Desk, l listing) error {
	views, err := s.views(ctx, p, d, l)
	if err != nil {
		return err
	}
	if l.mail {
		if err := s.mailDue(ctx, p, views); err != nil {
			return err
		}
	}
	if s.json {
		err = s.print(map[string]any{"requests": views})
	} else {
		s.showCases(views)
	}
	if err == nil && l.due && !l.mail && len(views) > 0 {
		return quiet(exitNotTrue)
	}
	return err
}

// views are the cases of a listing, the most urgent first.
func (s *session) views(ctx context.Context, p *project.Project, d rights.Desk, l listing) ([]caseView, error) {
	cases, err := d.Memory.Cases(ctx)
	if err != nil {
		return nil, err
	}
	views := []caseView{}
	for _, k := range cases {
		v, err := s.caseView(p, d, k)
		if err != nil {
			return nil, err
		}
		urgent := v.Due.Standing == rights.Overdue || v.Due.Standing == rights.Soon
		if (l.all || !k.State.Decided()) && (!l.due || urgent) {
			views = append(views, v)
		}
	}
	slices.SortStableFunc(views, func(a, b caseView) int { return rank(a) - rank(b) })
	return views, nil
}

// answerBy says until when a request is answered: the day to aim at, where the law gives more.
func (s *session) answerBy(d rights.Due) {
	if d.Target == d.Limit {
		s.line("  répondre au plus tard le %s%s", "  answer by %s%s", s.day(d.Limit), s.standing(d))
		return
	}
	s.line("  répondre d’ici au %s, au plus tard le %s%s", "  answer by %s, at the latest on %s%s", s.day(d.Target), s.day(d.Limit), s.standing(d))
}

// rank puts the most urgent first and the answered last.
func rank(v caseView) int {
	if v.Due.Standing == rights.Over {
		return 1 << 20
	}
	return v.Due.Left
}

func (s *session) showCases(views []caseView) {
	var rows [][]string
	for _, v := range views {
		limit := s.day(v.Due.Limit)
		if v.Due.Standing == rights.Over {
			limit = s.day(policy.Date{})
		}
		right := s.right(v.Right)
		if v.Guess != "" {
			right += " ?"
		}
		rows = append(rows, []string{v.ID, right, s.caseState(v.State), s.day(v.Received), limit, strings.TrimPrefix(s.standing(v.Due), " — "), v.Owner})
	}
	if len(rows) == 0 {
		s.line("Aucune demande.", "No request.")
		return
	}
	s.table([]string{"id", s.say("droit", "right"), s.say("état", "state"), s.say("reçue", "received"), s.say("limite", "limit"), "", s.say("responsable", "owner")}, rows)
}

func (s *session) requestShowCmd() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "A request: its acts, its clock, and what it says of the person", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.onDesk(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				k, err := p.State.Case(ctx, args[0])
				if err != nil {
					return err
				}
				return s.showCase(p, d, k)
			})
		},
	}
}

func (s *session) showCase(p *project.Project, d rights.Desk, k rights.Case) error {
	v, err := s.caseView(p, d, k)
	if err != nil || s.json {
		return s.jsonOr(err, struct {
			rights.Case
			Due rights.Due `json:"due"`
		}{k, v.Due})
	}
	if err := s.tellCase(p, d, k, "Demande %s", "Request %s"); err != nil {
		return err
	}
	s.line("  prolongation possible jusqu’au %s si elle est annoncée au plus tard le %s"+narrow+"; droit %s", "  may be extended to %s if that is told by %s; law %s",
		s.day(v.Due.Longest), s.day(v.Due.First), v.Due.Law)
	if v.Due.Suspended > 0 {
		s.line("  délai suspendu %d jours", "  clock stopped for %d days", v.Due.Suspended)
	}
	s.showPerson(k.Person)
	for _, st := range k.Steps {
		s.line("  %s  %s", "  %s  %s", s.day(st.Day), strings.Join(slices.DeleteFunc([]string{s.act(st.What), st.Word, st.Why, st.By}, func(w string) bool { return w == "" }), " "))
	}
	return nil
}

func (s *session) showPerson(p rights.Person) {
	for _, m := range rights.Marks(p.Identifiers) {
		s.line("  %s"+narrow+": %s", "  %s: %s", m.Kind, p.Identifiers[m.Kind])
	}
	for _, l := range []struct{ fr, en, value string }{
		{"nom", "name", p.Name}, {"mandataire", "mandate", p.Agent}, {"représentant", "guardian", p.Guardian}, {"héritier", "heir", p.Heir}, {"pouvoir", "power", p.Power}, {"adresse de qui agit", "address of who acts", p.Contact}, {"demande", "asks", p.Said},
	} {
		if l.value != "" {
			s.line("  %s"+narrow+": %s", "  %s: %s", s.say(l.fr, l.en), l.value)
		}
	}
}

// standing says how the clock stands, after a dash.
func (s *session) standing(d rights.Due) string {
	switch d.Standing {
	case rights.Overdue:
		return s.say(" — ✗ dépassé", " — ✗ overdue")
	case rights.Soon:
		return s.say(" — ! bientôt", " — ! soon")
	case rights.Stopped:
		return s.say(" — ‖ suspendu", " — ‖ stopped")
	}
	return ""
}

func (s *session) right(r rights.Right) string {
	fr := map[rights.Right]string{
		rights.Access: "accès", rights.Rectification: "rectification", rights.Erasure: "effacement", rights.Restriction: "limitation",
		rights.Portability: "portabilité", rights.Objection: "opposition", rights.Withdrawal: "retrait du consentement",
		rights.PostMortem: "directives après la mort", rights.HumanReview: "intervention humaine", rights.Complaint: "réclamation",
	}
	return s.say(fr[r], string(r))
}

func (s *session) caseState(st rights.State) string {
	fr := map[rights.State]string{
		rights.Received: "reçue", rights.Identity: "identité attendue", rights.Searching: "à chercher", rights.Incomplete: "recherche incomplète",
		rights.Review: "à relire", rights.Answered: "répondue", rights.Partly: "répondue en partie", rights.Refused: "refusée",
		rights.Notified: "destinataires prévenus", rights.Closed: "close",
	}
	return s.say(fr[st], string(st))
}

func (s *session) act(a rights.Act) string {
	fr := map[rights.Act]string{
		rights.Joined: "message joint", rights.Confirm: "droit confirmé", rights.NoRequest: "n’était pas une demande",
		rights.Opened: "ouverte", rights.Acknowledged: "accusé de réception", rights.LinkMade: "lien d’identification", rights.Doubted: "doute sur l’identité",
		rights.Identified: "identité établie", rights.Extend: "prolongée", rights.Looked: "recherche faite", rights.Reviewed: "candidats relus", rights.LookedPartly: "recherche incomplète",
		rights.Planned: "plan fait", rights.Carried: "exécutée", rights.Verified: "vérifiée", rights.Answer: "répondue", rights.AnswerPartly: "répondue en partie",
		rights.Refuse: "refusée", rights.Told: "destinataires prévenus", rights.Restricted: "limitée", rights.Lifted: "limitation levée", rights.Rectified: "rectifiée", rights.Executed: "directives exécutées", rights.LetterSent: "lettre", rights.LanguageSet: "langue", rights.AddressConfirmed: "adresse confirmée", rights.FetchLinked: "lien de téléchargement", rights.Fetched: "réponse téléchargée", rights.RecipientDone: "destinataire : fait", rights.Close: "close", rights.Lapsed: "éteinte", rights.Forgot: "données du dossier oubliées",
	}
	return s.say(fr[a], string(a))
}
