package rights

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/store"
)

// Dossier is what a person is told (article 15 GDPR): what is held on them, where, why, until
// when, who receives it, and what they can ask. It is a working copy: it is made, sealed and
// handed over, and kept nowhere.
type Dossier struct {
	Version    int            `json:"version"`
	Request    string         `json:"request"`
	Right      Right          `json:"right"`
	Made       policy.Date    `json:"made"`
	Controller ToldController `json:"controller"`
	// Known is true when something is held: the confirmation of article 15(1).
	Known bool   `json:"known"`
	Items []Item `json:"items"`
	// Purposes are those of the groups that hold something.
	Purposes   []ToldPurpose   `json:"purposes"`
	Recipients []ToldRecipient `json:"recipients"`
	Transfers  []ToldTransfer  `json:"transfers"`
	// Withheld counts values left out because they are other people's (article 15(4)).
	Withheld int `json:"withheld,omitempty"`
	// Gaps are the places that were not looked at.
	Gaps []Gap `json:"gaps,omitempty"`
	// Doubtful are the fields whose text speaks of an address that is not the person's; they
	// are for whoever reads the answer before it goes, and not for the person.
	Doubtful []string `json:"-"`
}

// ToldPurpose is a purpose in words.
type ToldPurpose struct {
	ID    policy.PurposeID `json:"id"`
	Title string           `json:"title"`
	Basis []policy.Basis   `json:"basis"`
	// Recipients are the titles of those who receive data for it; Automated is the policy's.
	Recipients []string `json:"recipients,omitempty"`
	Automated  string   `json:"automated,omitempty"`
}

// ToldController is the policy's controller, as programs read it.
type ToldController struct {
	Name         string `json:"name"`
	LegalForm    string `json:"legal_form,omitempty"`
	Registration string `json:"registration,omitempty"`
	Address      string `json:"address,omitempty"`
	Contact      string `json:"contact"`
	DPO          string `json:"dpo,omitempty"`
}

// ToldRecipient is one of the policy's recipients, as programs read it.
type ToldRecipient struct {
	ID       policy.RecipientID `json:"id"`
	Title    string             `json:"title"`
	Role     string             `json:"role,omitempty"`
	Country  string             `json:"country,omitempty"`
	Purposes []policy.PurposeID `json:"purposes,omitempty"`
	Says     policy.Says        `json:"says,omitempty"`
}

// ToldTransfer is one of the policy's transfers, as programs read it.
type ToldTransfer struct {
	ID         policy.TransferID `json:"id"`
	To         string            `json:"to,omitempty"`
	Never      bool              `json:"never,omitempty"`
	Safeguards []string          `json:"safeguards,omitempty"`
	Says       policy.Says       `json:"says,omitempty"`
}

// Automated are the purposes for which a machine alone decides (article 22 GDPR).
func (d Dossier) Automated() []ToldPurpose {
	return slices.DeleteFunc(slices.Clone(d.Purposes), func(p ToldPurpose) bool { return p.Automated == "" })
}

// Item is one record.
type Item struct {
	Store   string `json:"store"`
	Dataset string `json:"dataset"`
	Record  string `json:"record"`
	// How says how it was found: the identifier, or the link.
	How    string      `json:"how"`
	Shared bool        `json:"shared,omitempty"`
	Held   bool        `json:"held,omitempty"`
	Groups []ItemGroup `json:"groups"`
	// Other are the values that are in no group: keys, dates, states.
	Other []Value `json:"other"`
}

// ItemGroup is a field group with what holds it.
type ItemGroup struct {
	Category policy.Category `json:"category"`
	Title    string          `json:"title"`
	Values   []Value         `json:"values"`
	// State is a retention.GroupState, held or archived; Until is the last day of the last
	// claim, zero where none is known.
	State  string      `json:"state"`
	Until  policy.Date `json:"until,omitzero"`
	Claims []ItemClaim `json:"claims"`
}

