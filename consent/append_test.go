package consent

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// TestAppendJSON writes answers as encoding/json does, whatever is in them.
func TestAppendJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.Just("a\xff<b>&\u2028\"\\\x01"))
		list := rapid.SliceOfN(word, 0, 3)
		instant := rapid.Custom(func(t *rapid.T) time.Time {
			return time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
		})
		a := Answer{Allowed: rapid.Bool().Draw(t, "allowed"), Rule: Rule(word.Draw(t, "rule")), Reason: Text{word.Draw(t, "fr"), word.Draw(t, "en")},
			Source: word.Draw(t, "source"), Certainty: law.Certainty(word.Draw(t, "certainty")), Law: word.Draw(t, "law"), Day: policy.MustDate("2026-11-24"),
			Proofs: list.Draw(t, "proofs")}
		if rapid.Bool().Draw(t, "ends") {
			a.Until = instant.Draw(t, "until")
		}
		same(t, a, append(append([]byte{'{'}, a.AppendJSON(nil)...), '}'))
		l := Logged{At: instant.Draw(t, "at"), Asked: instant.Draw(t, "asked"), Person: word.Draw(t, "person"), Channel: Channel(word.Draw(t, "channel")),
			Purpose: word.Draw(t, "purpose"), Allowed: a.Allowed, Rule: a.Rule, Law: a.Law, Proofs: a.Proofs, Choices: []Point{Heating}}
		same(t, l, l.AppendJSON(nil))
	})
}

// same compares JSON by what it says: quotes may be spelled in two ways.
func same(t *rapid.T, v any, got []byte) {
	want, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(plainJSON(t, got), plainJSON(t, want)) {
		t.Fatalf("%s is not %s", got, want)
	}
}

func plainJSON(t *rapid.T, b []byte) []byte {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
