package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

func (s *session) whyCmd() *cobra.Command {
	return &cobra.Command{
		Use: "why DATASET KEY", Short: "Why this record is still here: each field, its claims, their sentences and ends", Args: exactly(2),
		Long: "DATASET is a dataset's name or STORE.TABLE; the values of a composite key are joined with commas.\nNo personal value is shown.\n\nExit codes: 0 done; 1 error or no such record; 2 wrong usage; 13 the store does not answer.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.with(c.Context(), func(p *project.Project) error {
				return s.why(c.Context(), p, args[0], args[1])
			})
		},
	}
}

func (s *session) why(ctx context.Context, p *project.Project, name, key string) error {
	ds, err := findDataset(p, name)
	if err != nil {
		return err
	}
	k, err := readKey(ds, key)
	if err != nil {
		return err
	}
	w, err := p.Why(ctx, p.Today(s.instant()), ds.Name, k)
	if err != nil {
		return err
	}
	w.Record = ds.Name + " " + key
	if s.json {
		return s.print(w)
	}
	s.showWhy(w)
	return nil
}

// findDataset finds a dataset; a name that is none is wrong usage.
func findDataset(p *project.Project, name string) (register.BoundDataset, error) {
	ds, err := p.Dataset(name)
	if err != nil {
		err = usage(err)
	}
	return ds, err
}

// readKey reads a key; one that is none is wrong usage.
func readKey(ds register.BoundDataset, text string) (store.Key, error) {
	k, err := project.ReadKey(ds, text)
	if err != nil {
		err = usage(err)
	}
	return k, err
}

func (s *session) showWhy(w retention.Why) {
	s.line("Pourquoi %s est encore là", "Why %s is still here", w.Record)
	for _, h := range w.Holds {
		s.line("  gel %s (%s), à revoir le %s", "  hold %s (%s), to be reviewed on %s", h.ID, h.Matter, s.day(h.Review))
	}
	for _, g := range w.Groups {
		until := ""
		if !g.Until.IsZero() {
			until = s.say(", jusqu’au ", ", until ") + s.day(g.Until)
		}
		s.line("\n  %s (%s)"+narrow+": %s%s", "\n  %s (%s): %s%s", g.Group, strings.Join(g.Fields, ", "), s.groupState(g.State), until)
		for _, c := range g.Claims {
			if c.State != retention.Absent {
				s.line("    · %s — %s [%s] %s", "    · %s — %s [%s] %s", c.Title, c.Says, join(c.Basis), s.span(c))
			}
		}
	}
}

// span words the life of a claim.
func (s *session) span(c retention.WhyClaim) string {
	state := s.claimState(c.State)
	if c.Until.IsZero() {
		return state
	}
	return fmt.Sprintf("%s, %s → %s", state, s.day(c.From), s.day(c.Until))
}

func (s *session) groupState(state string) string {
	switch retention.GroupState(state) {
	case retention.GroupKept:
		return s.say("conservé", "kept")
	case retention.GroupUndetermined:
		return s.say("indéterminé", "undetermined")
	case retention.GroupAskDue:
		return s.say("accord à demander", "to be asked")
	case retention.GroupArchiveDue:
		return s.say("à archiver", "due for the archive")
	case retention.GroupDue:
		return s.say("à effacer", "due")
	case retention.GroupQuestion:
		return s.say("au-delà du minimum, à décider", "past the minimum, to be decided")
	case retention.GroupUnjustified:
		return s.say("sans promesse qui le couvre", "covered by no promise")
	case retention.GroupEmpty:
		return s.say("effacé", "gone")
	}
	if state == project.Shared {
		return s.say("partagé : à détacher à la main", "shared: to be detached by hand")
	}
	if state == "held" {
		return s.say("gelé", "held")
	}
	return s.say("archivé", "archived")
}

func (s *session) claimState(st retention.State) string {
	fr := map[retention.State]string{retention.Active: "en cours", retention.Waiting: "en attente de réponse", retention.AskDue: "accord à demander",
		retention.Archived: "archivé", retention.Ended: "terminé", retention.Settled: "minimum passé", retention.Unknown: "indéterminé"}
	return s.say(fr[st], string(st))
}
