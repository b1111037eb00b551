package consent

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// TestIdentify brings what people write to the one form in which equal values are equal.
func TestIdentify(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Identifier{
		"Someone@A.example":         {"email", "someone@a.example"},
		"email= someone@a.example ": {"email", "someone@a.example"},
		"01 99 00 00 07":            {"phone", "0199000007"},
		"+33 1 99 00 00 07":         {"phone", "0199000007"},
		"+33 (0)1 99 00 00 07":      {"phone", "0199000007"},
		"phone=0033199000007":       {"phone", "0199000007"},
		"phone=01.99.00.00.07":      {"phone", "0199000007"},
		"phone=33199000007":         {"phone", "0199000007"},
		"phone=33 (0)1 99 00 00 07": {"phone", "0199000007"},
		"phone=199000007":           {"phone", "0199000007"},
		"phone=331990000":           {"phone", "0331990000"},
		"+262 262 00 00 00":         {"phone", "0262000000"},
		"+590 5":                    {"phone", "+5905"},
		"phone=3631":                {"phone", "3631"},
		"+32 2 000 00 00":           {"phone", "+3220000000"},
		"4211":                      {"id", "4211"},
		"id=C-42":                   {"id", "C-42"},
		"card=x7":                   {"card", "x7"},
		"Z\u0065\u0301@a.example":   {"email", "z\u00e9@a.example"},
	} {
		if got, err := Identify(in); err != nil || got != want {
			t.Errorf("%q: got %v, want %v (%v)", in, got, want, err)
		}
	}
	for _, in := range []string{"", "  ", "email=", "=x", "email=nobody", "phone=abc"} {
		if got, err := Identify(in); err == nil {
			t.Errorf("%q is read as %v", in, got)
		} else if strings.TrimSpace(in) != "" && in != "email=" && in != "=x" && strings.Contains(err.Error(), in) {
			t.Errorf("the error repeats what was written: %v", err)
		}
	}
}

// TestRefer: equal people have equal references under one key, and no other; what a record
// says of its person is checked with that record's key alone.
func TestRefer(t *testing.T) {
	t.Parallel()
	a, b := Identifier{ByEmail, "a@a.example"}, Identifier{ByPhone, "a@a.example"}
	one, two := []byte("key one"), []byte("key two")
	if Refer(one, a) != Refer(one, a) || Refer(one, a) == Refer(one, b) || Refer(one, a) == Refer(two, a) || Refer(one, a).Short() == "" {
		t.Error("references do not tell people apart by kind and key")
	}
	if Commit(RecordKey(one, "consent-1"), a) == Commit(RecordKey(one, "consent-2"), a) {
		t.Error("two records of a person can be tied without their keys")
	}
}

// TestCheck refuses records that nobody could read later.
func TestCheck(t *testing.T) {
	t.Parallel()
	good := Record{Kind: Given, At: at("2026-09-01"), Scope: Scope{[]Channel{Email}, []policy.PurposeID{"news"}}, Partners: []string{"Isolation Exemple"}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Record){
		"kind":        func(r *Record) { r.Kind = "rumour" },
		"no instant":  func(r *Record) { r.At = time.Time{} },
		"method":      func(r *Record) { r.Method = "telepathy" },
		"channel":     func(r *Record) { r.Channels = []Channel{"fax"} },
		"no channel":  func(r *Record) { r.Channels = nil },
		"no purpose":  func(r *Record) { r.Purposes = nil },
		"goods":       func(r *Record) { r.Goods = []Goods{"magic"} },
		"digest":      func(r *Record) { r.Proof = "scan.pdf" },
		"partner":     func(r *Record) { r.Partners = []string{"<script>"} },
		"key":         func(r *Record) { r.Key = "x'; DROP TABLE records" },
		"outcome":     func(r *Record) { r.Kind, r.Channel, r.Outcome = Reached, Call, "happy" },
		"no channel2": func(r *Record) { r.Kind, r.Outcome = Reached, Answered },
		"of nothing":  func(r *Record) { r.Kind = Lift },
		"place":       func(r *Record) { r.Kind, r.Place = Lives, "atlantis" },
		"quality":     func(r *Record) { r.Kind, r.Quality = Is, "robot" },
	} {
		r := good
		spoil(&r)
		if err := r.Check(); err == nil {
			t.Errorf("%s is accepted", name)
		} else if strings.Contains(err.Error(), "script") || strings.Contains(err.Error(), "DROP") {
			t.Errorf("%s: the error repeats what was written: %v", name, err)
		}
	}
}

