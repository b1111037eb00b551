// Package api is for the company's own software: it asks over HTTP whether a person may be
// reached and says what happened, opens what people ask, and reads verdicts and plans. Its
// document is openapi.json, which it serves.
package api

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

//go:embed openapi.json
var document []byte

// Options are what the service is told.
type Options struct {
	// Gate lets callers in.
	Gate  *Gate
	Clock func() time.Time
	// Link makes the address of a person's page and the headers of a mail to them; nil where
	// pages have no public address.
	Link func(who consent.Identifier, purpose policy.PurposeID, channel consent.Channel) (Link, error)
	// Findings and Cases answer for verdicts, plans and requests.
	Findings Findings
	Cases    Cases
	// PolicyDigest is written into the records that come in.
	PolicyDigest string
}

// Service answers over HTTP. It is safe for concurrent use; Close stops it.
type Service struct {
	desk    *consent.Desk
	counter *counter
	o       Options
}

// New makes the service of a desk.
func New(d *consent.Desk, o Options) *Service {
	return &Service{desk: d, counter: newCounter(d), o: o}
}

// Close stops the service: questions that wait get no answer, which is a no.
func (s *Service) Close() { s.counter.close() }

// Handler returns the routes of the service.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document) // who went away does not read it
	})
	mux.Handle("POST /v1/may", s.o.Gate.Guard(Ask, s.may))
	mux.Handle("POST /v1/list", s.o.Gate.Guard(Ask, s.list))
	mux.Handle("POST /v1/events", s.o.Gate.Guard(Report, s.event))
	mux.Handle("POST /v1/sms", s.o.Gate.Guard(Report, s.sms))
	mux.Handle("POST /v1/records", s.o.Gate.Guard(Record, s.record))
	mux.Handle("POST /v1/links", s.o.Gate.Guard(Record, s.link))
	mux.Handle("POST /v1/requests", s.o.Gate.Guard(Requests, s.open))
	mux.Handle("GET /v1/requests", s.o.Gate.Guard(Requests, s.requests))
	mux.Handle("GET /v1/requests/{id}", s.o.Gate.Guard(Requests, s.request))
	mux.Handle("GET /v1/verdicts", s.o.Gate.Guard(Read, s.verdicts))
	mux.Handle("GET /v1/plans", s.o.Gate.Guard(Read, s.plans))
	mux.Handle("GET /v1/plans/{digest}", s.o.Gate.Guard(Read, s.plan))
	return mux
}

// failure is an error as callers read it (RFC 9457).
type failure struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// Error is the failure's title and detail.
func (f failure) Error() string { return f.Title + ": " + f.Detail }

func classify(err error) failure {
	var f failure
	var wrong consent.ErrInquiry
	var large *http.MaxBytesError
	var slow tooMany
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &slow):
		return slow.failure()
	case errors.As(err, &wrong):
		return failure{"not understood", http.StatusUnprocessableEntity, wrong.Error()}
	case errors.As(err, &large):
		return failure{"too large", http.StatusRequestEntityTooLarge, ""}
	case errors.Is(err, rights.ErrRequest):
		return failure{"not understood", http.StatusUnprocessableEntity, err.Error()}
	case errors.Is(err, ErrNothing):
		return failure{"not found", http.StatusNotFound, ""}
	case errors.Is(err, errClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return failure{"no answer", http.StatusServiceUnavailable, "no answer is a no; ask again"}
	}
	return failure{"no answer", http.StatusInternalServerError, "no answer is a no; the memory failed"}
}

func fail(w http.ResponseWriter, f failure) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(f.Status)
	_ = json.NewEncoder(w).Encode(f) // who went away does not read it
}

// maxBody bounds a question; a list may be as long as it likes.
const maxBody = 16 << 10

// read reads the JSON of a request. A member that is unknown, or there twice, makes it none.
func read(w http.ResponseWriter, r *http.Request, to any) error {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return failure{"unsupported media type", http.StatusUnsupportedMediaType, "send application/json"}
	}
	err := jsonv2.UnmarshalRead(http.MaxBytesReader(w, r.Body, maxBody), to, jsonv2.RejectUnknownMembers(true))
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return err
	}
	return failure{"bad request", http.StatusBadRequest, "the body is not the JSON of this question and nothing else; see /openapi.json"}
}

