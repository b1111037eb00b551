package rights_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// memory keeps cases for tests, as the state does.
type memory struct {
	mu    sync.Mutex
	cases []rights.Case
	marks map[string][]rights.Mark
}

var errNoCase = errors.New("no such case")

func (m *memory) OpenCase(_ context.Context, marks []rights.Mark, open func([]rights.Case) (rights.Case, error)) (rights.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var earlier []rights.Case
	for _, c := range m.cases {
		if slices.ContainsFunc(m.marks[c.ID], func(k rights.Mark) bool { return slices.Contains(marks, k) }) {
			earlier = append(earlier, c)
		}
	}
	c, err := open(earlier)
	if err != nil {
		return c, err
	}
	c.ID = fmt.Sprintf("request-%d", len(m.cases)+1)
	m.cases = append(m.cases, c)
	if m.marks == nil {
		m.marks = map[string][]rights.Mark{}
	}
	m.marks[c.ID] = marks
	return c, nil
}

func (m *memory) ChangeCase(_ context.Context, id string, change func(*rights.Case) error) (rights.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, c := range m.cases {
		if c.ID == id {
			c.Steps, c.Stops = slices.Clone(c.Steps), slices.Clone(c.Stops)
			err := change(&c)
			if err == nil {
				m.cases[i] = c
			}
			return c, err
		}
	}
	return rights.Case{}, errNoCase
}

func (m *memory) Cases(context.Context) ([]rights.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.cases), nil
}

func (m *memory) DropCase(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cases = slices.DeleteFunc(m.cases, func(c rights.Case) bool { return c.ID == id })
	return nil
}

func clock(t *testing.T) rights.Clock {
	t.Helper()
	pack, err := law.French()
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := pack.Calendar(law.Metropole)
	if err != nil {
		t.Fatal(err)
	}
	return rights.Clock{Pack: pack, Calendar: calendar}
}

func desk(t *testing.T) (rights.Desk, *memory) {
	t.Helper()
	m := &memory{}
	return rights.Desk{Memory: m, Clock: clock(t), Rule: rights.Rule{
		Working: policy.Period{Months: 1}, File: policy.Period{Months: 60}, Lapse: policy.Period{Months: 3},
	}}, m
}

// on is somebody acting at noon of a day.
func on(day string) rights.Signed {
	return rights.Signed{By: "dpo", Now: policy.MustDate(day).Start(time.UTC).Add(12 * time.Hour)}
}

// opened opens a case on the day it was received.
func opened(t *testing.T, d rights.Desk, right rights.Right, day string, p rights.Person) rights.Case {
	t.Helper()
	if p.Identifiers == nil {
		p.Identifiers = map[string]string{"email": "ada@shop.example"}
	}
	c, err := d.Open(t.Context(), rights.Case{Right: right, Via: rights.ByMail, Received: policy.MustDate(day), Person: p}, on(day))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
