package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
)

// mayList answers for every line of a list.
func (s *session) mayList(ctx context.Context, f mayFlags, channel string) (err error) {
	in, err := f.inquiry(s, []string{channel})
	if err != nil {
		return usage(err)
	}
	src := s.in
	if f.list != "-" {
		file, err := os.Open(f.list)
		if err != nil {
			return usage(errors.New("--list: the file cannot be read"))
		}
		defer file.Close()
		src = file
	}
	return s.withState(ctx, func(p *project.Project) error {
		desk, err := p.May(ctx)
		if err != nil {
			return err
		}
		list, err := consent.ReadList(src)
		if err != nil {
			return usage(err)
		}
		w, err := s.listWriter(f, list)
		if err != nil {
			return err
		}
		err = desk.Screen(ctx, list, in, w.write)
		var wrong consent.ErrInquiry
		if errors.As(err, &wrong) {
			err = usage(err)
		}
		if err := errors.Join(err, w.close()); err != nil {
			return err
		}
		return w.sum()
	})
}

// sameFile reports whether two names are those of one file, which need not be there yet.
func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return a != "" && filepath.Clean(a) == filepath.Clean(b) || errA == nil && errB == nil && os.SameFile(x, y)
}

// listWriter writes what became of a list: its two parts where they were asked for, else a
// line an answer.
type listWriter struct {
	s                *session
	allowed, refused *csv.Writer
	answers          *csv.Writer
	lines            *json.Encoder
	closers          []io.Closer
	yes              int64
	no               map[consent.Rule]int64
}

func (s *session) listWriter(f mayFlags, list *consent.List) (*listWriter, error) {
	w := &listWriter{s: s, no: map[consent.Rule]int64{}}
	for _, part := range []struct {
		name string
		to   **csv.Writer
		head []string
	}{{f.allowed, &w.allowed, list.Head}, {f.refused, &w.refused, append(slices.Clone(list.Head), "rule", s.say("motif", "reason"))}} {
		if part.name == "" {
			continue
		}
		file, err := os.OpenFile(part.name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return nil, errors.Join(errors.New("a part of the list cannot be written"), w.close())
		}
		w.closers = append(w.closers, file)
		*part.to = csv.NewWriter(file)
		(*part.to).Comma = list.Comma
		if err := (*part.to).Write(part.head); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	switch {
	case s.json:
		w.lines = json.NewEncoder(s.out)
		w.lines.SetEscapeHTML(false)
	case w.allowed == nil && w.refused == nil:
		w.answers = csv.NewWriter(s.out)
		return w, w.answers.Write([]string{"line", "allowed", "rule", "reason", "until", "proofs"})
	}
	return w, nil
}

// lineView is an answer about a line for programs.
type lineView struct {
	Line int `json:"line"`
	consent.Answer
}

// write is called with each line in order.
func (w *listWriter) write(l consent.Line) error {
	if l.Allowed {
		w.yes++
	} else {
		w.no[l.Rule]++
	}
	var errs []error
	if w.lines != nil {
		errs = append(errs, w.lines.Encode(lineView{l.Number, l.Answer}))
	}
	reason := w.s.say(l.Reason.FR, l.Reason.EN)
	if w.answers != nil {
		until := ""
		if !l.Until.IsZero() {
			until = l.Until.UTC().Format(time.RFC3339)
		}
		errs = append(errs, w.answers.Write([]string{strconv.Itoa(l.Number), strconv.FormatBool(l.Allowed), string(l.Rule), reason, until, strings.Join(l.Proofs, " ")}))
	}
	if l.Allowed && w.allowed != nil {
		errs = append(errs, w.allowed.Write(l.Cells))
	}
	if !l.Allowed && w.refused != nil {
		errs = append(errs, w.refused.Write(append(slices.Clone(l.Cells), string(l.Rule), reason)))
	}
	return errors.Join(errs...)
}

// close writes what is left in the buffers.
func (w *listWriter) close() error {
	var errs []error
	for _, c := range []*csv.Writer{w.allowed, w.refused, w.answers} {
		if c != nil {
			c.Flush()
			errs = append(errs, c.Error())
		}
	}
	for _, c := range w.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// sum says beside the answers how many there were, by rule.
func (w *listWriter) sum() error {
	var no int64
	for _, n := range w.no {
		no += n
	}
	w.s.note("%s oui, %s non", "%s yes, %s no", w.s.number(w.yes), w.s.number(no))
	for _, r := range slices.Sorted(maps.Keys(w.no)) {
		t := r.Text()
		w.s.note("  %s × %s"+narrow+": %s", "  %s × %s: %s", w.s.number(w.no[r]), r, w.s.say(t.FR, t.EN))
	}
	return nil
}
