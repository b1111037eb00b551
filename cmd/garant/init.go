package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	reading "github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/register"
	registerfile "github.com/garant-rgpd/garant/register/file"
	"github.com/garant-rgpd/garant/register/propose"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/all"
)

func (s *session) initCmd() *cobra.Command {
	var stores []string
	var text string
	c := &cobra.Command{
		Use: "init", Short: "A new project: inspect the stores, write the files, print the least privileges", Args: cobra.NoArgs,
		Long: "garant init --store crm=sqlite:crm.db --store billing=postgres:env:BILLING_URL\n\n" +
			"Inspects each store and writes garant.yaml, policy.yaml, register.yaml, consent.yaml and policy.fr.md\ninto the folder. Every\ntable is proposed: those with columns that look personal as datasets, the others as ignored, to be read again\nby a person. After the least privileges come the statements for indexes by which people are found fast. Terms are left to the operator, so nothing is ever due before somebody has written one.\nNo file is overwritten.\nWith --text the policy is drafted from the published text, as garant read does, and the tables wait under one purpose\nuntil somebody has spread them over the others.\n\nExit codes: 0 done; 1 error; 2 wrong usage; 13 a store does not answer.",
		RunE: func(c *cobra.Command, _ []string) error { return s.init(c.Context(), stores, text) },
	}
	c.Flags().StringVar(&text, "text", "", "the published policy, in the folder: HTML, text, Markdown, PDF or DOCX")
	c.Flags().StringArrayVar(&stores, "store", nil, "NAME=ENGINE:ADDRESS, or NAME=ENGINE:env:VARIABLE")
	return c
}

// source is a store as the flag names it.
type source struct{ name, engine, address, env string }

func (s *session) init(ctx context.Context, flags []string, text string) error {
	if len(flags) == 0 {
		return usage(errors.New("name the stores: --store crm=sqlite:crm.db"))
	}
	var sources []source
	for _, f := range flags {
		src, err := readSource(f)
		if err != nil {
			return err
		}
		sources = append(sources, src)
	}
	names := []string{project.ConfigFile, project.PolicyFile, project.RegisterFile, project.ConsentFile}
	if text == "" {
		names = append(names, "policy.fr.md")
	}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(s.dir, name)); err == nil {
			return fmt.Errorf("%s is there already; nothing was written", filepath.Join(s.dir, name))
		}
	}
	found, err := s.inspect(ctx, sources)
	if err != nil {
		return err
	}
	proposal := propose.Make(found.stores)
	reg := proposal.Register
	grants, err := found.statements(ctx, reg)
	if err = errors.Join(err, found.close()); err != nil {
		return err
	}
	policyText, toDecide, err := s.policyFor(reg, text)
	if err != nil {
		return err
	}
	if err := s.write(sources, reg, policyText, text == ""); err != nil {
		return err
	}
	if text != "" {
		s.line("%d à décider dans policy.yaml, d’après %s", "%d to decide in policy.yaml, from %s", toDecide, text)
	}
	s.line("Écrit"+narrow+": %s. Ensuite"+narrow+": garant check", "Written: %s. Next: garant check", strings.Join(names, ", "))
	for _, g := range proposal.Guessed {
		s.line("Deviné d’après le nom, à relire"+narrow+": %s.%s désigne %s", "Guessed by its name, to be read again: %s.%s names %s", g.Store+"."+g.Child, g.Column, g.Parent)
	}
	for _, g := range grants {
		s.line("%s", "%s", g)
	}
	return nil
}

func readSource(flag string) (source, error) {
	name, rest, ok := strings.Cut(flag, "=")
	engine, address, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 || address == "" || !slices.Contains(all.Engines(), engine) {
		return source{}, usage(fmt.Errorf("--store: write NAME=ENGINE:ADDRESS with one of the engines %s", strings.Join(all.Engines(), ", ")))
	}
	if env, ok := strings.CutPrefix(address, "env:"); ok {
		return source{name: name, engine: engine, env: env}, nil
	}
	return source{name: name, engine: engine, address: address}, nil
}

// inspected are the stores as they were found, still open.
type inspected struct {
	stores  []propose.Store
	drivers []store.Driver
}

// inspect opens and inspects each store.
func (s *session) inspect(ctx context.Context, sources []source) (inspected, error) {
	var in inspected
	for _, src := range sources {
		address := src.address
		if src.env != "" {
			address = s.getenv(src.env)
		}
		if src.engine == "sqlite" && !filepath.IsAbs(address) {
			address = filepath.Join(s.dir, address)
		}
		d, err := all.Open(ctx, src.engine, address)
		if err != nil {
			return in, errors.Join(fmt.Errorf("store %s: %w", src.name, err), in.close())
		}
		in.drivers = append(in.drivers, d)
		schema, err := d.Inspect(ctx)
		if err != nil {
			return in, errors.Join(fmt.Errorf("store %s: %w", src.name, err), in.close())
		}
		in.stores = append(in.stores, propose.Store{Name: src.name, Schema: schema})
	}
	return in, nil
}

func (in inspected) close() error {
	var err error
	for _, d := range in.drivers {
		err = errors.Join(err, d.Close())
	}
	return err
}

// statements are those that an administrator runs: the least privileges, and indexes by which
// people are found fast.
func (in inspected) statements(ctx context.Context, reg register.Register) ([]string, error) {
	var out []string
	for i, s := range in.stores {
		var tables []store.Table
		for _, d := range reg.Datasets {
			if d.Store == s.Name {
				tables = append(tables, store.Table{Name: d.Table, Key: d.Key})
			}
		}
		if g, ok := in.drivers[i].(project.Granter); ok {
			out = append(out, g.Grants(tables, nil)...)
		}
		missing, err := project.Missing(ctx, in.drivers[i], lookups(s.Name, reg, s.Schema))
		if err != nil {
			return nil, fmt.Errorf("store %s: %w", s.Name, err)
		}
		for _, m := range missing {
			out = append(out, m.Statement)
		}
	}
	return out, nil
}

