package rights_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// TestGuessRight reads rights from what people write.
func TestGuessRight(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		subject, text string
		right         rights.Right
		how           rights.Guess
		marketing     bool
	}{
		{"", "Je souhaite recevoir une copie de mes données personnelles.", rights.Access, rights.ByWords, false},
		{"Exercice de mon droit d’accès", "", rights.Access, rights.ByWords, false},
		{"", "Quelles données avez-vous sur moi ?", rights.Access, rights.ByWords, false},
		{"", "Merci d’EFFACER toutes mes données.", rights.Erasure, rights.ByWords, false},
		{"droit à l'oubli", "", rights.Erasure, rights.ByWords, false},
		{"", "Conformément à l’article 17 du RGPD, supprimez mon compte.", rights.Erasure, rights.ByWords, false},
		{"", "J’ai déménagé, voici ma nouvelle adresse.", rights.Rectification, rights.ByWords, false},
		{"", "Ne m’envoyez plus de publicité, je veux me désinscrire.", rights.Objection, rights.ByWords, true},
		{"", "Je m’oppose au traitement de mes données.", rights.Objection, rights.ByWords, false},
		{"", "Je retire mon consentement.", rights.Withdrawal, rights.ByWords, false},
		{"portabilité", "", rights.Portability, rights.ByWords, false},
		{"", "Je demande la limitation du traitement (article 18).", rights.Restriction, rights.ByWords, false},
		{"", "Mon crédit a été refusé par un algorithme, je veux une intervention humaine.", rights.HumanReview, rights.ByWords, false},
		{"", "Mon père est décédé, que devient son compte ?", rights.PostMortem, rights.ByWords, false},
		{"", "Envoyez-moi une copie de mes données puis supprimez-les.", rights.Access, rights.Several, false},
		{"", "Bonjour, pouvez-vous me rappeler ?", rights.Access, rights.Unclear, false},
		{"", "", rights.Access, rights.Unclear, false},
		{"", "Je prends la route, la chaudière est en panne.", rights.Access, rights.Unclear, false},
	} {
		t.Run(tt.subject+tt.text, func(t *testing.T) {
			t.Parallel()
			if got := rights.GuessRight(tt.subject, tt.text); got != (rights.Guessed{Right: tt.right, How: tt.how, Marketing: tt.marketing}) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// message is one that somebody wrote on a day.
func message(digest, from, text, day string) rights.Message {
	return rights.Message{Digest: digest, From: from, Text: text, Received: policy.MustDate(day)}
}

// TestTakeEnglish writes back in the language of who wrote.
func TestTakeEnglish(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	for i, text := range []string{"Would you please tell me what data you hold about me, and delete all of them?", "Merci de me dire quelles données vous avez sur moi."} {
		if _, _, err := d.Take(t.Context(), message(fmt.Sprint(i), fmt.Sprintf("somebody%d@a.example", i), text, "2026-11-02"), on("2026-11-02")); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.cases) != 2 || m.cases[0].Speaks() != rights.InEnglish || m.cases[1].Speaks() != rights.InFrench {
		t.Errorf("got %+v", m.cases)
	}
}

// TestTake takes messages one after the other; each says which case it comes to.
func TestTake(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	answered := func(id string) {
		_, err := d.ConfirmRight(t.Context(), id, "", on("2026-11-21"))
		_, err2 := d.Refuse(t.Context(), id, rights.Unfounded, "the same each day", on("2026-11-21"))
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		m    rights.Message
		id   string
		how  rights.Taking
	}{
		{"first", message("a", "ada@shop.example", "effacez mes données", "2026-11-02"), "request-1", rights.TookNew},
		{"the same message again", message("a", "ada@shop.example", "effacez mes données", "2026-11-02"), "request-1", rights.TookBefore},
		{"the same right again", message("b", "ADA@Shop.example", "droit à l’oubli !", "2026-11-03"), "request-1", rights.TookJoined},
		{"that one again", message("b", "ada@shop.example", "droit à l’oubli !", "2026-11-03"), "request-1", rights.TookBefore},
		{"another right", message("c", "ada@shop.example", "copie de mes données", "2026-11-03"), "request-2", rights.TookNew},
		{"words that ask nothing", message("d", "ada@shop.example", "mon numéro est C-42", "2026-11-04"), "request-2", rights.TookJoined},
		{"an answer to a letter", rights.Message{Digest: "e", From: "ada@shop.example", Subject: "Re: votre demande request-1 — accusé", Text: "merci", Received: policy.MustDate("2026-11-04")}, "request-1", rights.TookJoined},
		{"somebody else who names the case", rights.Message{Digest: "f", From: "eve@shop.example", Subject: "request-1", Text: "merci", Received: policy.MustDate("2026-11-04")}, "request-3", rights.TookNew},
		{"after the answer", message("g", "ada@shop.example", "effacez mes données", "2026-11-20"), "request-4", rights.TookNew},
		{"one of before the answer", message("b", "ada@shop.example", "droit à l’oubli !", "2026-11-03"), "request-1", rights.TookBefore},
	} {
		if tt.name == "after the answer" {
			answered("request-1")
		}
		id, how, err := d.Take(t.Context(), tt.m, on("2026-11-22"))
		if err != nil || id != tt.id || how != tt.how {
			t.Fatalf("%s: %s %s, %v", tt.name, id, how, err)
		}
	}
	if k := m.cases[3]; k.RepeatOf != "request-1" || k.Received != policy.MustDate("2026-11-20") {
		t.Errorf("%+v", k)
	}
	if said := m.cases[0].Person.Said; !strings.Contains(said, "2026-11-03\ndroit à l’oubli !") || !strings.Contains(said, "merci") {
		t.Errorf("what was written is lost: %q", said)
	}
	if _, _, err := d.Take(t.Context(), message("z", "nobody", "effacez", "2026-11-20"), on("2026-11-22")); !errors.Is(err, rights.ErrRequest) {
		t.Errorf("%v", err)
	}
}

// TestTakeAtOnce takes the same messages from many readers: each is taken once.
func TestTakeAtOnce(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	var all sync.WaitGroup
	for range 8 {
		for n := range 10 {
			all.Go(func() {
				if _, _, err := d.Take(t.Context(), message(fmt.Sprint(n), fmt.Sprintf("p%d@shop.example", n%5), "effacez", "2026-11-02"), on("2026-11-22")); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	taken := map[string]int{}
	for _, k := range m.cases {
		for _, digest := range k.Messages {
			taken[digest]++
		}
	}
	if len(m.cases) != 5 || len(taken) != 10 {
		t.Errorf("%d cases, %d messages", len(m.cases), len(taken))
	}
	for digest, n := range taken {
		if n != 1 {
			t.Errorf("message %s was taken %d times", digest, n)
		}
	}
}

// TestGuessBinds: nothing is done on the strength of a guess.
func TestGuessBinds(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	id, _, err := d.Take(t.Context(), message("a", "ada@shop.example", "je m’oppose à la prospection", "2026-11-02"), on("2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.Identify(t.Context(), id, rights.CallBack, on("2026-11-22"))
	if err != nil || c.Guess != rights.ByWords || !c.Marketing {
		t.Fatalf("%+v, %v", c, err)
	}
	for name, act := range map[string]func() error{
		"refuse": func() error {
			_, err := d.Refuse(t.Context(), id, rights.Unfounded, "no", on("2026-11-22"))
			return err
		},
		"look": func() error { _, err := c.Wanted(); return err },
		"act": func() error {
			_, err := d.Note(t.Context(), id, rights.Restricted, "", on("2026-11-22"))
			return err
		},
	} {
		if err := act(); !errors.Is(err, rights.ErrGuess) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.ConfirmRight(t.Context(), id, "poem", on("2026-11-22")); !errors.Is(err, rights.ErrRequest) {
		t.Error(err)
	}
	if c, err = d.ConfirmRight(t.Context(), id, rights.Erasure, on("2026-11-22")); err != nil || c.Right != rights.Erasure || c.Guess != "" || c.Marketing {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := d.ConfirmRight(t.Context(), id, "", on("2026-11-22")); !errors.Is(err, rights.ErrAct) {
		t.Error("a right was confirmed twice")
	}
	if _, err := d.NotARequest(t.Context(), id, "thanks", on("2026-11-22")); !errors.Is(err, rights.ErrAct) {
		t.Error("a request that was confirmed was dismissed")
	}
}

// TestDismissed: what a message opened and asks nothing is closed and forgotten by rule.
func TestDismissed(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	id, _, err := d.Take(t.Context(), message("a", "ada@shop.example", "merci !", "2026-11-02"), on("2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.NotARequest(t.Context(), id, "", on("2026-11-22")); !errors.Is(err, rights.ErrRequest) {
		t.Error(err)
	}
	if c, err := d.NotARequest(t.Context(), id, "thanks", on("2026-11-22")); err != nil || c.State != rights.Closed {
		t.Fatalf("%+v, %v", c, err)
	}
	if n, err := d.Sweep(t.Context(), m, on("2027-01-05")); err != nil || n.Forgotten != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	if c := m.cases[0]; c.Person.Said != "" || len(c.Messages) != 1 {
		t.Errorf("%+v", c)
	}
}
