package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) consentCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "consent", Short: "What people agreed to, with proof: record, withdraw, note, report, list, import, export, verify, serve, link, ask, sms, leads, sweep",
		Long: "Records are entered once, never changed, and known to the ledger by their digests. Persons are kept as keyed\ndigests. Exit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	return family(c, s.consentRecordCmd(), s.consentWithdrawCmd(), s.consentNoteCmd(), s.consentReportCmd(), s.consentListCmd(),
		s.consentImportCmd(), s.consentExportCmd(), s.consentVerifyCmd(), s.consentServeCmd(), s.consentLinkCmd(), s.consentAskCmd(), s.consentSMSCmd(), s.consentLeadsCmd(), s.consentSweepCmd())
}

// recordFlags are what a record is made of.
type recordFlags struct {
	person, purposes, channels, goods, partners []string
	at, until, from, lasts, method              string
	notice, proof, language, of, key            string
	place, quality                              string
	spoken, everything, told, free              bool
}

// scopeFlags adds the flags that most records have.
func (f *recordFlags) scopeFlags(c *cobra.Command) {
	l := c.Flags()
	l.StringArrayVar(&f.person, "person", nil, "another identifier of the same person, KIND=VALUE")
	l.StringSliceVar(&f.purposes, "for", nil, "purposes, as policy.yaml names them")
	l.StringSliceVar(&f.channels, "by", nil, "channels: call, autocall, sms, email, social, post, share, profile")
	l.StringVar(&f.at, "at", "", "when it happened (default: now)")
	l.StringVar(&f.method, "method", "", "how it came in: form, banner, phone, paper, email, post, api")
	l.StringVar(&f.key, "key", "", "the event's own name: entered twice, it counts once")
}

func (f *recordFlags) proofFlags(c *cobra.Command) {
	l := c.Flags()
	l.StringSliceVar(&f.goods, "goods", nil, "kinds of goods: energy saving, renewable energy, home adaptation, heating replacement, press, other")
	l.StringVar(&f.proof, "proof", "", "file that shows the act (its digest alone is kept), or sha256:…")
}

func (s *session) consentRecordCmd() *cobra.Command {
	var f recordFlags
	c := &cobra.Command{
		Use: "record PERSON", Short: "Enter a consent with what proves it", Args: exactly(1),
		Long: "garant consent record someone@a.example --for newsletter --by email --method form --notice form-3.html --proof sent.json\n\n" +
			"A consent to be called names the goods, and a period of a year at most (--until, or --lasts \"6 months\"): without them\nit is kept and counts for nothing.",
		RunE: func(c *cobra.Command, args []string) error { return s.enter(c.Context(), consent.Given, f, args[0]) },
	}
	f.scopeFlags(c)
	f.proofFlags(c)
	c.Flags().StringVar(&f.until, "until", "", "last day of the period agreed")
	c.Flags().StringVar(&f.lasts, "lasts", "", "the period agreed, such as 1 year")
	c.Flags().StringVar(&f.notice, "notice", "", "file with the text that was shown, which is kept by its digest, or sha256:…")
	c.Flags().StringVar(&f.language, "language", "", "language of the notice (default: the policy's)")
	c.Flags().StringSliceVar(&f.partners, "partner", nil, "third parties named in the notice")
	return c
}

func (s *session) consentWithdrawCmd() *cobra.Command {
	var f recordFlags
	c := &cobra.Command{
		Use: "withdraw PERSON", Short: "Enter a withdrawal, as easy as the consent: of everything, or of --for and --by", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return s.enter(c.Context(), consent.Ended, f, args[0]) },
	}
	f.scopeFlags(c)
	c.Flags().BoolVar(&f.spoken, "spoken", false, "it was said during a call")
	return c
}

func (s *session) consentNoteCmd() *cobra.Command {
	var f recordFlags
	kinds := []string{consent.Asked, consent.AskedClosed, consent.Agreed, consent.Signed, consent.Bought, consent.Screened, consent.Told, consent.Lives, consent.Is,
		consent.Died, consent.Limited, consent.LimitedEnd, consent.Quarantine, consent.QuarantineEnd, consent.Kept, consent.LetGo}
	c := &cobra.Command{
		Use: "note KIND PERSON", Short: "Enter another fact that an answer may rest on", Args: exactly(2),
		Long: "KIND is one of " + strings.Join(kinds, ", ") + ".\n\ngarant consent note request phone=0199000000 --goods other --proof callback.json",
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(kinds, args[0]) {
				return usage(fmt.Errorf("there is no such fact; there are %s", strings.Join(kinds, ", ")))
			}
			return s.enter(c.Context(), args[0], f, args[1])
		},
	}
	f.scopeFlags(c)
	f.proofFlags(c)
	c.Flags().StringVar(&f.from, "from", "", "first day of a contract")
	c.Flags().StringVar(&f.until, "until", "", "last day of a contract")
	c.Flags().StringVar(&f.of, "of", "", "the request that was dealt with, the question that was answered, or the reference of a contract")
	c.Flags().StringVar(&f.place, "place", "", "territory: metropole, alsace-moselle, reunion…")
	c.Flags().StringVar(&f.quality, "quality", "", "consumer, business or mailbox")
	c.Flags().BoolVar(&f.told, "told", false, "the buyer was told of the messages")
	c.Flags().BoolVar(&f.free, "free", false, "the buyer could refuse, then and in each message")
	return c
}

