package apply

import (
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
)

// Report is how a run ended.
type Report struct {
	Plan string      `json:"plan"`
	AsOf policy.Date `json:"as_of"`
	// Stopped says why the run ended before its end; empty when it did not.
	Stopped string `json:"stopped,omitempty"`
	// Recovered counts receipts of earlier runs that were entered at the start.
	Recovered int          `json:"recovered"`
	Steps     []StepReport `json:"steps"`
	// Unreachable names the stores that did not answer.
	Unreachable []string `json:"unreachable,omitempty"`
}

// State is how a step ended. Skipped is never done.
type State string

// The states. Done: every planned record was acted on or is kept for a reason. Partly: some
// are still to do. Waiting: the run ended before the step. Asking: the step only lists.
const (
	Done        State = "done"
	Partly      State = "partly"
	Failed      State = "failed"
	Unreachable State = "unreachable"
	NotApproved State = "not_approved"
	Waiting     State = "waiting"
	Asking      State = "asking"
)

// StepReport is how a step ended. Due is the plan's count; the others say what became of it.
type StepReport struct {
	Step    string        `json:"step"`
	Dataset string        `json:"dataset"`
	Store   string        `json:"store"`
	Action  policy.Action `json:"action"`
	State   State         `json:"state"`
	Due     int64         `json:"due"`
	// Done counts records acted on in this run, Shells those of which the key had to stay
	// because kept rows name it, Earlier both of earlier runs of the plan.
	Done    int64 `json:"done"`
	Shells  int64 `json:"shells"`
	Earlier int64 `json:"earlier"`
	// Linked counts rows of other tables that went or were blanked with them.
	Linked int64 `json:"linked"`
	// Changed records are no longer due; Held ones are held since; Locked ones were locked by
	// others throughout; Named ones have to stay and have nothing to blank. Outside counts
	// due records that the plan did not show; they wait for the next plan.
	Changed int64 `json:"changed"`
	Held    int64 `json:"held"`
	Locked  int64 `json:"locked"`
	Named   int64 `json:"named"`
	Outside int64 `json:"outside"`
	// Left counts what was not come to.
	Left    int64 `json:"left"`
	Batches int64 `json:"batches"`
	// Repeats is true when records are still due after the step was carried out on them: the
	// next plan will show them again. It is a mistake in the plan.
	Repeats bool `json:"repeats,omitempty"`
	// Why says why the step is not done; Err is its cause.
	Why string `json:"why,omitempty"`
	Err error  `json:"-"`
}

// Complete reports whether everything planned is done or kept for a reason.
func (r Report) Complete() bool {
	for _, s := range r.Steps {
		if s.State != Done && s.State != Asking {
			return false
		}
	}
	return r.Stopped == ""
}

// Rows counts the records acted on in this run.
func (r Report) Rows() int64 {
	var n int64
	for _, s := range r.Steps {
		n += s.Done + s.Shells
	}
	return n
}

// acted counts records acted on in all runs of the plan.
func (s StepReport) acted() int64 { return s.Done + s.Shells + s.Earlier }

func newStepReport(s plan.Step) StepReport {
	return StepReport{Step: s.ID, Dataset: s.Dataset, Store: s.Store, Action: s.Action, State: Waiting, Due: s.Due, Left: s.Due}
}

// missing is what is left of the plan's count once every reason is subtracted.
func (s StepReport) missing() int64 {
	return max(0, s.Due-s.acted()-s.Held-s.Locked-s.Named)
}
