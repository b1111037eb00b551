package schema

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/garant-rgpd/garant/cmd/config"
	collectfile "github.com/garant-rgpd/garant/collect/file"
	"github.com/garant-rgpd/garant/consent"
	consentfile "github.com/garant-rgpd/garant/consent/file"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	registerfile "github.com/garant-rgpd/garant/register/file"
)

// load calls the loader of each file, whose verdict the schema must share.
var load = map[string]func(src []byte) []policy.Problem{
	"policy": func(src []byte) []policy.Problem {
		_, problems := policyfile.Load("policy.yaml", src)
		return problems
	},
	"register": func(src []byte) []policy.Problem {
		_, problems := registerfile.Load("register.yaml", src, nil)
		return problems
	},
	"garant": func(src []byte) []policy.Problem {
		_, problems := config.Load("nowhere/garant.yaml", src)
		return problems
	},
	"forms": func(src []byte) []policy.Problem {
		_, problems := collectfile.LoadForms("forms.yaml", src, policy.Policy{})
		return problems
	},
	"consent": func(src []byte) []policy.Problem {
		_, problems := consentfile.Load("consent.yaml", src, nil)
		return problems
	},
	"cookies": func(src []byte) []policy.Problem {
		_, problems := collectfile.Load("cookies.yaml", src, policy.Policy{Cookies: []policy.Cookie{{ID: "session"}, {ID: "audience", Consent: true}}})
		return problems
	},
}

// full names an example of each file that has every key.
var full = map[string]string{
	"policy":   "../policy/file/testdata/good/full.txtar",
	"register": "../register/file/testdata/good/full.txtar",
	"garant":   "../cmd/config/testdata/full/garant.yaml",
	"forms":    "../collect/file/testdata/forms/full.yaml",
	"consent":  "../consent/file/testdata/full.yaml",
	"cookies":  "../collect/file/testdata/cookies.yaml",
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".txtar") {
		return txtar.Parse(b).Files[0].Data
	}
	return b
}

