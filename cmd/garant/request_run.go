package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
)

// onStores runs fn on the desk with the stores open. A store that does not answer is no error:
// the case is then incomplete and says so.
func (s *session) onStores(c *cobra.Command, fn func(ctx context.Context, p *project.Project, d rights.Desk) error) error {
	return s.with(c.Context(), func(p *project.Project) error {
		d, err := p.Desk()
		if err != nil {
			return err
		}
		if _, err := d.Sweep(c.Context(), p.State, s.signed("")); err != nil {
			return err
		}
		return fn(c.Context(), p, d)
	})
}

func (s *session) requestRunCmd() *cobra.Command {
	return &cobra.Command{
		Use: "run [ID]", Short: "Look for the person in every store; without ID, for each case that waits for it",
		Long: "Looks by the identifiers that were verified, in every bound store and along the links, and lists what is found by\n" +
			"dataset, without a value. Whoever may be the person is listed for a human: request review. A store that does not\n" +
			"answer, a table nobody bound that holds the identifiers, or a result cut short make the case incomplete.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 incomplete; 6 identity is not settled.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				ids, err := waiting(ctx, d, args)
				if err != nil {
					return err
				}
				return s.look(ctx, p, d, ids)
			})
		},
	}
}

// waiting returns the cases to look up: the one that is named, or all that wait for it.
func waiting(ctx context.Context, d rights.Desk, args []string) ([]string, error) {
	if len(args) > 0 {
		return args, nil
	}
	cases, err := d.Memory.Cases(ctx)
	var ids []string
	for _, k := range cases {
		if k.Guess == "" && (k.State == rights.Searching || k.State == rights.Incomplete) {
			ids = append(ids, k.ID)
		}
	}
	return ids, err
}

// foundView is what a look found, by dataset, without a value.
type foundView struct {
	ID         string          `json:"id"`
	State      rights.State    `json:"state"`
	Complete   bool            `json:"complete"`
	Records    []foundSet      `json:"records"`
	Candidates []candidateView `json:"candidates"`
	Gaps       []rights.Gap    `json:"gaps"`
}

type foundSet struct {
	Dataset string `json:"dataset"`
	Store   string `json:"store"`
	// By is the identifier that found them, or the link that leads to them.
	By    string `json:"by"`
	Count int    `json:"count"`
}

type candidateView struct {
	Dataset string   `json:"dataset"`
	Key     string   `json:"key"`
	Score   int      `json:"score"`
	Agrees  []string `json:"agrees"`
	Differs []string `json:"differs"`
}

func viewFound(k rights.Case, f rights.Found) foundView {
	v := foundView{ID: k.ID, State: k.State, Complete: f.Complete(), Records: []foundSet{}, Candidates: []candidateView{}, Gaps: append([]rights.Gap{}, f.Gaps...)}
	at := map[foundSet]int{}
	for _, r := range f.Records {
		set := foundSet{Dataset: r.Name(), Store: r.Store, By: r.By}
		if r.By == "" {
			set.By = fmt.Sprintf("%s of %s", r.Link, r.From)
		}
		i, ok := at[set]
		if !ok {
			i = len(v.Records)
			at[set] = i
			v.Records = append(v.Records, set)
		}
		v.Records[i].Count++
	}
	for _, c := range f.Candidates {
		v.Candidates = append(v.Candidates, candidateView{c.Name(), writeKey(c.Key), c.Score, append([]string{}, c.Agrees...), append([]string{}, c.Differs...)})
	}
	return v
}

// writeKey writes a key as review and why read it.
func writeKey(k store.Key) string {
	words := make([]string, len(k))
	for i, v := range k {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ",")
}

func (s *session) look(ctx context.Context, p *project.Project, d rights.Desk, ids []string) error {
	views, complete := []foundView{}, true
	for _, id := range ids {
		k, f, err := p.LookCase(ctx, d, id, s.signed(""))
		if err != nil {
			return err
		}
		complete = complete && f.Complete()
		views = append(views, viewFound(k, f))
	}
	if s.json {
		if err := s.print(map[string]any{"requests": views}); err != nil {
			return err
		}
	} else {
		for _, v := range views {
			s.showFound(v)
		}
	}
	if !complete {
		return quiet(exitPartly)
	}
	return nil
}

