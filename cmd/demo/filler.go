package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/garant-rgpd/garant/policy"
)

// Flaw is a failure that real stores have and that is sown here on purpose.
type Flaw string

// The flaws.
const (
	MissingDate Flaw = "missing date"
	ZeroDate    Flaw = "zero date"
	AbsurdDate  Flaw = "absurd date"
	TextDate    Flaw = "text that is no date"
	UnknownForm Flaw = "form unknown"
	OpenDispute Flaw = "open dispute"
	ForgottenID Flaw = "identity papers on a closed case"
	Undeclared  Flaw = "undeclared copy"
)

// filler makes rows. It counts time in days before today, so that a negative number is a
// day that has not come, written NULL.
type filler struct {
	rnd    *rand.Rand
	today  policy.Date
	zero   string
	people int
	// second is set when leads have the undeclared column.
	second bool

	rows   map[string][]record
	counts map[string]int
	ids    map[string]int64
	flaws  map[Flaw]int
	cases  map[Case]Record
	// needles is nil when nobody asked for them.
	needles map[string]struct{}
}

func newFiller(o Options) *filler {
	f := &filler{
		rnd: rand.New(rand.NewPCG(o.Seed, 0x9a7a47)), today: o.Today, second: o.Undeclared,
		rows: map[string][]record{}, counts: map[string]int{}, ids: map[string]int64{},
		flaws: map[Flaw]int{}, cases: map[Case]Record{},
	}
	f.zero = o.Engine.zeroDate()
	if o.Needles {
		f.needles = map[string]struct{}{}
	}
	return f
}

// add queues a row with the table's next id and returns the id.
func (f *filler) add(table string, r record) int64 {
	f.ids[table]++
	r["id"] = f.ids[table]
	f.put(table, r)
	return f.ids[table]
}

// put queues a row as it is.
func (f *filler) put(table string, r record) {
	f.rows[table] = append(f.rows[table], r)
	f.counts[storeOf(table)+"."+table]++
	if f.needles != nil {
		f.remember(r)
	}
}

// storeOf says which store a table is in.
func storeOf(table string) string {
	switch table {
	case "invoices", "gift_cheques", "ledger_entries":
		return "billing"
	}
	return "crm"
}

// personal are the columns whose values are somebody's and distinctive enough to be
// searched for; first names and towns are ordinary words.
var personal = map[string]bool{
	"last_name": true, "email": true, "phone": true, "second_phone": true, "street": true, "note": true, "name": true,
	"signer": true, "holder": true, "sworn_statement": true, "photos": true, "remarks": true, "comment": true,
	"id_document": true, "iban": true, "tax_notice": true, "payslips": true, "proof_of_address": true, "place": true,
	"access_info": true, "minutes": true, "advice": true, "details": true, "matter": true, "lawyer": true,
	"pen_name": true, "body": true, "path": true, "client_name": true, "ip": true, "cookie_id": true,
	"nickname": true, "referrer": true, "label": true, "answers": true,
}

// shortest is the length below which a value is too likely to be met by chance.
const shortest = 6

func (f *filler) remember(r record) {
	for c, v := range r {
		if s, ok := v.(string); ok && personal[c] && len(s) >= shortest {
			f.needles[s] = struct{}{}
		}
	}
}

// day is the date so many days ago, or NULL when it has not come.
func (f *filler) day(ago int) any {
	if ago < 0 {
		return nil
	}
	return f.date(ago)
}

func (f *filler) date(ago int) policy.Date { return f.today.Add(policy.Days(-ago)) }

// moment is a time stamp of that day in UTC, within office hours.
func (f *filler) moment(ago int) any {
	if ago < 0 {
		return nil
	}
	return fmt.Sprintf("%s %02d:%02d:00", f.date(ago), 7+f.upTo(10), f.upTo(59))
}

// marred is day with the flaws of real imports: about one date in two hundred is missing,
// and fewer are zero or in another century.
func (f *filler) marred(ago int) any {
	switch n := f.rnd.IntN(2000); {
	case n < 10:
		f.flaws[MissingDate]++
		return nil
	case n < 12:
		f.flaws[ZeroDate]++
		return f.zero
	case n < 14:
		f.flaws[AbsurdDate]++
		return absurd
	}
	return f.day(ago)
}

// absurd is a year typed with two digits swapped.
const absurd = "2203-04-17"

// upTo is a number from 0 to n, both included; 0 when n is negative.
func (f *filler) upTo(n int) int {
	if n <= 0 {
		return 0
	}
	return f.rnd.IntN(n + 1)
}

// chance is true in so many cases of a hundred.
func (f *filler) chance(percent int) bool { return f.rnd.IntN(100) < percent }

// pick is one of the words.
func (f *filler) pick(words []string) string { return words[f.rnd.IntN(len(words))] }

// maybe is one of the words, or NULL, in so many cases of a hundred.
func (f *filler) maybe(percent int, words []string) any {
	if f.chance(percent) {
		return f.pick(words)
	}
	return nil
}
