package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/collect"
	collectfile "github.com/garant-rgpd/garant/collect/file"
	"github.com/garant-rgpd/garant/collect/web"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
)

// siteReport is what the site does, for programs.
type siteReport struct {
	Sites    []string          `json:"sites"`
	Question string            `json:"question"`
	Bytes    int               `json:"bytes"`
	Purposes []collect.Purpose `json:"purposes"`
	// Chosen, Agreed and Refused count the proofs that are kept.
	Chosen  int64 `json:"chosen"`
	Agreed  int64 `json:"agreed"`
	Refused int64 `json:"refused"`
}

func (s *session) cookiesCmd() *cobra.Command {
	c := &cobra.Command{
		Use: "cookies", Short: "The cookie banner: what the site asks, how a page takes it in, what was chosen; proof, services",
		Long: "cookies.yaml says which third parties act under each cookie that policy.yaml declares; garant serve serves the\n" +
			"banner under /temoins/. docs/cookies.md tells how a site takes it in.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 10 the files have errors.",
	}
	family(c, s.cookiesProofCmd(), s.cookiesServicesCmd())
	c.RunE = func(c *cobra.Command, _ []string) error {
		return s.withSite(c.Context(), func(p *project.Project) error { return s.cookies(c.Context(), p) })
	}
	return c
}

// withSite runs fn with the state open where there is a cookies.yaml.
func (s *session) withSite(ctx context.Context, fn func(*project.Project) error) error {
	return s.withState(ctx, func(p *project.Project) error {
		if p.Site == nil {
			return coded{errors.New("there is no cookies.yaml: nobody said what the web site does"), exitNotBound, "l’écrire comme docs/cookies.md le montre", "write it as docs/cookies.md shows"}
		}
		return fn(p)
	})
}

// banner makes the banner of the company's site.
func (s *session) banner(ctx context.Context, p *project.Project, names []string, secure bool) (*web.Banner, error) {
	zone := p.Config.Zone
	if zone == nil {
		zone = time.UTC
	}
	lasts, err := p.ChoiceLasts(policy.DateOf(s.instant(), zone))
	if err != nil {
		return nil, err
	}
	return web.New(ctx, *p.Site, web.Options{Keeper: p.State, Clock: s.instant, Zone: zone, Lasts: lasts, English: strings.HasPrefix(p.Policy.Language, "en"),
		Hosts: names, Secure: secure, Log: slog.New(slog.NewTextHandler(s.err, nil))})
}

func (s *session) cookies(ctx context.Context, p *project.Project) error {
	b, err := s.banner(ctx, p, nil, false)
	if err != nil {
		return err
	}
	language := s.say("fr", "en")
	rep := siteReport{Sites: p.Site.Origins, Question: p.Site.Question(), Bytes: b.Weight(language), Purposes: p.Site.Purposes}
	if rep.Chosen, rep.Agreed, rep.Refused, err = p.State.Choices(ctx, time.Time{}); err != nil {
		return err
	}
	if s.json {
		return s.print(rep)
	}
	for _, x := range rep.Purposes {
		s.purpose(x)
	}
	s.line("Dans chaque page (%d octets compressés), et un lien pour y revenir :", "In every page (%d bytes packed), and a link to come back to it:", rep.Bytes)
	s.line("  %s", "  %s", `<script src="`+web.Prefix+language+`.js"></script>`)
	s.line("  %s", "  %s", `<a href="`+web.Prefix+`">Cookies</a>`)
	s.line("Choix prouvés"+narrow+": %s, dont %s avec un accord et %s sans.", "Choices proven: %s, of which %s agree to something and %s to nothing.",
		s.number(rep.Chosen), s.number(rep.Agreed), s.number(rep.Refused))
	return nil
}

