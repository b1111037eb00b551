package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

// plansScreen lists the latest plans, and shows one being made.
type plansScreen struct {
	page
	Plans    []savedView
	Progress progress
	Refused  string
	Problems []policy.Problem
}

type savedView struct {
	db.SavedPlan
	AsOf policy.Date
	Due  int64
	Name string // the digest, short
}

func (c *Console) plans(w http.ResponseWriter, r *http.Request, v visit) error {
	p := c.bench.progress()
	waits := r.URL.Query().Has("prepare")
	if waits && p.Work == planning && !p.Busy && p.Err == nil && p.Digest != "" {
		http.Redirect(w, r, "/plan/"+p.Digest, http.StatusSeeOther)
		return nil
	}
	s := plansScreen{page: c.page(r, v, "Plan", "Plan")}
	if p.Work == planning {
		s.Progress = p
		s.Refused, s.Problems = c.refused(s.page, p.Err)
	}
	if s.Progress.Busy {
		s.Refresh = 1
	}
	saved, err := c.company.Plans(r.Context())
	if err != nil {
		return err
	}
	for _, x := range saved {
		k, err := c.company.Kept(r.Context(), x.Digest)
		if err != nil {
			return err
		}
		s.Plans = append(s.Plans, savedView{x, k.Plan.AsOf, k.Plan.Totals.Due, x.Digest[:min(8, len(x.Digest))]})
	}
	return c.show(w, "plans", http.StatusOK, s)
}

// refused words why an act was not done; what is not a refusal goes to the log alone.
func (c *Console) refused(p page, err error) (string, []policy.Problem) {
	var no *Refusal
	var unready *Unready
	switch {
	case err == nil:
		return "", nil
	case errors.As(err, &no):
		return p.Say(no.FR, no.EN), nil
	case errors.As(err, &unready):
		return p.Say("Les fichiers de l’entreprise contiennent des erreurs ; rien n’a été touché.", "The company’s files have errors; nothing was touched."), unready.Problems
	}
	return p.Say("Le travail s’est arrêté sur une erreur ; la raison est dans le journal du serveur. Ce qui avait été fait est inscrit au registre, et le plan peut être repris.",
		"The work ended with an error; the reason is in the server’s log. What had been done is in the ledger, and the plan can be taken up again."), nil
}

// prepare begins to make the plan of today.
func (c *Console) prepare(w http.ResponseWriter, r *http.Request, _ visit) error {
	c.bench.start(progress{Work: planning}, func(ctx context.Context, tell func(func(*progress))) error {
		digest, err := c.company.Plan(ctx, func(dataset string, n, of int) {
			tell(func(p *progress) { p.What, p.Done, p.Total = dataset, int64(n), int64(of) })
		})
		tell(func(p *progress) { p.Digest = digest })
		c.note("make the plan", err)
		return err
	})
	http.Redirect(w, r, "/plan?prepare", http.StatusSeeOther)
	return nil
}

// note writes what went wrong beside the pages.
func (c *Console) note(what string, err error) {
	if err != nil {
		c.opt.Log.Error(what, "error", err)
	}
}

// planScreen is one plan: what is due, why, how many; the decision; the result.
type planScreen struct {
	page
	Kept     Kept
	Groups   []groupView
	Only     string // the dataset alone that is shown
	Progress progress
	Refused  string
	Problems []policy.Problem
	State    planState
	// Left counts the steps that wait for an approval, and LeftDue what they would act on.
	Left    int64
	LeftDue int64
	Confirm string // what has to be typed
	Given   consentForm
	Done    int64
	Run     *db.Run
	RunAt   int64 // its entry in the ledger; negative when there is none
	From    int64 // first and last entry of its acts
	To      int64
	Old     bool
}

// planState is how far a plan has come.
type planState string

