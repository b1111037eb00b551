package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/rights/mailbox"
	"github.com/garant-rgpd/garant/rights/post"
	"github.com/garant-rgpd/garant/store"
)

// The exit codes; docs/adr/0002-exit-codes.md says why these.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitPartly      = 3
	exitNotTrue     = 4
	exitUnapproved  = 5
	exitRefused     = 6
	exitNotBound    = 10
	exitLocked      = 11
	exitLedger      = 12
	exitUnreachable = 13
)

const exitHelp = `Exit codes: 0 done; 1 error; 2 wrong usage; 3 partly done; 4 something is due or broken;
5 not approved; 6 plan refused (edited, of a day to come, or what it was made from moved);
10 the files have errors; 11 another run is at work; 12 the ledger is broken; 13 a store does not answer.`

// coded is an error with its exit code and the next step in both languages.
type coded struct {
	error
	code   int
	fr, en string
}

func (c coded) Unwrap() error { return c.error }

func usage(err error) error {
	return coded{err, exitUsage, "voir garant --help", "see garant --help"}
}

// quiet is an exit code that needs no message: what was asked for says it all.
func quiet(code int) error { return coded{error: nil, code: code} }

// Error is empty for a quiet exit.
func (c coded) Error() string {
	if c.error == nil {
		return ""
	}
	return c.error.Error()
}

