package consent

import (
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
)

// TestImport reads lines of a list into records: what is missing is said to be missing.
func TestImport(t *testing.T) {
	t.Parallel()
	im := Import{Policy: policy.Policy{Purposes: []policy.Purpose{{ID: "news"}}}, Key: []byte("key"), Source: "crm", Now: at("2026-09-01 11:00"), Zone: at("2026-09-01").Location()}
	digest := Digest([]byte("x"))
	for name, c := range map[string]struct{ head, line, kind, at, missing, fault string }{
		"complete":        {"email,purpose,channel,date,notice,proof", "a@a.example,news,email,2026-01-02," + digest + "," + digest, Given, "2026-01-02 12:00", "", ""},
		"no day":          {"email,purpose,channel,proof", "a@a.example,news,email," + digest, Given, "1970-01-01 01:00", "at proof notice", ""},
		"to be called":    {"email,purpose,channel,date,proof", "a@a.example,news,call|email,02/01/2026," + digest, Given, "2026-01-02 12:00", "notice goods period", ""},
		"hardly anything": {"email", "a@a.example", Given, "1970-01-01 01:00", "at purpose channel proof notice", ""},
		"withdrawal":      {"email,state", "a@a.example,Retrait", Ended, "2026-09-01 11:00", "", ""},
		"objection":       {"email,state,date", "a@a.example,no,2026-01-02 10:00", Opposition, "2026-01-02 10:00", "", ""},
		"instant":         {"email,state,date", "a@a.example,no,2026-01-02T10:00:00Z", Opposition, "2026-01-02 11:00", "", ""},
		"unknown purpose": {"email,purpose", "a@a.example,calls", "", "", "", "no such purpose"},
		"unknown channel": {"email,channel", "a@a.example,fax", "", "", "", "channel: "},
		"day to come":     {"email,date", "a@a.example,2026-09-02", "", "", "", "not happened yet"},
		"no such day":     {"email,date", "a@a.example,2026-02-30", "", "", "", "date: "},
		"no such term":    {"email,until", "a@a.example,soon", "", "", "", "until: "},
		"proof":           {"email,proof,date", "a@a.example,scan.pdf,2026-01-02", "", "", "", "are digests"},
		"state":           {"email,state", "a@a.example,perhaps", "", "", "", "state: "},
		"partner":         {"email,partner", "a@a.example,<script>", "", "", "", "short names"},
		"nobody":          {"email,state", ",no", "", "", "", "cannot be read"},
	} {
		l, err := ReadList(strings.NewReader(c.head + "\n" + c.line + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		cells, _, err := l.Next()
		if err != nil {
			t.Fatal(err)
		}
		drafts, err := im.Read(l, cells)
		if c.fault != "" {
			if err == nil || !strings.Contains(err.Error(), c.fault) || strings.Contains(err.Error(), "a@a") || strings.Contains(err.Error(), "script") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(drafts) != 1 {
			t.Errorf("%s: %v, %v", name, drafts, err)
			continue
		}
		r := drafts[0].Record
		if r.Kind != c.kind || !r.At.Equal(at(c.at)) || strings.Join(r.Missing, " ") != c.missing || r.Source != "crm" || r.Method != "import" {
			t.Errorf("%s: %+v", name, r)
		}
		again, err := im.Read(l, cells)
		if err != nil || again[0].Record.Key != r.Key || r.Key == "" || strings.Contains(r.Key, "@") {
			t.Errorf("%s: key %q, then %q (%v)", name, r.Key, again[0].Record.Key, err)
		}
	}
}

// TestGate keeps out who was bought without what lets them in.
func TestGate(t *testing.T) {
	t.Parallel()
	im := Import{Policy: policy.Policy{Controller: policy.Controller{Name: "Société Exemple"}, Purposes: []policy.Purpose{{ID: "news"}}}, Key: []byte("key"), Source: "broker", Bought: true, Now: at("2026-09-01 11:00")}
	digest := Digest([]byte("x"))
	whole := map[string]string{"email": "a@a.example", "purpose": "news", "channel": "email", "date": "2026-01-02", "notice": digest, "proof": digest, "partner": "Autre courtier|SOCIETE-EXEMPLE SAS"}
	for _, without := range []string{"", "channel", "date", "notice", "proof", "partner", "source", "us among them"} {
		if im.Source = "broker"; without == "source" {
			im.Source = ""
		}
		var head, cells []string
		if whole["partner"] = "Autre courtier|SOCIETE-EXEMPLE SAS"; without == "us among them" {
			whole["partner"] = "Autre courtier|Contre-exemple"
		}
		for k, v := range whole {
			if k != without {
				head, cells = append(head, k), append(cells, v)
			}
		}
		l, err := ReadList(strings.NewReader(strings.Join(head, ",") + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		drafts, err := im.Read(l, cells)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(drafts, func(d Draft) bool { return d.Record.Kind == Brought && d.Record.Source == im.Source }) {
			t.Errorf("without %q: nothing says that it was bought", without)
		}
		out := slices.ContainsFunc(drafts, func(d Draft) bool { return d.Record.Kind == Quarantine })
		if out != (without != "") {
			t.Errorf("without %q: quarantine is %v", without, out)
		}
	}
}
