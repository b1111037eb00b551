package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/garant-rgpd/garant/api/hook"
)

// outsideShop is the small company with a form, served, with a clock that can be moved.
type outsideShop struct {
	*testing.T
	dir, url string
	ahead    atomic.Int64 // nanoseconds
	env      map[string]string
	sent     atomic.Int64 // proofs sent, each from an address of its own
	errs     heard
}

const shopFormsFile = `forms:
  contact:
    title: {fr: Nous écrire, en: Write to us}
    intro: {fr: "Une question sur une commande, un retour, un devis ? Nous répondons sous deux jours ouvrables."}
    purposes: [relationship, accounts]
    fields:
      name: {title: {fr: Votre nom}, data: identity, kind: text, autofill: name, required: {fr: "sans lui, nous ne savons pas à qui répondre."}}
      email: {title: {fr: Votre adresse électronique}, data: contact, kind: email, autofill: email, help: {fr: "Nous n’y écrivons que pour vous répondre."}}
      phone: {title: {fr: Votre téléphone}, data: contact, kind: phone, autofill: tel}
      message: {title: {fr: Votre message}, data: notes, kind: long, required: {fr: "sans lui, nous ne pouvons rien répondre."}}
    boxes:
      news: {purpose: newsletter, channel: email}
      calls: {purpose: newsletter, channel: call, goods: [other], lasts: 6 months}
    forward: {dataset: clients, key: web_lead, columns: {name: name, email: email, phone: phone, message: note}, received: contacted_on}
`

// newOutsideShop writes the company's folder and serves it.
func newOutsideShop(t *testing.T) *outsideShop {
	t.Helper()
	x := shopFolder(t)
	x.serve()
	return x
}

// shopFolder writes the company's folder.
func shopFolder(t *testing.T) *outsideShop {
	t.Helper()
	x := &outsideShop{T: t, dir: t.TempDir()}
	if err := os.CopyFS(x.dir, os.DirFS(filepath.Join("testdata", "company"))); err != nil {
		t.Fatal(err)
	}
	fill, err := os.ReadFile(filepath.Join(x.dir, "crm.sql"))
	if err != nil {
		t.Fatal(err)
	}
	x.sql(string(fill) + "; alter table clients add column web_lead text; alter table clients add column phone text")
	x.edit("register.yaml", "not_personal: [id,", "not_personal: [id, web_lead,")
	x.edit("register.yaml", "contact: [email]", "contact: [email, phone]")
	x.write("forms.yaml", shopFormsFile)
	return x
}

func (x *outsideShop) write(name, text string) {
	x.Helper()
	if err := os.WriteFile(filepath.Join(x.dir, name), []byte(text), 0o600); err != nil {
		x.Fatal(err)
	}
}

func (x *outsideShop) edit(name, from, to string) {
	x.Helper()
	b, err := os.ReadFile(filepath.Join(x.dir, name))
	if err != nil || !bytes.Contains(b, []byte(from)) {
		x.Fatalf("%s does not say %q: %v", name, from, err)
	}
	x.write(name, strings.Replace(string(b), from, to, 1))
}

func (x *outsideShop) sql(statement string) {
	x.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(x.dir, "crm.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		x.Fatal(err)
	}
	_, err = db.Exec(statement)
	if err := errors.Join(err, db.Close()); err != nil {
		x.Fatal(err)
	}
}

// rows counts the clients that a condition finds.
func (x *outsideShop) rows(where string) (n int) {
	x.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(x.dir, "crm.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		x.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("select count(*) from clients where " + where).Scan(&n); err != nil {
		x.Fatal(err)
	}
	return n
}

func (x *outsideShop) serve() {
	x.Helper()
	var out heard
	day, began := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), time.Now() // a Sunday, as in called
	w := world{in: strings.NewReader(""), out: &out, err: &x.errs, getenv: func(name string) string { return x.env[name] },
		clock: func() time.Time { return day.Add(time.Since(began) + time.Duration(x.ahead.Load())) }}
	ctx, interrupt := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() { ended <- w.run(ctx, []string{"-C", x.dir, "serve", "--listen", "127.0.0.1:0", "--json"}) }()
	x.Cleanup(func() {
		interrupt()
		if code := <-ended; code != exitDone {
			x.Errorf("the server exits %d and says %q", code, x.errs.String())
		}
	})
	soon(x.T, "print the link", func() bool { return strings.Contains(out.String(), "}") })
	var told struct{ URL string }
	if err := json.Unmarshal([]byte(out.String()), &told); err != nil {
		x.Fatal(err)
	}
	x.url = told.URL[:strings.Index(told.URL, "/entrer")]
}

var hiddenInput = regexp.MustCompile(`name="([a-z]+)" value="([^"]*)"`)

