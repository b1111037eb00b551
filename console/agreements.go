package console

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// Recorder keeps what people agreed to and refused. What cannot be entered is a *Refusal.
type Recorder interface {
	// Agreements returns what is on file about a person, and notes in the name of by that it
	// was asked.
	Agreements(ctx context.Context, person, by string) ([]consent.Record, error)
	// Agreement returns one record with its proof; ErrNoRecord when there is none of that name.
	Agreement(ctx context.Context, id string) (Agreement, error)
	// Enter enters a refusal.
	Enter(ctx context.Context, s Saying) error
}

// Importer enters lists.
type Importer interface {
	// Import reads a list in CSV, as garant consent import does. One that is no list is a
	// *Refusal; lines that are none are counted.
	Import(ctx context.Context, list io.Reader, o Origin) (Imported, error)
	// Leads tells of the contacts that third parties brought, by where they came from.
	Leads(ctx context.Context) ([]Lead, error)
}

// Lead is the contacts that came from one source, and by when they are told so (article 14 GDPR).
type Lead struct {
	Source string
	// People counts them, Told those who were told and Overdue those who should have been.
	People, Told, Overdue int64
	// Next is the last day for the others; zero without any.
	Next policy.Date
}

// ErrNoRecord says that there is no record of a name.
var ErrNoRecord = errors.New("no such record")

// Agreement is a record with what proves it.
type Agreement struct {
	consent.Record
	// Digest is under what the ledger knows the record, Entry where.
	Digest string
	Entry  int64
	// Shown is the text that was shown, where it was kept.
	Shown string
}

// Saying is what a person says of the use of their data.
type Saying struct {
	// Kind is consent.Ended or consent.Opposition.
	Kind     string
	Person   string
	Channels []consent.Channel
	Purposes []policy.PurposeID
	// Spoken says that it was said during a call.
	Spoken bool
	By     string
}

// Origin says where a list comes from; Bought is true of people brought by a third party.
type Origin struct {
	Source string
	Bought bool
}

// Imported counts what became of the lines of a list.
type Imported struct {
	Entered, Known, Incomplete, Quarantined, Suppressed int64
	Refused                                             []RefusedLine
}

// RefusedLine is a line that was not entered, and why.
type RefusedLine struct {
	Line int64
	Why  string
}

// agreementsScreen is what people agreed to and refused: found by an identifier, entered,
// imported.
type agreementsScreen struct {
	page
	Person   string
	Found    *agreementList
	One      *Agreement
	Imported *Imported
	Leads    []Lead
	Refused  string
	Note     string
	Channels []consent.Channel
	Purposes []policy.Purpose
}

// agreementList is records as a table.
type agreementList struct {
	page
	Records []consent.Record
}

func (c *Console) agreements(w http.ResponseWriter, r *http.Request, v visit) error {
	s := c.agreementsScreen(r, v)
	var err error
	if s.Leads, err = c.company.Leads(r.Context()); err != nil {
		return c.agreementsRefused(w, s, err)
	}
	return c.show(w, "agreements", http.StatusOK, s)
}

func (c *Console) agreementsScreen(r *http.Request, v visit) *agreementsScreen {
	s := &agreementsScreen{page: c.page(r, v, "Accords et refus", "Agreements and refusals"), Channels: consent.Channels()}
	if l := c.watch.seen().look; l != nil {
		s.Purposes = l.Policy.Purposes
	}
	return s
}

// searched shows what is on file about the person of the form.
func (c *Console) searched(w http.ResponseWriter, r *http.Request, v visit) error {
	s := c.agreementsScreen(r, v)
	s.Person = field(r, "person")
	return c.found(w, r, s, v)
}

// found adds what is on file about the person to the screen and shows it.
func (c *Console) found(w http.ResponseWriter, r *http.Request, s *agreementsScreen, v visit) error {
	records, err := c.company.Agreements(r.Context(), s.Person, by(r, v))
	if err != nil {
		return c.agreementsRefused(w, s, err)
	}
	slices.Reverse(records)
	s.Found = &agreementList{s.page, records}
	return c.show(w, "agreements", http.StatusOK, s)
}

// by is the name under which something is noted; the link's bearer has none.
func by(r *http.Request, v visit) string {
	if name := signature(r, v); name != "" {
		return name
	}
	return "terminal"
}

func (c *Console) agreementsRefused(w http.ResponseWriter, s *agreementsScreen, err error) error {
	var no *Refusal
	var unready *Unready
	if !errors.As(err, &no) && !errors.As(err, &unready) {
		return err
	}
	s.Refused, _ = c.refused(s.page, err)
	return c.show(w, "agreements", http.StatusConflict, s)
}