const (
	planAsked    planState = "asked"    // made for a request, and decided there
	planEmpty    planState = "empty"    // nothing is due
	planDraft    planState = "draft"    // an approval is missing
	planReady    planState = "ready"    // may be carried out
	planBusy     planState = "busy"     // is being carried out
	planStopped  planState = "stopped"  // began, and something is left
	planFinished planState = "finished" // was carried out
)

type groupView struct {
	Dataset, Store string
	Due, Rows      int64
	Steps          []stepView
	Href           string
}

type stepView struct {
	plan.Step
	Data     []string
	Reasons  []reasonView
	Approval bool // it needed one and has it
	// Approvers are the names of those who approved it.
	Approvers []string
	Needs     []needView
	Done      int64
	Samples   string
}

type reasonView struct {
	plan.Reason
	Title, Href string
}

type needView struct{ Kind, Rest string }

func (c *Console) plan(w http.ResponseWriter, r *http.Request, v visit) error {
	s, err := c.planScreen(r, v)
	if err != nil {
		return err
	}
	return c.show(w, "plan", http.StatusOK, s)
}

func (c *Console) planScreen(r *http.Request, v visit) (*planScreen, error) {
	k, err := c.company.Kept(r.Context(), r.PathValue("digest"))
	if errors.Is(err, ErrNoPlan) {
		return nil, missing{}
	}
	if err != nil {
		return nil, err
	}
	s := &planScreen{page: c.page(r, v, "Plan", "Plan"), Kept: k, Only: r.FormValue("jeu"), RunAt: -1, From: -1}
	s.Old = k.Plan.AsOf != s.Today
	if p := c.bench.progress(); p.Work == applying && p.Digest == k.Digest {
		s.Progress = p
		s.Refused, s.Problems = c.refused(s.page, p.Err)
	}
	s.told()
	s.grouped(c.watch.seen().look)
	if s.Only != "" && len(s.Groups) == 0 {
		return nil, missing{}
	}
	s.State = s.state()
	if s.State == planBusy {
		s.Refresh = 1
	}
	s.Confirm = s.Only
	if s.Only == "" {
		s.Confirm = strconv.FormatInt(s.LeftDue, 10)
	}
	return s, nil
}

// told reads off the ledger what the plan has done.
func (s *planScreen) told() {
	if len(s.Kept.Runs) > 0 {
		s.Run = &s.Kept.Runs[0]
	}
	for _, e := range s.Kept.Entries {
		switch e.Kind {
		case "act":
			if s.From < 0 {
				s.From = e.N
			}
			s.To, s.Done = e.N, s.Done+e.Rows
		case "run":
			s.RunAt = e.N
		}
	}
}

// grouped puts the steps under their datasets, in the order of the plan.
func (s *planScreen) grouped(look *Look) {
	titles := newTitles(look)
	for _, st := range s.Kept.Plan.Pending() {
		if s.Only != "" && st.Dataset != s.Only {
			continue
		}
		if n := len(s.Groups); n == 0 || s.Groups[n-1].Dataset != st.Dataset {
			s.Groups = append(s.Groups, groupView{Dataset: st.Dataset, Store: st.Store, Rows: st.Rows, Href: "/plan/" + s.Kept.Digest + "?jeu=" + st.Dataset})
		}
		g := &s.Groups[len(s.Groups)-1]
		g.Due += st.Due
		g.Steps = append(g.Steps, s.step(st, titles))
		if !s.Kept.approved(st) {
			s.Left, s.LeftDue = s.Left+1, s.LeftDue+st.Due
		}
	}
}

func (s *planScreen) step(st plan.Step, t ruleTitles) stepView {
	out := stepView{Step: st, Data: t.data(st.Groups)}
	for _, r := range st.Because {
		out.Reasons = append(out.Reasons, reasonView{r, t.rules[r.Rule], promiseHref(r.Rule, "")})
	}
	out.Approvers = s.Kept.approvers(st)
	out.Approval = len(st.Needs) > 0 && s.Kept.approved(st)
	out.Samples = "/plan/" + s.Kept.Digest + "/exemples?" + url.Values{"etape": {st.ID}}.Encode()
	for _, n := range st.Needs {
		kind, rest, _ := strings.Cut(n, " ")
		out.Needs = append(out.Needs, needView{kind, rest})
	}
	for _, e := range s.Kept.Entries {
		if e.Kind == "act" && e.Step == st.ID {
			out.Done += e.Rows
		}
	}
	return out
}