func decode(t *testing.T, src []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(src, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestAccepts takes the schemas' word on what the loaders accept.
func TestAccepts(t *testing.T) {
	t.Parallel()
	for name, pattern := range map[string]string{
		"policy":   "../policy/file/testdata/[gs]*/*",
		"register": "../register/file/testdata/good/*",
		"garant":   "../cmd/config/testdata/full/*",
		"forms":    "../collect/file/testdata/forms/*",
		"consent":  "../consent/file/testdata/*",
		"cookies":  "../collect/file/testdata/*.yaml",
	} {
		root := readSchema(t, name)
		paths, _ := filepath.Glob(pattern)
		if len(paths) == 0 {
			t.Errorf("nothing in %s", pattern)
		}
		for _, path := range paths {
			src := []byte(strings.TrimPrefix(string(read(t, path)), "\ufeff"))
			if why := root.valid(root, decode(t, src)); why != "" {
				t.Errorf("%s: %s", path, why)
			}
		}
	}
}

// shape are the codes of problems that a schema can see too.
var shape = []string{"unknown-key", "missing-key", "wrong-kind", "bad-name", "bad-period", "unknown-basis", "unknown-action",
	"unknown-rounding", "unknown-form", "unknown-link", "unknown-recipe", "unknown-engine", "one-address", "no-term", "bad-table", "bad-number"}

// TestRejects rejects by schema what the loaders refuse for its form.
func TestRejects(t *testing.T) {
	t.Parallel()
	count := 0
	for name, pattern := range map[string]string{
		"policy": "../policy/file/testdata/bad/*", "register": "../register/file/testdata/bad/*", "garant": "../cmd/config/testdata/*.txtar",
	} {
		root := readSchema(t, name)
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			src := read(t, path)
			seen := slices.ContainsFunc(load[name](src), func(p policy.Problem) bool { return slices.Contains(shape, p.Code) })
			var v any
			if filepath.Base(path) == "yaml_merge.txtar" {
				continue // a decoder that knows merge keys sees a complete purpose
			}
			if !seen || yaml.Unmarshal(src, &v) != nil {
				continue
			}
			count++
			if root.valid(root, v) == "" {
				t.Errorf("the schema accepts %s", path)
			}
		}
	}
	if count < 45 {
		t.Errorf("only %d files were tried", count)
	}
}

// TestKeys puts a key nobody knows into every mapping of the full examples: where the loader
// refuses it, the schema does, and both know the same keys; where keys are free, neither does.
func TestKeys(t *testing.T) {
	t.Parallel()
	for name, path := range full {
		root := readSchema(t, name)
		w := walker{t: t, name: name, root: root, top: decode(t, read(t, path))}
		w.walk(w.top, nil)
		if w.strict < 5 || w.free < 1 {
			t.Errorf("%s: %d strict and %d free mappings were tried", name, w.strict, w.free)
		}
		if unseen := slices.Sorted(maps.Keys(w.unseen())); len(unseen) > 0 {
			t.Errorf("%s: the example lacks %v", name, unseen)
		}
	}
}

const stranger = "zzzzzzzzzzzz"

type walker struct {
	t            *testing.T
	name         string
	root         *node
	top          any
	strict, free int
}

func (w *walker) walk(v any, place []any) {
	switch t := v.(type) {
	case []any:
		for i, item := range t {
			w.walk(item, append(slices.Clip(place), i))
		}
	case map[string]any:
		for k, item := range t {
			w.walk(item, append(slices.Clip(place), k))
		}
		t[stranger] = "1"
		w.try(place)
		delete(t, stranger)
	}
}

// try compares what loader and schema say while the stranger is at place.
func (w *walker) try(place []any) {
	src, err := yaml.Marshal(w.top)
	if err != nil {
		w.t.Fatal(err)
	}
	var known []string
	refused := false
	for _, p := range load[w.name](src) {
		if p.Code == "unknown-key" {
			refused = true
			known = strings.Split(strings.TrimPrefix(p.Hint, "known keys: "), ", ")
		}
	}
	var want []string
	for _, n := range w.root.at(w.root, place) {
		if n.closed() {
			want = slices.AppendSeq(want, maps.Keys(n.Properties))
		}
	}
	slices.Sort(known)
	slices.Sort(want)
	if diff := cmp.Diff(slices.Compact(want), known); diff != "" {
		w.t.Errorf("%s %v: the loader knows other keys than the schema (-schema +loader):\n%s", w.name, place, diff)
	}
	if refused && w.root.valid(w.root, w.top) == "" {
		w.t.Errorf("%s %v: the schema accepts another key", w.name, place)
	}
	if refused {
		w.strict++
	} else {
		w.free++
	}
}

// unseen returns the keys of the schema that the example has nowhere.
func (w *walker) unseen() map[string]bool {
	keys := map[string]bool{}
	collect(w.root, keys)
	for _, n := range w.root.Defs {
		collect(n, keys)
	}
	remove(w.top, keys)
	return keys
}

func collect(n *node, keys map[string]bool) {
	if n == nil {
		return
	}
	for k, m := range n.Properties {
		keys[k] = true
		collect(m, keys)
	}
	for _, m := range slices.Concat(n.AnyOf, n.OneOf, []*node{n.Items, n.open()}) {
		collect(m, keys)
	}
}

func remove(v any, keys map[string]bool) {
	switch t := v.(type) {
	case []any:
		for _, item := range t {
			remove(item, keys)
		}
	case map[string]any:
		for k, item := range t {
			delete(keys, k)
			remove(item, keys)
		}
	}
}

// TestNames lists the schemas that are there.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		if _, ok := Of(name); !ok {
			t.Errorf("no schema %s", name)
		}
	}
	if _, ok := Of("ledger"); ok {
		t.Error("a schema nobody wrote")
	}
}

// TestConsentWords accepts every word that consent.yaml may hold, and no other.
func TestConsentWords(t *testing.T) {
	t.Parallel()
	root := readSchema(t, "consent")
	try := func(ok bool, src string) {
		t.Helper()
		if why := root.valid(root, decode(t, []byte(src))); (why == "") != ok {
			t.Errorf("%s: %q", src, why)
		}
	}
	for _, c := range append(consent.Channels(), "fax") {
		try(c != "fax", "purposes: {news: {use: service, channels: ["+string(c)+"]}}")
	}
	for _, g := range append(consent.AllGoods(), "boats") {
		try(g != "boats", "goods: "+string(g))
	}
	for _, p := range append(consent.Points(), "none") {
		for _, m := range append(p.Modes(), "perhaps") {
			try(p != "none" && m != "perhaps", "choices: [{point: "+string(p)+", mode: "+m+", by: x, on: '2026-09-01', why: x}]")
		}
	}
}