// ItemClaim is a purpose that holds the group.
type ItemClaim struct {
	Purpose policy.PurposeID `json:"purpose"`
	Title   string           `json:"title"`
	Basis   []policy.Basis   `json:"basis"`
	Until   policy.Date      `json:"until,omitzero"`
	Says    policy.Says      `json:"says"`
	Lives   bool             `json:"lives"`
}

// Value is one field.
type Value struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// Teller makes dossiers.
type Teller struct {
	Policy policy.Policy
	Bound  *register.Bound
	Stores map[string]store.Driver
	// Why explains a record; Archived reads an archived group of it.
	Why      func(ctx context.Context, dataset string, key store.Key) (retention.Why, error)
	Archived func(ctx context.Context, dataset string, group policy.Category, key store.Key) (map[string]any, error)
	// LeaveOut names fields, as DATASET.COLUMN, that are not handed over because they speak of
	// others.
	LeaveOut []string
}

// Tell makes the dossier of what was found. A record that is gone since is left out.
func (t Teller) Tell(ctx context.Context, c Case, f Found, today policy.Date) (Dossier, error) {
	w, err := c.Wanted()
	if err != nil {
		return Dossier{}, err
	}
	m := maker{Teller: t, want: newWanted(w), d: Dossier{
		Version: 1, Request: c.ID, Right: c.Right, Made: today, Controller: ToldController(t.Policy.Controller), Items: []Item{}, Purposes: []ToldPurpose{},
		Recipients: []ToldRecipient{}, Transfers: []ToldTransfer{}, Gaps: f.Gaps,
	}}
	for _, r := range t.Policy.Recipients {
		m.d.Recipients = append(m.d.Recipients, ToldRecipient(r))
	}
	for _, r := range t.Policy.Transfers {
		m.d.Transfers = append(m.d.Transfers, ToldTransfer(r))
	}
	for _, r := range f.Records {
		if err := m.record(ctx, r); err != nil {
			return Dossier{}, fmt.Errorf("tell %s: %w", r.Name(), err)
		}
	}
	m.d.Known = len(m.d.Items) > 0
	slices.Sort(m.d.Doubtful)
	m.d.Doubtful = slices.Compact(m.d.Doubtful)
	return m.d, nil
}

// maker is a dossier under way.
type maker struct {
	Teller
	want wanted
	d    Dossier
}

func (m *maker) record(ctx context.Context, r Record) error {
	row, ok, err := m.row(ctx, r)
	if err != nil || !ok {
		return err
	}
	it := Item{Store: r.Store, Dataset: r.Name(), Record: RecordName(r.Key), How: how(r), Shared: r.Shared, Groups: []ItemGroup{}, Other: []Value{}}
	taken := map[string]bool{}
	if ds, ok := m.Bound.Dataset(r.Dataset); ok {
		if err := m.groups(ctx, &ds, r, row, &it); err != nil {
			return err
		}
		for _, g := range ds.Groups {
			for _, c := range g.Columns {
				taken[c] = true
			}
		}
	}
	for _, c := range r.Info.Columns {
		if !taken[c.Name] && row[c.Name] != nil {
			it.Other = append(it.Other, m.value(r, c.Name, row[c.Name]))
		}
	}
	m.d.Items = append(m.d.Items, it)
	return nil
}

// row reads the record whole.
func (m *maker) row(ctx context.Context, r Record) (row map[string]any, ok bool, err error) {
	driver, open := m.Stores[r.Store]
	if !open {
		return nil, false, fmt.Errorf("store %s: %w", r.Store, store.ErrUnreachable)
	}
	var cols []string
	for _, c := range r.Info.Columns {
		cols = append(cols, c.Name)
	}
	q := store.Query{Table: r.Table, Columns: cols, Where: store.KeyIn(r.Table.Key, []store.Key{r.Key}), Limit: 1}
	err = driver.Find(ctx, q, func(v store.Row) bool {
		row, ok = map[string]any{}, true
		for i, c := range cols {
			row[c] = v[i]
		}
		return true
	})
	return row, ok, err
}

