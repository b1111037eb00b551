package demo

// life is when things happened between somebody and the company, in days before today;
// never is a day that was not.
type life struct {
	source string
	// form is the form they came with, by its place in the list; noForm when it is lost.
	form      int
	collected int
	contact   int
	quoted    int
	ordered   int
	// files are the client's, the first of which began with the order.
	files []file
	// invoiced is the last invoice.
	invoiced int
	dispute  string
	// asked and answered are the question put once to people met at a fair.
	asked, answered int
	answer          string
	note            string
	// staged lives have only what is written here, nothing by chance.
	staged bool
}

// file is from opening to closing, which is never while the file is open.
type file struct{ opened, closed int }

const (
	never   = -1
	noForm  = -1
	year    = 365
	history = 12 * year
	// term is three years, leap day included.
	term = 3*year + 1
)

// The states of a dispute.
const (
	noDispute     = "none"
	disputeOpen   = "open"
	disputeClosed = "closed"
)

// randomLife is the ordinary course of things: half of those who ask get an estimate, and
// half of these sign.
func (f *filler) randomLife() life {
	l := life{
		source: f.source(), collected: f.upTo(history), contact: never, quoted: never, ordered: never,
		invoiced: never, dispute: noDispute, asked: never, answered: never,
	}
	l.form = formOf(l.collected, f.upTo(2))
	if f.chance(65) {
		l.contact = max(0, l.collected-f.upTo(500))
	}
	if f.chance(8) {
		l.contact = f.upTo(l.collected)
	}
	if f.chance(50) {
		l.quoted = max(0, l.collected-5-f.upTo(60))
		l.contact = earlier(l.contact, l.quoted)
	}
	if l.quoted >= 0 && f.chance(48) {
		f.becomeClient(&l)
	}
	if f.chance(22) {
		l.note = f.pick(notes)
	}
	if l.source == "fair" && l.ordered < 0 {
		f.ask(&l)
	}
	return l
}

func (f *filler) source() string {
	switch n := f.rnd.IntN(100); {
	case n < 55:
		return "web"
	case n < 75:
		return "phone"
	case n < 85:
		return "fair"
	case n < 93:
		return "referral"
	}
	return "partner"
}

// earlier is the fewer days ago of the two that happened.
func earlier(a, b int) int {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}

// becomeClient signs the estimate and opens one file, sometimes a second years later.
func (f *filler) becomeClient(l *life) {
	l.ordered = max(0, l.quoted-1-f.upTo(45))
	l.files = []file{f.newFile(l.ordered)}
	if last := l.files[0].closed; last > year && f.chance(15) {
		l.files = append(l.files, f.newFile(f.upTo(last-30)))
	}
	last := l.files[len(l.files)-1]
	l.contact = max(0, last.opened-30-f.upTo(700))
	for _, x := range l.files {
		if x.closed >= 0 {
			l.invoiced = min(x.closed+f.upTo(40), x.opened)
		}
	}
	if f.chance(2) {
		l.dispute = disputeOpen
		if l.contact > 2*year && f.chance(70) {
			l.dispute = disputeClosed
		}
	}
}

// newFile stays open for two to ten months, so that an old file is a closed one.
func (f *filler) newFile(opened int) file {
	return file{opened, max(never, opened-60-f.upTo(240))}
}

// ask puts the fair's question to a prospect whose three years are over. Nobody is left
// unasked: whoever is within days of the term was in touch since.
func (f *filler) ask(l *life) {
	start := earlier(l.contact, l.collected)
	switch {
	case start > term+10:
		f.answer(l, start-term-2)
	case start > term-10:
		l.contact = term - 30
	}
}

// answer chooses what came of a question put at most so many days ago.
func (f *filler) answer(l *life, most int) {
	switch n := f.rnd.IntN(100); {
	case n < 35:
		l.asked, l.answer = f.upTo(min(most, 2*year)), "yes"
		l.answered = max(0, l.asked-f.upTo(20))
	case n < 65:
		l.asked, l.answer = f.upTo(most), "no"
		l.answered = max(0, l.asked-f.upTo(20))
	default:
		l.asked = f.upTo(most)
	}
}