// state tells how far the whole plan has come, whatever part of it is shown.
func (s *planScreen) state() planState {
	switch left := slices.ContainsFunc(s.Kept.Plan.Pending(), func(st plan.Step) bool { return !s.Kept.approved(st) }); {
	case s.Kept.Plan.Request() != "":
		return planAsked
	case s.Progress.Busy:
		return planBusy
	case !s.Kept.Finished.IsZero():
		return planFinished
	case len(s.Kept.Plan.Pending()) == 0:
		return planEmpty
	case left:
		return planDraft
	case s.Run != nil:
		return planStopped
	}
	return planReady
}

// ruleTitles are the words of a policy by name.
type ruleTitles struct {
	rules  map[policy.RuleID]string
	policy policy.Policy
}

func newTitles(look *Look) ruleTitles {
	out := ruleTitles{rules: map[policy.RuleID]string{}}
	if look == nil {
		return out
	}
	out.policy = look.Policy
	for _, pu := range look.Policy.Purposes {
		for _, r := range pu.Rules {
			out.rules[r.ID] = pu.Title
		}
	}
	return out
}

func (t ruleTitles) data(groups []policy.Category) []string { return titles(t.policy.Data, groups) }

// consentForm is what somebody wrote to approve.
type consentForm struct{ Name, Reason, Confirm string }

// approve notes the approval of what was shown: of the whole plan for who types its count, of
// one dataset for who types its name.
func (c *Console) approve(w http.ResponseWriter, r *http.Request, v visit) error {
	s, err := c.planScreen(r, v)
	if err != nil {
		return err
	}
	f := consentForm{signature(r, v), strings.TrimSpace(r.PostFormValue("reason")), digits(r.PostFormValue("confirm"), s.Only == "")}
	if s.Given = f; f.Name == "" || f.Reason == "" || len(f.Name)+len(f.Reason) > 1000 {
		return c.again(w, s, s.Say("Une approbation a un nom et un motif.", "An approval has a name and a reason."))
	}
	if s.State != planDraft || s.Left == 0 {
		return c.again(w, s, s.Say("Il n’y a plus rien à approuver ici.", "There is nothing left to approve here."))
	}
	if s.alone(f.Name) {
		return c.again(w, s, s.Say("Vous avez approuvé ; une autre personne doit le faire aussi.", "You have approved; somebody else must too."))
	}
	if f.Confirm != s.Confirm {
		return c.again(w, s, s.Say("Ce qui a été recopié n’est pas ce qui est affiché ; rien n’a été approuvé.", "What was copied is not what is shown; nothing was approved."))
	}
	if err := c.company.Approve(r.Context(), s.Kept.Digest, s.Only, Consent{f.Name, f.Reason}); err != nil {
		text, problems := c.refused(s.page, err)
		c.note("approve", err)
		s.Problems = problems
		return c.again(w, s, text)
	}
	http.Redirect(w, r, "/plan/"+s.Kept.Digest+"#decision", http.StatusSeeOther)
	return nil
}

// alone reports whether all that waits here was approved by that name already.
func (s *planScreen) alone(name string) bool {
	for _, g := range s.Groups {
		for _, st := range g.Steps {
			if len(st.Needs) > 0 && !st.Approval && !slices.Contains(st.Approvers, name) {
				return false
			}
		}
	}
	return true
}

// samplesScreen names some records of a step.
type samplesScreen struct {
	page
	Kept Kept
	Step plan.Step
	Keys []string
}

// shownSamples is how many records of a step are named.
const shownSamples = 12

