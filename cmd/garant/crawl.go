package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/collect/crawl"
	"github.com/garant-rgpd/garant/policy"
)

// crawlFlags are how a site is looked at.
type crawlFlags struct {
	browser, refuse, accept string
	wait                    time.Duration
}

// crawlReport is what was seen, for programs.
type crawlReport struct {
	Address string           `json:"address"`
	Reached []collect.Phase  `json:"reached"`
	Seen    []collect.Judged `json:"seen"`
	Wrong   int              `json:"wrong"`
}

func (s *session) crawlCmd() *cobra.Command {
	var f crawlFlags
	c := &cobra.Command{
		Use: "crawl URL", Short: "Open the site in a browser before a choice, after a refusal and after an agreement, and hold it against the policy", Args: exactly(1),
		Long: "Lists every cookie, storage entry and third-party host of the page, each time as a new visitor, against policy.yaml\n" +
			"and cookies.yaml. Needs Chromium. Of what is seen only names and hosts are written, never a value.\n\n" +
			"Exit codes: 0 all is declared and waits for its consent; 1 error; 2 wrong usage; 3 the button to refuse or to accept was not\n" +
			"found; 4 something is undeclared, comes before a consent, or lives longer than promised; 10 the files have errors;\n" +
			"13 the site does not open.",
		RunE: func(c *cobra.Command, args []string) error { return s.crawl(c.Context(), f, args[0]) },
	}
	c.Flags().StringVar(&f.browser, "chromium", "", "path of Chromium (default: looked up)")
	c.Flags().StringVar(&f.refuse, "refuse", "", "CSS selector of the button that refuses (default: found by its words)")
	c.Flags().StringVar(&f.accept, "accept", "", "CSS selector of the button that accepts (default: found by its words)")
	c.Flags().DurationVar(&f.wait, "wait", 3*time.Second, "how long the page is given each time")
	return c
}

func (s *session) crawl(ctx context.Context, f crawlFlags, address string) error {
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return usage(errors.New("write the address of the site with https://"))
	}
	p, err := project.Read(s.dir, s.getenv)
	if err != nil {
		return err
	}
	if p.Failed() {
		s.problems(p, false)
		return project.ErrProblems
	}
	browser, err := findBrowser(f.browser)
	if err != nil {
		return err
	}
	o := crawl.Options{Browser: browser, Wait: f.wait, Refuse: f.refuse, Accept: f.accept, Root: os.Getuid() == 0}
	seen, reached, err := crawl.Look(ctx, address, o)
	switch {
	case errors.Is(err, crawl.ErrSite):
		return coded{fmt.Errorf("%s: the site does not open", address), exitUnreachable, "vérifier l’adresse, et qu’un navigateur l’ouvre d’ici", "check the address, and that a browser opens it from here"}
	case err != nil:
		return err
	}
	return s.crawled(s.judge(p, address, seen, reached))
}

// findBrowser returns the path of Chromium.
func findBrowser(named string) (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if named != "" {
		names = []string{named}
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path, nil
		}
	}
	return "", coded{errors.New("there is no Chromium on this machine"), exitError, "l’installer (Debian : apt-get install chromium), ou --chromium CHEMIN", "install it (Debian: apt-get install chromium), or --chromium PATH"}
}

func (s *session) judge(p *project.Project, address string, seen []collect.Sighting, reached []collect.Phase) crawlReport {
	site := collect.Site{}
	if p.Site != nil {
		site = *p.Site
	}
	zone := p.Config.Zone
	if zone == nil {
		zone = time.UTC
	}
	rep := crawlReport{Address: address, Reached: reached, Seen: site.Judge(seen, policy.DateOf(s.instant(), zone), zone)}
	for _, j := range rep.Seen {
		if j.Verdict != collect.Declared {
			rep.Wrong++
		}
	}
	return rep
}

// crawled writes the report and returns what it means.
func (s *session) crawled(rep crawlReport) error {
	if s.json {
		if err := s.print(rep); err != nil {
			return err
		}
	} else {
		s.sightings(rep)
	}
	switch {
	case rep.Wrong > 0:
		return quiet(exitNotTrue)
	case len(rep.Reached) < len(collect.Phases()):
		return quiet(exitPartly)
	}
	return nil
}

func (s *session) sightings(rep crawlReport) {
	for _, ph := range collect.Phases() {
		s.line("%s", "%s", s.phase(ph))
		if !slices.Contains(rep.Reached, ph) {
			s.line("  ? le bouton n’a pas été trouvé (--refuse, --accept)", "  ? the button was not found (--refuse, --accept)")
		}
		for _, j := range rep.Seen {
			if j.Phase == ph {
				s.sighting(j)
			}
		}
	}
	s.line("%s à corriger.", "%s to mend.", s.number(int64(rep.Wrong)))
}

func (s *session) sighting(j collect.Judged) {
	mark := map[collect.Verdict][2]string{
		collect.Declared: {"● déclaré", "● declared"}, collect.Undeclared: {"✗ non déclaré", "✗ undeclared"},
		collect.Early: {"✗ sans accord", "✗ without consent"}, collect.Longer: {"✗ trop long", "✗ too long"},
	}[j.Verdict]
	kind := map[collect.SightingKind][2]string{
		collect.SeenCookie: {"cookie", "cookie"}, collect.SeenStorage: {"stockage", "storage"}, collect.SeenRequest: {"requête", "request"},
	}[j.Kind]
	s.line("  %-18s %-9s %s (%s) %s", "  %-18s %-9s %s (%s) %s", s.say(mark[0], mark[1]), s.say(kind[0], kind[1]), j.Name, j.Host, j.Owner.Purpose)
}

func (s *session) phase(ph collect.Phase) string {
	switch ph {
	case collect.Before:
		return s.say("Avant tout choix", "Before any choice")
	case collect.Refused:
		return s.say("Après un refus", "After a refusal")
	}
	return s.say("Après un accord", "After an agreement")
}