func (s *session) showFound(v foundView) {
	s.line("Demande %s"+narrow+": %s", "Request %s: %s", v.ID, s.caseState(v.State))
	var rows [][]string
	for _, r := range v.Records {
		rows = append(rows, []string{r.Store, r.Dataset, r.By, s.number(int64(r.Count))})
	}
	if len(rows) > 0 {
		s.table([]string{s.say("base", "store"), s.say("jeu de données", "dataset"), s.say("trouvé par", "found by"), s.say("fiches", "records")}, rows, 3)
	} else {
		s.line("  rien n’est détenu sous ces identifiants", "  nothing is held under these identifiers")
	}
	for _, c := range v.Candidates {
		s.line("  ? %s %s"+narrow+": %d %%, pour : %s ; contre : %s", "  ? %s %s: %d %%, for: %s; against: %s", c.Dataset, c.Key, c.Score, orDash(c.Agrees), orDash(c.Differs))
	}
	if len(v.Candidates) > 0 {
		s.line("  → garant request review %s --theirs JEU=CLÉ ou --not JEU=CLÉ", "  → garant request review %s --theirs DATASET=KEY or --not DATASET=KEY", v.ID)
	}
	for _, g := range v.Gaps {
		s.line("  %s %s"+narrow+": %s", "  %s %s: %s", s.gapMark(g), g.Where, s.gapText(g))
	}
	if !v.Complete {
		s.line("  incomplet : garant request run %s recommence", "  incomplete: garant request run %s tries again", v.ID)
	}
}

func orDash(words []string) string {
	if len(words) == 0 {
		return "–"
	}
	return strings.Join(words, ", ")
}

func (s *session) gapMark(g rights.Gap) string {
	if g.Stops() {
		return "✗"
	}
	return "○"
}

func (s *session) gapText(g rights.Gap) string {
	switch g.Kind {
	case rights.NoAnswer:
		return s.say("la base ne répond pas", "the store does not answer")
	case rights.LooseTable:
		return fmt.Sprintf(s.say("%d lignes de la personne dans une table que rien ne relie", "%d rows of the person in a table that nothing binds"), g.Rows)
	case rights.Truncated:
		return s.say("trop de fiches : la liste est coupée", "too many records: the list is cut short")
	case rights.ArchivedAlone:
		return fmt.Sprintf(s.say("%d copies en archive dont la fiche n’existe plus, jusqu’à leur terme", "%d copies in the archive whose record is gone, until their end"), g.Rows)
	case rights.OnPaper:
		return s.say("sur papier : à chercher à la main", "on paper: to be looked through by hand")
	}
	return s.say("ne peut être cherché par personne (art. 11)", "cannot be searched by person (art. 11)")
}

func (s *session) requestReviewCmd() *cobra.Command {
	var theirs, not []string
	var by string
	c := &cobra.Command{
		Use: "review ID", Short: "Say of candidates whether they are the person's", Args: exactly(1),
		Long: "request review request-7 --theirs clients=42 --not leads=7 --by marie\n\nThen request run counts them so.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				if by == "" || len(theirs)+len(not) == 0 {
					return usage(errors.New("say --theirs DATASET=KEY or --not DATASET=KEY, and --by whom"))
				}
				a, err := decisions(p, theirs, true)
				if err != nil {
					return err
				}
				b, err := decisions(p, not, false)
				if err != nil {
					return err
				}
				if _, err := d.Decide(ctx, args[0], append(a, b...), s.signed(by)); err != nil {
					return err
				}
				return s.look(ctx, p, d, args)
			})
		},
	}
	c.Flags().StringArrayVar(&theirs, "theirs", nil, "a candidate that is the person's, DATASET=KEY")
	c.Flags().StringArrayVar(&not, "not", nil, "a candidate that is not, DATASET=KEY")
	c.Flags().StringVar(&by, "by", "", "who looked")
	return c
}

func decisions(p *project.Project, list []string, theirs bool) ([]rights.Decision, error) {
	var out []rights.Decision
	for _, text := range list {
		name, key, ok := strings.Cut(text, "=")
		if !ok {
			return nil, usage(errors.New("write DATASET=KEY"))
		}
		ds, k, err := record(p, name, key)
		if err != nil {
			return nil, err
		}
		out = append(out, rights.Decide(ds.Name, k, theirs))
	}
	return out, nil
}

func record(p *project.Project, name, key string) (register.BoundDataset, store.Key, error) {
	ds, err := findDataset(p, name)
	if err != nil {
		return ds, nil, err
	}
	k, err := readKey(ds, key)
	return ds, k, err
}