// question is a question as it is sent.
type question struct {
	Channel consent.Channel   `json:"channel"`
	Purpose policy.PurposeID  `json:"purpose"`
	Person  map[string]string `json:"person"`
	Context map[string]string `json:"context"`
	At      time.Time         `json:"at"`
}

// appendReply appends an answer as it is given: the question's channel, purpose and instant,
// and the answer's own members. Channels and purposes are words that need no quoting.
func appendReply(b []byte, r consent.Reply) []byte {
	b = append(append(append(b, `{"channel":"`...), r.Question.Channel...), `","purpose":"`...)
	b = append(append(append(b, r.Question.Purpose.ID...), `","at":"`...), r.Question.At.Format(time.RFC3339Nano)...)
	return append(r.AppendJSON(append(b, `",`...)), '}')
}

func (s *Service) may(w http.ResponseWriter, r *http.Request, g Grant) error {
	var q question
	if err := read(w, r, &q); err != nil {
		return err
	}
	if !g.covers(q.Purpose) {
		return errPurpose
	}
	who, err := identify(q.Person)
	if err != nil {
		return err
	}
	now := s.o.Clock()
	in := consent.Inquiry{Channel: q.Channel, Purpose: q.Purpose, Person: who, Context: q.Context, At: q.At, Now: now}
	if in.At.IsZero() {
		in.At = now
	}
	reply, err := s.counter.ask(r.Context(), in)
	if err != nil {
		return err
	}
	send(w, http.StatusOK, appendReply(make([]byte, 0, 512), reply))
	return nil
}

// identify reads the identifiers of a person.
func identify(person map[string]string) ([]consent.Identifier, error) {
	var who []consent.Identifier
	for kind, value := range person {
		i, err := consent.Identify(kind + "=" + value)
		if err != nil {
			return nil, consent.ErrInquiry{Err: err}
		}
		who = append(who, i)
	}
	if len(who) == 0 || len(who) > 8 {
		return nil, consent.ErrInquiry{Err: errors.New("a person has one to eight identifiers")}
	}
	return who, nil
}

func write(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	send(w, status, b)
	return nil
}

// send sends the JSON of an answer.
func send(w http.ResponseWriter, status int, b []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // who went away does not read it
}

// list answers for a list in CSV, a line of JSON a line.
func (s *Service) list(w http.ResponseWriter, r *http.Request, g Grant) error {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "text/csv" {
		return failure{"unsupported media type", http.StatusUnsupportedMediaType, "send text/csv"}
	}
	done, err := g.list()
	if err != nil {
		return err
	}
	defer done()
	// Answers go out while lines come in; who cannot do both gets them afterwards.
	_ = http.NewResponseController(w).EnableFullDuplex()
	list, err := consent.ReadList(r.Body)
	if err != nil {
		return consent.ErrInquiry{Err: err}
	}
	now := s.o.Clock()
	v := r.URL.Query()
	in := consent.Inquiry{Channel: consent.Channel(v.Get("channel")), Purpose: policy.PurposeID(v.Get("purpose")), At: now, Now: now}
	if !g.covers(in.Purpose) {
		return errPurpose
	}
	if at := v.Get("at"); at != "" {
		if in.At, err = time.Parse(time.RFC3339, at); err != nil {
			return consent.ErrInquiry{Err: errors.New("at: write an instant of RFC 3339")}
		}
	}
	enc := json.NewEncoder(w)
	begun := false
	err = s.desk.Screen(r.Context(), list, in, func(l consent.Line) error {
		if !begun {
			w.Header().Set("Content-Type", "application/x-ndjson")
			begun = true
		}
		return enc.Encode(line{l.Number, l.Answer})
	})
	if err != nil && begun {
		panic(http.ErrAbortHandler) // a list that was cut must not pass for a whole one
	}
	return err
}

// line is the answer for one line of a list.
type line struct {
	Line int `json:"line"`
	consent.Answer
}

// kinds are the records that callers may enter; the others are for a person at the keyboard.
func kinds() []string {
	return []string{consent.Given, consent.Ended, consent.Opposition, consent.Asked, consent.Agreed, consent.Signed, consent.Bought, consent.Screened, consent.Told, consent.Lives, consent.Is}
}