func (s *session) purpose(x collect.Purpose) {
	mark := s.say("○ sans accord", "○ without asking")
	if x.Consent {
		mark = s.say("● sur accord", "● when agreed")
	}
	s.line("%s  %s (%s)", "%s  %s (%s)", mark, s.say(x.Title.FR, x.Title.EN), x.ID)
	for _, v := range x.Services {
		s.line("    %s, %s, %s : <template data-temoin=\"%s\">", "    %s, %s, %s: <template data-temoin=\"%s\">", v.Title, v.Company, v.Country, v.ID)
	}
}

func (s *session) cookiesServicesCmd() *cobra.Command {
	return &cobra.Command{
		Use: "services", Short: "The third-party services that are ready, by the names cookies.yaml gives them", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, problems := collectfile.Services()
			if len(problems) > 0 {
				return problems[0]
			}
			if s.json {
				return s.print(all)
			}
			for _, v := range all {
				s.line("%-20s %-9s %s (%s, %s)", "%-20s %-9s %s (%s, %s)", v.ID, v.Kind, v.Title, v.Company, v.Country)
			}
			return nil
		},
	}
}

// choiceProof is what proves a choice to an outsider: the bytes that were digested, the
// inclusion in the ledger, and what was shown under the digest of the choice.
type choiceProof struct {
	Choice collect.Choice  `json:"choice"`
	Body   json.RawMessage `json:"body"`
	Digest string          `json:"digest"`
	Leaf   int64           `json:"leaf"`
	Proof  string          `json:"proof"`
}

func (s *session) cookiesProofCmd() *cobra.Command {
	var shown string
	c := &cobra.Command{
		Use: "proof NUMBER", Short: "What a visitor chose, by the number the page /temoins/ gives, with its place in the ledger", Args: exactly(1),
		Long: "garant cookies proof NUMBER --shown banner.js\n\n--shown writes what the visitor was shown: script, style and text, as kept under the digest of the choice.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.withState(c.Context(), func(p *project.Project) error { return s.choiceProof(c.Context(), p, args[0], shown) })
		},
	}
	c.Flags().StringVar(&shown, "shown", "", "file to write what was shown to")
	return c
}

func (s *session) choiceProof(ctx context.Context, p *project.Project, id, shown string) error {
	c, body, leaf, err := p.State.Choice(ctx, id)
	if errors.Is(err, db.ErrNotFound) {
		return coded{errors.New("no choice has that number"), exitError, "le numéro est au bas de la page /temoins/ du visiteur", "the number is at the foot of the visitor's page /temoins/"}
	}
	if err != nil {
		return err
	}
	proof, err := p.State.Ledger().Prove(ctx, leaf)
	if err != nil {
		return err
	}
	if err := writeShown(ctx, p, c, shown); err != nil {
		return err
	}
	if s.json {
		return s.print(choiceProof{Choice: c, Body: body, Digest: consent.BodyDigest(body), Leaf: leaf, Proof: string(proof.Text())})
	}
	s.line("Choix du %s", "Choice of %s", c.At.Format("2006-01-02 15:04:05 UTC"))
	s.line("  accepté%s: %s", "  agreed%s: %s", s.say(narrow, ""), ids(c.Allowed))
	s.line("  refusé%s: %s", "  refused%s: %s", s.say(narrow, ""), ids(c.Refused))
	s.line("  montré%s: %s (%s)", "  shown%s: %s (%s)", s.say(narrow, ""), c.Banner, c.Language)
	s.line("  registre%s: feuille %d, %s", "  ledger%s: leaf %d, %s", s.say(narrow, ""), leaf, consent.BodyDigest(body))
	return nil
}

func writeShown(ctx context.Context, p *project.Project, c collect.Choice, name string) error {
	if name == "" {
		return nil
	}
	b, err := p.State.Notice(ctx, c.Banner)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		return errors.New("what was shown cannot be written")
	}
	return nil
}

func ids(list []policy.CookieID) string {
	if len(list) == 0 {
		return "–"
	}
	words := make([]string, len(list))
	for i, id := range list {
		words[i] = string(id)
	}
	return strings.Join(words, ", ")
}
