package console

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// detail is the truth of one promise, in the order in which it is always told: why, where,
// when, what holds it back, what to do, the proof.
type detail struct {
	page
	Promise retention.Promise
	Rule    policy.Rule
	Purpose policy.Purpose
	// People, Data, After and Until are the titles of what the rule names.
	People, Data, After, Until []string
	Fallback                   string
	Cutoff                     policy.Date
	Places                     []placeView
	Chart                      *chart
	Holds                      []retention.Hold
	Look                       *Look
	// Others are the other promises of the same sentence.
	Others []otherView
}

// Past reports whether what is shown was found on a day before this one.
func (d *detail) Past() bool { return d.Look.Today != d.Today }

type placeView struct {
	Seat
	Overdue, Undetermined int64
	Silent                bool // the store did not answer
}

type otherView struct {
	Rule    policy.RuleID
	Title   string
	Verdict retention.Outcome
	Href    string
}

func (b book) detail(id policy.RuleID) *detail {
	r, pu := b.rules[id], b.purposes[id]
	d := &detail{page: b.page, Promise: b.promises[id], Rule: r, Purpose: pu, Cutoff: b.look.Cutoffs[id], Look: b.look}
	people, data := r.For, r.Data
	if len(people) == 0 {
		people = pu.People
	}
	if len(data) == 0 {
		data = pu.Data
	}
	d.People, d.Data = titles(b.look.Policy.People, people), titles(b.look.Policy.Data, data)
	d.After, d.Until = lower(titles(b.look.Policy.Events, r.After)), lower(titles(b.look.Policy.Events, r.Until))
	if r.Fallback != "" {
		d.Fallback = lower(titles(b.look.Policy.Events, []policy.Event{r.Fallback}))[0]
	}
	d.Places = b.places(id)
	d.Chart = b.chart(d.Promise)
	d.Holds = b.holds(d)
	d.Others = b.others(id)
	return d
}

// titles are the words that readers know the names by.
func titles[T ~string](known []policy.Named[T], names []T) []string {
	var out []string
	for _, n := range names {
		title := string(n)
		for _, k := range known {
			if k.ID == n && k.Title != "" {
				title = k.Title
			}
		}
		out = append(out, title)
	}
	return out
}

// lower sets titles inside a sentence.
func lower(titles []string) []string {
	for i, t := range titles {
		r, n := utf8.DecodeRuneInString(t)
		titles[i] = string(unicode.ToLower(r)) + t[n:]
	}
	return titles
}

// places are the datasets in which the rule claims something, those that owe most first.
func (b book) places(id policy.RuleID) []placeView {
	var out []placeView
	for _, s := range b.look.Seats[id] {
		p := placeView{Seat: s, Silent: slices.Contains(b.look.Truth.Unreachable, s.Store)}
		for _, w := range b.promises[id].Where {
			if w.Dataset == s.Dataset {
				p.Overdue, p.Undetermined = w.Overdue, w.Undetermined
			}
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(x, y placeView) int { return int(y.Overdue - x.Overdue) })
	return out
}

// holds are those that may hold back what the promise is late on.
func (b book) holds(d *detail) []retention.Hold {
	if d.Promise.Held == 0 {
		return nil
	}
	var out []retention.Hold
	for _, h := range b.look.Holds {
		if h.Dataset == "" || slices.ContainsFunc(d.Places, func(p placeView) bool { return p.Dataset == h.Dataset }) {
			out = append(out, h)
		}
	}
	return out
}

// others are the promises that the same sentence makes beside this one.
func (b book) others(id policy.RuleID) []otherView {
	var out []otherView
	for _, bl := range b.text.Blocks {
		for _, s := range bl.Sentences {
			if !slices.Contains(s.Rules, id) {
				continue
			}
			for _, o := range s.Rules {
				if o != id {
					out = append(out, otherView{o, b.purposes[o].Title, b.promises[o].Verdict, promiseHref(o, "")})
				}
			}
		}
	}
	return out
}
