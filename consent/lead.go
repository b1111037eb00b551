package consent

import (
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Lead is a contact that a third party brought, with what is known of telling the person so:
// article 14 GDPR gives a month, and ends it with the first message or call.
type Lead struct {
	// ID is the record that the contact was obtained by.
	ID, Source string
	Obtained   policy.Date
	// Due is the last day to tell the person, Told the day it was done; zero while it was not.
	Due, Told policy.Date
}

// Overdue reports whether the person should have been told before the day and was not, or was
// told too late.
func (l Lead) Overdue(today policy.Date) bool {
	if l.Told.IsZero() {
		return l.Due.Before(today)
	}
	return l.Due.Before(l.Told)
}

// LeadsOf lists the contacts that third parties brought among the records of one person, in
// the order of entry. Days are those of the zone.
func LeadsOf(records []Record, zone *time.Location) []Lead {
	var out []Lead
	for _, r := range records {
		if r.Kind != Brought {
			continue
		}
		l := Lead{ID: r.ID, Source: r.Source, Obtained: policy.DateOf(r.At, zone)}
		l.Due = l.Obtained.Add(policy.Months(1))
		for _, o := range records {
			day := policy.DateOf(o.At, zone)
			switch {
			case day.Before(l.Obtained):
			case o.Kind == Told && (l.Told.IsZero() || day.Before(l.Told)):
				l.Told = day
			case o.Kind == Reached && day.Before(l.Due):
				l.Due = day
			}
		}
		out = append(out, l)
	}
	return out
}
