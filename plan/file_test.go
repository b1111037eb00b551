package plan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/plan"
	"github.com/google/go-cmp/cmp"
)

func TestFileRoundTrip(t *testing.T) {
	t.Parallel()
	want := sample()
	got, err := plan.Decode(plan.Encode(want))
	if err != nil {
		t.Fatal(err)
	}
	want.Steps[2].Work.Set[1].Value = int64(2) // whole numbers come back as int64
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got.Digest() != sample().Digest() {
		t.Error("the digest changed on the way")
	}
}

func TestFileMayBeIndentedOtherwise(t *testing.T) {
	t.Parallel()
	var compact bytes.Buffer
	if err := json.Compact(&compact, plan.Encode(sample())); err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{compact.Bytes(), bytes.ReplaceAll(plan.Encode(sample()), []byte("\n"), []byte("\r\n"))} {
		if _, err := plan.Decode(b); err != nil {
			t.Error(err)
		}
	}
}

func TestFileIsReadable(t *testing.T) {
	t.Parallel()
	if b := plan.Encode(sample()); bytes.Contains(b, []byte(`\u003`)) || !bytes.Contains(b, []byte(`"<="`)) {
		t.Error("operators are escaped")
	}
}

func TestFileRefuses(t *testing.T) {
	t.Parallel()
	good := string(plan.Encode(sample()))
	edit := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the sample has no %s", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	tests := map[string]struct {
		src  string
		want error
	}{
		"empty":            {"", plan.ErrTruncated},
		"blank":            {" \n", plan.ErrTruncated},
		"half":             {good[:len(good)/2], plan.ErrTruncated},
		"last byte gone":   {strings.TrimSpace(good)[:len(strings.TrimSpace(good))-1], plan.ErrTruncated},
		"YAML":             {"purposes:\n", plan.ErrForeign},
		"list":             {"[]", plan.ErrForeign},
		"other JSON":       {`{"name": "x"}`, plan.ErrForeign},
		"other JSON, cut":  {`{"name": "x`, plan.ErrForeign},
		"no JSON inside":   {edit(`"steps":`, `"steps"`), plan.ErrForeign},
		"deep":             {`{"version":1,"policy_digest":"p","a":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "}", plan.ErrForeign},
		"next version":     {edit(`"version": 1`, `"version": 2`), plan.ErrVersion},
		"two plans":        {good + good, plan.ErrEdited},
		"unknown field":    {edit(`"as_of"`, `"extra": 1, "as_of"`), plan.ErrEdited},
		"unknown inside":   {edit(`"op": "and"`, `"op": "and", "extra": 1`), plan.ErrEdited},
		"repeated field":   {edit(`"due": 1,`, `"due": 1, "due": 1,`), plan.ErrEdited},
		"other spelling":   {edit(`"due": 1,`, `"Due": 1,`), plan.ErrEdited},
		"count of a kind":  {edit(`"due": 1,`, `"due": "1",`), plan.ErrEdited},
		"count edited":     {edit(`"due": 1,`, `"due": 2,`), plan.ErrEdited},
		"count below zero": {edit(`"due": 1,`, `"due": -1,`), plan.ErrEdited},
		"step twice":       {edit(`"leads/erase/row"`, `"leads/ask/contact"`), plan.ErrEdited},
		"step without key": {edit("\"key\": [\n            \"id\"\n          ]", `"key": []`), plan.ErrEdited},
		"impossible day":   {edit(`"2026-11-22"`, `"2026-02-30"`), plan.ErrEdited},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := plan.Decode([]byte(tt.src)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// FuzzDecode: what is accepted is written back the same, and nothing makes it panic.
func FuzzDecode(f *testing.F) {
	good := plan.Encode(sample())
	for _, b := range [][]byte{good, good[:100], plan.Encode(plan.Finish(plan.Plan{})), []byte(`{"version":1,"policy_digest":""}`), []byte(`[1]`), nil} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := plan.Decode(b)
		if err != nil {
			return
		}
		again, err := plan.Decode(plan.Encode(p))
		if err != nil {
			t.Fatalf("written back, it is refused: %v", err)
		}
		if again.Digest() != p.Digest() {
			t.Error("the digest changed on the way")
		}
	})
}

func ExampleDecode() {
	saved := plan.Encode(plan.Finish(plan.Plan{PolicyDigest: "3f"}))
	_, err := plan.Decode(saved[:40])
	fmt.Println(err)
	// Output: plan file is cut off
}

func ExampleDrift() {
	approved := plan.Plan{PolicyDigest: "3f", Steps: []plan.Step{{ID: "leads/erase/row", Due: 10}}}
	now := plan.Plan{PolicyDigest: "3f", Steps: []plan.Step{{ID: "leads/erase/row", Due: 12}}}
	fmt.Println(plan.Drift(approved, now))
	// Output: [grew leads/erase/row 10 12]
}
