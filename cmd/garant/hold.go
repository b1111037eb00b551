package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

func (s *session) holdCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "hold", Short: "Keep records whatever the promises say: place, list, lift",
		Long: "A hold keeps records (a dispute, an authority's letter) until it is lifted. Lifting deletes nothing: the\nrecords re-enter planning. Exit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	return family(c, s.holdPlaceCmd(), s.holdListCmd(), s.holdLiftCmd())
}

// holdFlags are what a hold is made of.
type holdFlags struct {
	matter, owner, reason, review, where string
	person                               []string
}

func (s *session) holdPlaceCmd() *cobra.Command {
	var f holdFlags
	c := &cobra.Command{
		Use: "place [DATASET [KEY…]]", Short: "Place a hold on records, on a condition, or on a person",
		Long: "hold place clients 42 57 --matter 2025-014 --owner direction\nhold place files --where \"status == 'dispute'\" --matter 2025-014 --owner direction\nhold place --person email=someone@a.example --matter 2025-014 --owner direction",
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				h, err := f.hold(p, args)
				if err != nil {
					return err
				}
				h.Placed = s.instant()
				if _, err := retention.Held(&p.Bound, []retention.Hold{h}); err != nil {
					return usage(err)
				}
				if h, err = p.State.PlaceHold(c.Context(), h); err != nil {
					return err
				}
				covered, err := p.Covered(c.Context(), h)
				if err != nil {
					return err
				}
				return s.placed(h, covered)
			})
		},
	}
	c.Flags().StringVar(&f.matter, "matter", "", "reference of the file (no name of a person)")
	c.Flags().StringVar(&f.owner, "owner", "", "the role that answers for it")
	c.Flags().StringVar(&f.reason, "reason", "", "why")
	c.Flags().StringVar(&f.review, "review", "", "day somebody must look again")
	c.Flags().StringVar(&f.where, "where", "", "condition (CEL) on the dataset's columns")
	c.Flags().StringArrayVar(&f.person, "person", nil, "an identifier of the person, KIND=VALUE")
	return c
}

// placed says what a hold covers: one that covers nothing is most likely mistyped.
func (s *session) placed(h retention.Hold, covered map[string]int64) error {
	if s.json {
		return s.print(map[string]any{"id": h.ID, "records": covered})
	}
	s.line("Gel %s posé.", "Hold %s placed.", h.ID)
	var total int64
	for _, name := range slices.Sorted(maps.Keys(covered)) {
		if total += covered[name]; covered[name] > 0 {
			s.line("  %s"+narrow+": %s", "  %s: %s", name, s.number(covered[name]))
		}
	}
	if total == 0 {
		s.note("Il ne couvre aucune fiche aujourd’hui"+narrow+": vérifier ce qui les désigne.", "It covers no record today: check what names them.")
	}
	return nil
}

func (f holdFlags) hold(p *project.Project, args []string) (retention.Hold, error) {
	h := retention.Hold{Matter: f.matter, Owner: f.owner, Reason: f.reason, Condition: f.where}
	if f.matter == "" || f.owner == "" {
		return h, usage(errors.New("a hold has a matter and an owner: add --matter and --owner"))
	}
	if f.review != "" {
		d, err := policy.ParseDate(f.review)
		if err != nil {
			return h, usage(fmt.Errorf("--review: %w", err))
		}
		h.Review = d
	}
	for _, id := range f.person {
		kind, value, ok := strings.Cut(id, "=")
		if !ok {
			return h, usage(errors.New("--person: write KIND=VALUE, such as email=…"))
		}
		if h.Person == nil {
			h.Person = map[string]string{}
		}
		h.Person[kind] = value
	}
	if len(args) == 0 && len(h.Person) == 0 {
		return h, usage(errors.New("name a dataset with keys or --where, or a --person"))
	}
	return h, f.records(p, args, &h)
}

// records reads the dataset and keys of a hold.
func (f holdFlags) records(p *project.Project, args []string, h *retention.Hold) error {
	if len(args) == 0 {
		return nil
	}
	ds, err := findDataset(p, args[0])
	if err != nil {
		return err
	}
	h.Dataset = ds.Name
	for _, a := range args[1:] {
		k, err := readKey(ds, a)
		if err != nil {
			return err
		}
		h.Keys = append(h.Keys, store.Key(k))
	}
	if len(h.Keys) == 0 && f.where == "" && len(h.Person) == 0 {
		return usage(errors.New("name the keys of the records, or a condition with --where"))
	}
	return nil
}

func (s *session) holdListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "The holds in force", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				holds, _, err := p.State.Holds(c.Context())
				if err != nil {
					return err
				}
				type view struct {
					ID, Matter, Owner, Dataset string
					Records                    int
					Condition                  string
					Review                     policy.Date
				}
				views := []map[string]any{}
				var rows [][]string
				for _, h := range holds {
					v := view{h.ID, h.Matter, h.Owner, h.Dataset, len(h.Keys), h.Condition, h.Review}
					views = append(views, map[string]any{"id": v.ID, "matter": v.Matter, "owner": v.Owner, "dataset": v.Dataset,
						"records": v.Records, "condition": v.Condition, "review": v.Review, "person": len(h.Person) > 0})
					rows = append(rows, []string{v.ID, v.Matter, v.Owner, v.Dataset, s.number(int64(v.Records)), v.Condition, s.day(v.Review)})
				}
				if s.json {
					return s.print(map[string]any{"holds": views})
				}
				if len(rows) == 0 {
					s.line("Aucun gel.", "No hold.")
					return nil
				}
				s.table([]string{"id", s.say("affaire", "matter"), s.say("responsable", "owner"), s.say("jeu de données", "dataset"),
					s.say("fiches", "records"), "condition", s.say("à revoir", "review")}, rows, 4)
				return nil
			})
		},
	}
}

func (s *session) holdLiftCmd() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use: "lift ID", Short: "Lift a hold; nothing is deleted by it", Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				if by == "" {
					return usage(errors.New("lifting a hold has a name: add --by"))
				}
				if err := p.State.LiftHold(c.Context(), args[0], by, s.instant()); err != nil {
					return err
				}
				if s.json {
					return s.print(map[string]string{"lifted": args[0]})
				}
				s.line("Gel %s levé"+narrow+": les fiches reviennent au prochain plan.", "Hold %s lifted: the records are in the next plan.", args[0])
				return nil
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "who lifts it")
	return c
}
