package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/rights"
)

// Reader reads the ledger.
type Reader interface {
	// Size returns how many entries there are.
	Size(ctx context.Context) (int64, error)
	// Entries returns those from <= n < to, in order.
	Entries(ctx context.Context, from, to int64) ([]Entry, error)
	// Verify recomputes the whole ledger and returns how many entries are vouched for; a
	// *ledger.Broken names the first bad one.
	Verify(ctx context.Context) (int64, error)
}

// shownEntries is how many entries a page has.
const shownEntries = 50

// ledgerScreen is what was done, latest first, and whether the ledger is whole.
type ledgerScreen struct {
	page
	Entries []Entry
	Size    int64
	// Before and After are the addresses' ends of the older and newer pages; negative where
	// there is none.
	Before, After int64
	// Verified says that the ledger was recomputed now, Sound how many entries are vouched
	// for, Broken the first bad one; negative when it is the signature.
	Verified bool
	Sound    int64
	Broken   *ledger.Broken
}

func (c *Console) ledger(w http.ResponseWriter, r *http.Request, v visit) error {
	s := ledgerScreen{page: c.page(r, v, "Registre des actes", "Ledger"), Before: -1, After: -1}
	var err error
	if s.Size, err = c.company.Size(r.Context()); err != nil {
		return err
	}
	to := s.Size
	if n, err := strconv.ParseInt(r.URL.Query().Get("avant"), 10, 64); err == nil && n > 0 && n < to {
		to, s.After = n, min(n+shownEntries, s.Size)
	}
	start := max(0, to-shownEntries)
	if start > 0 {
		s.Before = start
	}
	if s.Entries, err = c.company.Entries(r.Context(), start, to); err != nil {
		return err
	}
	slices.Reverse(s.Entries)
	return c.show(w, "ledger", http.StatusOK, s)
}

// verify recomputes the ledger in the page. It may take a while, so one does at a time.
func (c *Console) verify(w http.ResponseWriter, r *http.Request, v visit) error {
	c.verifying.Lock()
	defer c.verifying.Unlock()
	s := ledgerScreen{page: c.page(r, v, "Registre des actes", "Ledger"), Before: -1, After: -1, Verified: true}
	var err error
	if s.Sound, err = c.company.Verify(r.Context()); err != nil && !errors.As(err, &s.Broken) {
		return err
	}
	s.Size = s.Sound
	return c.show(w, "ledger", http.StatusOK, s)
}

// Told says what an entry tells of.
func (s ledgerScreen) Told(e Entry) string { return Told(e.Kind, s.Say) }

// Told says what entries of a kind tell of, in the wording that say picks.
func Told(k ledger.Kind, say func(fr, en string) string) string {
	switch k {
	case ledger.Act:
		return say("acte", "act")
	case ledger.Planned:
		return say("plan préparé", "plan made")
	case ledger.Approved:
		return say("étape approuvée", "step approved")
	case ledger.HoldPlaced:
		return say("gel posé", "hold placed")
	case ledger.HoldLifted:
		return say("gel levé", "hold lifted")
	case ledger.Run:
		return say("fin d’une application", "end of a run")
	case ledger.Check:
		return say("contrôle des promesses", "check of the promises")
	case ledger.Restored:
		return say("base restaurée", "store restored")
	case ledger.Reapplied:
		return say("effacement refait", "erasure done again")
	case ledger.ArchiveRead:
		return say("lecture d’archive", "reading of the archive")
	case ledger.PersonRead:
		return say("consultation d’une personne", "look at a person")
	case ledger.KeyDestroyed:
		return say("clé détruite", "key destroyed")
	case ledger.KeyRotated:
		return say("clé du registre changée", "key of the ledger changed")
	case ledger.Published:
		return say("politique publiée", "policy published")
	case ledger.Recorded:
		return say("acte d’une personne", "act of a person")
	case ledger.Receipt:
		return say("reçu remis", "receipt handed out")
	case ledger.Request:
		return say("demande d’une personne", "a person’s request")
	case ledger.Answers:
		return say("réponses : peut-on joindre ?", "answers: may one be reached?")
	case ledger.Swept:
		return say("preuves dont le terme est passé, effacées", "proofs whose term is over, deleted")
	case ledger.Chosen:
		return say("choix sur les témoins", "choice about cookies")
	}
	return string(k)
}

// About names what an entry is about: a step, a reference, an outcome; never a person.
func (s ledgerScreen) About(e Entry) []string {
	var out []string
	broken := 0
	for _, x := range e.Verdicts {
		if x.Verdict == "broken" {
			broken++
		}
	}
	if e.Kind == ledger.Check {
		out = append(out, s.Count(int64(broken), "promesse non tenue", "promesses non tenues", "broken promise", "broken promises"))
	}
	outcome := e.Outcome
	if e.Kind == ledger.Request {
		outcome = s.Done(rights.Act(outcome))
	}
	for _, w := range []string{e.Step, e.Ref, outcome} {
		if w != "" {
			out = append(out, w)
		}
	}
	if e.Kind == ledger.Planned {
		out = append(out, s.Count(e.Due, "acte", "actes", "act", "acts"))
	}
	return out
}
