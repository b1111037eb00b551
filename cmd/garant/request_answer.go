package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/rights"
)

// answerFlags say how a request is answered.
type answerFlags struct {
	out, recipient, phraseFile, says, by string
	leaveOut                             []string
	partly, reviewed, online             bool
}

func (s *session) requestAnswerCmd() *cobra.Command {
	var f answerFlags
	c := &cobra.Command{
		Use: "answer ID", Short: "Answer: a sealed file for access and portability, else that it was done, or in words", Args: exactly(1),
		Long: "request answer request-7 -o reponse.zip.age --by marie\n\n" +
			"request answer request-7 --online --by marie\n\n" +
			"Looks again, and writes one ZIP file encrypted with age (https://age-encryption.org): a page to read and to print (PDF), JSON, CSV, and the\n" +
			"portable part with its schema. Without --recipient or --passphrase-file a passphrase is made and shown once: send it by\n" +
			"another way. Nothing of the file is kept; with --online it waits, sealed, until the person fetches it from the page of\n" +
			"their request, by a link to their verified address, three times at most, and goes with the working copies. It is refused while candidates are undecided, or fields unread that may\n" +
			"speak of somebody else: read them, then --reviewed, with --leave-out DATASET.COLUMN for what is not handed over.\n\n" +
			"Exit codes: 0 done; 1 error; 2 wrong usage; 3 some place was not looked at (--partly answers all the same); 6 not ready.",
		RunE: func(c *cobra.Command, args []string) error {
			return s.onStores(c, func(ctx context.Context, p *project.Project, d rights.Desk) error {
				return s.answerRequest(ctx, p, d, args[0], f)
			})
		},
	}
	c.Flags().StringVarP(&f.out, "output", "o", "", "the file to write")
	c.Flags().BoolVar(&f.online, "online", false, "the person fetches the file from the page of their request")
	c.Flags().StringVar(&f.recipient, "recipient", "", "age public key of the person (age1…)")
	c.Flags().StringVar(&f.phraseFile, "passphrase-file", "", "file that holds the passphrase")
	c.Flags().StringArrayVar(&f.leaveOut, "leave-out", nil, "a field that speaks of others, DATASET.COLUMN")
	c.Flags().BoolVar(&f.partly, "partly", false, "answer although some place was not looked at, and say so")
	c.Flags().BoolVar(&f.reviewed, "reviewed", false, "the fields that may speak of others were read")
	c.Flags().StringVar(&f.says, "says", "", "the answer in words, where no file and no act is the answer")
	c.Flags().StringVar(&f.by, "by", "", "who answers (required)")
	return c
}

func (s *session) answerRequest(ctx context.Context, p *project.Project, d rights.Desk, id string, f answerFlags) error {
	k, err := p.State.Case(ctx, id)
	switch {
	case err != nil:
		return err
	case f.by == "":
		return usage(errors.New("an answer is somebody's: add --by"))
	case k.Right != rights.Access && k.Right != rights.Portability:
		if k, err = d.Finish(ctx, id, f.says, s.signed(f.by)); err != nil {
			return err
		}
		return s.tellCase(p, d, k, "Demande %s.", "Request %s.")
	}
	return s.answerWithFile(ctx, p, d, id, f)
}

func (s *session) answerWithFile(ctx context.Context, p *project.Project, d rights.Desk, id string, f answerFlags) error {
	if f.online {
		return s.answerOnline(ctx, p, d, id, f)
	}
	if f.out == "" {
		return usage(errors.New("name the file with -o, or have it wait for the person with --online"))
	}
	if _, err := os.Stat(f.out); err == nil {
		return usage(fmt.Errorf("%s is there already: name another file", filepath.Base(f.out)))
	}
	k, dossier, err := p.TellCase(ctx, d, id, f.handing(), s.signed(f.by))
	if err != nil {
		return err
	}
	to, phrase, err := f.seal()
	if err != nil {
		return err
	}
	file, digest, err := project.Sealed(dossier, to)
	if err != nil {
		return err
	}
	if err := writeNew(f.out, file); err != nil {
		return err
	}
	if k, err = d.Answered(ctx, k.ID, digest, len(stopping(dossier.Gaps)) > 0, s.signed(f.by)); err != nil {
		return errors.Join(err, os.Remove(f.out)) // a file that was not noted is no answer
	}
	return s.tellAnswer(k, dossier, f.out, phrase)
}

func (f answerFlags) handing() project.Handing {
	return project.Handing{LeaveOut: f.leaveOut, Partly: f.partly, Reviewed: f.reviewed}
}

// answerOnline answers with a file that waits for the person.
func (s *session) answerOnline(ctx context.Context, p *project.Project, d rights.Desk, id string, f answerFlags) error {
	if f.out+f.recipient+f.phraseFile != "" {
		return usage(errors.New("--online makes the file and its passphrase itself: leave -o, --recipient and --passphrase-file out"))
	}
	k, dossier, phrase, err := p.Deposit(ctx, d, id, f.handing(), s.signed(f.by))
	if err != nil {
		return err
	}
	return s.tellAnswer(k, dossier, s.say("la page de suivi", "the page of the request"), phrase)
}

func stopping(gaps []rights.Gap) []rights.Gap {
	var out []rights.Gap
	for _, g := range gaps {
		if g.Stops() {
			out = append(out, g)
		}
	}
	return out
}

// seal returns for whom the file is sealed, and the passphrase where one was made.
func (f answerFlags) seal() (age.Recipient, string, error) {
	switch {
	case f.recipient != "" && f.phraseFile != "":
		return nil, "", usage(errors.New("give --recipient or --passphrase-file, not both"))
	case f.recipient != "":
		r, err := age.ParseX25519Recipient(f.recipient)
		if err != nil {
			return nil, "", usage(errors.New("--recipient is no age public key (age1…)"))
		}
		return r, "", nil
	case f.phraseFile != "":
		b, err := os.ReadFile(f.phraseFile)
		if err != nil {
			return nil, "", usage(errors.New("the file of --passphrase-file cannot be read"))
		}
		r, err := age.NewScryptRecipient(strings.TrimSpace(string(b)))
		return r, "", err
	}
	return project.NewPassphrase()
}

// writeNew writes a new file, whole or not at all, for its owner's eyes.
func writeNew(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".garant-*") // has mode 0600
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	if err := os.Link(f.Name(), name); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func (s *session) tellAnswer(k rights.Case, d rights.Dossier, out, phrase string) error {
	last := k.Steps[len(k.Steps)-1]
	if s.json {
		return s.print(map[string]any{"id": k.ID, "state": k.State, "records": len(d.Items), "withheld": d.Withheld, "file": out,
			"sha256": last.Digest, "passphrase": phrase, "gaps": append([]rights.Gap{}, d.Gaps...)})
	}
	s.line("Demande %s"+narrow+": %s.", "Request %s: %s.", k.ID, s.caseState(k.State))
	s.line("  %d fiches, %d valeurs masquées, dans %s", "  %d records, %d values withheld, in %s", len(d.Items), d.Withheld, out)
	s.line("  empreinte %s", "  digest %s", last.Digest)
	if phrase != "" {
		s.line("  phrase secrète, à envoyer par un autre chemin"+narrow+": %s", "  passphrase, to be sent by another way: %s", phrase)
	}
	return nil
}
