package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// event is what came of a contact, as it is reported. Key is the caller's own name of it: an
// event reported twice counts once.
type event struct {
	Key     string            `json:"key"`
	Channel consent.Channel   `json:"channel"`
	Purpose policy.PurposeID  `json:"purpose"`
	Person  map[string]string `json:"person"`
	Outcome consent.Outcome   `json:"outcome"`
	At      time.Time         `json:"at"`
}

func (s *Service) event(w http.ResponseWriter, r *http.Request, g Grant) error {
	var e event
	if err := read(w, r, &e); err != nil {
		return err
	}
	if !g.covers(e.Purpose) {
		return errPurpose
	}
	who, err := identify(e.Person)
	if err != nil {
		return err
	}
	rec := consent.Record{Kind: consent.Reached, Key: e.Key, At: e.At, Channel: e.Channel, Outcome: e.Outcome}
	if e.Purpose != "" {
		p, err := s.desk.Settings.Purpose(s.desk.Policy, e.Purpose)
		if err != nil {
			return consent.ErrInquiry{Err: err}
		}
		rec.Purposes, rec.Service = []policy.PurposeID{e.Purpose}, p.Use == consent.Service
	}
	return s.enter(w, r, who, rec)
}

// record is an act of a person, as it is sent.
type record struct {
	Key        string             `json:"key"`
	Kind       string             `json:"kind"`
	Person     map[string]string  `json:"person"`
	At         time.Time          `json:"at"`
	Method     string             `json:"method"`
	Channels   []consent.Channel  `json:"channels"`
	Purposes   []policy.PurposeID `json:"purposes"`
	Goods      []consent.Goods    `json:"goods"`
	Partners   []string           `json:"partners"`
	From       policy.Date        `json:"from"`
	Until      policy.Date        `json:"until"`
	Notice     string             `json:"notice"`
	Proof      string             `json:"proof"`
	Language   string             `json:"language"`
	Place      law.Territory      `json:"place"`
	Quality    consent.Kind       `json:"quality"`
	Spoken     bool               `json:"spoken"`
	Everything bool               `json:"everything"`
	Told       *bool              `json:"told"`
	Free       *bool              `json:"free"`
}

func (s *Service) record(w http.ResponseWriter, r *http.Request, g Grant) error {
	var x record
	if err := read(w, r, &x); err != nil {
		return err
	}
	if !slices.Contains(kinds(), x.Kind) {
		return consent.ErrInquiry{Err: errors.New("kind: no such record can be sent")}
	}
	if !g.covers(x.Purposes...) {
		return errPurpose
	}
	who, err := identify(x.Person)
	if err != nil {
		return err
	}
	for _, id := range x.Purposes {
		if _, err := s.desk.Settings.Purpose(s.desk.Policy, id); err != nil {
			return consent.ErrInquiry{Err: err}
		}
	}
	if x.Method == "" {
		x.Method = "api"
	}
	return s.enter(w, r, who, consent.Record{
		Kind: x.Kind, Key: x.Key, At: x.At, Method: x.Method, Scope: consent.Scope{Channels: x.Channels, Purposes: x.Purposes}, Goods: x.Goods,
		Partners: x.Partners, From: x.From, Until: x.Until, Notice: x.Notice, Proof: x.Proof, Language: x.Language, Place: x.Place,
		Quality: x.Quality, Spoken: x.Spoken, Everything: x.Everything, Told: x.Told, Free: x.Free,
	})
}

// Link is what lets a person change their mind: their page, and the headers with which a mail
// is unsubscribed from in one click.
type Link struct {
	Page    string            `json:"page"`
	Headers map[string]string `json:"headers"`
}

// wantedLink is a link as it is asked for.
type wantedLink struct {
	Person  map[string]string `json:"person"`
	Purpose policy.PurposeID  `json:"purpose"`
	Channel consent.Channel   `json:"channel"`
}

func (s *Service) link(w http.ResponseWriter, r *http.Request, g Grant) error {
	var x wantedLink
	if err := read(w, r, &x); err != nil {
		return err
	}
	if !g.covers(x.Purpose) {
		return errPurpose
	}
	who, err := identify(x.Person)
	if err != nil {
		return err
	}
	switch {
	case s.o.Link == nil:
		return consent.ErrInquiry{Err: errors.New("pages have no public address here; serve with --url")}
	case len(who) != 1:
		return consent.ErrInquiry{Err: errors.New("a link is for one identifier")}
	case x.Channel != "" && !slices.Contains(consent.Channels(), x.Channel):
		return consent.ErrInquiry{Err: errors.New("there is no such channel")}
	}
	if x.Purpose != "" {
		if _, err := s.desk.Settings.Purpose(s.desk.Policy, x.Purpose); err != nil {
			return consent.ErrInquiry{Err: err}
		}
	}
	l, err := s.o.Link(who[0], x.Purpose, x.Channel)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, l)
}

// skew is how far the caller's clock may be ahead of ours.
const skew = 5 * time.Minute

// entered is what a caller is told of a record.
type entered struct {
	ID    string `json:"id"`
	Fresh bool   `json:"fresh"`
}

// enter enters a record: 201 the first time, 200 when the same was reported before, 409 when
// the key was used for something else.
func (s *Service) enter(w http.ResponseWriter, r *http.Request, who []consent.Identifier, rec consent.Record) error {
	now := s.o.Clock()
	if rec.Key == "" {
		return consent.ErrInquiry{Err: errors.New("key: name the event, so that it counts once")}
	}
	if rec.At.IsZero() {
		return consent.ErrInquiry{Err: errors.New("at: say when it happened")}
	}
	if rec.At.After(now.Add(skew)) && rec.Kind != consent.Agreed {
		return consent.ErrInquiry{Err: errors.New("at: it has not happened yet; is the clock right?")}
	}
	rec.Key, rec.Entered, rec.Policy = "api:"+rec.Key, now, s.o.PolicyDigest
	if err := rec.Check(); err != nil {
		return consent.ErrInquiry{Err: err}
	}
	out, err := s.desk.Keeper.EnterRecords(r.Context(), []consent.Draft{{Person: who, Record: rec}})
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if !out[0].Fresh {
		status = http.StatusOK
		if !s.same(out[0].Record, rec, who) {
			return failure{"conflict", http.StatusConflict, "this key was used for another event"}
		}
	}
	return write(w, status, entered{out[0].ID, out[0].Fresh})
}

// same reports whether a record on file tells of the same event as one that came in.
func (s *Service) same(on, in consent.Record, who []consent.Identifier) bool {
	key := consent.RecordKey(s.desk.Key, on.ID)
	for _, i := range who {
		if !slices.Contains(on.Subjects, consent.Commit(key, i)) {
			return false
		}
	}
	return on.Kind == in.Kind && on.At.Equal(in.At) && on.Channel == in.Channel && on.Outcome == in.Outcome &&
		slices.Equal(on.Channels, in.Channels) && slices.Equal(on.Purposes, in.Purposes)
}
