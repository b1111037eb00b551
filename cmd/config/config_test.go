package config

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/garant-rgpd/garant/api/event"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

var update = flag.Bool("update", false, "rewrite the expected parts of the golden files")

// TestGolden loads bad configurations, each with the exact problems it has. The files that
// an archive holds besides are laid beside garant.yaml; those under loose/ may be read by all.
func TestGolden(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 20 {
		t.Fatalf("%d golden files, %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			golden(t, name)
		})
	}
}

func golden(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	got := txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if f.Name != "problems" {
			lay(t, dir, f)
			got.Files = append(got.Files, f)
		}
	}
	_, problems := Load(filepath.Join(dir, "garant.yaml"), archive.Files[0].Data)
	got.Files = append(got.Files, txtar.File{Name: "problems", Data: []byte(render(dir, problems))})
	if !file.Failed(problems) {
		t.Error("no error was found")
	}
	if strings.Contains(render(dir, problems), "s3cret") {
		t.Error("a password is shown")
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(&got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(&got))); diff != "" {
		t.Errorf("%s (-want +got, -update accepts):\n%s", name, diff)
	}
}

func lay(t *testing.T, dir string, f txtar.File) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	mode := fs.FileMode(0o600)
	if strings.HasPrefix(f.Name, "loose/") {
		mode = 0o644
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, f.Data, mode); err != nil {
		t.Fatal(err)
	}
}

func render(dir string, problems []policy.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%s %s\n%s\n  at %s\n%s\n", p.Severity, p.Code, strings.ReplaceAll(p.Error(), dir+"/", ""), p.Path, p.Excerpt)
	}
	return b.String()
}

// zones compares zones by name.
var zones = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

