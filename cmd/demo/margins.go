package demo

import "strconv"

// margins are the copies that other tools keep of somebody.
func (f *filler) margins(lead int64, p person, l life) {
	if f.chance(55) {
		f.subscribe(p, l)
	}
	if f.chance(8) {
		f.audit(lead, p, l)
	}
	if f.chance(4) {
		f.request(p, f.upTo(l.collected))
	}
	if l.collected > 7*year && f.chance(6) {
		f.put("export_2019_tmp", record{"name": p.full(), "phone": p.phone, "city": p.city})
		f.flaws[Undeclared]++
	}
}

// subscribe puts the person on the mailing list, for our offers and sometimes for those of
// partners.
func (f *filler) subscribe(p person, l life) {
	r := record{
		"name": p.full(), "email": p.email, "kind": "prospect", "consent_own": true, "consent_partners": f.chance(30),
		"opens": f.upTo(80), "clicks": f.upTo(12), "collected_on": f.marred(l.collected), "last_interaction_on": f.day(l.contact),
	}
	if l.ordered >= 0 {
		r["kind"], r["relation_end_on"] = "client", f.relationEnd(lastClosed(l.files))
	}
	if f.chance(15) {
		r["withdrawn_on"] = f.day(f.upTo(l.collected))
	}
	f.add("mailing", r)
}

// relationEnd is the end of the relation as the mailing tool writes it: some versions put
// the last day of the calendar where there is none.
func (f *filler) relationEnd(closed int) any {
	if closed < 0 && f.chance(50) {
		return "9999-12-31"
	}
	return f.day(closed)
}

func (f *filler) audit(lead int64, p person, l life) {
	visited := max(0, l.collected-f.upTo(30))
	f.add("audits", record{
		"lead_id": lead, "street": p.street, "city": p.city, "consumption_kwh": 6000 + f.upTo(30_000),
		"minutes": "Visite chez " + p.full() + " : " + f.pick(notes), "advice": "Isoler, puis revoir le chauffage de " + p.full(),
		"last_contact_on": f.day(l.contact), "ordered_on": f.day(l.ordered), "file_closed_on": f.day(lastClosed(l.files)),
		"visited_on": f.marred(visited),
	})
}

// request is somebody exercising a right; identity papers stay after the answer.
func (f *filler) request(p person, ago int) {
	r := record{
		"name": p.full(), "email": p.email, "kind": f.pick([]string{"access", "erasure", "objection", "rectification"}),
		"requested_on": f.date(ago).String(), "handled_on": f.day(ago - 3 - f.upTo(25)),
	}
	if f.chance(30) {
		r["id_document"] = "identite-demande-" + ascii(p.last) + strconv.Itoa(f.people) + ".pdf"
		if r["handled_on"] != nil {
			f.flaws[ForgottenID]++
		}
	}
	f.add("rights_requests", r)
}

// strangers are those who pass by while one person becomes a lead: visitors of the site,
// authors of messages, readers on social networks.
func (f *filler) strangers() {
	f.add("web_analytics", record{
		"ip": f.ip(), "cookie_id": "c-" + strconv.FormatUint(f.rnd.Uint64(), 16), "page": f.pick(pages), "seconds": 2 + f.upTo(400),
		"hit_at": f.unix(f.upTo(3 * year)),
	})
	if f.chance(20) {
		f.message(f.person(), f.upTo(history))
	}
	if f.chance(6) {
		f.comment(f.person(), f.upTo(history))
	}
}

// unix is a second of that day.
func (f *filler) unix(ago int) int64 {
	return f.date(ago).Start(nil).Unix() + int64(7*3600+f.upTo(36_000))
}

// message is a message of the web form. The site writes its time as text and, in an old
// version, wrote words.
func (f *filler) message(p person, ago int) {
	r := record{
		"name": p.full(), "email": p.email, "body": f.pick(messages), "department": f.pick([]string{"SAV", "commercial", "primes"}),
		"received_at": f.moment(ago),
	}
	if f.chance(40) {
		r["phone"] = p.landline
	}
	if f.chance(90) {
		r["handled_on"] = f.day(ago - 1 - f.upTo(15))
	}
	if f.rnd.IntN(150) == 0 {
		r["received_at"] = "hier matin"
		f.flaws[TextDate]++
	}
	f.add("contact_messages", r)
}

func (f *filler) comment(p person, ago int) {
	r := record{
		"network": f.pick(networks), "nickname": ascii(p.first) + "_" + pairs(f.rnd.IntN(10_000)), "body": f.pick(messages),
		"campaign": "C" + strconv.Itoa(2014+f.upTo(12)), "reaction": f.pick([]string{"j’aime", "partage", "réponse"}), "posted_on": f.day(ago),
	}
	if f.chance(25) {
		r["post_removed_on"] = f.day(f.upTo(ago))
	}
	f.add("social_messages", r)
}
