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
	reg := register.Register{Ignored: map[string]string{}}
	var grants []string
	for _, src := range sources {
		gs, err := s.discover(ctx, src, &reg)
		if err != nil {
			return fmt.Errorf("store %s: %w", src.name, err)
		}
		grants = append(grants, gs...)
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

// discover inspects a store and proposes its tables.
func (s *session) discover(ctx context.Context, src source, reg *register.Register) (grants []string, err error) {
	address := src.address
	if src.env != "" {
		address = s.getenv(src.env)
	}
	if src.engine == "sqlite" && !filepath.IsAbs(address) {
		address = filepath.Join(s.dir, address)
	}
	d, err := all.Open(ctx, src.engine, address)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	schema, err := d.Inspect(ctx)
	if err != nil {
		return nil, err
	}
	var tables []store.Table
	for _, t := range schema.Tables {
		if ds, ok := propose(src.name, t, schema); ok {
			reg.Datasets = append(reg.Datasets, ds)
			tables = append(tables, store.Table{Name: t.Name, Key: t.Key})
		} else {
			reg.Ignored[src.name+"."+t.Name] = "no column looks personal; to be read again"
		}
	}
	if g, ok := d.(project.Granter); ok {
		grants = g.Grants(tables, nil)
	}
	indexes, err := project.Missing(ctx, d, lookups(src.name, *reg, schema))
	for _, m := range indexes {
		grants = append(grants, m.Statement)
	}
	return grants, err
}

// looks are the words in a column's name that make it look personal, by category.
var looks = []struct {
	category policy.Category
	words    []string
}{
	{"contact", []string{"mail", "email", "courriel", "phone", "tel", "mobile", "fax", "address", "adresse", "street", "rue", "city", "ville", "postal", "postcode", "zip", "cp"}},
	{"identity", []string{"name", "nom", "prenom", "birth", "naissance", "civilite", "title", "gender", "sexe", "nir"}},
	{"payment", []string{"iban", "bic", "rib", "card", "carte"}},
	{"notes", []string{"note", "comment", "remark", "message", "body", "text"}},
	{"connection", []string{"ip", "cookie", "session", "login", "user_agent", "password"}},
}

// propose binds a table whose columns look personal. Everything else in it is listed as not
// personal, for a person to read again.
func propose(storeName string, t store.TableInfo, schema store.Schema) (register.Dataset, bool) {
	ds := register.Dataset{Name: slug(t.Name), Store: storeName, Table: t.Name, Key: t.Key, People: []policy.People{"person"}, Purposes: []policy.PurposeID{"to_be_named"}, Person: map[string]string{}}
	groups := map[policy.Category]*register.Group{}
	for _, c := range t.Columns {
		cat := looksLike(c.Name)
		if cat == "" || slices.Contains(t.Key, c.Name) || isLink(t, c.Name) || !slices.Contains([]store.Type{store.Text, store.DateType, store.DateTime, store.Instant}, c.Type) {
			ds.NotPersonal = append(ds.NotPersonal, c.Name)
			continue
		}
		if groups[cat] == nil {
			groups[cat] = &register.Group{Category: cat}
		}
		groups[cat].Columns = append(groups[cat].Columns, c.Name)
		if kind := identifier(c.Name); kind != "" && ds.Person[kind] == "" && c.Type == store.Text {
			ds.Person[kind] = c.Name
		}
		if c.NotNull {
			blank(groups[cat], c)
		}
	}
	for _, l := range looks {
		if g := groups[l.category]; g != nil {
			ds.Groups = append(ds.Groups, *g)
		}
	}
	for _, child := range schema.Tables {
		for _, fk := range child.ForeignKeys {
			if fk.Table != t.Name {
				continue
			}
			l := register.Link{Table: child.Name, Kind: register.RefersTo}
			if fk.OnDelete == "CASCADE" { // the database says already that they go together
				l.Kind = register.PartOf
			}
			for i := range fk.Columns {
				l.On = append(l.On, store.Pair{Child: fk.Columns[i], Parent: fk.To[i]})
			}
			ds.Links = append(ds.Links, l)
		}
	}
	return ds, len(ds.Groups) > 0
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

// identifier returns the kind of identifier that a column looks like by the words of its name;
// empty for none.
func identifier(column string) string {
	words := strings.FieldsFunc(snake(column), func(r rune) bool { return r == '_' || r == ' ' || r == '-' })
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	switch {
	case has("mail", "email", "courriel"):
		return "email"
	case has("phone", "tel", "telephone", "mobile"):
		return "phone"
	}
	return ""
}

// blank proposes what a column that may not be NULL is set to.
func blank(g *register.Group, c store.Column) {
	if g.Blank == nil {
		g.Blank = map[string]register.Recipe{}
	}
	switch {
	case c.Unique:
		g.Blank[c.Name] = register.Recipe{Column: c.Name, To: store.Unique}
	case c.Type == store.Text:
		g.Blank[c.Name] = register.Recipe{Column: c.Name, To: store.Constant, Value: "–"}
	default:
		g.Blank[c.Name] = register.Recipe{Column: c.Name, To: store.YearOnly}
	}
}

func isLink(t store.TableInfo, column string) bool {
	return slices.ContainsFunc(t.ForeignKeys, func(fk store.ForeignKey) bool { return slices.Contains(fk.Columns, column) })
}

func looksLike(column string) policy.Category {
	words := strings.FieldsFunc(snake(column), func(r rune) bool { return r == '_' || r == ' ' || r == '-' })
	for _, l := range looks {
		for _, w := range words {
			if slices.Contains(l.words, w) || slices.Contains(l.words, strings.TrimSuffix(w, "s")) {
				return l.category
			}
		}
	}
	for _, l := range looks[:2] {
		for _, w := range l.words {
			if len(w) > 4 && strings.Contains(strings.ToLower(column), w) {
				return l.category
			}
		}
	}
	return ""
}

// snake writes FirstName as first_name.
func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// slug makes a name of the register from a table's.
func slug(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ReplaceAll(snake(s), "__", "_")), "_")
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
		People: []policy.Named[policy.People]{{ID: "person", Title: "Personnes"}}}
	pu := policy.Purpose{ID: "to_be_named", Title: "Finalité à nommer", Basis: []policy.Basis{policy.Unstated}, People: []policy.People{"person"}, Says: "§ 1"}
	for _, l := range looks {
		used := slices.ContainsFunc(reg.Datasets, func(d register.Dataset) bool {
			return slices.ContainsFunc(d.Groups, func(g register.Group) bool { return g.Category == l.category })
		})
		if used {
			p.Data = append(p.Data, policy.Named[policy.Category]{ID: l.category, Title: string(l.category)})
			pu.Data = append(pu.Data, l.category)
		}
	}
	pu.Rules = []policy.Rule{{ID: "to_be_named.1", Keep: policy.Keep{Operator: true}, Then: policy.Erase, Says: "§ 1"}}
	p.Purposes = []policy.Purpose{pu}
	return p
}
