package main

import (
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
)

// progress shows a run: a bar on a terminal, a line a step elsewhere, nothing for programs.
type progress struct {
	s    *session
	pool *mpb.Progress
	bar  *mpb.Bar
	// base is what earlier steps acted on; step is the one at work.
	base, total int64
	why         string
}

func (s *session) progress(pl plan.Plan) *progress {
	p := &progress{s: s, total: pl.Totals.Due}
	if s.json || !terminal(s) {
		return p
	}
	p.pool = mpb.New(mpb.WithOutput(s.err), mpb.WithWidth(48))
	p.bar = p.pool.AddBar(max(p.total, 1), mpb.PrependDecorators(decor.Name(s.say("Application ", "Applying "))),
		mpb.AppendDecorators(decor.CountersNoUnit("%d / %d"), decor.Any(func(decor.Statistics) string { return " " + p.why })))
	return p
}

// terminal reports whether progress is written to a person's screen.
func terminal(s *session) bool {
	f, ok := s.err.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// tell is told what happens.
func (p *progress) tell(e apply.Event) {
	p.why = ""
	if e.Kind == apply.Throttled || e.Kind == apply.Retrying {
		p.why = e.Reason
	}
	if p.bar != nil {
		p.bar.SetCurrent(p.base + e.Done)
	}
	if e.Kind == apply.StepDone {
		p.base += e.Due
		if p.bar == nil && !p.s.json {
			p.s.note("  %s : %s / %s", "  %s: %s / %s", e.Step, p.s.number(e.Done), p.s.number(e.Due))
		}
	}
}

func (p *progress) done() {
	if p.pool == nil {
		return
	}
	p.bar.SetTotal(-1, true)
	p.pool.Wait()
}
