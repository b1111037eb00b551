package consent

import (
	"encoding/json"
	"time"

	"github.com/garant-rgpd/garant/policy"
)

// Receipt is what an outsider is given: the records of one person as JSON-LD in the profile
// of ISO/IEC TS 27560 of the W3C community group on data privacy vocabularies, each with its
// source, the bytes that the ledger knows, and the proof that it does. Nobody is named in
// it: whoever has an identifier can see whether it is the person's.
type Receipt struct {
	Context    any          `json:"@context"`
	Type       string       `json:"@type"`
	Identifier string       `json:"dct:identifier"`
	ConformsTo string       `json:"dct:conformsTo"`
	Created    time.Time    `json:"dct:created"`
	Publisher  Party        `json:"dct:publisher"`
	Records    []RecordView `json:"dpv:hasRecordOfActivity"`
}

// Party is who answers for the data.
type Party struct {
	Type    string `json:"@type"`
	Name    string `json:"schema:name"`
	Address string `json:"schema:address,omitempty"`
	Contact string `json:"dpv:hasContact,omitempty"`
	DPO     string `json:"dpv:hasDataProtectionOfficer,omitempty"`
}

// RecordView is one record as the profile writes it. Status, Notice and Subject follow from
// Source and are compared with it when a receipt is verified; Process tells of the purposes
// as the policy promises them on the day of the receipt.
type RecordView struct {
	Type         string          `json:"@type"`
	Identifier   string          `json:"dct:identifier"`
	ConformsTo   string          `json:"dct:conformsTo"`
	Subject      SubjectView     `json:"dpv:hasDataSubject"`
	Controller   string          `json:"dpv:hasDataController"`
	Jurisdiction string          `json:"dpv:hasJurisdiction"`
	Law          []string        `json:"dpv:hasApplicableLaw"`
	Process      []Process       `json:"dpv:hasProcess"`
	Control      ControlView     `json:"dpv:hasConsentControl"`
	Right        RightView       `json:"dpv:hasRight"`
	Notice       *NoticeView     `json:"dpv:hasNotice,omitempty"`
	Status       StatusView      `json:"dpv:hasConsentStatus"`
	Source       json.RawMessage `json:"garant:source"`
	SubjectKey   []byte          `json:"garant:subjectKey"`
	Proof        string          `json:"garant:proof"`
}

// SubjectView names the person by keyed digests.
type SubjectView struct {
	Type string   `json:"@type"`
	IDs  []string `json:"dct:identifier"`
}

// Process is a purpose, as the policy promises it.
type Process struct {
	Type       string   `json:"@type"`
	Purpose    string   `json:"dpv:hasPurpose"`
	Title      string   `json:"dct:title"`
	Basis      []string `json:"dpv:hasLegalBasis"`
	Data       []string `json:"dpv:hasPersonalData"`
	Storage    []string `json:"dpv:hasStorageCondition"`
	Recipients []string `json:"dpv:hasRecipient,omitempty"`
}

// ControlView says how consent is withdrawn.
type ControlView struct {
	Type []string `json:"@type"`
	At   string   `json:"dpv:isExercisedAt"`
}

// RightView is the right to withdraw and where one complains.
type RightView struct {
	Type      []string `json:"@type"`
	Title     string   `json:"dct:title"`
	At        string   `json:"dpv:isExercisedAt"`
	Authority string   `json:"dpv:hasAuthority"`
}

// NoticeView is the text that was shown, by its digest, with the text where it is kept.
type NoticeView struct {
	Type     string `json:"@type"`
	ID       string `json:"dct:identifier"`
	Language string `json:"dct:language,omitempty"`
	Text     string `json:"garant:text,omitempty"`
}

// StatusView is the event: what was said, when, how, and until when it holds.
type StatusView struct {
	Type   []string `json:"@type"`
	By     string   `json:"dpv:isIndicatedBy"`
	Method string   `json:"dpv:hasIndicationMethod,omitempty"`
	Time   string   `json:"dpv:isIndicatedAtTime"`
	Valid  string   `json:"dct:valid,omitempty"`
}

const profile = "https://w3id.org/dpv/schema/dpv-27560#"

