package db

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/ledger"
)

// who is an invented person.
func who(i int64) []consent.Identifier {
	return []consent.Identifier{{Kind: consent.ByEmail, Value: fmt.Sprintf("needle%d@home.example", i)}, {Kind: consent.ByID, Value: fmt.Sprint(i)}}
}

func refusal(i int64) consent.Draft {
	return consent.Draft{Person: who(i), Record: consent.Record{Kind: consent.Opposition, At: noon, Entered: noon, Key: fmt.Sprintf("event-%d", i)}}
}

// onFile returns the records of a person by one identifier.
func onFile(t *testing.T, s *State, i consent.Identifier) []consent.Record {
	t.Helper()
	key, err := s.PersonKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rs, err := s.RecordsOf(t.Context(), []consent.Ref{consent.Refer(key, i)})
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

// TestRecords enters records and finds them by each identifier; one entered twice counts once.
func TestRecords(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	first, err := s.EnterRecords(t.Context(), []consent.Draft{refusal(1), refusal(2), refusal(1)})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.EnterRecords(t.Context(), []consent.Draft{refusal(2)})
	if err != nil || first[0].ID != "objection-1" || first[1].ID != "objection-2" || first[2].ID != first[0].ID || again[0].ID != first[1].ID {
		t.Fatalf("%v, %v, %v", first, again, err)
	}
	for _, i := range who(2) {
		if rs := onFile(t, s, i); len(rs) != 1 || rs[0].ID != "objection-2" || !rs[0].At.Equal(noon) {
			t.Errorf("%s: %v", i.Kind, rs)
		}
	}
	r, body, leaf, err := s.Record(t.Context(), "objection-2")
	if err != nil || r.ID != "objection-2" {
		t.Fatal(err)
	}
	found := false
	for i, e := range entries(t, s) {
		found = found || int64(i) == leaf && e.Kind == ledger.Recorded && e.Root == consent.BodyDigest(body)
	}
	if !found {
		t.Error("the ledger does not have the record's digest at its leaf")
	}
	for _, name := range []string{"consent-2", "objection-9", "objection", "", "objection-x"} {
		if _, _, _, err := s.Record(t.Context(), name); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestRecordsStay checks that a record cannot be rewritten, that a bad one among others leaves
// none of them, and that no address is in the file.
func TestRecordsStay(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	bad := refusal(3)
	bad.Record.Kind = "rumour"
	for name, drafts := range map[string][]consent.Draft{"a bad one": {refusal(1), bad}, "nobody's": {{Record: refusal(1).Record}}} {
		if _, err := s.EnterRecords(t.Context(), drafts); err == nil || strings.Contains(err.Error(), "needle") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if rs := onFile(t, s, who(1)[0]); len(rs) != 0 || len(entries(t, s)) != 0 {
		t.Error("something was left of records that were refused")
	}
	if _, err := s.EnterRecords(t.Context(), []consent.Draft{refusal(1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.ExecContext(t.Context(), "UPDATE records SET body = '{}'"); err == nil {
		t.Error("a record was rewritten")
	}
	for _, name := range []string{"state.db", "state.db-wal", "answers.db", "answers.db-wal"} {
		if raw, err := os.ReadFile(s.path(name)); err != nil || bytes.Contains(raw, []byte("needle")) {
			t.Errorf("%s shows an address (%v)", name, err)
		}
	}
}

// TestPersonKeyLost: a state that knows persons and lost its key is refused, since a new key
// would forget every objection.
func TestPersonKeyLost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	key, err := s.PersonKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, err := open(t, dir).PersonKey(t.Context()); err != nil || !bytes.Equal(key, again) {
		t.Errorf("another key for the same persons (%v)", err)
	}
	if err := os.Remove(s.path("keys", "people")); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).PersonKey(t.Context()); !errors.Is(err, ErrKeyMissing) {
		t.Errorf("got %v, want ErrKeyMissing", err)
	}
}

// TestRecordsRace enters from two open states at once: every number once, one leaf each.
func TestRecordsRace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	for w := range int64(2) {
		s := open(t, dir)
		wg.Go(func() {
			for i := range int64(25) {
				if _, err := s.EnterRecords(t.Context(), []consent.Draft{refusal(100*w + i), refusal(7777)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s := open(t, dir)
	if n := len(entries(t, s)); n != 51 {
		t.Errorf("%d leaves, want 51", n)
	}
	if rs := onFile(t, s, who(7777)[0]); len(rs) != 1 {
		t.Errorf("the same event was entered %d times", len(rs))
	}
	if _, err := s.VerifyLedger(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestRecordsSurvive kills a process that enters objections: every one that it told of is
// there, with its leaf, and whoever objected stays unreachable.
func TestRecordsSurvive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd, out := start(t, "record", dir)
	var told int64
	for told < 20 {
		line, err := out.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(line, &told); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed: that is the test
	s := open(t, dir)
	for i := int64(1); i <= told; i++ {
		if rs := onFile(t, s, who(i)[0]); len(rs) != 1 {
			t.Errorf("objection %d: %d records", i, len(rs))
		}
	}
	if c, err := s.VerifyLedger(t.Context()); err != nil || c.Size < told {
		t.Errorf("%v, %v", c, err)
	}
}

// TestAnswers logs answers: those of one second share a leaf, none is left without one when
// the state is closed, and a crash leaves them to whoever logs next.
func TestAnswers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	log := func(s *State, after time.Duration) {
		t.Helper()
		a := consent.Logged{At: noon.Add(after), Person: "x", Channel: consent.Call, Rule: consent.SectorBan}
		if err := s.LogAnswers(t.Context(), []consent.Logged{a, a, a}); err != nil {
			t.Fatal(err)
		}
	}
	log(s, 0)
	s.sealers.Wait()
	log(s, time.Second/2)
	log(s, time.Second*9/10)
	if err := s.LogAnswers(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if es := entries(t, s); len(es) != 1 || es[0].Rows != 3 {
		t.Errorf("within a second: %+v", es)
	}
	log(s, time.Second)
	s.sealers.Wait()
	if es := entries(t, s); len(es) != 2 || es[1].Kind != ledger.Answers || es[1].Ref != "answers-4" || es[1].Rows != 9 || es[1].Root == es[0].Root {
		t.Errorf("after a second: %+v", es)
	}
	log(s, time.Second*11/10)
	other := open(t, dir) // as after a crash: it knows nothing of what waits
	log(other, time.Hour)
	other.sealers.Wait()
	if es := entries(t, other); len(es) != 3 || es[2].Rows != 6 {
		t.Errorf("the next process: %+v", es)
	}
	log(other, time.Hour+time.Second/10)
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if es := entries(t, open(t, dir)); len(es) != 4 || es[3].Rows != 3 {
		t.Errorf("after it was closed: %+v", es)
	}
	if err := s.SealAnswers(t.Context(), noon); err != nil || len(entries(t, s)) != 4 {
		t.Errorf("sealed with nothing to seal: %v", err)
	}
}

// TestNotices keeps texts once, by their content.
func TestNotices(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	one, err1 := s.KeepNotice(t.Context(), []byte("a notice"), noon)
	two, err2 := s.KeepNotice(t.Context(), []byte("a notice"), noon.Add(time.Hour))
	text, err3 := s.Notice(t.Context(), one)
	if err := errors.Join(err1, err2, err3); err != nil || one != two || string(text) != "a notice" {
		t.Errorf("%s, %s, %q, %v", one, two, text, err)
	}
	if _, err := s.Notice(t.Context(), "sha256:00"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

// TestOutspoken finds who refused something, also during a call, by indexes alone.
func TestOutspoken(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	key, err := s.PersonKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	call := func(n int64, o consent.Outcome, of string) consent.Draft {
		return consent.Draft{Person: who(n), Record: consent.Record{Kind: consent.Reached, At: noon, Entered: noon, Channel: consent.Call, Outcome: o, Of: of}}
	}
	if _, err := s.EnterRecords(t.Context(), []consent.Draft{agreed(1), refusal(2), call(3, consent.Opposed, ""), call(4, consent.Refused, "outcome:opposed"), call(5, consent.Answered, "")}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Outspoken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := int64(1); n <= 5; n++ {
		if want := n == 2 || n == 3; got[consent.Refer(key, who(n)[0])] != want {
			t.Errorf("person %d: not %v", n, want)
		}
	}
	rows, err := s.db.Query("EXPLAIN QUERY PLAN SELECT ref FROM subjects WHERE record IN (SELECT id FROM records WHERE " + opposed + ")")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "records_opposed") {
			t.Errorf("a table is read from end to end: %s", detail)
		}
	}
}
