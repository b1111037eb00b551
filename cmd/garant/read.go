package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
	reading "github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/fact"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

func (s *session) readCmd() *cobra.Command {
	var out string
	var text bool
	c := &cobra.Command{
		Use: "read TEXT", Short: "The prose of a policy as facts, questions and a draft policy.yaml", Args: exactly(1),
		Long: "garant read politique.html -o policy.yaml\n\n" +
			"Reads a French privacy policy (text, HTML, Markdown, PDF with text, DOCX; - is the standard input) and says what it\nstates, each fact with the words it comes from, and what it leaves open. Nothing is guessed: what the text does not\nsay is asked. With -o the facts become a draft that loads, with \"# to decide:\" where somebody must choose; no file\nis overwritten. With --json every fact has start and end, bytes of the file as given (for PDF and DOCX: bytes of the\ntext that --text prints).\n\n" +
			"Exit codes: 0 done; 1 the file cannot be read, or holds no French text; 2 wrong usage.",
		RunE: func(_ *cobra.Command, args []string) error { return s.read(args[0], out, text) },
	}
	c.Flags().StringVarP(&out, "out", "o", "", "write a draft policy to this file")
	c.Flags().BoolVar(&text, "text", false, "print the text that was read, as offsets count it")
	return c
}

func (s *session) read(name, out string, text bool) error {
	doc, err := s.openText(name)
	if err != nil {
		return err
	}
	if text {
		_, err := s.out.Write(doc.Source)
		return err
	}
	found := reading.Read(name, doc)
	if out != "" {
		if err := s.draft(found, name, out); err != nil {
			return err
		}
	}
	if s.json {
		return s.print(found)
	}
	s.showReading(found)
	if out != "" {
		s.line("\nBrouillon écrit"+narrow+": %s (%d à décider). Ensuite"+narrow+": garant init, puis garant check", "\nDraft written: %s (%d to decide). Next: garant init, then garant check", out, len(found.Draft("").Notes))
	}
	return nil
}

// openText reads a file and recovers the structure of its text.
func (s *session) openText(name string) (prose.Document, error) {
	data, err := s.readAll(name)
	if err != nil {
		return prose.Document{}, err
	}
	doc, err := prose.Open(name, data)
	if err != nil {
		return prose.Document{}, unreadable(name, err)
	}
	return doc, nil
}

// readText reads what a published text states.
func (s *session) readText(name string) (reading.Reading, error) {
	doc, err := s.openText(name)
	if err != nil {
		return reading.Reading{}, err
	}
	return reading.Read(name, doc), nil
}

// readAll returns the content of a file, at most a byte more than can be read.
func (s *session) readAll(name string) (data []byte, err error) {
	in := s.in
	if name != "-" {
		f, err := os.Open(filepath.Join(s.base(name), name))
		if err != nil {
			return nil, fmt.Errorf("%s cannot be opened: %w", name, errors.Unwrap(err))
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	if data, err = io.ReadAll(io.LimitReader(in, prose.Largest+1)); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	return data, nil
}

// base is the company's folder, in which a relative name stands.
func (s *session) base(name string) string {
	if filepath.IsAbs(name) {
		return ""
	}
	return s.dir
}

// unreadable adds the next step to what is wrong with a text.
func unreadable(name string, err error) error {
	fr, en := "donner le texte de la politique, en français", "give the text of the policy, in French"
	switch {
	case errors.Is(err, prose.ErrEmpty):
		fr, en = "un PDF numérisé n’a pas de texte : l’océriser d’abord, ou copier le texte dans un fichier", "a scanned PDF has no text: recognise it first, or copy the text into a file"
	case errors.Is(err, prose.ErrTooLarge):
		fr, en = "garder la partie qui est la politique", "keep the part that is the policy"
	case errors.Is(err, prose.ErrBroken):
		fr, en = "enregistrer le document à nouveau, ou copier le texte dans un fichier", "save the document again, or copy the text into a file"
	}
	return coded{fmt.Errorf("%s: %w", name, err), exitError, fr, en}
}

// draft writes the policy that a reading makes. It is loaded first: a draft that garant
// itself refuses would be of no use.
func (s *session) draft(found reading.Reading, name, out string) error {
	path := filepath.Join(s.base(out), out)
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s is there already; nothing was written", out)
	}
	d := found.Draft(filepath.Base(name))
	content := reading.Annotate(policyfile.Format(d.Policy), d.Notes)
	if _, problems := policyfile.Load(out, content); policyfile.Failed(problems) {
		i := slices.IndexFunc(problems, func(p policy.Problem) bool { return p.Severity == policy.Error })
		return fmt.Errorf("the draft of %s contradicts itself: %w; nothing was written", name, problems[i])
	}
	return os.WriteFile(path, content, 0o644) //nolint:gosec // what is published is no secret
}

// kindNames are the headings of the list of facts, in its order.
var kindNames = []struct {
	kind   fact.Kind
	fr, en string
}{
	{fact.Controller, "responsable du traitement", "controller"}, {fact.JointController, "responsabilité conjointe", "joint controller"},
	{fact.ProcessorRole, "rôle de sous-traitant", "processor role"}, {fact.DPOContact, "contacts", "contacts"},
	{fact.SubjectCategory, "personnes concernées", "data subjects"}, {fact.SourceOfData, "sources", "sources"},
	{fact.DataCategory, "catégories de données", "data categories"}, {fact.MandatoryFields, "champs obligatoires", "mandatory fields"},
	{fact.Purpose, "finalités", "purposes"}, {fact.LegalBasis, "bases légales", "legal bases"}, {fact.Retention, "durées", "retention"},
	{fact.Consent, "consentements", "consent"}, {fact.Cookie, "cookies", "cookies"}, {fact.Recipient, "destinataires", "recipients"},
	{fact.Transfer, "transferts", "transfers"}, {fact.Security, "sécurité", "security"}, {fact.Breach, "violations", "breaches"},
	{fact.Right, "droits", "rights"}, {fact.RightChannel, "exercice des droits", "how to use the rights"}, {fact.Deadline, "délais de réponse", "deadlines"},
	{fact.Complaint, "réclamation", "complaint"}, {fact.AutomatedDecision, "décision automatisée", "automated decision"}, {fact.PolicyChange, "évolution du texte", "changes of the policy"},
}

func (s *session) showReading(found reading.Reading) {
	s.title("Ce que dit le texte", "What the text says")
	for _, k := range kindNames {
		n := 0
		for _, f := range found.Facts {
			if f.Kind == k.kind {
				n++
			}
		}
		if n > 0 {
			s.line("%6d  %s", "%6d  %s", n, s.say(k.fr, k.en))
		}
	}
	s.title("Ce qu’il laisse ouvert", "What it leaves open")
	for _, q := range found.Questions {
		s.line("  ? %s\n    « %s »", "  ? %s\n    “%s”", q.Text, clip(q.Quote, 140))
	}
	if len(found.Questions) == 0 {
		s.line("  rien", "  nothing")
	}
}

// clip puts a quote on one line of at most n characters.
func clip(quote string, n int) string {
	runes := []rune(strings.Join(strings.Fields(quote), " "))
	if len(runes) <= n {
		return string(runes)
	}
	return string(runes[:n-1]) + "…"
}