// TestFactsOf folds the records of a person as of an instant: what came later is not there yet.
func TestFactsOf(t *testing.T) {
	t.Parallel()
	yes := true
	day := func(d string) time.Time { return at(d + " 10:00") }
	scope := Scope{[]Channel{Call}, []policy.PurposeID{"sales"}}
	records := []Record{
		{ID: "consent-1", Kind: Given, At: day("2026-01-01"), Scope: scope, Goods: []Goods{OtherGoods}, Proof: "p"},
		{ID: "objection-2", Kind: Opposition, At: day("2026-01-02"), Scope: scope},
		{ID: "request-3", Kind: Asked, At: day("2026-01-03"), Goods: []Goods{OtherGoods}},
		{ID: "objection_lifted-4", Kind: Lift, At: day("2026-01-04"), Of: "objection-2"},
		{ID: "request_closed-5", Kind: AskedClosed, At: day("2026-01-05"), Of: "request-3"},
		{ID: "contact-6", Kind: Reached, At: day("2026-01-06"), Channel: Call, Outcome: Refused, Scope: Scope{Purposes: []policy.PurposeID{"sales"}}},
		{ID: "sale-7", Kind: Bought, At: day("2026-01-07"), Goods: []Goods{OtherGoods}, Told: &yes},
		{ID: "contract-8", Kind: Signed, At: day("2026-01-08"), From: policy.MustDate("2026-01-08")},
		{ID: "restricted-9", Kind: Limited, At: day("2026-01-09")},
		{ID: "quarantined-10", Kind: Quarantine, At: day("2026-01-10")},
		{ID: "released-11", Kind: QuarantineEnd, At: day("2026-01-11")},
		{ID: "restriction_lifted-12", Kind: LimitedEnd, At: day("2026-01-12")},
		{ID: "informed-13", Kind: Told, At: day("2026-01-13")},
		{ID: "place-14", Kind: Lives, At: day("2026-01-14"), Place: law.Reunion},
		{ID: "quality-15", Kind: Is, At: day("2026-01-15"), Quality: Business},
		{ID: "screened-16", Kind: Screened, At: day("2026-01-16")},
		{ID: "slot-17", Kind: Agreed, At: day("2026-01-17"), Proof: "p"},
		{ID: "withdrawal-18", Kind: Ended, At: day("2026-01-18"), Scope: scope, Spoken: true},
		{ID: "deceased-19", Kind: Died, At: day("2026-01-19")},
	}
	got := FactsOf(records, day("2026-01-20"))
	want := Facts{
		Kind: Business, Place: law.Reunion, Deceased: true, Bought: true, Informed: Yes, Screened: policy.MustDate("2026-01-16"),
		Consents:    []Consent{{ID: "consent-1", At: day("2026-01-01"), Scope: scope, Goods: []Goods{OtherGoods}, Proof: "p"}},
		Objections:  []Objection{{ID: "objection-2", At: day("2026-01-02"), Scope: scope, Lifted: day("2026-01-04")}},
		Requests:    []Request{{ID: "request-3", At: day("2026-01-03"), About: []Goods{OtherGoods}, Closed: day("2026-01-05")}},
		Contacts:    []Contact{{ID: "contact-6", At: day("2026-01-06"), Channel: Call, Purpose: "sales", Outcome: Refused}},
		Sales:       []Sale{{ID: "sale-7", At: policy.MustDate("2026-01-07"), Goods: []Goods{OtherGoods}, Told: Yes}},
		Contracts:   []Contract{{ID: "contract-8", From: policy.MustDate("2026-01-08")}},
		Slots:       []Slot{{"slot-17", day("2026-01-17"), "p"}},
		Withdrawals: []Withdrawal{{"withdrawal-18", day("2026-01-18"), scope, true}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if early := FactsOf(records, day("2026-01-10")); !early.Restricted || !early.Quarantined || early.Deceased || early.Kind != "" {
		t.Errorf("on 10 January: %+v", early)
	}
}

// TestBody: the same record always gives the same bytes, in any zone, and reads back.
func TestBody(t *testing.T) {
	t.Parallel()
	r := Record{ID: "consent-1", Kind: Given, Subjects: []string{"x"}, At: at("2026-09-01 10:00"), Entered: at("2026-09-01 10:00")}
	a, err1 := r.Body()
	r.At = r.At.UTC()
	b, err2 := r.Body()
	back, err3 := ReadRecord(a)
	if err1 != nil || err2 != nil || err3 != nil || string(a) != string(b) || BodyDigest(a) != BodyDigest(b) || back.ID != r.ID {
		t.Errorf("%s\n%s\n%v %v %v", a, b, err1, err2, err3)
	}
	if _, err := ReadRecord([]byte("{")); err == nil {
		t.Error("damage is read")
	}
}
