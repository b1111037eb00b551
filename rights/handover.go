package rights

import (
	"context"
	"errors"
	"fmt"
)

// Errors that hold an answer back. None names a person.
var (
	// ErrUndecided says that a human must first say of candidates whether they are the person's.
	ErrUndecided = errors.New("candidates wait for a human")
	// ErrUnread says that fields speak of somebody else and must be read first.
	ErrUnread = errors.New("fields may speak of somebody else and were not read")
	// ErrIncomplete says that some place was not looked at.
	ErrIncomplete = errors.New("some place was not looked at")
)

// Ready says whether what was found may be answered with: candidates are decided, and every
// place was looked at unless the answer is to be partial.
func (f Found) Ready(id string, partly bool) error {
	switch {
	case len(f.Candidates) > 0:
		return fmt.Errorf("%s: %d %w", id, len(f.Candidates), ErrUndecided)
	case !f.Complete() && !partly:
		return fmt.Errorf("%s: %w", id, ErrIncomplete)
	}
	return nil
}

// Answered notes that the person was handed the file of that digest; partly where some place
// could not be looked at.
func (d Desk) Answered(ctx context.Context, id, digest string, partly bool, s Signed) (Case, error) {
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error { return c.act(d.answer(digest, partly, s)) })
}

// answer is the step of an answer by a file.
func (d Desk) answer(digest string, partly bool, s Signed) Step {
	what := Answer
	if partly {
		what = AnswerPartly
	}
	step := d.step(s, what, "", "")
	step.Digest = digest
	return step
}
