package torture

import (
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"github.com/garant-rgpd/garant/store"
)

// fact is what an acknowledged write promises its writer: that a row is there in the end,
// with that value unless it is empty.
type fact struct{ table, row, value string }

// write is one transaction of the company's software. The facts hold once it was
// acknowledged: every statement found its row and COMMIT was answered.
type write struct {
	name       string
	statements []string
	facts      []fact
	// clients and orders are how many rows it adds; hold is the client it keeps.
	clients, orders int
	hold            string
}

func renewal(ref string) write {
	return write{name: "renewal of " + ref, facts: []fact{{"clients", ref, recent}},
		statements: []string{fmt.Sprintf("UPDATE clients SET seen = '%s' WHERE ref = '%s'", recent, ref)}}
}

func newOrder(id, client int) write {
	return write{name: fmt.Sprint("new order of ", client), orders: 1, facts: []fact{{"orders", fmt.Sprint(id), recent}},
		statements: []string{fmt.Sprintf("INSERT INTO orders (id, client_id, placed) VALUES (%d, %d, '%s')", id, client, recent)}}
}

// touchedOrder is a new order where no foreign key locks the client: the software does.
func touchedOrder(id, client int) write {
	w := newOrder(id, client)
	w.name += ", which is touched"
	w.facts = append(w.facts, fact{"clients", fmt.Sprint("c", client), ""})
	w.statements = append(w.statements, fmt.Sprintf("UPDATE clients SET name = 't%d' WHERE id = %d", id, client))
	return w
}

func movedOrder(id int) write {
	return write{name: fmt.Sprint("new day of order ", id), facts: []fact{{"orders", fmt.Sprint(id), recent}},
		statements: []string{fmt.Sprintf("UPDATE orders SET placed = '%s' WHERE id = %d", recent, id)}}
}

func consentBack(id int) write {
	return write{name: fmt.Sprint("consent given back in ", id), facts: []fact{{"consents", fmt.Sprint(id), "yes"}},
		statements: []string{fmt.Sprintf("UPDATE consents SET answer = 'yes' WHERE id = %d", id)}}
}

// reusedKey gives a client another number and its old number to a new client.
func reusedKey(id int, ref string) write {
	fresh := "n" + ref
	return write{name: fmt.Sprint("reused key ", id), clients: 1, facts: []fact{{"clients", ref, recent}, {"clients", fresh, recent}},
		statements: []string{
			fmt.Sprintf("UPDATE clients SET id = %d, seen = '%s' WHERE id = %d AND ref = '%s'", id+1000, recent, id, ref),
			fmt.Sprintf("INSERT INTO clients (id, ref, name, seen) VALUES (%d, '%s', 'n', '%s')", id, fresh, recent),
		}}
}

// newHold keeps a client. Garant is told by its memory and the peers by a table.
func newHold(ref string) write {
	return write{name: "hold on " + ref, hold: ref, statements: []string{fmt.Sprintf("INSERT INTO held (ref) VALUES ('%s')", ref)}}
}

// history is what was acknowledged to the writers.
type history struct {
	mu                     sync.Mutex
	facts                  map[fact]string
	clients, orders, acked int
}

func newHistory() *history { return &history{facts: map[fact]string{}} }

func (h *history) acknowledge(w write) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.acked++
	h.clients += w.clients
	h.orders += w.orders
	for _, f := range w.facts {
		h.facts[f] = w.name
	}
}

// forget drops facts that end: those of a lifted hold.
func (h *history) forget(f fact) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.facts, f)
}

// begin executes the write in a transaction and returns what commits it and reports whether
// it was acknowledged; nil when a statement found nothing or was refused.
func (r *rig) begin(h *history, w write) func() bool {
	tx, err := r.db.Begin()
	if err != nil {
		return nil
	}
	for _, s := range w.statements {
		res, err := tx.Exec(s)
		if err != nil || affected(res) == 0 {
			_ = tx.Rollback() // refused, or too late: nothing was promised
			return nil
		}
	}
	return func() bool {
		if tx.Commit() != nil {
			return false
		}
		if w.hold != "" {
			w.facts = r.placed(w.hold)
		}
		h.acknowledge(w)
		return true
	}
}

