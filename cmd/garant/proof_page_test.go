package main

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// checks sends a proof to the page, as a file or pasted, and returns the page.
func (x *outsideShop) checks(proof []byte, asFile bool, pairs ...string) (int, string) {
	x.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := m.WriteField(pairs[i], pairs[i+1]); err != nil {
			x.Fatal(err)
		}
	}
	if asFile {
		f, err := m.CreateFormFile("file", "../../etc/passwd")
		if err != nil {
			x.Fatal(err)
		}
		if _, err := f.Write(proof); err != nil {
			x.Fatal(err)
		}
	} else if err := m.WriteField("text", strings.ReplaceAll(string(proof), "\n", "\r\n")); err != nil {
		x.Fatal(err)
	}
	if err := m.Close(); err != nil {
		x.Fatal(err)
	}
	req, err := http.NewRequestWithContext(x.Context(), http.MethodPost, x.url+"/donnees/verifier?langue=en", &body)
	if err != nil {
		x.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("192.0.2.%d", x.sent.Add(1)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		x.Fatal(err)
	}
	return bodyOf(x.T, res)
}

// TestProofPage checks what Garant hands out, as a file and pasted: genuine as it is, not
// genuine once a letter of it was changed or under another key; nothing of it is kept.
func TestProofPage(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	run := func(args ...string) string {
		t.Helper()
		out, code := called(t, x.dir, args...)
		if code != exitDone {
			t.Fatalf("%v: %d %s", args, code, out)
		}
		return out
	}
	receipt := filepath.Join(t.TempDir(), "receipt.json")
	run("consent", "record", "someone@shop.example", "--for", "newsletter", "--by", "email", "--method", "paper")
	run("consent", "export", "someone@shop.example", "-o", receipt)
	b, err := os.ReadFile(receipt)
	if err != nil {
		t.Fatal(err)
	}
	run("request", "open", "access", "--email", "someone@shop.example", "--via", "call", "--by", "marie")
	certificate := []byte(run("request", "certificate", "request-1"))
	run("publish")
	entry := []byte(run("ledger", "prove", "0"))
	for name, c := range map[string]struct {
		proof       []byte
		shows       string
		from, to    string
		person, key string
	}{
		"a receipt": {b, "Agreement, « Lettre d&#39;information », by e-mail", `"email"`, `"call"`, "someone@shop.example", ""},
		"a request": {certificate, "request-1, Request received", "extra ", "extra A", "", ""}, "an entry": {entry, "act of a person consent-1", "index 0", "index 1", "", ""},
	} {
		for _, asFile := range []bool{true, false} {
			if status, page := x.checks(c.proof, asFile, "person", c.person); status != http.StatusOK || !strings.Contains(page, "✓ Genuine") || !strings.Contains(page, c.shows) {
				t.Errorf("%s, a file %v: %d\n%s", name, asFile, status, page)
			}
			forged := bytes.Replace(c.proof, []byte(c.from), []byte(c.to), 1)
			if bytes.Equal(forged, c.proof) {
				t.Fatalf("%s does not say %q", name, c.from)
			}
			if _, page := x.checks(forged, asFile); !strings.Contains(page, "✗ Not genuine") || strings.Contains(page, c.shows) {
				t.Errorf("%s, forged:\n%s", name, page)
			}
		}
	}
	if _, page := x.checks(b, true, "person", "other@shop.example"); !strings.Contains(page, "✗ Not genuine") {
		t.Error("a receipt of somebody else is taken")
	}
	if _, page := x.checks(b, true, "key", "garant-0000000000000000+00000000+AAAA"); !strings.Contains(page, "✗ Not genuine") {
		t.Error("another company's key is taken")
	}
	x.hostile()
	if err := filepath.WalkDir(x.dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kept, err := os.ReadFile(name)
		if bytes.Contains(kept, []byte("unmistakable")) {
			t.Errorf("%s keeps what was sent", name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestProofPageOfFormerKey takes what was handed out before the ledger's key was changed, and what
// was after, and no change while it is served.
func TestProofPageOfFormerKey(t *testing.T) {
	t.Parallel()
	x := shopFolder(t)
	run := func(args ...string) []byte {
		t.Helper()
		out, code := called(t, x.dir, args...)
		if code != exitDone {
			t.Fatalf("%v: %d %s", args, code, out)
		}
		return []byte(out)
	}
	receipt := filepath.Join(t.TempDir(), "receipt.json")
	run("consent", "record", "someone@shop.example", "--for", "newsletter", "--by", "email", "--method", "paper")
	run("consent", "export", "someone@shop.example", "-o", receipt)
	before, err := os.ReadFile(receipt)
	if err != nil {
		t.Fatal(err)
	}
	entry := run("ledger", "prove", "0")
	run("keys", "rotate", "ledger")
	after := run("ledger", "prove", "0")
	key := strings.TrimSpace(string(run("ledger", "key")))
	x.serve()
	for name, proof := range map[string][]byte{"a receipt of before": before, "an entry of before": entry, "an entry of after": after} {
		if _, page := x.checks(proof, true); !strings.Contains(page, "✓ Genuine") || strings.Count(page, "Agreement")+strings.Count(page, "act of a person") != 1 {
			t.Errorf("%s:\n%s", name, page)
		}
	}
	if _, page := x.checks(before, true, "key", key); !strings.Contains(page, "✗ Not genuine") {
		t.Error("the later key takes what it did not sign")
	}
	if out, code := called(t, x.dir, "keys", "rotate", "ledger"); code != exitLocked || !strings.Contains(out, "stop garant serve") {
		t.Errorf("while it is served: %d %s", code, out)
	}
}

// hostile sends what is no proof.
func (x *outsideShop) hostile() {
	x.Helper()
	for name, proof := range map[string]string{"nothing": "", "a script": "<script>unmistakable</script>", "half an object": `{"receipt":`, "deep": "{" + strings.Repeat(`"a":{`, 20_000), "a zero": "\x00\x01\x02"} {
		if status, page := x.checks([]byte(proof), true); status != http.StatusOK || strings.Contains(page, "Genuine</b>") && !strings.Contains(page, "Not genuine") || strings.Contains(page, "<script") {
			x.Errorf("%s: %d\n%s", name, status, page)
		}
	}
	if status, _ := x.checks(bytes.Repeat([]byte("unmistakable "), 200_000), true); status != http.StatusBadRequest {
		x.Errorf("too much: %d", status)
	}
}

// TestPolicyInBrowser reads the published policy, its former version and what has changed, and
// looks at the page that checks proofs.
func TestPolicyInBrowser(t *testing.T) {
	t.Parallel()
	x := newOutsideShop(t)
	r := &reader{T: t, ctx: chromium(t), base: x.url}
	r.do("open it before", chromedp.Navigate(x.url+"/donnees/confidentialite?langue=fr"), chromedp.WaitVisible("main [role=status]"))
	publish := func() {
		if out, code := called(t, x.dir, "publish"); code != exitDone {
			t.Fatal(out)
		}
	}
	publish()
	x.edit("policy.yaml", "keep: 3 years", "keep: 2 years")
	publish()
	r.do("open it", chromedp.Navigate(x.url+"/donnees/confidentialite?langue=fr"), chromedp.WaitVisible(".brief"))
	r.look("policy")
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	r.click(`a[href*="/changements"]`, ".change del")
	if text := r.text("main"); !strings.Contains(text, "Gardé 3 ans") || !strings.Contains(text, "Gardé 2 ans") {
		t.Error(text)
	}
	if _, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false}); err != nil {
		t.Fatal(err)
	}
	r.look("policy-changes")
	r.do("go on", chromedp.Navigate(x.url+"/donnees/verifier?langue=fr"), chromedp.WaitVisible("form button"))
	r.look("check")
	out, code := called(t, x.dir, "ledger", "prove", "0")
	if code != exitDone {
		t.Fatal(out)
	}
	r.do("paste", chromedp.SetValue("#text", out))
	r.click("form button", ".verdict-of.good")
	r.look("check-genuine")
}
