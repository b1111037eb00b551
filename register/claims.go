package register

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// groups resolves the field groups with their claims and recipes.
func (f *frame) groups() {
	for _, g := range f.d.Groups {
		f.out.Groups = append(f.out.Groups, f.group(g))
	}
	f.demands()
	for i := range f.out.Groups {
		f.recipes(&f.out.Groups[i], f.d.Groups[i])
	}
}

func (f *frame) group(g Group) BoundGroup {
	out := BoundGroup{Category: g.Category, Columns: g.Columns}
	f.declaredGroup(g)
	listed := g.Purposes
	if len(listed) == 0 {
		listed = f.d.Purposes
	}
	for i, p := range f.policy.Purposes {
		if slices.Contains(listed, p.ID) && slices.Contains(p.Data, g.Category) && len(overlap(p.People, f.d.People)) > 0 {
			out.Purposes = append(out.Purposes, p.ID)
			out.Claims = append(out.Claims, f.claims(i, g.Category)...)
		}
	}
	f.justified(out)
	out.Then = f.then(g, out.Claims)
	return out
}

// declaredGroup checks the names of a group.
func (f *frame) declaredGroup(g Group) {
	path := f.groupPath(g.Category)
	var known []string
	for _, c := range f.policy.Data {
		known = append(known, string(c.ID))
	}
	if !slices.Contains(known, string(g.Category)) {
		f.fail(path, issue{"unknown-category", fmt.Sprintf("the policy has no data category %q", g.Category), suggest(string(g.Category), known, "its categories are")})
	}
	if f.out.Table.Name == "" {
		return
	}
	for _, name := range g.Columns {
		f.column(path, name)
	}
}

// section leads to a part of the dataset, or to the dataset where that part is not written.
func (f *frame) section(name string, entries int) string {
	if entries == 0 {
		return f.path()
	}
	return f.path(name)
}

func (f *frame) groupPath(c policy.Category) string { return f.path("fields", string(c)) }

// overlap returns the elements of b that are in a, which when empty means all.
func overlap[T comparable](a, b []T) []T {
	var out []T
	for _, v := range b {
		if len(a) == 0 || slices.Contains(a, v) {
			out = append(out, v)
		}
	}
	return out
}

// claims resolves the rules of a purpose that hold the category here.
func (f *frame) claims(purpose int, c policy.Category) []Claim {
	p := f.policy.Purposes[purpose]
	var out []Claim
	for _, r := range p.Rules {
		people := overlap(p.People, overlap(r.For, f.d.People))
		if len(people) == 0 || len(r.Data) > 0 && !slices.Contains(r.Data, c) {
			continue
		}
		claim := Claim{Purpose: p, Rule: r, People: people}
		claim.When, claim.While = f.ruleCondition(r.When), f.ruleCondition(r.While)
		for i, who := range people {
			if i == 0 {
				claim.Who = f.out.People[who]
			} else {
				claim.Who = claim.Who.Or(f.out.People[who])
			}
		}
		out = append(out, claim)
	}
	return out
}

// ruleCondition compiles without saying what is wrong: demands does, once for each rule.
func (f *frame) ruleCondition(src string) Condition {
	if src == "" {
		return Always()
	}
	x, _ := f.out.Scope.Parse(src)
	return x.cond
}

// justified says when nothing accounts for a group.
func (f *frame) justified(g BoundGroup) {
	path := f.groupPath(g.Category)
	switch {
	case len(g.Purposes) == 0:
		f.say(policy.Finding, path, issue{"unjustified", fmt.Sprintf("no purpose of dataset %s claims %s", f.d.Name, g.Category),
			"add the purpose they serve, or erase them: nothing promised allows keeping them"})
	case len(g.Claims) == 0:
		f.say(policy.Finding, path, issue{"no-term", fmt.Sprintf("%s claims %s of dataset %s, and no rule says how long", join(g.Purposes), g.Category, f.d.Name),
			"add a rule of retention for these data and people"})
	}
}