// send fills the form in and sends it.
func (x *outsideShop) send(pairs ...string) (int, string) {
	x.Helper()
	return x.post("/donnees/formulaires/contact", pairs...)
}

// post opens a page and sends it with the pairs, as a browser does; it returns the status and
// the page that is shown in the end.
func (x *outsideShop) post(path string, pairs ...string) (int, string) {
	x.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		x.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	address := x.url + path
	_, html := x.get(c, address)
	v := url.Values{"site": {""}}
	for _, name := range []string{"page", "v", "langue"} {
		for _, m := range hiddenInput.FindAllStringSubmatch(html, -1) {
			if m[1] == name {
				v.Set(name, m[2])
			}
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	x.ahead.Add(int64(5 * time.Second))
	res, err := c.PostForm(address, v)
	if err != nil {
		x.Fatal(err)
	}
	return bodyOf(x.T, res)
}

func (x *outsideShop) get(c *http.Client, address string) (int, string) {
	x.Helper()
	res, err := c.Get(address)
	if err != nil {
		x.Fatal(err)
	}
	return bodyOf(x.T, res)
}

func bodyOf(t *testing.T, res *http.Response) (int, string) {
	t.Helper()
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, b.String()
}

// TestFormProven is a consent from the page to the outsider: it is given on a form, the row
// reaches the store, nothing waits any more, and the receipt is verified with the public key
// alone; what is altered or of another company is refused.
func TestFormProven(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	status, page := x.send("name", "Camille Exemple", "email", "camille@a.example", "message", "Bonjour; DROP TABLE clients", "news", "1")
	if status != http.StatusOK || !strings.Contains(page, "Merci") {
		t.Fatalf("%d\n%s", status, page)
	}
	soon(t, "see the row", func() bool {
		return x.rows("email = 'camille@a.example' and note like 'Bonjour%' and length(web_lead) > 20") == 1
	})
	soon(t, "see the outbox empty", func() bool {
		out, code := called(t, x.dir, "form", "list", "--json")
		return code == exitDone && strings.Contains(out, `"waiting": 0`)
	})
	if out, code := called(t, x.dir, "form", "forward"); code != exitDone || !strings.Contains(out, "Forwarded: 0") || x.rows("email = 'camille@a.example'") != 1 {
		t.Errorf("%d %s", code, out)
	}

	// What was agreed to counts, and nothing else does.
	x.write("consent.yaml", "goods: other\npurposes:\n  newsletter: {use: prospecting}\n")
	if status, page := x.send("name", "Dominique", "phone", "01 99 00 00 08", "message", "Rappelez-moi", "calls", "1"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, page)
	}
	const tuesday = "2026-11-24T11:00:00+01:00"
	for _, c := range []struct {
		channel, who string
		want         int
	}{{"email", "camille@a.example", exitDone}, {"sms", "camille@a.example", exitNotTrue}, {"call", "0199000008", exitDone}, {"sms", "0199000008", exitNotTrue}} {
		if out, code := called(t, x.dir, "may", c.channel, c.who, "--for", "newsletter", "--at", tuesday, "--context", "postcode=75011"); code != c.want {
			t.Errorf("%s %s: %d %s", c.channel, c.who, code, out)
		}
	}
	if out, code := called(t, x.dir, "may", "call", "0199000008", "--for", "newsletter", "--at", "2027-05-25T11:00:00+02:00", "--context", "postcode=75011"); code != exitNotTrue {
		t.Errorf("after the six months agreed: %d %s", code, out)
	}

	// What was said can be shown.
	receipt := filepath.Join(t.TempDir(), "receipt.json")
	if out, code := called(t, x.dir, "consent", "export", "camille@a.example", "-o", receipt); code != exitDone {
		t.Fatalf("%d %s", code, out)
	}
	key, code := called(t, x.dir, "ledger", "key")
	if code != exitDone {
		t.Fatal(key)
	}
	keyFile := filepath.Join(filepath.Dir(receipt), "key")
	if err := os.WriteFile(keyFile, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(receipt)
	if err != nil || bytes.Contains(b, []byte("camille")) || !bytes.Contains(b, []byte("m’écrive par courriel")) || !bytes.Contains(b, []byte(`"form"`)) {
		t.Errorf("the receipt names the person, or does not show the words: %v\n%s", err, b)
	}
	elsewhere := t.TempDir() // the outsider has no folder
	if out, code := called(t, elsewhere, "consent", "verify", receipt, "--key", keyFile, "--person", "camille@a.example"); code != exitDone || !strings.Contains(out, "All are about the person named") {
		t.Errorf("%d %s", code, out)
	}
	for _, change := range [][2]string{{"m’écrive par courriel", "m’appelle au téléphone"}, {`\"email\"`, `\"call\"`}, {`"email"`, `"call"`}, {"dpv:ConsentGiven", "dpv:ConsentWithdrawn"}, {"newsletter", "accounts"}} {
		if !bytes.Contains(b, []byte(change[0])) {
			continue
		}
		forged := filepath.Join(elsewhere, "forged.json")
		if err := os.WriteFile(forged, bytes.Replace(b, []byte(change[0]), []byte(change[1]), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, code := called(t, elsewhere, "consent", "verify", forged, "--key", keyFile); code != exitLedger {
			t.Errorf("%q became %q: %d %s", change[0], change[1], code, out)
		}
	}
	if out, code := called(t, elsewhere, "consent", "verify", receipt, "--key", keyFile, "--person", "other@a.example"); code != exitLedger {
		t.Errorf("somebody else's: %d %s", code, out)
	}
}

// TestFormWaits keeps what the store does not take, says why, and deletes it after its day.
func TestFormWaits(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	x.sql("create trigger no_rows before insert on clients begin select raise(abort, 'camille@a.example is not wanted'); end")
	if status, page := x.send("name", "Camille", "email", "camille@a.example", "message", "Bonjour"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, page)
	}
	soon(t, "see that it was not taken", func() bool {
		out, _ := called(t, x.dir, "form", "list", "--json")
		return strings.Contains(out, `"failed": 1`) && strings.Contains(out, `"why"`)
	})
	out, _ := called(t, x.dir, "form", "list")
	if strings.Contains(out, "camille") || strings.Contains(x.errs.String(), "camille") {
		t.Errorf("it names the person:\n%s\n%s", out, x.errs.String())
	}
	x.ahead.Add(int64(9 * 24 * time.Hour))
	soon(t, "see it gone", func() bool {
		out, code := called(t, x.dir, "form", "list", "--json")
		return code == exitDone && strings.Contains(out, `"waiting": 0`)
	})
	if x.rows("email = 'camille@a.example'") != 0 {
		t.Error("it was forwarded after its day")
	}
}

// TestFormInBrowser is somebody who fills the form in without a script, on a phone, wrongly and
// then rightly.
func TestFormInBrowser(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	address := x.url + "/donnees/formulaires/contact"
	r.do("open the form", chromedp.Navigate(address+"?langue=fr"), chromedp.WaitVisible("form button"))
	r.look("form")
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	r.do("open it without a script", chromedp.Navigate(address+"?langue=fr"), chromedp.WaitVisible("form button"))
	x.ahead.Add(int64(time.Minute))
	r.do("write", chromedp.SendKeys("[name=name]", "Camille Exemple"), chromedp.SendKeys("[name=email]", "camille@a.example"), chromedp.SendKeys("[name=message]", "Bonjour"), chromedp.Click("[name=calls]"))
	r.click("form button", ".mend")
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false}); err != nil {
		t.Fatal(err)
	}
	r.look("form-mend")
	r.do("mend", chromedp.SendKeys("[name=phone]", "01 99 00 00 07"))
	r.click("form button", "main [role=status]")
	r.look("form-thanks")
	soon(t, "see the row", func() bool { return x.rows("email = 'camille@a.example' and phone = '01 99 00 00 07'") == 1 })
}

// TestFormWebhook posts what was sent, signed, again until it is taken, under one number.
func TestFormWebhook(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	ids := make(chan string, 10)
	crm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, err := b.ReadFrom(r.Body)
		id := r.Header.Get("webhook-id")
		if err != nil || r.Header.Get("webhook-signature") != "v1,"+hook.Sign("a key of thirty-two letters......", id, r.Header.Get("webhook-timestamp"), b.Bytes()) || !strings.Contains(b.String(), `"email":"camille@a.example"`) {
			t.Errorf("%v %s %v", r.Header, b.String(), err)
		}
		ids <- id
		if tries.Add(1) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(crm.Close)
	x := shopFolder(t)
	x.env = map[string]string{"CRM_SECRET": "a key of thirty-two letters......"}
	x.edit("forms.yaml", "forward: {dataset: clients, key: web_lead, columns: {name: name, email: email, phone: phone, message: note}, received: contacted_on}", "forward: {webhook: \""+crm.URL+"\", secret_env: CRM_SECRET}")
	x.serve()
	if status, page := x.send("name", "Camille", "email", "camille@a.example", "message", "Bonjour"); status != http.StatusOK {
		t.Fatalf("%d\n%s", status, page)
	}
	soon(t, "be refused once", func() bool { return tries.Load() == 1 })
	x.ahead.Add(int64(2 * time.Minute))
	soon(t, "be taken", func() bool {
		out, code := called(t, x.dir, "form", "list", "--json")
		return tries.Load() == 2 && code == exitDone && strings.Contains(out, `"waiting": 0`)
	})
	if first, second := <-ids, <-ids; first != second || len(first) < 22 {
		t.Errorf("%s, then %s", first, second)
	}
}
