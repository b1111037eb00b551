package store_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/google/go-cmp/cmp"
)

var typedValues = []any{
	nil, true, false, int64(0), int64(math.MaxInt64), int64(math.MinInt64), int64(1<<53 + 1),
	"", "abc", "é <&> \u2028 \"\\", "bad \xff utf8", "2024-02-29", 1.5, 2.0, -0.25,
	policy.MustDate("2024-02-29"), time.Date(2024, 3, 31, 1, 30, 0, 123456789, time.UTC),
	[]byte{}, []byte{0, 255},
}

func TestKeyKeepsTypes(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(store.Key(typedValues))
	if err != nil {
		t.Fatal(err)
	}
	var got store.Key
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(store.Key(typedValues), got); diff != "" {
		t.Error(diff)
	}
}

func TestPredKeepsTypes(t *testing.T) {
	t.Parallel()
	col, day := store.Col{Name: "seen", As: store.AsDate, Zone: "Europe/Paris"}, policy.MustDate("2020-02-29")
	preds := []store.Pred{
		store.True(), store.False(), store.IsNull(col), store.OnOrBefore(col, day), store.In(col, typedValues...),
		store.LaterThanPlus(col, col, 36, 1), store.KeyIn([]string{"a", "b"}, []store.Key{{int64(1), "x"}, {int64(2), []byte("y")}}),
		store.Not(store.Exists("calls", []store.Pair{{Child: "lead", Parent: "id"}}, store.Compare(col, "<=", "é"))),
	}
	for _, v := range typedValues {
		preds = append(preds, store.Compare(col, "=", v))
	}
	want := store.Or(store.And(preds[2:]...), store.Not(store.And(preds[2:]...)))
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got store.Pred
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAssignKeepsTypes(t *testing.T) {
	t.Parallel()
	want := []store.Assign{
		{Column: "a", To: store.Null}, {Column: "b", To: store.Constant, Value: "x"},
		{Column: "c", To: store.Constant, Value: 1.0}, {Column: "d", To: store.Constant, Value: false},
		{Column: "e", To: store.Prefix, Value: int64(2)},
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got []store.Assign
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJSONRefuses(t *testing.T) {
	t.Parallel()
	const secret = "needle"
	tests := map[string]func([]byte) error{
		`[1.5]`: key, `[12345678901234567890]`: key, `[[1]]`: key, `[{}]`: key, `[{"day":"needle"}]`: key,
		`[{"time":"needle"}]`: key, `[{"day":"2024-02-30"}]`: key, `[{"float":1,"day":"2024-02-29"}]`: key,
		`[{"kind":"needle"}]`: key, `{"a":1}`: key, `"needle"`: key,
		`{"op":"true","extra":1}`: pred, `{"op":"not","args":[{"op":"true","extra":1}]}`: pred, `{"op":"cmp","value":1.5}`: pred,
		`{"column":"a","to":"null","extra":1}`: assign,
	}
	for src, decode := range tests {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			err := decode([]byte(src))
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), secret) && !strings.Contains(src, "kind") {
				t.Errorf("the error quotes a value: %v", err)
			}
		})
	}
}

func TestJSONRefusesStrangers(t *testing.T) {
	t.Parallel()
	for _, v := range []any{math.NaN(), math.Inf(1), struct{}{}, []string{"x"}} {
		if b, err := json.Marshal(store.Key{v}); err == nil {
			t.Errorf("%T was written as %s", v, b)
		}
	}
}

func key(b []byte) error {
	var k store.Key
	return json.Unmarshal(b, &k)
}

func pred(b []byte) error {
	var p store.Pred
	return json.Unmarshal(b, &p)
}

func assign(b []byte) error {
	var a store.Assign
	return json.Unmarshal(b, &a)
}
