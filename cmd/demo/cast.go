package demo

// Case names why a staged record is worth a look.
type Case string

// The cases, each with its own person among the first of the history.
const (
	// KeptForAccounts is a client whose marketing term ended: telephone and notes are due,
	// the invoice identity is kept.
	KeptForAccounts Case = "kept for accounts"
	// UnderWarranty is a client whose marketing and accounting terms ended and whose
	// warranty has not.
	UnderWarranty Case = "under warranty"
	// InDispute is a client all of whose terms ended and whose dispute is open.
	InDispute Case = "in dispute"
	// Gone is a client all of whose terms ended: the whole row is due.
	Gone Case = "gone"
	// NoDate, BadDate and FarDate are prospects whose day of collection is missing, zero, or
	// in another century.
	NoDate  Case = "no date"
	BadDate Case = "zero date"
	FarDate Case = "absurd date"
	// NoForm is a prospect whose form is lost, so that its telephone term is unknown.
	NoForm Case = "no form"
	// FreeNote is a prospect with a note about health.
	FreeNote Case = "free note"
	// IdentityLeft is a financing file whose lender decided long ago and whose identity
	// papers are still there.
	IdentityLeft Case = "identity left"
	// AskedYes, AskedNo, AskedSilent and Asking are people met at a fair: who wants to stay
	// in touch, who does not, who never answered, and who still may.
	AskedYes    Case = "asked, yes"
	AskedNo     Case = "asked, no"
	AskedSilent Case = "asked, no answer"
	Asking      Case = "being asked"
)

// role is one staged person.
type role struct {
	is    Case
	table string
	life  life
}

// cast is staged in this order, so that the same case has the same key in every demo.
var cast = []role{
	{KeptForAccounts, "clients", life{source: "web", form: 3, collected: 6*year + 90, quoted: 6*year + 60, ordered: 6*year + 30, contact: 4 * year,
		files: []file{{6*year + 30, 5 * year}}, invoiced: 5*year + 20, dispute: noDispute, note: notes[0]}},
	{UnderWarranty, "clients", life{source: "phone", form: 0, collected: 12*year - 90, quoted: 12*year - 120, ordered: 12*year - 150, contact: 9 * year,
		files: []file{{12*year - 150, 10*year - 60}}, invoiced: 12*year - 200, dispute: noDispute, note: notes[6]}},
	{InDispute, "clients", life{source: "web", form: 0, collected: 12 * year, quoted: 12*year - 10, ordered: 12*year - 20, contact: 10 * year,
		files: []file{{12*year - 20, 11*year + 40}}, invoiced: 11*year + 60, dispute: disputeOpen, note: notes[4]}},
	{Gone, "clients", life{source: "partner", form: 0, collected: 12 * year, quoted: 12*year - 10, ordered: 12*year - 20, contact: 10*year + 200,
		files: []file{{12*year - 20, 11*year + 40}}, invoiced: 11*year + 60, dispute: noDispute}},
	{NoDate, "leads", prospect("web", 5*year, 4*year)},
	{BadDate, "leads", prospect("web", 5*year, 4*year)},
	{FarDate, "leads", prospect("phone", 5*year, 4*year)},
	{NoForm, "leads", life{source: "web", form: noForm, collected: 2 * year, contact: 2*year - 10, quoted: never, ordered: never, invoiced: never,
		dispute: noDispute, asked: never, answered: never}},
	{FreeNote, "leads", withNote(prospect("web", 4*year, 3*year+60), notes[1])},
	{IdentityLeft, "financing", life{source: "web", form: 2, collected: 7 * year, quoted: 7*year - 10, ordered: 7*year - 40, contact: 6 * year,
		files: []file{{7*year - 40, 6*year + 100}}, invoiced: 6*year + 120, dispute: noDispute}},
	{AskedYes, "fair_contacts", metAtFair(300, 290, "yes")},
	{AskedNo, "fair_contacts", metAtFair(200, 195, "no")},
	{AskedSilent, "fair_contacts", metAtFair(120, never, "")},
	{Asking, "fair_contacts", metAtFair(10, never, "")},
}

// prospect is somebody who never ordered.
func prospect(source string, collected, contact int) life {
	return life{source: source, form: formOf(collected, 1), collected: collected, contact: contact, quoted: never, ordered: never,
		invoiced: never, dispute: noDispute, asked: never, answered: never}
}

func withNote(l life, note string) life {
	l.note = note
	return l
}

// metAtFair is somebody met four years ago and asked since.
func metAtFair(asked, answered int, answer string) life {
	l := prospect("fair", 4*year, never)
	l.asked, l.answered, l.answer = asked, answered, answer
	return l
}

// stage plays one role: only what its life says happens.
func (f *filler) stage(r role) {
	l := r.life
	l.staged = true
	if l.ordered >= 0 {
		l.asked, l.answered = never, never
	}
	made := f.live(f.person(), l)
	key := map[string]int64{"leads": made.lead, "clients": made.client, "financing": made.financing, "fair_contacts": made.met}[r.table]
	f.cases[r.is] = Record{Dataset: r.table, Store: "crm", Table: r.table, Key: key}
	f.spoil(r.is)
}

// spoil gives the role's lead, the last one made, the date that its case is about.
func (f *filler) spoil(c Case) {
	leads := f.rows["leads"]
	lead := leads[len(leads)-1]
	switch c {
	case NoDate:
		lead["collected_on"] = nil
		f.flaws[MissingDate]++
	case BadDate:
		lead["collected_on"] = f.zero
		f.flaws[ZeroDate]++
	case FarDate:
		lead["collected_on"] = absurd
		f.flaws[AbsurdDate]++
	}
}
