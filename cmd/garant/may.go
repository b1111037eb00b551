package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

const mayHelp = `garant may call phone=0199000000 --for phone_marketing --context postcode=97400
garant may email someone@a.example --for newsletter --at 2026-08-12T11:00:00+02:00
garant may sms --for newsletter --list leads.csv --allowed yes.csv --refused no.csv

PERSON is KIND=VALUE (email, phone, id) or a bare value; --person adds identifiers of the same person.
What is not known is a no, and the answer says what is missing. Every answer is written down without
anything personal. A list has a first line that names its columns: email, phone, id, and any key of --context;
without files to write to, each line's number, rule and reason are written. Where consent.yaml says which records
are contracts or sales, they are read off the stores for one person (not for a list). The channels are call, autocall, sms, email, social, post, share, profile.

Exit codes: 0 yes, or the list is done; 1 error; 2 wrong usage; 4 no; 10 the files have errors; 13 a store does
not answer (where they are asked).`

// mayFlags are what a question is made of.
type mayFlags struct {
	purpose, at string
	person      []string
	context     []string
	// look asks the stores whether the policy still keeps the person's data for the purpose, and
	// for contracts and purchases; auto does where consent.yaml says which records those are.
	look, auto bool
	// list is the file of a list, allowed and refused where its two parts go.
	list, allowed, refused string
}

func (s *session) mayCmd() *cobra.Command {
	var f mayFlags
	c := &cobra.Command{
		Use: "may CHANNEL [PERSON]", Short: "May this person be reached, for this purpose, by this channel, now? With the rule and the proof", Args: atLeast(1),
		Long: mayHelp,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 2 || (len(args) == 1) != (f.list != "") {
				return usage(errors.New("name a person, or a list with --list"))
			}
			f.auto = !c.Flags().Changed("look")
			if err := f.fits(); err != nil {
				return usage(err)
			}
			if f.list != "" {
				return s.mayList(c.Context(), f, args[0])
			}
			return s.may(c.Context(), f, args)
		},
	}
	c.Flags().StringVar(&f.purpose, "for", "", "the purpose, as policy.yaml names it")
	c.Flags().StringVar(&f.at, "at", "", "the instant of the use (default: now)")
	c.Flags().BoolVar(&f.look, "look", false, "ask the stores too: whether the policy still keeps these data for the purpose, and for contracts and sales (default where consent.yaml declares some; --look=false does not)")
	c.Flags().StringVar(&f.list, "list", "", "a list in CSV, - for standard input: one answer a line")
	c.Flags().StringVar(&f.allowed, "allowed", "", "file to write the lines of the list that may be used to")
	c.Flags().StringVar(&f.refused, "refused", "", "file to write the other lines to, each with its rule and reason")
	c.Flags().StringArrayVar(&f.person, "person", nil, "another identifier of the same person, KIND=VALUE")
	c.Flags().StringArrayVar(&f.context, "context", nil, "what the asker knows, KEY=VALUE: "+strings.Join(consent.ContextKeys(), ", "))
	return c
}

// fits refuses flags that would be passed over, and files that would be written over.
func (f mayFlags) fits() error {
	switch {
	case f.list == "" && f.allowed+f.refused != "":
		return errors.New("--allowed and --refused are for a list: add --list")
	case f.list == "":
		return nil
	case f.look:
		return errors.New("--look is for one person")
	case len(f.person) > 0:
		return errors.New("--person is for one person: the columns of a list name people")
	case sameFile(f.list, f.allowed), sameFile(f.list, f.refused), sameFile(f.allowed, f.refused):
		return errors.New("--list, --allowed and --refused are three files: to write one would empty another")
	}
	return nil
}

func (s *session) may(ctx context.Context, f mayFlags, args []string) error {
	in, err := f.inquiry(s, args)
	if err != nil {
		return usage(err)
	}
	return s.withState(ctx, func(p *project.Project) error {
		if f.look || f.auto && p.Uses.InStores() {
			if in, err = s.lookUp(ctx, p, in); err != nil {
				return err
			}
		}
		desk, err := p.May(ctx)
		if err != nil {
			return err
		}
		reply, err := desk.Ask(ctx, in)
		var wrong consent.ErrInquiry
		if errors.As(err, &wrong) {
			return usage(err)
		}
		if err != nil {
			return err
		}
		// An answer that is not on file was not given.
		if err := p.State.LogAnswers(ctx, []consent.Logged{reply.Log(s.instant())}); err != nil {
			return err
		}
		return s.showAnswer(reply)
	})
}

// lookUp opens the stores and reads off them what the answer may rest on.
func (s *session) lookUp(ctx context.Context, p *project.Project, in consent.Inquiry) (consent.Inquiry, error) {
	if err := p.Connect(ctx); err != nil {
		if errors.Is(err, project.ErrProblems) {
			s.problems(p, false)
		}
		return in, err
	}
	return p.Look(ctx, in)
}

// inquiry reads the question; args are the channel and, when there is one, the person.
func (f mayFlags) inquiry(s *session, args []string) (consent.Inquiry, error) {
	in := consent.Inquiry{Channel: consent.Channel(args[0]), Purpose: policy.PurposeID(f.purpose), At: s.instant(), Now: s.instant(), Context: consent.Context{}}
	if f.purpose == "" {
		return in, errors.New("a use has a purpose: add --for")
	}
	var err error
	if f.at != "" {
		if in.At, err = readInstant(f.at); err != nil {
			return in, fmt.Errorf("--at: %w", err)
		}
	}
	if len(args) > 1 {
		if in.Person, err = identify(args[1], f.person...); err != nil {
			return in, err
		}
	}
	for _, kv := range f.context {
		k, v, ok := strings.Cut(kv, "=")
		if !ok {
			return in, errors.New("--context: write KEY=VALUE")
		}
		in.Context[k] = v
	}
	return in, nil
}

