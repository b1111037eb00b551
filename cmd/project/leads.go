package project

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/garant-rgpd/garant/api/hook"
	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// Forwarding is what came of a round of forwarding; Expired were deleted because their last day
// had passed, whoever took them or not.
type Forwarding struct {
	collect.Forwarded
	Expired int64 `json:"expired"`
}

// ForwardLeads forwards what people sent with the forms and is due. Stores and state must be
// open. db.ErrRunning says that another process is at it.
func (p *Project) ForwardLeads(ctx context.Context, clock func() time.Time) (out Forwarding, err error) {
	release, err := p.State.LockLeads()
	if err != nil {
		return out, err
	}
	defer release()
	now := clock()
	if out.Expired, err = p.State.ExpireLeads(ctx, p.Today(now), now); err != nil {
		return out, err
	}
	to := map[collect.FormID]collect.Sender{}
	for _, f := range p.Forms.Forms {
		to[f.ID] = p.sender(f.Forward, clock)
	}
	out.Forwarded, err = collect.Send(ctx, p.State, to, clock)
	return out, err
}

func (p *Project) sender(to collect.Forward, clock func() time.Time) collect.Sender {
	if to.Webhook == "" {
		return insertion{p, to}
	}
	key := p.getenv(to.Secret)
	if key == "" {
		return unable{fmt.Errorf("the environment variable %s holds no key", to.Secret)}
	}
	return message{to.Webhook, hook.Sender{Secret: key, Tries: 1}, clock} // the outbox tries again
}

// unable is a sender that cannot send, and says why.
type unable struct{ why error }

// Send implements collect.Sender.
func (u unable) Send(context.Context, collect.Lead) error { return u.why }

// message posts each lead to an address; who takes it knows one that comes again by its number.
type message struct {
	address string
	sender  hook.Sender
	clock   func() time.Time
}

// Send implements collect.Sender.
func (m message) Send(ctx context.Context, l collect.Lead) error {
	return m.sender.Send(ctx, m.address, hook.Message{ID: l.ID, Type: "form." + string(l.Form), At: m.clock(), Data: l})
}

// insertion adds each lead to a bound table, once: the number of the lead is in a column of its
// own.
type insertion struct {
	p  *Project
	to collect.Forward
}

// Send implements collect.Sender.
func (x insertion) Send(ctx context.Context, l collect.Lead) error {
	d, ok := x.p.Bound.Dataset(x.to.Dataset)
	if !ok {
		return fmt.Errorf("the dataset %s is not bound, or its store does not answer", x.to.Dataset)
	}
	s, ok := x.p.stores[d.Store].(store.Adder)
	if !ok {
		return errors.New("the store takes no rows")
	}
	values := map[string]string{x.to.Key: l.ID}
	for field, v := range l.Values {
		values[x.to.Columns[field]] = v
	}
	if x.to.Received != "" {
		values[x.to.Received] = x.received(d, l.Received)
	}
	if x.to.Objects != "" && l.Objects {
		values[x.to.Objects] = "1"
	}
	_, err := s.Add(ctx, d.Table.Name, x.to.Key, values)
	return err
}

// received writes the instant of a lead as its column holds instants: as the register declares
// it, else by the column's type. What says no hour is given the controller's day.
func (x insertion) received(d register.BoundDataset, at time.Time) string {
	var decl register.ColumnDecl
	for _, y := range x.p.Register.Datasets {
		if y.Name == d.Name {
			decl = y.Columns[x.to.Received]
		}
	}
	zone := x.p.Config.Zone
	if named, err := time.LoadLocation(decl.Zone); err == nil && decl.Zone != "" {
		zone = named
	}
	var kind store.Type
	for _, c := range d.Info.Columns {
		if c.Name == x.to.Received {
			kind = c.Type
		}
	}
	switch {
	case decl.As == store.AsUnix:
		return strconv.FormatInt(at.Unix(), 10)
	case decl.As == store.AsUnixMilli:
		return strconv.FormatInt(at.UnixMilli(), 10)
	case kind == store.Instant: // every session is in UTC
		return at.UTC().Format(time.DateTime)
	case kind == store.DateTime, decl.As == store.AsTextTime, decl.As == store.AsDateTime:
		return at.In(zone).Format(time.DateTime)
	}
	return policy.DateOf(at, x.p.Config.Zone).String()
}
