package demo

import "strconv"

// forms are the company's web forms with the months after which each promises to forget a
// telephone number.
var forms = []struct {
	id, title string
	from      int // days ago
	months    int
}{
	{"F2014", "Rappel gratuit", 13 * year, 24},
	{"F2016", "Test d’éligibilité", 10 * year, 12},
	{"F2018", "Test d’éligibilité, version 2", 8 * year, 12},
	{"F2020", "Rappel gratuit, version 2", 6*year + 200, 6},
	{"F2023", "Test d’éligibilité, version 3", 3*year + 100, 12},
	{"F2025", "Rappel et simulation", year + 100, 6},
}

// forms writes the lookup table of forms.
func (f *filler) forms() {
	for _, x := range forms {
		f.put("form_versions", record{
			"id": x.id, "title": x.title, "published_on": f.date(x.from), "phone_term": x.months,
			"mandatory_fields": "nom, téléphone",
		})
	}
}

// formOf is one of the forms online that day: the newest, or one some versions older.
func formOf(collected, older int) int {
	newest := 0
	for i, x := range forms {
		if x.from >= collected {
			newest = i
		}
	}
	return max(0, newest-older)
}

// made are the keys of the rows that a life left.
type made struct{ lead, client, financing, met int64 }

// live writes down a life: the lead, the talks, the estimate, and what a client leaves.
func (f *filler) live(p person, l life) made {
	var m made
	lead := f.lead(p, l)
	m.lead = f.add("leads", lead)
	f.talks(m.lead, p, l)
	quote := f.quote(m.lead, p, l)
	if l.ordered >= 0 {
		m.client, m.financing = f.client(p, l, m.lead, quote)
	}
	if l.source == "fair" && l.ordered < 0 {
		m.met = f.met(p, l)
	}
	if !l.staged {
		f.margins(m.lead, p, l)
	}
	return m
}

func (f *filler) lead(p person, l life) record {
	r := record{
		"source": l.source, "first_name": p.first, "last_name": p.last, "email": p.email, "phone": p.phone, "street": p.street,
		"postcode": p.postcode, "city": p.city, "project": f.pick(projects), "main_heating": f.pick(heatings),
		"living_area": 40 + f.upTo(160), "construction_year": 1900 + f.upTo(110), "occupancy": f.pick(occupancies),
		"answers": "eligible=oui;foyer=" + strconv.Itoa(1+f.upTo(5)), "agent": f.pick(agents),
		"call_status": f.pick([]string{"joint", "à rappeler", "sans suite"}), "note": text(l.note),
		"collected_on": f.day(l.collected), "last_active_contact": f.day(l.contact),
		"became_client_on": f.day(l.ordered), "file_closed_on": f.day(lastClosed(l.files)), "form_version": f.form(l),
	}
	if !l.staged {
		r["collected_on"] = f.marred(l.collected)
	}
	if f.second && f.chance(10) {
		r["second_phone"] = p.landline
		f.flaws[Undeclared]++
	}
	return r
}

// text is NULL where there is none.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// form is the lead's form, lost in one case of three hundred.
func (f *filler) form(l life) any {
	if l.form == noForm || !l.staged && f.rnd.IntN(300) == 0 {
		f.flaws[UnknownForm]++
		return nil
	}
	return forms[l.form].id
}

// lastClosed is when the last file was closed; never while one is open.
func lastClosed(files []file) int {
	if len(files) == 0 {
		return never
	}
	return files[len(files)-1].closed
}

// talks are the calls and the recordings of some. No call that
// was answered is later than the last contact, which the lead itself bears.
func (f *filler) talks(lead int64, p person, l life) {
	about := "prospect"
	if l.ordered >= 0 {
		about = "client"
	}
	for range f.upTo(4) {
		ago, outcome := max(0, l.collected-f.upTo(200)), "no answer"
		if l.contact >= 0 && l.contact <= ago && f.chance(60) {
			outcome = "answered"
		}
		f.add("calls", record{
			"lead_id": lead, "about": about, "called_at": f.moment(ago), "agent": f.pick(agents), "outcome": outcome, "note": f.maybe(25, notes),
		})
		if outcome == "answered" && f.chance(40) {
			f.recording(lead, nil, p, recorded{about, ago})
		}
	}
}

// met is somebody met at a fair, with the question put when the three years were over.
func (f *filler) met(p person, l life) int64 {
	r := record{
		"first_name": p.first, "last_name": p.last, "email": p.email, "met_on": f.day(l.collected), "last_contact_on": f.day(l.contact),
	}
	if !l.staged {
		r["met_on"] = f.marred(l.collected)
	}
	id := f.add("fair_contacts", r)
	if l.asked >= 0 {
		f.add("repermissions", record{"contact_id": id, "sent_on": f.day(l.asked), "answered_on": f.day(l.answered), "answer": text(l.answer)})
	}
	return id
}

// recorded is a call that was recorded: with whom, and how many days ago.
type recorded struct {
	about string
	ago   int
}

func (f *filler) recording(lead int64, dispute any, p person, r recorded) {
	at := f.moment(r.ago)
	if f.rnd.IntN(200) == 0 {
		at = nil
		f.flaws[MissingDate]++
	}
	f.add("call_recordings", record{
		"lead_id": lead, "dispute_id": dispute, "about": r.about, "phone": p.phone, "seconds": 30 + f.upTo(900), "recorded_at": at,
		"path": "/enregistrements/" + ascii(p.last) + "-" + strconv.FormatInt(f.ids["call_recordings"]+1, 10) + ".ogg",
	})
}

// quote is the estimate, signed when the person became a client; nil when there was none.
func (f *filler) quote(lead int64, p person, l life) any {
	if l.quoted < 0 {
		return nil
	}
	r := record{
		"lead_id": lead, "number": "D" + strconv.FormatInt(10_000+lead, 10), "project": f.pick(projects), "surface": 10 + f.upTo(140),
		"household_size": 1 + f.upTo(5), "reference_income": 12_000 + 100*f.upTo(500), "note": text(l.note), "amount": f.amount(),
		"status": "sent", "sent_on": f.day(l.quoted),
	}
	if f.chance(30) && l.contact >= 0 {
		r["last_reminder_on"] = f.day(min(l.quoted, l.contact))
	}
	if l.ordered >= 0 {
		r["status"], r["signer"], r["signed_on"] = "signed", p.full(), f.day(l.ordered)
	} else if !l.staged {
		r["sent_on"] = f.marred(l.quoted)
	}
	return f.add("quotes", r)
}

// amount is a price with cents, as text, so that no engine rounds it.
func (f *filler) amount() string {
	return strconv.Itoa(1200+f.upTo(18_000)) + "." + strconv.Itoa(10+f.upTo(89))
}
