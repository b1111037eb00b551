package project

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/garant-rgpd/garant/collect"
	collectfile "github.com/garant-rgpd/garant/collect/file"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// FormsFile is the file in which a company writes its forms. It may be missing: then none is
// served.
const FormsFile = "forms.yaml"

// forms reads the forms and what is wrong with them; nil without a file.
func (p *Project) forms() (*collect.FormSet, []policy.Problem, error) {
	name := filepath.Join(p.Dir, FormsFile)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, errors.New("forms.yaml is there and cannot be read")
	}
	p.sources[FormsFile] = b
	set, problems := collectfile.LoadForms(name, b, p.Policy)
	if !policyfile.Failed(problems) {
		for _, f := range set.Forms {
			problems = slices.Concat(problems, p.lands(f), p.unusedBoxes(f))
		}
	}
	return &set, problems, nil
}

// unusedBoxes warns of boxes whose consent nothing may use: their purpose does not reach people
// by that channel.
func (p *Project) unusedBoxes(f collect.Form) (out []policy.Problem) {
	for _, b := range f.Boxes {
		use := consent.Purpose{Channels: p.Uses.Uses[b.Purpose].Channels}
		if use.Uses(b.Channel) {
			continue
		}
		pr := p.formProblem(f, ".boxes."+b.Name, "unused-channel", fmt.Sprintf("consent.yaml says that %s does not use the channel %s", b.Purpose, b.Channel), "take the box out, or add the channel there")
		pr.Severity = policy.Warning
		out = append(out, pr)
	}
	return out
}

// lands checks that each field lands in a column that the register binds to its category: data
// that land elsewhere would be kept under a promise nobody made about them.
func (p *Project) lands(f collect.Form) []policy.Problem {
	to := f.Forward
	if to.Dataset == "" {
		return nil
	}
	i := slices.IndexFunc(p.Register.Datasets, func(d register.Dataset) bool { return d.Name == to.Dataset })
	if i < 0 {
		return []policy.Problem{p.formProblem(f, ".forward.dataset", "unknown-dataset", fmt.Sprintf("register.yaml has no dataset %q", to.Dataset), "write one of its datasets")}
	}
	d := p.Register.Datasets[i]
	var out []policy.Problem
	for _, x := range f.Fields {
		if column := to.Columns[x.Name]; column != "" && !bound(d, x.Data, column) {
			out = append(out, p.formProblem(f, ".forward.columns."+x.Name, "other-category",
				fmt.Sprintf("the field %s holds %s, and register.yaml does not bind the column %s to it", x.Name, x.Data, column), "name a column of that category"))
		}
	}
	for key, column := range map[string]string{"key": to.Key, "received": to.Received, "objects": to.Objects} {
		if column != "" && slices.ContainsFunc(d.Groups, func(g register.Group) bool { return slices.Contains(g.Columns, column) }) {
			out = append(out, p.formProblem(f, ".forward."+key, "other-category", fmt.Sprintf("the column %s holds personal data", column), "name a column of not_personal"))
		}
	}
	return out
}

func bound(d register.Dataset, c policy.Category, column string) bool {
	return slices.ContainsFunc(d.Groups, func(g register.Group) bool { return g.Category == c && slices.Contains(g.Columns, column) })
}

func (p *Project) formProblem(f collect.Form, path, code, message, hint string) policy.Problem {
	return policyfile.Place(p.sources[FormsFile], policy.Problem{File: filepath.Join(p.Dir, FormsFile), Path: "$.forms." + string(f.ID) + path,
		Code: code, Severity: policy.Error, Message: message, Hint: hint})
}

// LawfulForms adds to the problems what the law of a day forbids about the forms. A form is not
// a promise that must be kept until it is changed: one that the law forbids is not shown.
func (p *Project) LawfulForms(day policy.Date) error {
	if p.Forms == nil {
		return nil
	}
	pack, err := law.French()
	if err != nil {
		return err
	}
	for _, f := range p.Forms.Forms {
		for _, why := range f.Lawful(pack.On(day)) {
			p.Problems = append(p.Problems, p.formProblem(f, "", "forbidden", why, "take the box out, or change what it offers"))
		}
	}
	return nil
}

// formColumns returns an error for a form whose columns are not in the store, as it was found.
func (p *Project) formColumns() error {
	if p.Forms == nil {
		return nil
	}
	for _, f := range p.Forms.Forms {
		d, ok := p.Bound.Dataset(f.Forward.Dataset)
		if f.Forward.Dataset == "" || !ok {
			continue
		}
		for _, c := range append(slices.Sorted(maps.Values(f.Forward.Columns)), f.Forward.Key, f.Forward.Received, f.Forward.Objects) {
			if c != "" && !slices.ContainsFunc(d.Info.Columns, func(x store.Column) bool { return x.Name == c }) {
				p.Problems = append(p.Problems, p.formProblem(f, ".forward", "no-such-column", fmt.Sprintf("the table %s has no column %s", d.Table.Name, c), "add the column to the store, or name another"))
			}
		}
		p.Problems = append(p.Problems, p.mayStayEmpty(f, d.Info)...)
	}
	if p.Failed() {
		return ErrProblems
	}
	return nil
}

// mayStayEmpty warns of optional fields whose column takes no NULL: without a default of the
// column, the store refuses whoever leaves them empty.
func (p *Project) mayStayEmpty(f collect.Form, t store.TableInfo) []policy.Problem {
	var out []policy.Problem
	for _, x := range f.Fields {
		column := f.Forward.Columns[x.Name]
		if !x.Required() && slices.ContainsFunc(t.Columns, func(c store.Column) bool { return c.Name == column && c.NotNull }) {
			pr := p.formProblem(f, ".fields."+x.Name, "may-stay-empty", fmt.Sprintf("the field %s may stay empty, and the column %s takes no NULL", x.Name, column), "make the field required, or give the column a default")
			pr.Severity = policy.Warning
			out = append(out, pr)
		}
	}
	return out
}
