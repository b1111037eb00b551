package demo

import "strconv"

// client writes what an order leaves, and returns the keys of the client and of the
// financing file, 0 when there is none.
func (f *filler) client(p person, l life, lead int64, quote any) (client, financing int64) {
	client = f.add("clients", record{
		"lead_id": lead, "first_name": p.first, "last_name": p.last, "email": p.email, "phone": p.phone, "street": p.street,
		"postcode": p.postcode, "city": p.city, "main_heating": f.pick(heatings), "agent": f.pick(agents), "note": text(l.note),
		"dispute_state": l.dispute, "became_client_on": f.day(l.ordered), "last_contact_on": f.day(l.contact),
		"last_invoiced_on": f.day(l.invoiced),
	})
	for i, x := range l.files {
		if i > 0 {
			quote = nil
		}
		f.works(work{client: client, quote: quote, file: x, p: p, l: l})
	}
	if l.dispute != noDispute {
		f.dispute(client, lead, p, l)
	}
	if l.staged || f.chance(25) {
		financing = f.financing(client, p, l.ordered)
	}
	if !l.staged {
		f.afterwards(client, p, l)
	}
	return client, financing
}

// work is one file of one client.
type work struct {
	client int64
	quote  any
	file   file
	p      person
	l      life
}

// works are the file, the site, its papers and its invoices.
func (f *filler) works(w work) {
	ref := "R" + strconv.FormatInt(f.ids["files"]+1, 10)
	f.add("files", record{
		"client_id": w.client, "quote_id": w.quote, "reference": ref, "opened_on": f.day(w.file.opened), "closed_on": f.day(w.file.closed),
	})
	started := max(never, w.file.opened-20-f.upTo(30))
	done := never
	if w.file.closed >= 0 {
		done = min(w.file.closed+f.upTo(20), w.file.opened)
	}
	site := f.add("sites", record{
		"client_id": w.client, "reference": ref, "street": w.p.street, "city": w.p.city, "works": f.pick(projects),
		"progress": progress(done), "technician": f.pick(technicians), "ordered_on": f.day(w.file.opened),
		"started_on": f.day(max(started, done)), "closed_on": f.day(done),
	})
	f.visits(w)
	if f.chance(40) {
		f.add("quality_reviews", record{
			"client_id": w.client, "site_id": site, "employee": f.pick(technicians), "score": 1 + f.upTo(4),
			"remarks": f.pick([]string{"Photos manquantes chez ", "Dossier complet de "}) + w.p.full(),
		})
	}
	if done >= 0 {
		f.papers(w, done)
	}
}

func progress(done int) string {
	if done >= 0 {
		return "terminé"
	}
	return "en cours"
}

// visits are one to three appointments, some called off.
func (f *filler) visits(w work) {
	for range 1 + f.upTo(2) {
		r := record{
			"client_id": w.client, "planned_on": f.day(max(0, w.file.opened-f.upTo(50))), "confirmed": f.chance(85),
			"place": w.p.street + ", " + w.p.city, "tour": "S" + strconv.Itoa(1+f.upTo(51)), "access_info": f.maybe(30, accesses),
		}
		if f.chance(8) {
			r["cancelled_on"], r["cancel_reason"] = r["planned_on"], f.pick(reasons)
		}
		f.add("appointments", r)
	}
}

// papers are the certificate's file, the invoices and the entries of the books.
func (f *filler) papers(w work, done int) {
	if f.chance(70) {
		f.certificate(w, done)
	}
	ago := w.l.invoiced
	if w.file.closed != lastClosed(w.l.files) {
		ago = done
	}
	f.invoice(w, ago, "client")
	if f.chance(50) {
		f.invoice(w, ago, "delegate")
	}
}

func (f *filler) certificate(w work, done int) {
	name := ascii(w.p.last) + "-" + strconv.FormatInt(w.client, 10)
	f.add("cee_files", record{
		"client_id": w.client, "holder": w.p.full(), "street": w.p.street, "city": w.p.city, "reference_income": 12_000 + 100*f.upTo(500),
		"sworn_statement": "attestation-" + name + ".pdf", "photos": "photos-" + name + ".zip", "delegate": f.pick(delegates),
		"amount": f.amount(), "prior_visit_on": f.day(w.file.opened), "committed_on": f.day(w.file.opened),
		"issued_on": f.day(max(never, done-60-f.upTo(140))),
	})
}

