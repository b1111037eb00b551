package file

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/register"
)

// TestParseSource reads sources and writes them back.
func TestParseSource(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]register.Source{
		"created_at":                         {Column: "created_at"},
		"form_versions.phone_term":           {Table: "form_versions", Column: "phone_term"},
		"sales.forms.term":                   {Table: "sales.forms", Column: "term"},
		"max(calls.at)":                      {Aggregate: "max", Table: "calls", Column: "at"},
		"min(calls.at)":                      {Aggregate: "min", Table: "calls", Column: "at"},
		"max(events.at where kind == 'vis')": {Aggregate: "max", Table: "events", Column: "at", Where: "kind == 'vis'"},
		"max(e.at where (a || b) && c in [1, 2])": {Aggregate: "max", Table: "e", Column: "at",
			Where: "(a || b) && c in [1, 2]"},
		`"last call"`:           {Column: "last call"},
		`"a.b".c`:               {Table: `a.b`, Column: "c"},
		`max("my t"."créé le")`: {Aggregate: "max", Table: "my t", Column: "créé le"},
		"été":                   {Column: "été"},
		"max":                   {Column: "max"},
	} {
		got, err := ParseSource(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
		if back, err := ParseSource(formatSource(got)); err != nil || back != got {
			t.Errorf("%s is written %s", text, formatSource(got))
		}
	}
}

// TestParseSourceMistakes points at the byte where the mistake is.
func TestParseSourceMistakes(t *testing.T) {
	t.Parallel()
	for text, at := range map[string]int{
		"":                       0,
		"1st":                    0,
		"a b":                    2,
		"a.":                     2,
		"a..b":                   2,
		"mx(calls.at)":           0,
		"a.max(calls.at)":        0,
		"max(at)":                4,
		"max(calls.at":           12,
		"max(calls.at) x":        14,
		"max(calls.at where )":   19,
		"max(calls.at where":     18,
		"max(calls.at wher x)":   13,
		`"open`:                  0,
		`""`:                     0,
		"max(calls.at where a b": 22,
	} {
		if _, err := ParseSource(text); err == nil || err.At != at || err.Message == "" || err.Hint == "" {
			t.Errorf("%q: got %+v, want it at %d", text, err, at)
		}
	}
}

// TestConstant keeps the type of a constant over writing and reading.
func TestConstant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"12": int64(12), "-3": int64(-3), "1.5": 1.5, "1e3": 1000.0, "true": true, "false": false,
		"effacé": "effacé", `"12"`: "12", `"true"`: "true", `""`: "", "NaN": "NaN", "Inf": "Inf", "0x10": "0x10",
		`"a\nb"`: "a\nb", `" padded "`: " padded ",
	} {
		got := constant(text)
		if got != want {
			t.Errorf("%s: got %T %v", text, got, got)
		}
		if back := constant(formatConstant(got)); back != want {
			t.Errorf("%s is written %s", text, formatConstant(got))
		}
	}
}

// TestTechnical tells columns that programs write from those that say what a person did.
func TestTechnical(t *testing.T) {
	t.Parallel()
	for column, want := range map[string]bool{
		"updated_at": true, "UpdatedAt": true, "updated": true, "modified": true, "modified_on": true, "ModifiedDate": true,
		"mtime": true, "last_modified": true, "LastModified": true, "last_update": true, "update_time": true,
		"last_call_at": false, "created_at": false, "converted_at": false, "moved": false, "date_modele": false, "model": false,
	} {
		if got := technical.MatchString(column); got != want {
			t.Errorf("%s: got %v", column, got)
		}
	}
}
