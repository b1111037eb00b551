package console

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
)

// Searcher tells what is held on a person, and notes that somebody looked, without anything of
// the person. What is no identifier is a *Refusal.
type Searcher interface {
	// Person finds the records of a person, without a value.
	Person(ctx context.Context, q Quest) (Holding, error)
	// Values returns the values of one record of that person; another's record is a *Refusal.
	Values(ctx context.Context, q Quest, dataset, key string) (rights.Item, error)
	// Reads returns the latest looks at people, latest first.
	Reads(ctx context.Context) ([]db.Read, error)
}

// Quest is whom somebody looks for, and why.
type Quest struct {
	// Person is an identifier that was verified, as people write it.
	Person     string
	By, Reason string
}

// Holding is what is held on a person.
type Holding struct {
	// Who is the identifier as it was understood.
	Who     consent.Identifier
	Records []HeldRecord
	Gaps    []rights.Gap
	// Candidates counts the records that may be the person's and were left out.
	Candidates int64
	// Agreements are what the person agreed to or refused.
	Agreements []consent.Record
	// Read is the name under which the look is in the ledger.
	Read string
}

// HeldRecord is a record with why it is still there.
type HeldRecord struct {
	rights.Record
	Why retention.Why
}

// personScreen is what is held on somebody: where, why, until when.
type personScreen struct {
	recordScreen
	Quest   Quest
	Holding *Holding
	Lanes   []lane
	Years   []tick
	Now     int // where today stands in the picture
	Height  int
	Shown   *rights.Item // the values of one record, where somebody asked for them
	Refused string
	Reads   []db.Read
	Rights  []rights.Right
}

// lane is a claim in the picture: a bar from when it began to when it ends.
type lane struct {
	Title, Dataset string
	From, Until    policy.Date
	State          retention.State
	X, W, Y        int
	Open           bool // it ends on no known day
}

// tick is a year in the picture.
type tick struct {
	X    int
	Year int
}

// The measures of the picture.
const (
	laneWide, laneTall = 720, 26
	laneTop            = 24
)

func (c *Console) person(w http.ResponseWriter, r *http.Request, v visit) error {
	return c.showPerson(w, r, v, &personScreen{}, http.StatusOK)
}

func (c *Console) showPerson(w http.ResponseWriter, r *http.Request, v visit, s *personScreen, status int) error {
	s.page, s.titles = c.page(r, v, "Une personne", "A person"), newTitles(c.watch.seen().look)
	s.Rights = rights.Rights()
	if s.May("decide") && s.Holding == nil {
		var err error
		if s.Reads, err = c.company.Reads(r.Context()); err != nil {
			return err
		}
	}
	return c.show(w, "person", status, s)
}

// quest reads whom the form asks for; it wants a reason, since it is noted.
func (c *Console) quest(r *http.Request, v visit) (Quest, *Refusal) {
	q := Quest{field(r, "person"), signature(r, v), field(r, "reason")}
	if q.Person == "" || q.By == "" || q.Reason == "" || len(q.Reason)+len(q.By) > 700 {
		return q, &Refusal{FR: "Une consultation a une personne, un nom et un motif.", EN: "A look has a person, a name and a reason."}
	}
	return q, nil
}

// seek shows what is held on the person of the form. No address bears who it is.
func (c *Console) seek(w http.ResponseWriter, r *http.Request, v visit) error {
	s := &personScreen{}
	var no *Refusal
	if s.Quest, no = c.quest(r, v); no != nil {
		return c.personRefused(w, r, v, s, no)
	}
	h, err := c.company.Person(r.Context(), s.Quest)
	if err != nil {
		return c.personRefused(w, r, v, s, err)
	}
	s.Holding = &h
	s.draw(policy.DateOf(c.opt.Clock(), c.opt.Zone))
	return c.showPerson(w, r, v, s, http.StatusOK)
}