// readInstant reads an instant of RFC 3339, or a day, which stands for its noon in Paris.
func readInstant(at string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, at); err == nil {
		return t, nil
	}
	d, err := policy.ParseDate(at)
	if err != nil {
		return time.Time{}, errors.New("write 2026-11-22 or 2026-11-22T09:00:00+01:00")
	}
	zone, err := law.Metropole.Zone()
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, zone), err
}

// identify reads the identifiers of one person.
func identify(one string, more ...string) ([]consent.Identifier, error) {
	var ids []consent.Identifier
	for _, w := range append([]string{one}, more...) {
		i, err := consent.Identify(w)
		if err != nil {
			return nil, err
		}
		ids = append(ids, i)
	}
	return ids, nil
}

// answerView is an answer for programs.
type answerView struct {
	Channel consent.Channel  `json:"channel"`
	Purpose policy.PurposeID `json:"purpose"`
	At      time.Time        `json:"at"`
	consent.Answer
	Next *consent.Text `json:"next,omitempty"`
}

func (s *session) showAnswer(r consent.Reply) error {
	next := nextStep(r.Rule)
	if s.json {
		v := answerView{Channel: r.Question.Channel, Purpose: r.Question.Purpose.ID, At: r.Question.At, Answer: r.Answer}
		if next.FR != "" {
			v.Next = &next
		}
		if err := s.print(v); err != nil {
			return err
		}
		return s.asked(r.Allowed)
	}
	verdict := s.say("✗ non", "✗ no")
	if r.Allowed {
		verdict = s.say("● oui", "● yes")
	}
	s.line("%s"+narrow+": %s", "%s: %s", verdict, s.say(r.Reason.FR, r.Reason.EN))
	text := s.say("droit du ", "law of ") + s.day(r.Day) + ", " + r.Law
	if r.Source != "" {
		text = r.Source + " (" + s.certainty(r.Certainty) + ") · " + text
	}
	s.line("  règle    %s · %s", "  rule     %s · %s", r.Rule, text)
	s.pointsOf(r)
	if next.FR != "" {
		s.line("  → %s", "  → %s", s.say(next.FR, next.EN))
	}
	return s.asked(r.Allowed)
}

func (s *session) pointsOf(r consent.Reply) {
	if len(r.Proofs) > 0 {
		s.line("  preuves  %s", "  proofs   %s", strings.Join(r.Proofs, ", "))
	}
	if len(r.Choices) > 0 {
		s.line("  choix    %s", "  choices  %s", join(r.Choices))
	}
	if !r.Until.IsZero() {
		s.line("  jusqu’à  %s", "  until    %s", r.Until.In(r.Question.At.Location()).Format("2006-01-02 15:04:05 -07:00"))
	}
}

// asked is the exit code of an answer.
func (s *session) asked(yes bool) error {
	if yes {
		return nil
	}
	return quiet(exitNotTrue)
}

// nextStep says what may turn a no into a yes, where something known to be missing would.
func nextStep(r consent.Rule) consent.Text {
	switch r {
	case consent.UseUnknown:
		return consent.Text{FR: "dire dans consent.yaml ce que fait la finalité, ou --context use=service", EN: "say in consent.yaml what the purpose does, or --context use=service"}
	case consent.ChannelUnused:
		return consent.Text{FR: "si la finalité emploie ce canal, l’ajouter à ses channels dans consent.yaml", EN: "if the purpose uses this channel, add it to its channels in consent.yaml"}
	case consent.GoodsUnknown:
		return consent.Text{FR: "dire dans consent.yaml ce qui est offert, ou --context goods=other", EN: "say in consent.yaml what is offered, or --context goods=other"}
	case consent.ServiceUnfounded, consent.NoContract:
		return consent.Text{FR: "si un contrat est en cours : --context contract=yes", EN: "if a contract is ongoing: --context contract=yes"}
	case consent.OutsideHours, consent.DayOff:
		return consent.Text{FR: "le lieu change la réponse : --context postcode=…", EN: "the place changes the answer: --context postcode=…"}
	case consent.NotInformed:
		return consent.Text{FR: "si la personne a été informée à la collecte : garant consent note informed, ou --context informed=yes", EN: "if the person was informed at collection: garant consent note informed, or --context informed=yes"}
	case consent.NotTheirFunction:
		return consent.Text{FR: "si le message concerne sa fonction : --context related=yes", EN: "if the message concerns their function: --context related=yes"}
	case consent.PartnerUnknown:
		return consent.Text{FR: "nommer le destinataire : --context partner=NOM", EN: "name the recipient: --context partner=NAME"}
	case consent.AgeUnknown:
		return consent.Text{FR: "--context last_contact=AAAA-MM-JJ", EN: "--context last_contact=YYYY-MM-DD"}
	case consent.NoConsent, consent.ConsentEnded, consent.ConsentElsewhere, consent.ConsentUnproven:
		return consent.Text{FR: "un accord prouvé s’inscrit avec garant consent record", EN: "a proven consent is entered with garant consent record"}
	}
	return consent.Text{}
}

// withState runs fn with the files read and the state open; the stores are left alone.
func (s *session) withState(ctx context.Context, fn func(p *project.Project) error) (err error) {
	p, err := project.Read(s.dir, s.getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if p.Failed() {
		s.problems(p, false)
		return project.ErrProblems
	}
	if err := p.OpenState(ctx); err != nil {
		return err
	}
	return fn(p)
}