// lookups are the questions by which people will be found in what is proposed for a store.
func lookups(storeName string, reg register.Register, schema store.Schema) (out []store.Lookup) {
	b := register.Bound{}
	for _, d := range reg.Datasets {
		i := slices.IndexFunc(schema.Tables, func(t store.TableInfo) bool { return t.Name == d.Table })
		if d.Store != storeName || i < 0 {
			continue
		}
		bound := register.BoundDataset{Store: storeName, Info: schema.Tables[i], Table: store.Table{Name: d.Table, Key: d.Key}, Person: d.Person}
		for _, l := range d.Links {
			bound.Links = append(bound.Links, register.BoundLink{Kind: l.Kind, Table: store.Table{Name: l.Table}, On: l.On})
		}
		b.Datasets = append(b.Datasets, bound)
	}
	return rights.Lookups(&b)[storeName]
}

// policyFor returns the policy to begin with, and how much of it is to be decided: a skeleton,
// or the draft of a published text beside one.
func (s *session) policyFor(reg register.Register, text string) (content []byte, toDecide int, err error) {
	bare := skeleton(reg)
	if text == "" {
		return policyfile.Format(bare), 0, nil
	}
	found, err := s.readText(text)
	if err != nil {
		return nil, 0, err
	}
	d := found.Draft(text)
	p := d.Policy
	p.People, p.Data = merged(p.People, bare.People), merged(p.Data, bare.Data)
	waiting := bare.Purposes[0]
	waiting.Title, waiting.Says = "Données que personne n'a encore réparties", ""
	for i := range waiting.Rules {
		waiting.Rules[i].Says = ""
	}
	p.Purposes = append(p.Purposes, waiting)
	notes := append(d.Notes, reading.Note{Key: "purposes." + string(waiting.ID), Text: "Répartir les tables de register.yaml entre les finalités ci-dessus, puis ôter celle-ci."})
	content = reading.Annotate(policyfile.Format(p), notes)
	if _, problems := policyfile.Load(project.PolicyFile, content); policyfile.Failed(problems) {
		i := slices.IndexFunc(problems, func(p policy.Problem) bool { return p.Severity == policy.Error })
		return nil, 0, fmt.Errorf("the draft of %s contradicts itself: %w; nothing was written", text, problems[i])
	}
	return content, len(notes), nil
}

// merged adds to names those that are not among them.
func merged[T ~string](names, more []policy.Named[T]) []policy.Named[T] {
	for _, m := range more {
		if !slices.ContainsFunc(names, func(n policy.Named[T]) bool { return n.ID == m.ID }) {
			names = append(names, m)
		}
	}
	return names
}

// consentExample is a consent.yaml that says nothing yet and shows how.
//
//go:embed consent.example.yaml
var consentExample []byte

// write writes the files; bare says that there is no published text yet.
func (s *session) write(sources []source, reg register.Register, policyText []byte, bare bool) error {
	settings := settingsOf(sources)
	if _, problems := config.Load(filepath.Join(s.dir, project.ConfigFile), settings); policyfile.Failed(problems) {
		return usage(problems[0])
	}
	files := []struct {
		name string
		text []byte
	}{
		{project.ConfigFile, settings},
		{project.PolicyFile, policyText},
		{project.RegisterFile, registerfile.Format(reg)},
		{project.ConsentFile, consentExample},
		{"policy.fr.md", []byte("# Politique de confidentialité\n\n§ 1. Le texte publié est à placer ici ; chaque règle de policy.yaml en cite la phrase.\n")},
	}
	if !bare {
		files = files[:4]
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(s.dir, f.name), f.text); err != nil {
			return err
		}
	}
	return nil
}

// settingsOf is garant.yaml for stores named on the command line.
func settingsOf(sources []source) []byte {
	var y strings.Builder
	y.WriteString("zone: Europe/Paris\nlanguage: fr\nstores:\n")
	for _, src := range sources {
		if src.env != "" {
			fmt.Fprintf(&y, "  %s: {engine: %s, address_env: %s}\n", src.name, src.engine, src.env)
		} else {
			fmt.Fprintf(&y, "  %s: {engine: %s, address: %s}\n", src.name, src.engine, policyfile.Quote(src.address))
		}
	}
	y.WriteString("guard: {share: 20}\nstate: .garant\n")
	return []byte(y.String())
}

// skeleton is a policy with one purpose whose term the operator must supply.
func skeleton(reg register.Register) policy.Policy {
	p := policy.Policy{Language: "fr", Text: "policy.fr.md", Controller: policy.Controller{Name: "À compléter"},
		People: []policy.Named[policy.People]{{ID: propose.People, Title: "Personnes"}}}
	pu := policy.Purpose{ID: propose.Purpose, Title: "Finalité à nommer", Basis: []policy.Basis{policy.Unstated}, People: []policy.People{propose.People}, Says: "§ 1"}
	for _, c := range propose.Titles() {
		used := slices.ContainsFunc(reg.Datasets, func(d register.Dataset) bool {
			return slices.ContainsFunc(d.Groups, func(g register.Group) bool { return g.Category == c.ID })
		})
		if used {
			p.Data = append(p.Data, c)
			pu.Data = append(pu.Data, c.ID)
		}
	}
	pu.Rules = []policy.Rule{{ID: "to_be_named.1", Keep: policy.Keep{Operator: true}, Then: policy.Erase, Says: "§ 1"}}
	p.Purposes = []policy.Purpose{pu}
	return p
}
