package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
)

// world is what the command touches outside itself, so that tests give it another one. Only
// here is the clock read.
type world struct {
	// name is how the command was called, for commands that are shown to be typed; garant
	// when empty.
	name     string
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	clock    func() time.Time
	// at is called at the engine's failpoints, for crash tests; nil in production.
	at func(point string)
}

// session is one call of the command: the world, the global flags and the reader's language.
type session struct {
	world
	dir, lang, now string
	json           bool
}

// run carries out the arguments and returns the exit code.
func (w world) run(ctx context.Context, args []string) int {
	s := &session{world: w}
	root := s.root()
	root.SetArgs(args)
	root.SetIn(w.in)
	root.SetOut(w.out)
	root.SetErr(w.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	if strings.HasPrefix(err.Error(), "unknown command") {
		err = usage(err)
	}
	return s.fail(err)
}

func (s *session) root() *cobra.Command {
	c := &cobra.Command{
		Use: "garant", Short: "Make a privacy policy true / Rendre vraie une politique de confidentialité",
		Long: "Garant checks what a privacy policy promises against the real stores, plans what is due,\n" +
			"carries it out with proof, and tells whether each promise is true.\n\n" + exitHelp,
		SilenceErrors: true, SilenceUsage: true, Version: version,
	}
	f := c.PersistentFlags()
	f.StringVarP(&s.dir, "dir", "C", ".", "the company's folder")
	f.BoolVar(&s.json, "json", false, "write JSON for programs")
	f.StringVar(&s.lang, "lang", "", "language of what is written: fr or en (default: the locale's)")
	f.StringVar(&s.now, "now", "", "pretend it is this instant (RFC 3339)")
	_ = f.MarkHidden("now") // it is there
	c.PersistentPreRunE = func(*cobra.Command, []string) error { return s.flags() }
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	c.AddCommand(s.checkCmd(), s.planCmd(), s.approveCmd(), s.applyCmd(), s.verifyCmd(), s.whyCmd(), s.holdCmd(), s.ledgerCmd(), s.tokenCmd(),
		s.archiveCmd(), s.replayCmd(), s.initCmd(), s.demoCmd(), s.schemaCmd(), s.readCmd(), s.lawCmd(), s.requestCmd())
	c.InitDefaultHelpFlag() // before the words are sorted: --help --lang fr is no verb called fr
	c.AddCommand(s.serveCmd())
	c.AddCommand(s.backupsCmd(), s.keysCmd(), s.mayCmd(), s.consentCmd(), s.objectCmd(), s.cookiesCmd(), s.crawlCmd(), s.formCmd(), s.publishCmd(), s.hookCmd())
	return c
}

// family puts verbs under a word that does nothing alone. A verb it has not is wrong usage:
// a misspelt lift must not look like one that was done.
func family(c *cobra.Command, verbs ...*cobra.Command) *cobra.Command {
	codes := c.Long[strings.Index(c.Long, "Exit codes:"):]
	for _, v := range verbs {
		if v.Long == "" {
			v.Long = v.Short + "."
		}
		if !strings.Contains(v.Long, "Exit codes:") {
			v.Long += "\n\n" + codes
		}
	}
	c.AddCommand(verbs...)
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("unknown command %q for %q", args[0], c.CommandPath())
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	return c
}

// flags refuses global flags that say nothing.
func (s *session) flags() error {
	if s.lang != "" && s.lang != "fr" && s.lang != "en" {
		return usage(fmt.Errorf("--lang %s: the languages are fr and en", s.lang))
	}
	if _, err := time.Parse(time.RFC3339, s.now); s.now == "" || err == nil {
		return nil
	}
	if _, err := policy.ParseDate(s.now); err != nil {
		return usage(fmt.Errorf("--now %s: write 2026-11-22 or 2026-11-22T09:00:00Z", s.now))
	}
	return nil
}

// program is what a reader types to call the command again.
func (s *session) program() string {
	if s.name == "" {
		return "garant"
	}
	return s.name
}

// instant returns the time it is, or is pretended to be.
func (s *session) instant() time.Time {
	if s.now == "" {
		return s.clock()
	}
	if t, err := time.Parse(time.RFC3339, s.now); err == nil {
		return t
	}
	if d, err := policy.ParseDate(s.now); err == nil {
		return d.Start(time.UTC).Add(12 * time.Hour)
	}
	return s.clock()
}

// french reports whether people read French: by --lang, else by the locale, else yes.
func (s *session) french() bool {
	if s.lang != "" {
		return s.lang != "en"
	}
	for _, v := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if l := s.getenv(v); l != "" && l != "C" && !strings.HasPrefix(l, "C.") && l != "POSIX" {
			return !strings.HasPrefix(l, "en")
		}
	}
	return true
}

// say picks the text of the reader's language.
func (s *session) say(fr, en string) string {
	if s.french() {
		return fr
	}
	return en
}

// line writes a line of text in the reader's language.
func (s *session) line(fr, en string, args ...any) {
	_, _ = fmt.Fprintf(s.out, s.say(fr, en)+"\n", args...) // a closed pipe is the reader's wish
}

// note writes a line about the work, beside what was asked for.
func (s *session) note(fr, en string, args ...any) {
	_, _ = fmt.Fprintf(s.err, s.say(fr, en)+"\n", args...) // see line
}

// print writes a value for programs.
func (s *session) print(v any) error {
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// open opens the company's folder, binds it and opens the state.
func (s *session) open(ctx context.Context) (*project.Project, error) {
	p, err := project.Read(s.dir, s.getenv)
	if err != nil {
		return nil, err
	}
	if err := p.Connect(ctx); err != nil {
		if errors.Is(err, project.ErrProblems) {
			s.problems(p, false)
		}
		return nil, errors.Join(err, p.Close())
	}
	if err := p.OpenState(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// with runs fn on the open company's folder and closes it.
func (s *session) with(ctx context.Context, fn func(p *project.Project) error) (err error) {
	p, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	return fn(p)
}
