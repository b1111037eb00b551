package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/garant-rgpd/garant/rights"
)

// Correspondent writes to people.
type Correspondent interface {
	// Letter writes a letter of a request; nothing is sent or noted.
	Letter(ctx context.Context, id string, kind rights.LetterKind) (rights.Letter, error)
	// Dispatch writes the letter, mails it unless it was handed over by another way, and notes
	// it. A letter that the mail server did not take is not noted.
	Dispatch(ctx context.Context, id string, kind rights.LetterKind, by string, mail bool) error
	// Dossier answers with what is held on the person, sealed, and notes the answer.
	Dossier(ctx context.Context, id string, h Handing, by string) (Package, error)
}

// Handing says how what is held is handed over.
type Handing struct {
	// LeaveOut names fields, as DATASET.COLUMN, that speak of others.
	LeaveOut []string
	// Partly answers although some place was not looked at; Reviewed says that fields that may
	// speak of others were read.
	Partly, Reviewed bool
	// Online has the file wait for its person, on the page where the request is followed.
	Online bool
}

// Package is a sealed file and the passphrase that opens it. The file is nil where it waits for
// its person.
type Package struct {
	File   []byte
	Phrase string
}

// letter shows a letter before it goes.
func (c *Console) letter(w http.ResponseWriter, r *http.Request, v visit) error {
	s, err := c.requestScreen(r, v)
	if err != nil {
		return err
	}
	l, err := c.company.Letter(r.Context(), s.ID, rights.LetterKind(r.PathValue("kind")))
	var no *Refusal
	if errors.As(err, &no) {
		return c.requestAgain(w, s, s.Say(no.FR, no.EN))
	}
	if err != nil {
		return err
	}
	s.Letter = &l
	return c.show(w, "letter", http.StatusOK, s)
}

// dispatch sends a letter or notes that it was handed over.
func (c *Console) dispatch(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.onRequest(w, r, v, func(s *requestScreen, by string) error {
		return c.company.Dispatch(r.Context(), s.ID, rights.LetterKind(r.PathValue("kind")), by, field(r, "way") == "mail")
	})
}

// answerFile makes the file that answers, and shows the passphrase once with the link to fetch
// the file, once.
func (c *Console) answerFile(w http.ResponseWriter, r *http.Request, v visit) error {
	made := &handed{}
	_, done, err := c.inRequest(w, r, v, func(s *requestScreen, by string) error {
		h := Handing{LeaveOut: strings.Fields(r.PostFormValue("leave_out")), Partly: r.PostFormValue("partly") != "", Reviewed: r.PostFormValue("reviewed") != "", Online: r.PostFormValue("online") != ""}
		p, err := c.company.Dossier(r.Context(), s.ID, h, by)
		made.Phrase, made.File, made.Name = p.Phrase, p.File, s.ID+".zip.age"
		return err
	})
	if err != nil || !done {
		return err
	}
	if made.File != nil {
		c.counter.put(made, c.opt.Clock())
	}
	s, err := c.requestScreen(r, v)
	if err != nil {
		return err
	}
	s.Handed = made
	return c.show(w, "request", http.StatusOK, s)
}

// fetch hands the sealed file over, once.
func (c *Console) fetch(w http.ResponseWriter, r *http.Request, _ visit) error {
	h := c.counter.take(r.PathValue("token"), c.opt.Clock())
	if h == nil || h.Name != r.PathValue("id")+".zip.age" {
		return missing{}
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", h.Name))
	_, _ = w.Write(h.File) // a reader who left cannot be told
	return nil
}