// samples names some records that a step would act on; none of their values is shown.
func (c *Console) samples(w http.ResponseWriter, r *http.Request, v visit) error {
	p, err := c.planScreen(r, v)
	if err != nil {
		return err
	}
	s := samplesScreen{page: p.page, Kept: p.Kept}
	var ok bool
	if s.Step, ok = p.Kept.Plan.Step(r.URL.Query().Get("etape")); !ok {
		return missing{}
	}
	s.Keys, err = c.company.Samples(r.Context(), p.Kept.Digest, s.Step.ID, shownSamples)
	if err != nil {
		text, _ := c.refused(s.page, err)
		return c.again(w, p, text)
	}
	return c.show(w, "samples", http.StatusOK, s)
}

// Record is the address that explains a record, Hold the one at which it would be held.
func (s samplesScreen) Record(key string) string { return recordHref("/fiche", s.Step.Dataset, key) }

// Hold is the address at which a record would be held.
func (s samplesScreen) Hold(key string) string { return recordHref("/gels", s.Step.Dataset, key) }

// recordHref is an address about a record.
func recordHref(path, dataset, key string) string {
	name := map[string]string{"/fiche": "cle", "/gels": "cles"}[path]
	return path + "?" + url.Values{"jeu": {dataset}, name: {key}}.Encode()
}

// signature is the name under which somebody decides: that of the account, or for who came by
// the terminal's link, the one they write.
func signature(r *http.Request, v visit) string {
	if v.who.Name != "" {
		return v.who.Name
	}
	return strings.TrimSpace(r.PostFormValue("name"))
}

// digits drops the spaces and commas with which figures are shown and so copied.
func digits(s string, figures bool) string {
	if !figures {
		return strings.TrimSpace(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == ',' || r == '.' {
			return -1
		}
		return r
	}, s)
}

// again shows the plan with why the decision was not taken.
func (c *Console) again(w http.ResponseWriter, s *planScreen, why string) error {
	s.Refused = why
	return c.show(w, "plan", http.StatusConflict, s)
}

// apply begins to carry the plan out, or goes on with it. Two windows that ask find the same
// run at work, and a plan that was carried out is not begun again.
func (c *Console) apply(w http.ResponseWriter, r *http.Request, v visit) error {
	s, err := c.planScreen(r, v)
	if err != nil {
		return err
	}
	to := "/plan/" + s.Kept.Digest + "#decision"
	switch s.State {
	case planFinished, planBusy:
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	case planAsked:
		return c.again(w, s, s.Say("Ce plan est celui d’une demande : il s’exécute là.", "This plan is a request’s: it is carried out there."))
	case planDraft, planEmpty:
		return c.again(w, s, s.Say("Ce plan n’est pas approuvé.", "This plan is not approved."))
	}
	there := c.bench.start(progress{Work: applying, Digest: s.Kept.Digest, Total: s.Kept.Plan.Totals.Due}, c.applying(s.Kept.Digest))
	if !there {
		return c.again(w, s, s.Say("Un autre travail est en cours ; attendre qu’il se termine.", "Other work is under way; wait for it to end."))
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (c *Console) applying(digest string) func(context.Context, func(func(*progress))) error {
	return func(ctx context.Context, tell func(func(*progress))) error {
		rep, err := c.company.Apply(ctx, digest, telling(tell))
		c.note("apply the plan", err)
		for _, st := range rep.Steps {
			c.note("apply "+st.Step, st.Err)
		}
		c.watch.ask()
		c.desktop.touch()
		return err
	}
}

// approvedView sums up what one person approved at once.
type approvedView struct {
	db.Approval
	N int64
}

// Approved lists the approvals, those of one moment together.
func (s *planScreen) Approved() []approvedView {
	var out []approvedView
	for _, a := range s.Kept.Approvals {
		n := len(out)
		if n > 0 && out[n-1].By == a.By && out[n-1].Reason == a.Reason && out[n-1].At.Equal(a.At) {
			out[n-1].N++
			continue
		}
		out = append(out, approvedView{a, 1})
	}
	return out
}
