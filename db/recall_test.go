package db

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// held returns how many people are held in memory.
func held(s *State) int {
	m := s.recall.Load()
	if m == nil {
		return -1
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.where)
}

// TestRecall never tells from memory what is older than an act that was acknowledged, be it of
// this process or of another: a person's first word, a later one, a sweep.
func TestRecall(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, other := open(t, dir), open(t, dir)
	var drafts []consent.Draft
	for n := range int64(600) {
		drafts = append(drafts, agreed(n+1))
	}
	if _, err := s.EnterRecords(t.Context(), drafts); err != nil {
		t.Fatal(err)
	}
	want := onFile(t, s, who(7)[0])
	if err := s.Recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := held(s); n < 600 {
		t.Fatalf("%d people are held", n)
	}
	if got := onFile(t, s, who(7)[0]); !reflect.DeepEqual(got, want) {
		t.Errorf("memory says %+v\nnot %+v", got, want)
	}
	if got := onFile(t, s, who(9999)[0]); len(got) != 0 {
		t.Errorf("of nobody: %+v", got)
	}
	for i, by := range []*State{s, other, s, other} {
		for _, n := range []int64{7, 9999, 8} {
			before := len(onFile(t, s, who(n)[0]))
			no := refusal(n)
			no.Record.Key = ""
			if _, err := by.EnterRecords(t.Context(), []consent.Draft{no}); err != nil {
				t.Fatal(err)
			}
			if got := onFile(t, s, who(n)[0]); len(got) != before+1 || got[before].Kind != consent.Opposition {
				t.Fatalf("round %d: memory tells %d records of person %d, not %d", i, len(got), n, before+1)
			}
		}
	}
	ended := agreed(5000)
	ended.Record.Until = policy.MustDate("2027-11-22")
	if _, err := other.EnterRecords(t.Context(), []consent.Draft{ended, refusal(6)}); err != nil {
		t.Fatal(err)
	}
	if len(onFile(t, s, who(5000)[0])) != 1 {
		t.Fatal("a consent is not there")
	}
	if _, err := other.SweepUse(t.Context(), consent.Lapse{After: policy.Years(3), Today: policy.MustDate("2031-11-23"), Zone: time.UTC}, noon, true); err != nil {
		t.Fatal(err)
	}
	if got := onFile(t, s, who(5000)[0]); len(got) != 0 {
		t.Errorf("memory still tells what was swept: %+v", got)
	}
	if err := s.Recall(t.Context()); err != nil || held(s) < 0 {
		t.Errorf("asked for twice: %v", err)
	}
}

