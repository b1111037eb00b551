package retention

import (
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
)

// Event reads the day of an event of one record, as claims count from it. Where ok is false it
// cannot be told; a zero day with ok says that it did not happen.
func (in Interpreter) Event(ds *register.BoundDataset, e policy.Event, r Record) (day policy.Date, ok bool, err error) {
	o, err := in.eventsOf(ds, []policy.Event{e}, false, r, term{})
	return o.day, err == nil && o.is != untold, err
}