// invoice is entered twice in the books: the sale and the payment.
func (f *filler) invoice(w work, ago int, kind string) {
	n := f.ids["invoices"] + 1
	r := record{
		"number": "FA" + strconv.FormatInt(n, 10), "kind": kind, "client_ref": w.client, "first_name": w.p.first, "last_name": w.p.last,
		"street": w.p.street, "postcode": w.p.postcode, "city": w.p.city, "email": w.p.email, "phone": w.p.phone,
		"works": f.pick(projects), "amount": f.amount(), "payment": f.pick([]string{"virement", "chèque", "carte"}),
		"issued_on": f.date(ago), "paid_on": f.day(ago - f.upTo(45)),
	}
	if kind == "delegate" {
		r["delegate"] = f.pick(delegates)
	}
	f.add("invoices", r)
	entry := record{"journal": "VE", "entry_no": n, "client_ref": w.client, "label": "Facture " + w.p.full(), "amount": r["amount"], "entered_on": f.date(ago)}
	f.put("ledger_entries", entry)
	if r["paid_on"] != nil {
		f.put("ledger_entries", record{
			"journal": "BQ", "entry_no": n, "client_ref": w.client, "label": "Paiement " + w.p.full(), "iban": f.iban(),
			"amount": r["amount"], "entered_on": r["paid_on"],
		})
	}
}

// financing is decided within two months; its papers stay all the same.
func (f *filler) financing(client int64, p person, ordered int) int64 {
	name := ascii(p.last) + "-" + strconv.FormatInt(client, 10)
	decided := max(never, ordered-15-f.upTo(45))
	if decided >= 0 {
		f.flaws[ForgottenID]++
	}
	return f.add("financing", record{
		"client_id": client, "id_document": "identite-" + name + ".pdf", "iban": f.iban(), "tax_notice": "avis-" + name + ".pdf",
		"payslips": "salaires-" + name + ".zip", "proof_of_address": "domicile-" + name + ".pdf", "lender": f.pick(lenders),
		"requested_on": f.day(ordered), "decided_on": f.day(decided),
	})
}

// dispute is the case with its complaint and a recording kept for it.
func (f *filler) dispute(client, lead int64, p person, l life) {
	opened := f.upTo(l.contact)
	end := never
	if l.dispute == disputeClosed {
		end = f.upTo(opened)
	} else {
		f.flaws[OpenDispute]++
	}
	id := f.add("disputes", record{
		"client_id": client, "matter": f.pick(complaints) + " (" + p.full() + ")", "lawyer": "Cabinet " + f.lastName(),
		"state": l.dispute, "opened_on": f.day(opened), "appeals_end_on": f.day(end),
	})
	f.complaint(client, id, p, opened)
	f.recording(lead, id, p, recorded{"client", min(opened+10, history)})
}

func (f *filler) complaint(client int64, dispute any, p person, opened int) {
	f.add("complaints", record{
		"client_id": client, "dispute_id": dispute, "subject": f.pick([]string{"Malfaçon", "Retard", "Facture", "Bruit"}),
		"details": f.pick(complaints) + " – " + p.full(), "opened_on": f.day(opened), "handled_on": f.day(opened - 5 - f.upTo(90)),
	})
}

// afterwards is what some clients leave when the works are done.
func (f *filler) afterwards(client int64, p person, l life) {
	done := lastClosed(l.files)
	if done < 0 {
		return
	}
	if f.chance(60) {
		f.add("satisfaction", record{
			"client_id": client, "works": f.pick(projects), "score": 1 + f.upTo(4), "comment": f.pick(comments), "call_result": "joint",
			"last_interaction_on": f.marred(max(0, done-f.upTo(60))),
		})
	}
	if f.chance(12) {
		f.complaint(client, nil, p, f.upTo(done))
	}
	if f.chance(25) {
		f.review(client, p, done)
	}
	if f.chance(12) {
		f.refer(client, p, done)
	}
	if done < 3*year {
		f.add("sales_board", record{
			"client_name": p.full(), "salesperson": f.pick(agents), "sector": f.pick(sectors), "city": p.city,
			"service": f.pick(projects), "noted_on": f.day(l.ordered),
		})
	}
}

func (f *filler) review(client int64, p person, done int) {
	published := f.upTo(done)
	r := record{
		"client_id": client, "kind": "review", "pen_name": p.first + " " + string([]rune(p.last)[:3]) + ".", "score": 1 + f.upTo(4), "body": f.pick(comments),
		"published_on": f.day(published),
	}
	if f.chance(10) {
		r["kind"], r["pen_name"] = "testimonial", p.full()
	}
	if f.chance(12) {
		r["removal_requested_on"] = f.day(f.upTo(published))
	}
	f.add("reviews", r)
}

// refer is a friend recommended, and the cheque for it when the friend agreed.
func (f *filler) refer(client int64, p person, done int) {
	friend, ago, agreed := f.person(), f.upTo(done), f.chance(60)
	f.add("referrals", record{
		"referrer_id": client, "first_name": friend.first, "last_name": friend.last, "email": friend.email, "phone": friend.phone,
		"consented": agreed, "referred_on": f.marred(ago), "first_contact_on": f.day(ago - 2 - f.upTo(20)),
	})
	if agreed {
		n := f.ids["gift_cheques"] + 1
		f.add("gift_cheques", record{
			"number": "CC" + strconv.FormatInt(n, 10), "referrer": p.full(), "amount": "50.00", "received_on": f.day(max(0, ago-40)),
		})
	}
}