// classify finds the exit code and the next step of an error.
func classify(err error) coded {
	var c coded
	var broken *ledger.Broken
	switch {
	case errors.As(err, &c):
		return c
	case errors.Is(err, project.ErrProblems):
		return coded{err, exitNotBound, "corriger les fichiers, puis garant check", "mend the files, then garant check"}
	case errors.Is(err, plan.ErrNotApproved), errors.Is(err, project.ErrNotApprover):
		return coded{err, exitUnapproved, "approuver en nommant le jeu de données et le nombre", "approve by naming the dataset and the count"}
	case errors.Is(err, project.ErrDrift), errors.Is(err, project.ErrFuture), errors.Is(err, db.ErrSeal), errors.Is(err, plan.ErrEdited),
		errors.Is(err, plan.ErrForeign), errors.Is(err, plan.ErrTruncated), errors.Is(err, plan.ErrVersion), errors.Is(err, apply.ErrRefused):
		return coded{err, exitRefused, "rien n’a été touché ; refaire le plan avec garant plan -o", "nothing was touched; make the plan again with garant plan -o"}
	case errors.Is(err, apply.ErrRestored):
		return coded{err, exitRefused, "la base a été restaurée : garant replay", "the store was restored: garant replay"}
	case errors.Is(err, rights.ErrRepeat):
		return coded{err, exitRefused, "répondre à la demande déjà ouverte", "answer the request that is open"}
	case errors.Is(err, rights.ErrGuardian):
		return coded{err, exitRefused, "rouvrir la demande avec --guardian", "open the request again with --guardian"}
	case errors.Is(err, rights.ErrDocument):
		return coded{err, exitRefused, "motiver le doute d’abord : garant request identify ID --doubt", "record the doubt first: garant request identify ID --doubt"}
	case errors.Is(err, rights.ErrLinkUsed), errors.Is(err, rights.ErrLinkExpired), errors.Is(err, rights.ErrLink):
		return coded{err, exitRefused, "faire un nouveau lien : garant request link ID", "make a new link: garant request link ID"}
	case errors.Is(err, rights.ErrLate):
		return coded{err, exitRefused, "répondre sans attendre", "answer without waiting"}
	case errors.Is(err, rights.ErrIdentity):
		return coded{err, exitRefused, "établir l’identité : garant request identify ID", "settle who asks: garant request identify ID"}
	case errors.Is(err, rights.ErrGuess):
		return coded{err, exitRefused, "lire la demande, puis : garant request confirm ID [DROIT]", "read the request, then: garant request confirm ID [RIGHT]"}
	case errors.Is(err, project.ErrNoMailbox), errors.Is(err, mailbox.ErrServer):
		return coded{err, exitError, "vérifier requests.mailbox de garant.yaml ; rien n’est perdu, recommencer", "look at requests.mailbox of garant.yaml; nothing is lost, try again"}
	case errors.Is(err, project.ErrNotTheirs):
		return coded{err, exitRefused, "voir ce qui est trouvé : garant request run ID", "see what is found: garant request run ID"}
	case errors.Is(err, rights.ErrNoMailbox):
		return coded{err, exitRefused, "remettre un fichier avec -o", "hand a file over with -o"}
	case errors.Is(err, project.ErrNoMail):
		return coded{err, exitUsage, "ajouter mail à garant.yaml, ou --handed pour une lettre postée", "add mail to garant.yaml, or --handed for a letter that was posted"}
	case errors.Is(err, project.ErrNotAllTold):
		return coded{err, exitError, "les autres sont notés ; la même commande recommence pour ceux-ci", "the others are noted; the same command tries these again"}
	case errors.Is(err, post.ErrServer):
		return coded{err, exitError, "rien n’a été noté ; recommencer", "nothing was noted; try again"}
	case errors.Is(err, rights.ErrLetter):
		return coded{err, exitUsage, "voir docs/letters.md", "see docs/letters.md"}
	case errors.Is(err, rights.ErrUnplanned):
		return coded{err, exitRefused, "faire le plan puis l’exécuter : garant request plan ID, garant request apply ID", "plan it and carry it out: garant request plan ID, garant request apply ID"}
	case errors.Is(err, rights.ErrUndecided):
		return coded{err, exitRefused, "dire de chacun s’il est la personne : garant request review ID", "say of each whether it is the person's: garant request review ID"}
	case errors.Is(err, rights.ErrUnread):
		return coded{err, exitRefused, "lire ces champs, puis --reviewed, avec --leave-out pour ceux d’autrui", "read these fields, then --reviewed, with --leave-out for those of others"}
	case errors.Is(err, rights.ErrIncomplete):
		return coded{err, exitPartly, "recommencer plus tard (garant request run ID), ou répondre en partie avec --partly", "try again later (garant request run ID), or answer in part with --partly"}
	case errors.Is(err, rights.ErrAct):
		return coded{err, exitRefused, "voir où en est la demande : garant request show ID", "see where the request stands: garant request show ID"}
	case errors.Is(err, rights.ErrReason):
		return coded{err, exitUsage, "ajouter --because ou --doubt", "add --because or --doubt"}
	case errors.Is(err, rights.ErrRequest), errors.Is(err, rights.ErrGround), errors.Is(err, rights.ErrPurpose), errors.Is(err, rights.ErrNothing), errors.Is(err, rights.ErrMeans):
		return coded{err, exitUsage, "voir garant request --help", "see garant request --help"}
	case errors.Is(err, db.ErrRunning), errors.Is(err, db.ErrLocked):
		return coded{err, exitLocked, "attendre la fin de l’autre exécution", "wait for the other run to end"}
	case errors.As(err, &broken):
		return coded{err, exitLedger, "ne plus rien effacer ; comparer avec une copie du registre", "erase nothing more; compare with a copy of the ledger"}
	case errors.Is(err, store.ErrUnreachable):
		return coded{err, exitUnreachable, "vérifier l’adresse, le mot de passe et que le serveur répond", "check the address, the password, and that the server answers"}
	case errors.Is(err, store.ErrNoTable), errors.Is(err, store.ErrNoColumn):
		return coded{err, exitNotBound, "la base a changé : garant check", "the store has changed: garant check"}
	case errors.Is(err, retention.ErrNoRecord):
		return coded{err, exitError, "vérifier le jeu de données et la clé", "check the dataset and the key"}
	}
	return coded{err, exitError, "", ""}
}

// oneLine writes an error in one line: the joined ones, and the hints of the command line.
func oneLine(err error) string {
	var parts []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, "; ")
}

// fail writes the one error, and returns its exit code.
func (s *session) fail(err error) int {
	c := classify(err)
	if c.error == nil {
		return c.code
	}
	msg := oneLine(err)
	hint := s.say(c.fr, c.en)
	if s.json {
		_ = s.print(map[string]any{"error": msg, "hint": hint, "code": c.code}) // nothing is left to tell it to
		return c.code
	}
	_, _ = fmt.Fprintf(s.err, "garant: %s\n", msg)
	if hint != "" {
		_, _ = fmt.Fprintf(s.err, "  → %s\n", hint)
	}
	if strings.HasPrefix(msg, "unknown command") || strings.HasPrefix(msg, "unknown flag") {
		return exitUsage
	}
	return c.code
}