func join[T ~string](list []T) string { return strings.Join(texts(list), ", ") }

// final returns what a rule leads to in the end; "" for one that orders nothing.
func final(r policy.Rule) policy.Action {
	switch {
	case r.Keep.AtLeast || r.By != "" || r.Paper:
		return ""
	case r.Then == policy.AskAgain && r.Ask != nil && r.Ask.Then != "":
		return r.Ask.Then
	case r.Then == policy.AskAgain:
		return policy.Erase
	}
	return r.Then
}

// then settles what is done with a group when its last claim has ended.
func (f *frame) then(g Group, claims []Claim) policy.Action {
	if g.Then != "" {
		return g.Then
	}
	by := map[policy.Action]policy.RuleID{}
	for _, c := range claims {
		if a := final(c.Rule); a != "" {
			by[a] = c.Rule.ID
		}
	}
	_, erase := by[policy.Erase]
	_, anonymise := by[policy.Anonymise]
	if erase && anonymise {
		f.fail(f.groupPath(g.Category), issue{"conflicting-then",
			fmt.Sprintf("%s of dataset %s are to be erased by %s and anonymised by %s", g.Category, f.d.Name, by[policy.Erase], by[policy.Anonymise]),
			"settle it for the group: then: erase, or then: anonymise"})
	}
	if anonymise && !erase {
		return policy.Anonymise
	}
	return policy.Erase
}

// demands checks, once for each rule that claims something here, that the dataset has what
// the rule asks for.
func (f *frame) demands() {
	seen := map[policy.RuleID]bool{}
	for _, g := range f.out.Groups {
		for _, c := range g.Claims {
			if !seen[c.Rule.ID] {
				seen[c.Rule.ID] = true
				f.demand(c)
			}
		}
	}
}

func (f *frame) demand(c Claim) {
	if f.out.Table.Name == "" || c.Rule.By != "" || c.Rule.Paper {
		return // a human or somebody else carries it out
	}
	f.ruleCompiles(c, "when", c.Rule.When)
	f.ruleCompiles(c, "while", c.Rule.While)
	f.rounding(c)
	f.asking(c)
	if name := c.Rule.Keep.Read; name != "" {
		if _, ok := f.d.Terms[name]; !ok {
			f.fail(f.section("terms", len(f.d.Terms)), issue{"unbound-term", fmt.Sprintf("rule %s reads its term %s from the records, and dataset %s does not say where it is", c.Rule.ID, name, f.d.Name),
				suggest(name, slices.Collect(maps.Keys(f.d.Terms)), "its terms are")})
		}
	}
	if f.eventsBound(c.Rule) {
		f.forEver(c.Rule)
	}
}

// rulePath leads to a rule in the policy.
func (f *frame) rulePath(c Claim, key string) string {
	i := slices.IndexFunc(c.Purpose.Rules, func(r policy.Rule) bool { return r.ID == c.Rule.ID })
	return fmt.Sprintf("%s[%d].%s", at("purposes", string(c.Purpose.ID), "retention"), i, key)
}

func (f *frame) ruleCompiles(c Claim, key, src string) {
	if src == "" {
		return
	}
	if _, err := f.out.Scope.Parse(src); err != nil {
		i := conditionIssue(err)
		i.message = fmt.Sprintf("rule %s on dataset %s: %s", c.Rule.ID, f.d.Name, i.message)
		f.sayOfPolicy(policy.Error, f.rulePath(c, key), i)
	}
}

func (f *frame) rounding(c Claim) {
	if c.Rule.Round.Accounting() && len(f.register.Closings[f.d.Entity]) == 0 {
		f.say(policy.Finding, f.path(), issue{"no-closings",
			fmt.Sprintf("rule %s counts from the end of an accounting year, and no closing is known%s", c.Rule.ID, of(f.d.Entity)),
			"list the closing days under accounting_years; until then nothing under the rule falls due"})
	}
}

