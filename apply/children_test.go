package apply_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
	"github.com/google/go-cmp/cmp"
)

// family is owners with orders, named by the owner's e-mail and not by the key; orders have
// lines, and some have a proof that is kept. Owners may have been sent by another owner, and
// a log without a key may mention them.
func family(t *testing.T) *world {
	w := newWorld(t, memory1())
	col := func(name string) store.Column { return store.Column{Name: name, Type: store.Integer} }
	text := store.Column{Name: "email", Type: store.Text, Unique: true}
	add := func(name string, cols ...store.Column) {
		w.must(w.create(store.TableInfo{Name: name, Key: []string{"id"}, Columns: append([]store.Column{col("id")}, cols...)}))
	}
	add("owners", text, col("sent_by"), col("due"))
	add("orders", store.Column{Name: "email", Type: store.Text})
	add("lines", col("order_id"))
	add("proofs", col("order_id"))
	w.must(w.create(store.TableInfo{Name: "log", Columns: []store.Column{col("owner_id")}}))
	for i := int64(1); i <= 4; i++ {
		email := any(fmt.Sprintf("o%d", i))
		if i == 4 {
			email = nil
		}
		w.must(w.insert("owners", map[string]any{"id": i, "email": email, "sent_by": i - 1, "due": min(i, 2)}))
		w.must(w.insert("orders", map[string]any{"id": 10 * i, "email": email}, map[string]any{"id": 10*i + 1, "email": email}))
		w.must(w.insert("lines", map[string]any{"id": i, "order_id": 10 * i}, map[string]any{"id": 5 + i, "order_id": 10*i + 1}))
	}
	w.must(w.insert("proofs", map[string]any{"id": int64(1), "order_id": int64(20)}))
	w.must(w.insert("log", map[string]any{"owner_id": int64(3)}))
	return w
}

func familyPlan(set []store.Assign) plan.Plan {
	id := []string{"id"}
	to := func(table, column, of string) store.Link {
		return store.Link{Table: store.Table{Name: table, Key: id}, Columns: []string{column}, To: []string{of}}
	}
	log := to("log", "owner_id", "id")
	log.Table.Key = nil
	step := plan.Step{ID: "owners/erase/row", Dataset: "owners", Store: "crm", Action: policy.Erase, WholeRow: true, Due: 3, Rows: 4, Work: plan.Work{
		Table: store.Table{Name: "owners", Key: id}, Where: store.Compare(store.Col{Name: "due"}, "=", int64(2)), Set: set,
		Children: []plan.Child{
			{Link: to("orders", "email", "email"), Do: plan.DeleteChild, Children: []plan.Child{
				{Link: to("lines", "order_id", "id"), Do: plan.DeleteChild},
				{Link: to("proofs", "order_id", "id"), Do: plan.KeepShell},
			}},
			{Link: to("owners", "sent_by", "id"), Do: plan.BlankLink},
			{Link: log, Do: plan.KeepShell},
		},
	}}
	return plan.Finish(plan.Plan{AsOf: policy.MustDate("2026-11-22"), Steps: []plan.Step{step}})
}

// TestFamily: owner 1 is not due. Owner 2 has an order with a proof: the order and the owner
// stay as shells, their lines go. Owner 3 is in the log: a shell. Owner 4 goes; nothing names
// an owner without e-mail, so the orders without one stay.
func TestFamily(t *testing.T) {
	t.Parallel()
	w := family(t)
	blank := []store.Assign{{Column: "email", To: store.Null}, {Column: "due", To: store.Null}}
	r, err := apply.Run(context.Background(), familyPlan(blank), w.env(), w.opt)
	w.must(err)
	got := map[string][]string{"owners": w.rows("owners", "id", "email", "sent_by"), "orders": w.rows("orders", "id"), "lines": w.rows("lines", "id"), "proofs": w.rows("proofs", "id")}
	want := map[string][]string{
		"owners": {"1 o1 0", "2 <nil> 1", "3 <nil> <nil>"}, "orders": {"10", "11", "20", "40", "41"},
		"lines": {"1", "4", "6", "9"}, "proofs": {"1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := r.Steps[0]; s.State != apply.Done || s.Done != 1 || s.Shells != 2 || s.Linked != 3+4+2 {
		t.Errorf("got %+v", s)
	}
}

// TestFamilyWithNothingToBlank: where a shell would keep everything, the row is not touched,
// nor is what belongs to it, and the report says so.
func TestFamilyWithNothingToBlank(t *testing.T) {
	t.Parallel()
	w := family(t)
	r, err := apply.Run(context.Background(), familyPlan(nil), w.env(), w.opt)
	w.must(err)
	if diff := cmp.Diff([]string{"1", "2", "3"}, w.rows("owners", "id")); diff != "" {
		t.Error(diff)
	}
	if n := len(w.rows("lines", "id")); n != 8 {
		t.Errorf("%d lines are left", n)
	}
	if s := r.Steps[0]; s.State != apply.Partly || s.Done != 1 || s.Named != 2 || s.Left != 2 || s.Why != "named by kept rows" {
		t.Errorf("got %+v", s)
	}
}

func TestLinksThatLeadNowhere(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*plan.Child){
		"no key":         func(c *plan.Child) { c.Link.Table.Key = nil },
		"no columns":     func(c *plan.Child) { c.Link.Columns = nil },
		"lengths differ": func(c *plan.Child) { c.Link.To = []string{"a", "b"} },
		"nothing to do":  func(c *plan.Child) { c.Do = "hide" },
		"deeper":         func(c *plan.Child) { c.Children[0].Do = "" },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := family(t)
			p := familyPlan(nil)
			spoil(&p.Steps[0].Work.Children[0])
			r, err := apply.Run(context.Background(), p, w.env(), w.opt)
			w.must(err)
			if s := r.Steps[0]; s.State != apply.Failed || len(w.rows("owners", "id")) != 4 {
				t.Errorf("got %+v", s)
			}
		})
	}
}