func (s *session) consentReportCmd() *cobra.Command {
	var f recordFlags
	c := &cobra.Command{
		Use: "report CHANNEL PERSON OUTCOME", Short: "Say what came of a contact: answered, unanswered, refused, opposed, bounced, clicked, opened", Args: exactly(3),
		Long: "garant consent report call phone=0199000000 unanswered --for phone_marketing\n\nAttempts count; a refusal in a call is taken for a withdrawal, and opposed is\nan objection to calls and to CHANNEL: it stops them at once and is in the next garant plan.",
		RunE: func(c *cobra.Command, args []string) error {
			f.channels = []string{args[0]}
			f.of = args[2]
			return s.enter(c.Context(), consent.Reached, f, args[1])
		},
	}
	f.scopeFlags(c)
	return c
}

// objectCmd is a verb of its own: to object must be as short as it is easy.
func (s *session) objectCmd() *cobra.Command {
	var f recordFlags
	var lift string
	c := &cobra.Command{
		Use: "object PERSON", Short: "Enter an objection: to all prospecting, or to --for and --by; it lasts until lifted", Args: exactly(1),
		Long: "garant object someone@a.example\ngarant object phone=0199000000 --by call --spoken\ngarant object someone@a.example --lift objection-7\n\n" +
			"The person is kept as a keyed digest: who was erased stays unreachable.\n\nExit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
		RunE: func(c *cobra.Command, args []string) error {
			if lift != "" {
				f.of = lift
				return s.enter(c.Context(), consent.Lift, f, args[0])
			}
			return s.enter(c.Context(), consent.Opposition, f, args[0])
		},
	}
	f.scopeFlags(c)
	c.Flags().BoolVar(&f.spoken, "spoken", false, "it was said during a call")
	c.Flags().BoolVar(&f.everything, "everything", false, "also to messages about a contract or a request")
	c.Flags().StringVar(&lift, "lift", "", "the objection that the person takes back")
	return c
}

// enter writes a record of a kind.
func (s *session) enter(ctx context.Context, kind string, f recordFlags, person string) error {
	who, err := identify(person, f.person...)
	if err != nil {
		return usage(err)
	}
	return s.withState(ctx, func(p *project.Project) error {
		r, err := s.record(ctx, p, kind, f)
		if err != nil {
			return usage(err)
		}
		if err := s.findEnded(ctx, p, r, who); err != nil {
			return usage(err)
		}
		entered, err := p.State.EnterRecords(ctx, []consent.Draft{{Person: who, Record: r}})
		if err != nil {
			return err
		}
		if s.json {
			return s.print(map[string]any{"id": entered[0].ID, "record": entered[0].Record, "fresh": entered[0].Fresh})
		}
		s.line("%s inscrit.", "%s entered.", entered[0].ID)
		return nil
	})
}

// findEnded checks that a record that ends another names one of the same person.
func (s *session) findEnded(ctx context.Context, p *project.Project, r consent.Record, who []consent.Identifier) error {
	if !slices.Contains([]string{consent.Lift, consent.AskedClosed, consent.Kept, consent.LetGo}, r.Kind) {
		return nil
	}
	records, err := p.RecordsOf(ctx, who)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(records, func(x consent.Record) bool { return x.ID == r.Of }) {
		return errors.New("the person has no record of that name; see garant consent list")
	}
	return nil
}

// record makes the record that the flags describe.
func (s *session) record(ctx context.Context, p *project.Project, kind string, f recordFlags) (consent.Record, error) {
	r := consent.Record{Kind: kind, At: s.instant(), Entered: s.instant(), Method: f.method, Policy: p.PolicyDigest(), Partners: f.partners,
		Of: f.of, Key: f.key, Place: law.Territory(f.place), Quality: consent.Kind(f.quality), Everything: f.everything, Spoken: f.spoken, Language: f.language}
	var err error
	if f.at != "" {
		if r.At, err = readInstant(f.at); err != nil {
			return r, fmt.Errorf("--at: %w", err)
		}
	}
	if r.At.After(s.instant().Add(24*time.Hour)) && kind != consent.Agreed {
		return r, errors.New("--at: it has not happened yet")
	}
	if err := f.scope(p, &r); err != nil {
		return r, err
	}
	if err := f.days(p, &r); err != nil {
		return r, err
	}
	if err := s.evidence(ctx, p, f, &r); err != nil {
		return r, err
	}
	f.specifics(p, &r)
	return r, r.Check()
}