func of(entity string) string {
	if entity == "" {
		return ""
	}
	return " of " + entity
}

func (f *frame) asking(c Claim) {
	if c.Rule.Then == policy.AskAgain && f.d.Asks == nil {
		f.say(policy.Finding, f.path(), issue{"unbound-asks",
			fmt.Sprintf("rule %s asks the person again, and dataset %s does not say where questions and answers are", c.Rule.ID, f.d.Name),
			"bind them under asks; until then such records stay due to ask"})
	}
}

// eventsBound checks that the dataset binds the events of a rule. Without a figure from the
// operator a rule keeps everything, whatever its events.
func (f *frame) eventsBound(r policy.Rule) bool {
	ok := true
	for _, e := range slices.Concat(r.After, r.Until, some(r.Fallback)) {
		if len(f.d.Events[e].Sources) > 0 || r.Keep.Operator {
			continue
		}
		if why := f.d.Events[e].Unrecorded; why != "" {
			f.say(policy.Finding, f.path("events", string(e)), issue{"unrecorded-event",
				fmt.Sprintf("rule %s counts from %s, which nothing in the stores records: %s", r.ID, e, why),
				"record it and bind the column; until then no record under the rule falls due"})
			continue
		}
		ok = false
		hint := suggest(string(e), texts(slices.Collect(maps.Keys(f.d.Events))), "it binds")
		f.fail(f.section("events", len(f.d.Events)), issue{"unbound-event", fmt.Sprintf("rule %s counts from %s, which dataset %s does not bind", r.ID, e, f.d.Name),
			strings.TrimSpace(fmt.Sprintf("add events: {%s: COLUMN}, or narrow the purposes of the group. %s", e, hint))})
	}
	return ok
}

func some(e policy.Event) []policy.Event {
	if e == "" {
		return nil
	}
	return []policy.Event{e}
}

// forEver warns of a claim that may never start to count: no contact yet, kept for ever.
func (f *frame) forEver(r policy.Rule) {
	if len(r.After) == 0 || r.Keep.AtLeast || r.Keep.Operator {
		return
	}
	for _, e := range slices.Concat(r.After, some(r.Fallback)) {
		if !f.mayBeNever(e) {
			return
		}
	}
	f.say(policy.Warning, f.path("events", string(r.After[0])), issue{"may-stay-for-ever",
		fmt.Sprintf("rule %s counts from %s, which may never have happened: such records of %s would stay for ever", r.ID, join(r.After), f.d.Name),
		"name an event that every record has beside it, such as the day it was collected"})
}

// mayBeNever reports whether all sources of an event can say that it did not happen.
func (f *frame) mayBeNever(e policy.Event) bool {
	for _, s := range f.out.Events[e] {
		if !s.MayBeNever() {
			return false
		}
	}
	return len(f.out.Events[e]) > 0
}

// blankable reports whether the group's fields may have to go while the record stays: rows
// are kept, the record may become a shell, or another group may be claimed for longer.
func (f *frame) blankable(g BoundGroup) bool {
	shell := func(l BoundLink) bool { return l.Kind == RefersTo && !l.Blankable }
	outlives := func(h BoundGroup) bool {
		return slices.ContainsFunc(h.Claims, func(c Claim) bool { return !holds(g, c.Rule.ID) }) || h.Then != g.Then
	}
	return f.out.KeepRows || slices.ContainsFunc(f.out.Links, shell) || slices.ContainsFunc(f.out.Groups, outlives)
}

func holds(g BoundGroup, id policy.RuleID) bool {
	return slices.ContainsFunc(g.Claims, func(c Claim) bool { return c.Rule.ID == id })
}

// column returns a column of the table without saying when it is not there.
func (d BoundDataset) column(name string) (store.Column, bool) {
	c, bad := findColumn(d.Info, name)
	return c, bad == nil
}
