package db

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// export makes a receipt of everything on file about a person.
func export(t *testing.T, s *State, who consent.Identifier) []byte {
	t.Helper()
	key, err := s.PersonKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var proven []consent.Proven
	for _, r := range onFile(t, s, who) {
		rec, body, leaf, err := s.Record(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := s.Ledger().Prove(t.Context(), leaf)
		if err != nil {
			t.Fatal(err)
		}
		proven = append(proven, consent.Proven{Record: rec, Body: body, Key: consent.RecordKey(key, rec.ID), Proof: proof.Text(), Notice: []byte("a <b>notice</b> & more")})
	}
	p := policy.Policy{Controller: policy.Controller{Name: "Exemple"}, Purposes: []policy.Purpose{{ID: "news", Title: "Lettre"}}}
	r, err := json.Marshal(consent.NewReceipt(p, proven, noon))
	if err != nil {
		t.Fatal(err)
	}
	return sealed(t, s, r)
}

// sealed enters a receipt in the ledger and adds the proof.
func sealed(t *testing.T, s *State, receipt []byte) []byte {
	t.Helper()
	digest, err := consent.ReceiptDigest(receipt)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := s.EnterReceipt(t.Context(), "receipt-1", digest, 1, noon)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := s.Ledger().Prove(t.Context(), leaf)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.MarshalIndent(consent.Export{Receipt: receipt, Proof: string(proof.Text())}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func agreed(i int64) consent.Draft {
	return consent.Draft{Person: who(i), Record: consent.Record{Kind: consent.Given, At: noon, Entered: noon, Method: "form", Language: "fr",
		Scope:  consent.Scope{Channels: []consent.Channel{consent.Email}, Purposes: []policy.PurposeID{"news"}},
		Notice: consent.Digest([]byte("a <b>notice</b> & more")), Proof: consent.Digest([]byte("form"))}}
}

// TestReceipt proves a consent to somebody who has the public key alone, and finds out every
// single altered byte that changes what the receipt says.
func TestReceipt(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if _, err := s.EnterRecords(t.Context(), []consent.Draft{agreed(1), agreed(2)}); err != nil {
		t.Fatal(err)
	}
	file := export(t, s, who(1)[0])
	want, err := consent.Verify(file, s.PublicKey())
	if err != nil || len(want.Records) != 1 || want.Records[0].ID != "consent-1" || want.Publisher != "Exemple" {
		t.Fatalf("%+v, %v", want, err)
	}
	for _, i := range who(1) {
		if v, err := consent.Verify(file, s.PublicKey(), i); err != nil || !v.Person {
			t.Errorf("%s: %v", i.Kind, err)
		}
	}
	if _, err := consent.Verify(file, s.PublicKey(), who(2)[0]); err == nil {
		t.Error("the receipt passes for somebody else's")
	}
	if _, err := consent.Verify(file, open(t, t.TempDir()).PublicKey()); err == nil {
		t.Error("another company's key verifies it")
	}
	refused := 0
	for i := range file {
		altered := bytes.Clone(file)
		altered[i] ^= 1
		v, err := consent.Verify(altered, s.PublicKey())
		if err != nil {
			refused++
		} else if !reflect.DeepEqual(v, want) {
			t.Errorf("byte %d altered, and %+v is read", i, v)
		}
	}
	if refused < len(file)*9/10 {
		t.Errorf("only %d of %d alterations are refused", refused, len(file))
	}
}

// TestReceiptForged tries what a company that lies, or somebody who has one of its receipts,
// could put together.
func TestReceiptForged(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	if _, err := s.EnterRecords(t.Context(), []consent.Draft{agreed(1), refusal(2)}); err != nil {
		t.Fatal(err)
	}
	good := export(t, s, who(1)[0])
	var x consent.Export
	if err := json.Unmarshal(good, &x); err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, x.Receipt); err != nil {
		t.Fatal(err)
	}
	receipt := compact.String()
	replace := func(old, now string) string {
		t.Helper()
		if !strings.Contains(receipt, old) {
			t.Fatalf("the receipt has no %s", old)
		}
		return strings.ReplaceAll(receipt, old, now)
	}
	for name, forged := range map[string]string{
		"a record that never was entered": replace(`"purposes":["news"]`, `"purposes":["news","calls"]`),
		"a consent for a withdrawal":      replace(`"dpv:ConsentGiven"`, `"dpv:ConsentWithdrawn"`),
		"another day":                     replace(`"dpv:isIndicatedAtTime":"2026`, `"dpv:isIndicatedAtTime":"2025`),
		"another name":                    replace(`"dct:identifier":"consent-1"`, `"dct:identifier":"consent-7"`),
		"another notice":                  replace(`more`, `less`),
		"another proof":                   replace(`index 0`, `index 1`),
	} {
		// The company itself enters the forged receipt: the record's own proof gives it away.
		if v, err := consent.Verify(sealed(t, s, []byte(forged)), s.PublicKey()); err == nil {
			t.Errorf("%s: %+v", name, v)
		}
	}
	for name, file := range map[string]string{
		"no json": "{", "a list": "[]", "nothing": "", "more": string(good) + "{}", "unknown member": `{"receipt":{},"proof":"","more":1}`,
		"a member twice":         strings.Replace(string(good), `"receipt": {`, `"receipt": {"x":1}, "Receipt": {`, 1),
		"a member twice, inside": strings.Replace(string(good), `"@type": "dpv:ConsentReceipt"`, `"@type": "dpv:ConsentReceipt", "@type": "x"`, 1),
		"no proof":               fmt.Sprintf(`{"receipt":%s,"proof":""}`, receipt),
		"a record's proof":       fmt.Sprintf(`{"receipt":%s,"proof":%q}`, receipt, "c2sp.org/tlog-proof@v1\n"),
	} {
		if v, err := consent.Verify([]byte(file), s.PublicKey()); err == nil {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