// TestDefaults says only what must be said.
func TestDefaults(t *testing.T) {
	t.Parallel()
	got, problems := Load("garant.yaml", []byte("stores: {crm: {engine: sqlite, address: crm.db}}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	want := defaults()
	want.Zone, want.Stores = paris, map[string]Store{"crm": {Engine: "sqlite", Address: "crm.db"}}
	if diff := cmp.Diff(want, got, zones); diff != "" {
		t.Error(diff)
	}
}

// TestFull says everything.
func TestFull(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/full/garant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	lay(t, dir, txtar.File{Name: "secrets/erp", Data: []byte("postgres://app:pw@db/erp\n")})
	got, problems := Load(filepath.Join(dir, "garant.yaml"), src)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	utc, day := time.UTC, policy.MustDate
	want := Config{
		Zone: utc, Language: "en",
		Stores: map[string]Store{
			"crm":     {Engine: "sqlite", Address: "crm.db"},
			"billing": {Engine: "postgres", AddressEnv: "BILLING_URL"},
			"erp":     {Engine: "mariadb", AddressFile: "secrets/erp"},
		},
		Closings: map[string][]policy.Date{
			"":        {day("2023-12-31"), day("2024-12-31")},
			"filiale": {day("2024-03-31")},
		},
		From: day("1990-01-01"), To: day("2090-01-01"), Share: 35, State: "state",
		Throttle: Throttle{Batch: 50 * time.Millisecond, Pause: 0.5, StopFile: "stop"},
		Approval: Approval{Required: true, Approvers: []string{"dpo", "direction"}, People: 2},
		Archive:  Archive{Address: "archive.db", KeyFile: "secrets/archive.key"},
		Backups: map[string]Backup{
			"crm":     {Kept: policy.Days(35), Every: policy.Days(1), File: "dumps/*.dump"},
			"billing": {Kept: policy.Days(35), Every: policy.Days(1), Query: "SELECT max(finished) FROM backups"},
			"erp":     {Kept: policy.Months(3), Every: policy.Days(7), File: "dumps/erp"},
		},
		Requests: Requests{Owner: "dpo", Territory: "guadeloupe", Working: policy.Period{Months: 2}, File: policy.Period{Months: 36}, Lapse: policy.Period{Days: 45},
			Notify: "dpo@shop.example", Recipients: map[string]string{"mailer": "contact@mailer.example", "lender": "https://lender.example/rgpd"}, WebhookSecretEnv: "WEBHOOK_SECRET",
			Mailbox: Mailbox{Server: "imap.shop.example:993", User: "donnees", PasswordFile: "secrets/erp", Folder: "Demandes", Taken: "Prises", Aside: "Relire",
				Since: day("2026-11-01"), Acknowledge: true, Plain: true}},
		Mail:   Mail{Server: "smtp.shop.example:587", From: "donnees@shop.example", User: "donnees", PasswordEnv: "MAIL_PASSWORD", Plain: true},
		SignIn: SignIn{Issuer: "https://accounts.shop.example", Client: "garant", SecretEnv: "SIGN_IN_SECRET", Name: "Annuaire"},
		Hooks:  []Hook{{Name: "crm", URL: "https://crm.shop.example/garant", SecretEnv: "HOOK_CRM", Events: []event.Type{event.PromiseBroken, event.RequestOpened}}},
	}
	if diff := cmp.Diff(want, got, zones); diff != "" {
		t.Error(diff)
	}
}

// TestResolve finds addresses where the configuration says, and never repeats them in errors.
func TestResolve(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lay(t, dir, txtar.File{Name: "good", Data: []byte("postgres://db/crm\n")})
	lay(t, dir, txtar.File{Name: "empty", Data: []byte("\n")})
	lay(t, dir, txtar.File{Name: "loose/x", Data: []byte("postgres://u:s3cret@db/crm\n")})
	env := func(name string) string { return map[string]string{"CRM": "postgres://env/crm"}[name] }
	for _, c := range []struct {
		name  string
		store Store
		want  string
		err   error
	}{
		{"inline", Store{Address: "crm.db"}, "crm.db", nil},
		{"variable", Store{AddressEnv: "CRM"}, "postgres://env/crm", nil},
		{"variable unset", Store{AddressEnv: "ERP"}, "", ErrNoAddress},
		{"file", Store{AddressFile: "good"}, "postgres://db/crm", nil},
		{"file empty", Store{AddressFile: "empty"}, "", ErrNoAddress},
		{"file missing", Store{AddressFile: "nowhere"}, "", fs.ErrNotExist},
		{"file loose", Store{AddressFile: "loose/x"}, "", fs.ErrPermission},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.store.Resolve(dir, env)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v", got, err)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Error("the error repeats the address")
			}
		})
	}
}

// TestPasswords tells addresses with a password from those without.
func TestPasswords(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"crm.db": false, "file:crm.db?mode=ro": false, "/var/lib/crm.db": false, "postgres://db/crm": false,
		"postgres://app@db/crm": false, "host=db user=app dbname=crm": false, "app@tcp(db:3306)/crm": false,
		"app@unix(/run/mysqld.sock)/crm": false,
		"postgres://app:s3cret@db/crm":   true, "postgres://app:s3%zz@db/crm": true, "app:s3cret@tcp(db)/crm": true,
		"host=db password=s3cret": true, "postgres://db/crm?user=a&password=s3cret": true, "host=db PASSWORD = x": true,
	} {
		r := file.NewReader("garant.yaml", []byte("address: "+file.Quote(address)+"\n"))
		refusePassword(r.Root().Entries()[0])
		if got := len(r.Problems()) > 0; got != want {
			t.Errorf("%s: got %v", address, got)
		}
	}
}

// FuzzLoad checks on any input that loading ends and that every problem has its place.
func FuzzLoad(f *testing.F) {
	src, err := os.ReadFile("testdata/full/garant.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	f.Add([]byte("stores: {crm: {engine: postgres, address: 'postgres://a:b@c/d'}}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, problems := Load("garant.yaml", src)
		for _, p := range problems {
			if p.Line < 1 || p.Column < 1 || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
		if c.Zone == nil {
			t.Error("no zone")
		}
	})
}
