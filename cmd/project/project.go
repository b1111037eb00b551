// Package project is for a company's folder: it reads the three files, opens the stores and
// the state, binds promises to data, and lends each chapter what it needs.
package project

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/db/vault"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	registerfile "github.com/garant-rgpd/garant/register/file"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/all"
)

// The names of a company's files.
const (
	ConfigFile   = "garant.yaml"
	PolicyFile   = "policy.yaml"
	RegisterFile = "register.yaml"
)

// Project is an open company's folder. It is used by one goroutine.
type Project struct {
	Dir      string
	Config   config.Config
	Policy   policy.Policy
	Register register.Register
	// Uses are the settings of consent.yaml; empty when there is none.
	Uses consent.Settings
	// Site is what cookies.yaml says of the web site; nil when there is none.
	Site *collect.Site
	// Forms is what forms.yaml says; nil when there is none.
	Forms *collect.FormSet
	// Problems are those of the files and of the binding, placed in the files, errors first
	// in each file.
	Problems []policy.Problem
	// Bound is the binding; it is complete only where Problems holds no error.
	Bound register.Bound
	// Schemas are those of the stores that answered; Unreachable says why others did not.
	Schemas     map[string]store.Schema
	Unreachable map[string]error
	State       *db.State
	// Archive is nil until OpenArchive opened it.
	Archive *vault.Vault

	stores  map[string]store.Driver
	sources map[string][]byte
	getenv  func(string) string
	indexes indexes
}

// ErrProblems says that the files have errors; they are in Project.Problems.
var ErrProblems = errors.New("the files have errors; see garant check")

// Read reads and checks the three files of dir. A missing file is an error; problems are no
// error, they are listed.
func Read(dir string, getenv func(string) string) (*Project, error) {
	p := &Project{Dir: dir, getenv: getenv, sources: map[string][]byte{}, stores: map[string]store.Driver{},
		Schemas: map[string]store.Schema{}, Unreachable: map[string]error{}}
	for _, name := range []string{ConfigFile, PolicyFile, RegisterFile} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("%s is not a company's folder: %s cannot be read; write it with garant init, or name the folder with -C", dir, name)
		}
		p.sources[name] = b
	}
	var ps [3][]policy.Problem
	// Relative addresses are looked up from the folder of garant.yaml.
	p.Config, ps[0] = config.Load(filepath.Join(dir, ConfigFile), p.sources[ConfigFile])
	p.Policy, ps[1] = policyfile.Load(filepath.Join(dir, PolicyFile), p.sources[PolicyFile])
	p.Register, ps[2] = registerfile.Load(filepath.Join(dir, RegisterFile), p.sources[RegisterFile], p.read(ps[1]))
	p.Register.Closings = p.Config.Closings
	p.Problems = slices.Concat(ps[0], ps[1], ps[2])
	uses, problems, err := p.uses(p.read(ps[1]))
	if err != nil {
		return nil, err
	}
	p.Uses, p.Problems = uses, append(p.Problems, problems...)
	if p.Site, problems, err = p.site(); err != nil {
		return nil, err
	}
	p.Problems = append(p.Problems, problems...)
	if p.Forms, problems, err = p.forms(); err != nil {
		return nil, err
	}
	p.Problems = append(p.Problems, problems...)
	return p, nil
}

// read is the policy that the register is checked against; none when its file is no YAML, so
// that one slip there is one error, not one for each name the register uses.
func (p *Project) read(problems []policy.Problem) *policy.Policy {
	if slices.ContainsFunc(problems, func(pr policy.Problem) bool { return pr.Code == "bad-yaml" }) {
		return nil
	}
	return &p.Policy
}

// Failed reports whether there is an error among the problems.
func (p *Project) Failed() bool { return policyfile.Failed(p.Problems) }

// Connect opens the stores, inspects them and binds. A store that does not answer is noted
// in Unreachable; its datasets stay unbound. With errors in the files it does nothing.
func (p *Project) Connect(ctx context.Context) error {
	if p.Failed() {
		return ErrProblems
	}
	for _, name := range slices.Sorted(maps.Keys(p.Config.Stores)) {
		if err := p.connect(ctx, name); err != nil {
			p.Unreachable[name] = err
		}
	}
	return p.bind()
}

func (p *Project) connect(ctx context.Context, name string) error {
	s := p.Config.Stores[name]
	address, err := s.Resolve(p.Dir, p.getenv)
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnreachable, err)
	}
	if s.Engine == "sqlite" && !filepath.IsAbs(address) {
		address = filepath.Join(p.Dir, address)
	}
	driver, err := all.Open(ctx, s.Engine, address)
	if err != nil {
		return err
	}
	schema, err := driver.Inspect(ctx)
	if err != nil {
		return errors.Join(err, driver.Close())
	}
	p.stores[name], p.Schemas[name] = driver, schema
	return nil
}

// bind ties the promises to what was found and compiles them once, so that what cannot be
// asked of a store is a problem now and not on the day it is due.
func (p *Project) bind() error {
	c := p.Config
	zone := "Europe/Paris"
	if c.Zone != nil {
		zone = c.Zone.String()
	}
	reg := p.Register
	reg.Datasets = slices.DeleteFunc(slices.Clone(reg.Datasets), func(d register.Dataset) bool { return p.Unreachable[d.Store] != nil })
	bound, problems := register.Bind(p.Policy, reg, p.Schemas, register.Options{
		Zone: zone, From: c.From, To: c.To,
		PolicyFile: filepath.Join(p.Dir, PolicyFile), RegisterFile: filepath.Join(p.Dir, RegisterFile),
	})
	for _, pr := range problems {
		if pr.Code != "unbound-purpose" || len(p.Unreachable) == 0 { // who did not answer may serve it
			p.Problems = append(p.Problems, p.place(pr))
		}
	}
	p.Bound = bound
	p.Problems = append(p.Problems, p.lookups()...)
	if p.Failed() {
		return ErrProblems
	}
	if _, err := retention.Compile(&p.Bound, c.From); err != nil {
		p.Problems = append(p.Problems, policy.Problem{File: filepath.Join(p.Dir, PolicyFile), Code: "cannot-compile", Severity: policy.Error, Message: err.Error()})
		return ErrProblems
	}
	return p.formColumns()
}

// place finds the line of a problem that only has a path.
func (p *Project) place(pr policy.Problem) policy.Problem {
	if src, ok := p.sources[filepath.Base(pr.File)]; ok && pr.Line == 0 {
		return policyfile.Place(src, pr)
	}
	return pr
}

// OpenState opens Garant's own memory in the folder the settings name.
func (p *Project) OpenState(ctx context.Context) error {
	if p.State != nil {
		return nil
	}
	s, err := db.Open(ctx, p.in(p.Config.State))
	if err != nil {
		return err
	}
	p.State = s
	return nil
}

// Close closes the stores and the state.
func (p *Project) Close() error {
	var errs []error
	for _, s := range p.stores {
		errs = append(errs, s.Close())
	}
	if p.Archive != nil {
		errs = append(errs, p.Archive.Close())
	}
	if p.State != nil {
		errs = append(errs, p.State.Close())
	}
	return errors.Join(errs...)
}

// Today returns the civil day of an instant in the controller's zone.
func (p *Project) Today(now time.Time) policy.Date { return policy.DateOf(now, p.Config.Zone) }

// Answered returns an error that names the stores that did not answer; nil when all did.
func (p *Project) Answered() error {
	for _, name := range slices.Sorted(maps.Keys(p.Unreachable)) {
		return fmt.Errorf("store %s: %w", name, p.Unreachable[name])
	}
	return nil
}