// placed places the hold. It protects the client if that is still there afterwards.
func (r *rig) placed(ref string) []fact {
	r.memory.place(ref)
	if n, err := r.count("SELECT count(*) FROM clients WHERE ref = '" + ref + "'"); err != nil || n == 0 {
		return nil
	}
	return []fact{{"clients", ref, ""}}
}

func (r *rig) write(h *history, w write) bool {
	commit := r.begin(h, w)
	return commit != nil && commit()
}

func affected(res sql.Result) int64 {
	n, err := res.RowsAffected()
	if err != nil {
		return 0
	}
	return n
}

// state is all that the company has: by table, the rows and the value that facts speak of.
type state map[string]map[string]string

// look reads the state.
func (r *rig) look() (state, error) {
	out := state{}
	for table, q := range map[string]string{
		"clients":  "SELECT ref, CAST(seen AS char(10)) FROM clients",
		"orders":   "SELECT CAST(id AS char(12)), CAST(placed AS char(10)) FROM orders",
		"consents": "SELECT CAST(id AS char(12)), answer FROM consents",
	} {
		out[table] = map[string]string{}
		rows, err := r.db.Query(q)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var k, v string
			if err := rows.Scan(&k, &v); err != nil {
				return nil, err
			}
			out[table][trim(k)] = trim(v)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// trim drops the blanks that PostgreSQL pads char with.
func trim(s string) string {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

// losses compares the facts with the state.
func (h *history) losses(s state) []string {
	var out []string
	for f, who := range h.facts {
		v, ok := s[f.table][f.row]
		if !ok || f.value != "" && v != f.value {
			out = append(out, fmt.Sprintf("%s: %s %s is not there", who, f.table, f.row))
		}
	}
	slices.Sort(out)
	return out
}

// kept are the facts of everything that no promise touches: the clients that are not due,
// with what belongs to them.
func (h *history) kept(cs []client) {
	w := write{name: "not due"}
	for _, c := range cs {
		if c.due() {
			continue
		}
		w.facts = append(w.facts, fact{"clients", c.ref, ""})
		if !c.bare {
			id := fmt.Sprint(c.id)
			w.facts = append(w.facts, fact{"orders", id, ""}, fact{"consents", id, ""})
		}
	}
	h.acknowledge(w)
	h.acked--
}

// evidence checks receipts = effects = entries of the ledger since the mark.
func (r *rig) evidence(h *history, before, after state, mark int64) []string {
	var rs []store.Receipt
	if err := r.actor.Receipts(ctx(), mark, func(rc store.Receipt) bool { rs = append(rs, rc); return true }); err != nil {
		return []string{err.Error()}
	}
	var rows, linked int64
	for _, rc := range rs {
		rows, linked = rows+rc.Rows, linked+rc.Linked
	}
	var out []string
	if gone := int64(len(before["clients"]) + h.clients - len(after["clients"])); gone != rows {
		out = append(out, fmt.Sprintf("evidence: %d clients went, receipts say %d", gone, rows))
	}
	gone := int64(len(before["orders"]) + len(before["consents"]) + h.orders - len(after["orders"]) - len(after["consents"]))
	if gone != linked {
		out = append(out, fmt.Sprintf("evidence: %d linked rows went, receipts say %d", gone, linked))
	}
	return append(out, r.entered(rs)...)
}

// entered checks that the ledger has exactly the receipts.
func (r *rig) entered(rs []store.Receipt) []string {
	m := r.memory
	if len(m.entered) < len(rs) {
		return []string{fmt.Sprintf("evidence: %d receipts, %d entries", len(rs), len(m.entered))}
	}
	mine := m.entered[len(m.entered)-len(rs):]
	seen := map[string]bool{}
	for i, rc := range rs {
		if seen[rc.ID] || mine[i].ID != rc.ID || mine[i].Seq != rc.Seq {
			return []string{"evidence: receipts and entries differ"}
		}
		seen[rc.ID] = true
	}
	return nil
}

// overdue lists clients that should have gone, by SQL written here.
func (r *rig) overdue() ([]string, error) {
	return r.text("SELECT ref FROM clients WHERE " + dueSQL)
}

// dueSQL is what somebody would write by hand.
const dueSQL = "seen <= '" + cutoff + "' AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.client_id = clients.id AND o.placed > '" + cutoff + "')" +
	" AND NOT EXISTS (SELECT 1 FROM consents k WHERE k.client_id = clients.id AND k.answer = 'yes') AND ref NOT IN (SELECT ref FROM held)"