// TestRecallFails goes on without memory where its connection is gone.
func TestRecallFails(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if _, err := s.EnterRecords(t.Context(), []consent.Draft{agreed(1), refusal(1)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.recall.Load().conn.Close(); err != nil {
		t.Fatal(err)
	}
	if got := onFile(t, s, who(1)[0]); len(got) != 2 || held(s) != -1 {
		t.Errorf("%d records, %d held", len(got), held(s))
	}
}

// TestRecallBounded holds no more than there is room for, and tells the rest all the same.
func TestRecallBounded(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var drafts []consent.Draft
	for n := range int64(600) {
		d := agreed(n)
		for i := range 60 { // many persons in one record make it long
			d.Person = append(d.Person, consent.Identifier{Kind: consent.ByID, Value: fmt.Sprint(n, "-", i)})
		}
		drafts = append(drafts, d)
	}
	if _, err := s.EnterRecords(t.Context(), drafts); err != nil {
		t.Fatal(err)
	}
	if err := s.Recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := s.recall.Load()
	m.empty(2 * boxSize)
	for n := range int64(600) {
		if got := onFile(t, s, consent.Identifier{Kind: consent.ByID, Value: fmt.Sprint(n, "-1")}); len(got) != 1 {
			t.Fatalf("person %d has %d records", n, len(got))
		}
		if len(m.boxes) > 2 {
			t.Fatalf("%d boxes are held", len(m.boxes))
		}
	}
	m.empty(2 * boxSize)
	var after consent.Ref
	for more := true; more; {
		var err error
		if more, err = m.ahead(t.Context(), &after); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.boxes) == 0 || len(m.where) == 0 {
		t.Error("what was read ahead is gone again")
	}
}

// TestShelf gives every member of a record back, and keeps nothing that it cannot give back.
func TestShelf(t *testing.T) {
	t.Parallel()
	yes, key := true, bytes.Repeat([]byte{1}, 32)
	full := consent.Record{Kind: consent.Given, At: noon.Add(time.Nanosecond), Entered: noon.Add(-time.Hour), Method: "form", Scope: consent.Scope{Channels: []consent.Channel{consent.Email, consent.Call}, Purposes: []policy.PurposeID{"news"}},
		Goods: []consent.Goods{consent.OtherGoods}, Partners: []string{"Partner"}, Until: policy.MustDate("2027-01-01"), Notice: consent.Digest([]byte("n")), Proof: consent.Digest([]byte("p")), Policy: consent.Digest([]byte("q")),
		Language: "fr", Missing: []string{"proof"}, Source: "crm", Of: "contract é", From: policy.MustDate("2026-01-01"), Outcome: consent.Answered, Channel: consent.Call, Place: law.Metropole, Quality: consent.Business,
		Everything: true, Spoken: true, Service: true, Told: &yes, Free: &yes, Key: "api:" + strings.Repeat("k", 90)}
	records := []consent.Record{full, {Kind: consent.Died, At: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), Entered: noon}}
	for _, k := range consent.RecordKinds() {
		r := full
		r.Kind = k
		records = append(records, r)
	}
	var sh shelf
	sh.empty(10 * boxSize)
	for i, r := range records {
		sealed, body, refs, err := consent.Seal(key, consent.Draft{Person: who(int64(i)), Record: r}, int64(i+1))
		if err != nil {
			t.Fatal(err)
		}
		sh.put(refs[0], []consent.Record{sealed, sealed}, [][]byte{body, body})
		got, ok := sh.get(refs[0])
		if !ok || len(got) != 2 || !reflect.DeepEqual(got[1], sealed) {
			t.Errorf("%s: %v, %+v\nnot %+v", r.Kind, ok, got, sealed)
		}
	}
	for name, change := range map[string]func(*consent.Record){
		"a name of another kind":   func(r *consent.Record) { r.ID = "contact-1" },
		"a person not digested":    func(r *consent.Record) { r.Subjects = []string{"somebody"} },
		"a key longer than any is": func(r *consent.Record) { r.Key = strings.Repeat("k", 300) },
		"a digest in capitals":     func(r *consent.Record) { r.Proof = "sha256:" + strings.Repeat("AB", 32) },
	} {
		r := full
		r.ID, r.Subjects = "consent-1", []string{consent.Commit(key, who(1)[0])}
		change(&r)
		body, err := json.Marshal(r)
		sh.put(consent.Ref{1}, []consent.Record{r}, [][]byte{body})
		if _, ok := sh.get(consent.Ref{1}); ok || err != nil {
			t.Errorf("%s is kept, as something else (%v)", name, err)
		}
	}
}

// TestRecallClosed reads ahead while the state is closed under it.
func TestRecallClosed(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var drafts []consent.Draft
	for n := range int64(300) {
		drafts = append(drafts, agreed(n))
	}
	if _, err := s.EnterRecords(t.Context(), drafts); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- s.Recall(t.Context()) }()
	err := s.Close()
	if err2 := <-done; err2 != nil && !strings.Contains(err2.Error(), "closed") && !strings.Contains(err2.Error(), "already closed") {
		err = errors.Join(err, err2)
	}
	if err != nil {
		t.Error(err)
	}
}