// receiptContext is the JSON-LD context of receipts: it says what the short names mean, so that a
// reader needs nothing from us.
func receiptContext() map[string]string {
	return map[string]string{
		"dct": "http://purl.org/dc/terms/", "dpv": "https://w3id.org/dpv#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
		"loc": "https://w3id.org/dpv/loc#", "schema": "https://schema.org/", "garant": "urn:garant:consent#",
	}
}

// Proven is a record with what shows that the ledger has it.
type Proven struct {
	Record Record
	Body   []byte
	Key    []byte // the record's key, see RecordKey
	Proof  []byte // a C2SP tlog-proof of its leaf
	Notice []byte // the text shown; empty where it is not kept
}

// NewReceipt writes the receipt of a person's records. Created is when it is made.
func NewReceipt(p policy.Policy, records []Proven, created time.Time) Receipt {
	r := Receipt{Context: receiptContext(), Type: "dpv:ConsentReceipt", ConformsTo: profile + "receipt", Created: created.UTC(),
		Publisher: Party{"dpv:DataController", p.Controller.Name, p.Controller.Address, p.Controller.Contact, p.Controller.DPO}, Records: []RecordView{}}
	for _, x := range records {
		v := view(x.Record)
		v.Controller, v.Process = p.Controller.Name, processes(p, x.Record)
		v.Control.At, v.Right.At = p.Controller.Contact, p.Controller.Contact
		v.Source, v.SubjectKey, v.Proof = x.Body, x.Key, string(x.Proof)
		if v.Notice != nil {
			v.Notice.Text = string(x.Notice)
		}
		r.Records = append(r.Records, v)
	}
	r.Identifier = "receipt-" + created.UTC().Format("20060102T150405Z")
	return r
}

// view writes what follows from a record alone.
func view(r Record) RecordView {
	v := RecordView{Type: "dpv:ConsentRecord", Identifier: r.ID, ConformsTo: profile + "record", Subject: SubjectView{"dpv:DataSubject", r.Subjects},
		Jurisdiction: "loc:FR", Law: []string{"eu-gdpr:GDPR"}, Status: status(r),
		Control: ControlView{Type: []string{"dpv:ProvideConsent", "dpv:WithdrawConsent"}},
		Right:   RightView{Type: []string{"dpv:DataSubjectRight", "eu-gdpr:A7-3"}, Title: "Right to withdraw consent", Authority: "CNIL, https://www.cnil.fr"}}
	if r.Notice != "" {
		v.Notice = &NoticeView{Type: "dpv:ConsentNotice", ID: r.Notice, Language: r.Language}
	}
	return v
}

// status maps a record to the states of the profile; what is no state of a consent is an
// event of ours.
func status(r Record) StatusView {
	types := map[string][]string{
		Given: {"dpv:ConsentGiven", "dpv:ExpressedConsent"}, Ended: {"dpv:ConsentWithdrawn"}, Opposition: {"dpv:ConsentRefused", "eu-gdpr:A21"},
	}
	s := StatusView{Type: types[r.Kind], By: "dpv:DataSubject", Method: r.Method, Time: r.At.UTC().Format(time.RFC3339Nano)}
	if s.Type == nil {
		s.Type = []string{"garant:" + r.Kind}
	}
	if r.Kind == Reached {
		s.By = "dpv:DataController"
	}
	if !r.Until.IsZero() {
		s.Valid = r.Until.String()
	}
	return s
}

// processes tells of the purposes that a record names.
func processes(p policy.Policy, r Record) []Process {
	out := []Process{}
	for _, pu := range p.Purposes {
		for _, id := range r.Purposes {
			if pu.ID == id {
				out = append(out, process(p, pu, r))
			}
		}
	}
	return out
}

func process(p policy.Policy, pu policy.Purpose, r Record) Process {
	x := Process{Type: "dpv:Process", Purpose: string(pu.ID), Title: pu.Title, Recipients: append([]string{}, r.Partners...)}
	for _, b := range pu.Basis {
		x.Basis = append(x.Basis, string(b))
	}
	for _, d := range pu.Data {
		x.Data = append(x.Data, string(d))
	}
	for _, rule := range pu.Rules {
		if rule.Keep.Set {
			x.Storage = append(x.Storage, rule.Keep.Period.String()+" "+string(rule.ID))
		}
	}
	for _, rec := range p.Recipients {
		x.Recipients = append(x.Recipients, rec.Title)
	}
	return x
}