// groups tells each group with its claims, the archived ones from the archive.
func (m *maker) groups(ctx context.Context, ds *register.BoundDataset, r Record, row map[string]any, it *Item) error {
	w, err := m.Why(ctx, ds.Name, r.Key)
	if err != nil {
		return err
	}
	it.Held = len(w.Holds) > 0
	for i, g := range w.Groups {
		values := row
		if g.State == string(retention.Archived) && m.Archived != nil {
			if values, err = m.Archived(ctx, ds.Name, g.Group, r.Key); err != nil {
				return err
			}
		}
		out := ItemGroup{Category: g.Group, Title: m.title(g.Group), State: g.State, Until: g.Until, Values: []Value{}, Claims: []ItemClaim{}}
		for _, c := range ds.Groups[i].Columns {
			if values[c] != nil {
				out.Values = append(out.Values, m.value(r, c, values[c]))
			}
		}
		for _, c := range g.Claims {
			m.claim(c, &out)
		}
		if len(out.Values) > 0 {
			it.Groups = append(it.Groups, out)
		}
	}
	return nil
}

func (m *maker) claim(c retention.WhyClaim, g *ItemGroup) {
	if c.State == retention.Absent {
		return
	}
	lives := c.State != retention.Ended && c.State != retention.Settled
	g.Claims = append(g.Claims, ItemClaim{c.Purpose, c.Title, c.Basis, c.Until, c.Says, lives})
	if !slices.ContainsFunc(m.d.Purposes, func(p ToldPurpose) bool { return p.ID == c.Purpose }) {
		m.d.Purposes = append(m.d.Purposes, m.purpose(c))
	}
}

// purpose tells a purpose with who receives data for it: those the policy names for it, and
// those it names for none in particular.
func (m *maker) purpose(c retention.WhyClaim) ToldPurpose {
	out := ToldPurpose{ID: c.Purpose, Title: c.Title, Basis: c.Basis}
	for _, r := range m.Policy.Recipients {
		if len(r.Purposes) == 0 || slices.Contains(r.Purposes, c.Purpose) {
			out.Recipients = append(out.Recipients, r.Title)
		}
	}
	for _, p := range m.Policy.Purposes {
		if p.ID == c.Purpose {
			out.Automated = p.Automated
		}
	}
	return out
}

func (m *maker) title(c policy.Category) string {
	for _, n := range m.Policy.Data {
		if n.ID == c {
			return n.Title
		}
	}
	return string(c)
}

// theirsOnly stands where a value is another person's.
const theirsOnly = "[autre personne]"

// value is a field as it is handed over: what is another's is masked, and what may be is noted.
func (m *maker) value(r Record, column string, v any) Value {
	name := r.Name() + "." + column
	if slices.Contains(m.LeaveOut, name) || r.Shared && m.others(r, column, v) {
		m.d.Withheld++
		return Value{column, theirsOnly}
	}
	if s, ok := v.(string); ok && m.want.speaksOfOthers(s) {
		m.d.Doubtful = append(m.d.Doubtful, name)
	}
	return Value{column, plainValue(v)}
}

// others reports whether a column of a shared record holds the identifier of somebody else.
func (m *maker) others(r Record, column string, v any) bool {
	ds, ok := m.Bound.Dataset(r.Dataset)
	if !ok {
		return false
	}
	for kind, cols := range ds.Person {
		if slices.Contains(cols, column) && kind != "name" && text(v) != "" && !m.want.is(kind, text(v)) {
			return true
		}
	}
	return false
}

// plainValue writes a value as JSON can.
func plainValue(v any) any {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case time.Time:
		return v.Format(time.RFC3339)
	case policy.Date:
		return v.String()
	}
	return v
}

// RecordName writes the key of a record as people read and type it.
func RecordName(k store.Key) string {
	out := ""
	for i, v := range k {
		if i > 0 {
			out += ","
		}
		out += fmt.Sprint(plainValue(v))
	}
	return out
}

func how(r Record) string {
	if r.By != "" {
		return r.By
	}
	return string(r.Link) + " " + r.From
}