// object enters a withdrawal or an objection of the person of the form.
func (c *Console) object(w http.ResponseWriter, r *http.Request, v visit) error {
	s := c.agreementsScreen(r, v)
	s.Person = field(r, "person")
	said := Saying{Kind: field(r, "kind"), Person: s.Person, Spoken: r.PostFormValue("spoken") != "", By: by(r, v)}
	for _, x := range r.PostForm["channel"] {
		said.Channels = append(said.Channels, consent.Channel(x))
	}
	for _, x := range r.PostForm["purpose"] {
		said.Purposes = append(said.Purposes, policy.PurposeID(x))
	}
	if said.Kind != consent.Ended && said.Kind != consent.Opposition {
		return c.agreementsRefused(w, s, &Refusal{FR: "On note ici un retrait ou une opposition.", EN: "A withdrawal or an objection is noted here."})
	}
	if err := c.company.Enter(r.Context(), said); err != nil {
		return c.agreementsRefused(w, s, err)
	}
	s.Note = s.Say("C’est noté, et cela vaut dès maintenant.", "It is noted, and holds from now on.")
	return c.found(w, r, s, v)
}

// agreement shows one record with its proof.
func (c *Console) agreement(w http.ResponseWriter, r *http.Request, v visit) error {
	a, err := c.company.Agreement(r.Context(), r.PathValue("id"))
	if errors.Is(err, ErrNoRecord) {
		return missing{}
	}
	if err != nil {
		return err
	}
	s := c.agreementsScreen(r, v)
	s.One = &a
	return c.show(w, "agreements", http.StatusOK, s)
}

// bring enters a list. It is read as it comes, so that no copy of it lies on a disk.
func (c *Console) bring(w http.ResponseWriter, r *http.Request, v visit) error {
	s := c.agreementsScreen(r, v)
	parts, err := r.MultipartReader()
	if err != nil {
		return c.agreementsRefused(w, s, &Refusal{FR: "Choisir un fichier.", EN: "Choose a file.", Cause: err})
	}
	var o Origin
	for {
		part, err := parts.NextPart()
		if err != nil {
			return c.agreementsRefused(w, s, &Refusal{FR: "Le fichier n’est pas arrivé en entier, ou il est trop grand : utiliser garant consent import.", EN: "The file did not arrive whole, or is too large: use garant consent import.", Cause: err})
		}
		switch part.FormName() {
		case "source":
			word, err := io.ReadAll(io.LimitReader(part, 200))
			if err != nil {
				return err
			}
			o.Source = string(word)
		case "bought":
			o.Bought = true
		case "list":
			done, err := c.company.Import(r.Context(), part, o)
			if err != nil {
				return c.agreementsRefused(w, s, err)
			}
			s.Imported = &done
			return c.show(w, "agreements", http.StatusOK, s)
		}
	}
}

// Missing says what an imported consent does not say.
func (p page) Missing(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = p.word(map[string]two{"purpose": {"finalité", "purpose"}, "channel": {"moyen", "means"}, "proof": {"preuve", "proof"}, "notice": {"texte montré", "text shown"},
			"goods": {"objet", "goods"}, "period": {"durée", "period"}, "at": {"jour", "day"}, "recipient": {"nous parmi les destinataires", "us among the recipients"}}, w)
	}
	return out
}

// RecordWord is the word for a kind of record.
func (p page) RecordWord(kind string) string {
	return p.word(map[string]two{
		"consent": {"accord", "consent"}, "withdrawal": {"retrait", "withdrawal"}, "objection": {"opposition", "objection"}, "objection_lifted": {"opposition levée", "objection lifted"},
		"request": {"demande de contact", "request to be contacted"}, "request_closed": {"demande traitée", "request dealt with"}, "slot": {"rendez-vous convenu", "slot agreed"}, "contact": {"contact", "contact"},
		"contract": {"contrat", "contract"}, "sale": {"vente", "sale"}, "deceased": {"décès", "death"}, "restricted": {"limitation", "restriction"}, "restriction_lifted": {"limitation levée", "restriction lifted"},
		"quarantined": {"quarantaine", "quarantine"}, "released": {"sortie de quarantaine", "released from quarantine"}, "screened": {"liste d’opposition consultée", "screened"},
		"informed": {"information donnée", "informed"}, "place": {"lieu", "place"}, "quality": {"qualité", "quality"},
	}, kind)
}
