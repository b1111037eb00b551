package public

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/rights"
)

// largestProof is how much a proof may hold: a receipt of a few hundred records.
const largestProof = 1 << 20

// checkView is the page where a proof is checked.
type checkView struct {
	page
	// Key is the company's, which is used unless another is written.
	Key, Asked, Person string
	Checked, Genuine   bool
	// About is what was checked, Lines what it proves.
	About   string
	Lines   []proofLine
	OfThem  bool
	Trouble string
}

type proofLine struct{ On, What string }

func (p *Pages) checkView(r *http.Request) checkView {
	return checkView{page: p.page(r, consent.Text{FR: "Vérifier une preuve", EN: "Check a proof"}), Key: p.opt.LedgerKey}
}

func (p *Pages) showCheck(w http.ResponseWriter, r *http.Request) {
	p.show(w, "check", http.StatusOK, p.checkView(r))
}

// check reads a proof and answers. What was sent is in memory alone, and gone with the answer.
func (p *Pages) check(w http.ResponseWriter, r *http.Request) {
	if !p.limit.allow(r) {
		p.slow(w, r)
		return
	}
	if err := r.ParseMultipartForm(largestProof); err != nil && err != http.ErrNotMultipart {
		p.unreadable(w, r)
		return
	}
	v := p.checkView(r)
	text, ok := pasted(r)
	if !ok {
		p.unreadable(w, r)
		return
	}
	v.Asked, v.Person = strings.TrimSpace(r.PostFormValue("key")), strings.TrimSpace(r.PostFormValue("person"))
	keys := append([]string{v.Key}, p.opt.FormerKeys...)
	if v.Asked != "" {
		keys = []string{v.Asked}
	}
	who, err := persons(v.Person)
	switch {
	case len(text) == 0:
		v.Trouble = v.Say("Collez une preuve, ou choisissez un fichier.", "Paste a proof, or choose a file.")
	case err != nil:
		v.Trouble = v.Say("La personne s’écrit comme une adresse électronique ou un numéro de téléphone.", "The person is written as an e-mail address or a telephone number.")
	default:
		v.Checked = true
		for i := 0; i < len(keys) && !v.Genuine; i++ {
			v.judge(text, keys[i], who, p.opt.Policy)
		}
	}
	p.show(w, "check", http.StatusOK, v)
}

// pasted is the proof as the ledger writes it, from the file or from the field: browsers end
// lines otherwise.
func pasted(r *http.Request) ([]byte, bool) {
	text := []byte(r.PostFormValue("text"))
	if f, _, err := r.FormFile("file"); err == nil {
		b, err := io.ReadAll(f)
		if f.Close() != nil || err != nil {
			return nil, false
		}
		if len(b) > 0 {
			text = b
		}
	}
	text = bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
	if len(text) > 0 {
		text = append(text, '\n')
	}
	return text, true
}

func persons(s string) ([]consent.Identifier, error) {
	if s == "" {
		return nil, nil
	}
	who, err := consent.Identify(s)
	return []consent.Identifier{who}, err
}

// judge tells what kind of proof it is, and whether it holds.
func (v *checkView) judge(text []byte, key string, who []consent.Identifier, p policy.Policy) {
	if text[0] == '{' {
		v.About = v.Say("Reçu de consentements", "Receipt of consents")
		got, err := consent.Verify(text, key, who...)
		v.Genuine, v.OfThem, v.Lines = err == nil, got.Person, nil
		for _, r := range got.Records {
			v.Lines = append(v.Lines, proofLine{v.clock(r.At), v.record(r, p)})
		}
		return
	}
	v.About = v.Say("Certificat", "Certificate")
	entries, err := ledger.CheckCertificate(text, key)
	if one, e := ledger.ParseProof(text); e == nil {
		v.About = v.Say("Inscription au registre", "Entry of the ledger")
		entries, err = provenEntry(one, key)
	}
	v.Genuine = err == nil
	if err != nil {
		return
	}
	for _, e := range entries {
		v.Lines = append(v.Lines, proofLine{v.clock(e.At), v.entry(e)})
	}
}

func provenEntry(p ledger.Proof, key string) ([]ledger.Entry, error) {
	if _, err := p.Check(key); err != nil {
		return nil, err
	}
	e, err := ledger.Parse(p.Leaf)
	return []ledger.Entry{e}, err
}

func (p page) clock(t time.Time) string {
	return p.day(policy.DateOf(t, time.UTC)) + ", " + t.UTC().Format("15:04") + " UTC"
}

// record says what a record tells of.
func (v *checkView) record(r consent.Record, p policy.Policy) string {
	what := map[string]consent.Text{consent.Given: {FR: "Accord", EN: "Agreement"}, consent.Ended: {FR: "Retrait d’un accord", EN: "Agreement withdrawn"},
		consent.Opposition: {FR: "Opposition", EN: "Objection"}, consent.Asked: {FR: "Demande d’être rappelé", EN: "Request to be called back"}}[r.Kind]
	words := []string{v.Text(what)}
	if what.FR == "" {
		words = []string{r.Kind}
	}
	for _, pu := range p.Purposes {
		for _, id := range r.Purposes {
			if pu.ID == id {
				words = append(words, "« "+pu.Title+" »")
			}
		}
	}
	for _, c := range r.Channels {
		words = append(words, v.Text(c.Words()))
	}
	if !r.Until.IsZero() {
		words = append(words, v.Say("jusqu’au ", "until ")+v.day(r.Until))
	}
	return strings.Join(words, ", ")
}

// entry says what an entry tells of.
func (v *checkView) entry(e ledger.Entry) string {
	switch e.Kind {
	case ledger.Request:
		if t, ok := stepWords(rights.Act(e.Outcome)); ok {
			return e.Ref + ", " + v.Text(t)
		}
		return e.Ref + ", " + e.Outcome
	case ledger.Act:
		return e.Action + ", " + e.Dataset + ", " + v.Say("fiches", "records") + v.Say(" : ", ": ") + strconv.FormatInt(e.Rows, 10)
	}
	return strings.TrimSpace(console.Told(e.Kind, v.Say) + " " + e.Ref)
}