// scope reads purposes, channels and goods.
func (f recordFlags) scope(p *project.Project, r *consent.Record) error {
	for _, id := range f.purposes {
		if _, err := p.Uses.Purpose(p.Policy, policy.PurposeID(id)); err != nil {
			return fmt.Errorf("--for: %w", err)
		}
		r.Purposes = append(r.Purposes, policy.PurposeID(id))
	}
	for _, c := range f.channels {
		r.Channels = append(r.Channels, consent.Channel(c))
	}
	for _, g := range f.goods {
		r.Goods = append(r.Goods, consent.Goods(g))
	}
	return nil
}

// days reads the days of a period.
func (f recordFlags) days(p *project.Project, r *consent.Record) (err error) {
	if f.from != "" {
		if r.From, err = policy.ParseDate(f.from); err != nil {
			return fmt.Errorf("--from: %w", err)
		}
	}
	if f.until != "" {
		if r.Until, err = policy.ParseDate(f.until); err != nil {
			return fmt.Errorf("--until: %w", err)
		}
	}
	if f.lasts != "" {
		period, err := policy.ParsePeriod(f.lasts)
		if err != nil {
			return fmt.Errorf("--lasts: %w", err)
		}
		r.Until = p.Today(r.At).Add(period)
	}
	return nil
}

// evidence digests the files that show what was agreed and how. The notice is kept; of what
// shows the act, which is personal, the digest alone.
func (s *session) evidence(ctx context.Context, p *project.Project, f recordFlags, r *consent.Record) error {
	r.Proof, r.Notice = f.proof, f.notice
	if f.proof != "" && !strings.HasPrefix(f.proof, "sha256:") {
		b, err := os.ReadFile(f.proof)
		if err != nil {
			return errors.New("--proof: the file cannot be read")
		}
		r.Proof = consent.Digest(b)
	}
	if f.notice == "" || strings.HasPrefix(f.notice, "sha256:") {
		return nil
	}
	b, err := os.ReadFile(f.notice)
	if err != nil {
		return errors.New("--notice: the file cannot be read")
	}
	r.Notice, err = p.State.KeepNotice(ctx, b, s.instant())
	return err
}

// specifics moves what a kind says in its own members.
func (f recordFlags) specifics(p *project.Project, r *consent.Record) {
	switch r.Kind {
	case consent.Given:
		if r.Language == "" {
			r.Language = p.Policy.Language
		}
	case consent.Reached:
		r.Channel, r.Channels, r.Outcome, r.Of = first(r.Channels), nil, consent.Outcome(r.Of), ""
		if len(r.Purposes) == 1 {
			if pu, err := p.Uses.Purpose(p.Policy, r.Purposes[0]); err == nil {
				r.Service = pu.Use == consent.Service
			}
		}
	case consent.Bought:
		r.Told, r.Free = &f.told, &f.free
	}
}

func first(c []consent.Channel) consent.Channel {
	if len(c) == 0 {
		return ""
	}
	return c[0]
}

func (s *session) consentListCmd() *cobra.Command {
	var more []string
	c := &cobra.Command{
		Use: "list PERSON", Short: "What is on file about a person's agreements and refusals", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			who, err := identify(args[0], more...)
			if err != nil {
				return usage(err)
			}
			return s.withState(c.Context(), func(p *project.Project) error {
				records, err := p.RecordsOf(c.Context(), who)
				if err != nil {
					return err
				}
				return s.showRecords(records)
			})
		},
	}
	c.Flags().StringArrayVar(&more, "person", nil, "another identifier of the same person, KIND=VALUE")
	return c
}

func (s *session) showRecords(records []consent.Record) error {
	if s.json {
		if records == nil {
			records = []consent.Record{}
		}
		return s.print(map[string]any{"records": records})
	}
	if len(records) == 0 {
		s.line("Rien n’est inscrit.", "Nothing is on file.")
		return nil
	}
	var rows [][]string
	for _, r := range records {
		by := join(r.Channels)
		if r.Channel != "" {
			by = string(r.Channel) + " " + string(r.Outcome)
		}
		rows = append(rows, []string{r.ID, r.At.Format("2006-01-02 15:04"), by, join(r.Purposes), join(r.Goods), r.Until.String(), quality(s, r)})
	}
	s.table([]string{"id", s.say("quand (UTC)", "when (UTC)"), s.say("par", "by"), s.say("pour", "for"), s.say("objet", "goods"), s.say("jusqu’au", "until"), s.say("preuve", "proof")}, rows)
	return nil
}

// quality says how well a consent is proven.
func quality(s *session, r consent.Record) string {
	switch {
	case r.Kind != consent.Given:
		return ""
	case len(r.Missing) > 0:
		return s.say("manque : ", "missing: ") + strings.Join(r.Missing, ", ")
	case r.Proof == "":
		return s.say("aucune", "none")
	}
	return s.say("oui", "yes")
}