// reveal shows the values of one record of the person.
func (c *Console) reveal(w http.ResponseWriter, r *http.Request, v visit) error {
	s := &personScreen{}
	var no *Refusal
	if s.Quest, no = c.quest(r, v); no != nil {
		return c.personRefused(w, r, v, s, no)
	}
	item, err := c.company.Values(r.Context(), s.Quest, field(r, "jeu"), field(r, "cle"))
	if err != nil {
		return c.personRefused(w, r, v, s, err)
	}
	s.Shown = &item
	return c.showPerson(w, r, v, s, http.StatusOK)
}

func (c *Console) personRefused(w http.ResponseWriter, r *http.Request, v visit, s *personScreen, err error) error {
	var no *Refusal
	if !errors.As(err, &no) {
		return err
	}
	s.Refused = c.page(r, v, "", "").Say(no.FR, no.EN)
	return c.showPerson(w, r, v, s, http.StatusConflict)
}

// draw places the claims on a line of years, the earliest first.
func (s *personScreen) draw(today policy.Date) {
	for _, rec := range s.Holding.Records {
		for _, g := range rec.Why.Groups {
			for _, cl := range s.Claims(g) {
				s.lay(lane{Title: cl.Title, Dataset: rec.Name(), From: cl.From, Until: cl.Until, State: cl.State})
			}
		}
	}
	slices.SortStableFunc(s.Lanes, func(a, b lane) int { return cmp.Compare(days(a.From), days(b.From)) })
	first, last := today.Year-1, today.Year+1
	for _, l := range s.Lanes {
		first, last = min(first, l.From.Year), max(last, l.Until.Year+1)
	}
	last = min(last, today.Year+20)
	origin, wide := days(policy.Date{Year: first, Month: time.January, Day: 1}), days(policy.Date{Year: last + 1, Month: time.January, Day: 1})
	at := func(d policy.Date) int { return max(0, min(laneWide, (days(d)-origin)*laneWide/(wide-origin))) }
	for i := range s.Lanes {
		l := &s.Lanes[i]
		l.X, l.Y, l.Open = at(l.From), laneTop+i*laneTall, l.Until.IsZero()
		end := laneWide
		if !l.Open {
			end = at(l.Until)
		}
		l.W = max(3, end-l.X)
	}
	s.Now, s.Height = at(today), laneTop+len(s.Lanes)*laneTall+24
	step := (last-first)/10 + 1
	for y := first; y <= last; y += step {
		s.Years = append(s.Years, tick{at(policy.Date{Year: y, Month: time.January, Day: 1}), y})
	}
}

// lay adds a claim, once for each dataset; one whose beginning is not known has no bar.
func (s *personScreen) lay(l lane) {
	same := func(o lane) bool {
		return o.Title == l.Title && o.Dataset == l.Dataset && o.From == l.From && o.Until == l.Until
	}
	if !l.From.IsZero() && !slices.ContainsFunc(s.Lanes, same) {
		s.Lanes = append(s.Lanes, l)
	}
}

// days counts the days to a date from the beginning of the calendar.
func days(d policy.Date) int {
	return int(d.Start(time.UTC).Unix() / int64((24*time.Hour)/time.Second))
}

// RecordKey names a record.
func (s *personScreen) RecordKey(h HeldRecord) string { return rights.RecordName(h.Key) }

// Len counts records.
func (s *personScreen) Len(list []HeldRecord) int64 { return int64(len(list)) }

// List is records of agreements as a table.
func (s *personScreen) List(records []consent.Record) agreementList {
	return agreementList{s.page, records}
}

// Class is how a claim is drawn: one that holds the data, one that is over, one that waits.
func (l lane) Class() string {
	switch l.State {
	case retention.Active, retention.Archived:
		return "kept"
	case retention.Ended, retention.Settled:
		return "over"
	}
	return "undetermined"
}

// TextY is where the name of the claim stands.
func (l lane) TextY() int { return l.Y + 20 }

// Label is the year, for the picture.
func (t tick) Label() string { return number4(t.Year) }
