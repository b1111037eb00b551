package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"time"
	_ "time/tzdata" // the zone must be known on machines without a zone database

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/policy/file"
)

// Load reads a configuration from src, the content of the file called name, and returns it
// with everything found about it, in the order of the file. The permissions of the files it
// names are checked; none of them is read.
func Load(name string, src []byte) (Config, []policy.Problem) {
	r := file.NewReader(name, src)
	l := loader{dir: filepath.Dir(name), c: defaults()}
	l.c.Zone = l.zone(nil)
	if r.Root() != nil {
		l.load(r.Root())
	}
	return l.c, r.Problems()
}

// loader fills c; dir is the folder that paths are relative to.
type loader struct {
	dir string
	c   Config
}

func (l *loader) load(root *file.Node) {
	f := root.Fields("a configuration", "zone", "language", "stores", "accounting_years", "dates", "guard",
		"state", "throttle", "approval", "archive", "backups", "requests", "mail", "sign_in", "hooks")
	f.Need(root, "a configuration", "stores")
	l.c.Zone = l.zone(f["zone"])
	if n := f["language"]; n != nil {
		l.c.Language = n.Choice("bad-language", "language", "fr", "en")
	}
	for _, n := range f["stores"].Entries() {
		if l.c.Stores == nil {
			l.c.Stores = map[string]Store{}
		}
		file.CheckName(n.KeyNode())
		l.c.Stores[n.Key()] = l.store(n)
	}
	l.years(f["accounting_years"])
	l.dates(f["dates"])
	if n := f["guard"].Fields("a guard", "share")["share"]; n != nil {
		l.c.Share = n.Int(0, 100)
	}
	if f["state"] != nil {
		l.c.State = f["state"].Text()
	}
	l.throttle(f["throttle"])
	l.approval(f["approval"])
	l.archive(f["archive"])
	l.backups(f["backups"])
	l.requests(f["requests"])
	l.mail(f["mail"])
	l.signIn(f["sign_in"])
	for _, e := range f["hooks"].Entries() {
		l.hook(e)
	}
}

func (l *loader) signIn(n *file.Node) {
	if n == nil {
		return
	}
	f := n.Fields("the sign-in", "issuer", "client", "secret_env", "name")
	f.Need(n, "the sign-in", "issuer", "client", "name")
	l.c.SignIn = SignIn{Issuer: f["issuer"].Text(), Client: f["client"].Text(), SecretEnv: f["secret_env"].Text(), Name: f["name"].Text()}
	if u, err := url.Parse(l.c.SignIn.Issuer); f["issuer"] != nil && (err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1") {
		f["issuer"].Error("bad-issuer", "the issuer is no https address", "write the issuer's address as the provider gives it, such as https://accounts.company.example")
	}
}

func (l *loader) mail(n *file.Node) {
	if n == nil {
		return
	}
	f := n.Fields("the mail", "server", "from", "user", "password_env", "plain")
	f.Need(n, "the mail", "server", "from")
	l.c.Mail = Mail{Server: f["server"].Text(), From: f["from"].Text(), User: f["user"].Text(), PasswordEnv: f["password_env"].Text(), Plain: f["plain"].Bool()}
}

func (l *loader) requests(n *file.Node) {
	f := n.Fields("the requests", "owner", "territory", "working_copies", "file", "lapse", "notify", "recipients", "webhook_secret_env", "mailbox")
	r := &l.c.Requests
	r.Owner = f["owner"].Text()
	if t := f["territory"]; t != nil {
		var known []string
		for _, k := range law.Territories() {
			known = append(known, string(k))
		}
		r.Territory = law.Territory(t.Choice("unknown-territory", "territory", known...))
	}
	r.Notify, r.WebhookSecretEnv = f["notify"].Text(), f["webhook_secret_env"].Text()
	for _, e := range f["recipients"].Entries() {
		if r.Recipients == nil {
			r.Recipients = map[string]string{}
		}
		r.Recipients[e.Key()] = e.Text()
	}
	written(f["working_copies"], &r.Working)
	written(f["file"], &r.File)
	written(f["lapse"], &r.Lapse)
	l.mailbox(f["mailbox"])
}

func (l *loader) mailbox(n *file.Node) {
	if n == nil {
		return
	}
	const what = "the mailbox"
	f := n.Fields(what, "server", "user", "password_env", "password_file", "folder", "taken", "aside", "since", "acknowledge", "plain")
	f.Need(n, what, "server", "user", "since")
	m := &l.c.Requests.Mailbox
	*m = Mailbox{Server: f["server"].Text(), User: f["user"].Text(), PasswordEnv: f["password_env"].Text(), PasswordFile: f["password_file"].Text(),
		Folder: f["folder"].Text(), Taken: f["taken"].Text(), Aside: f["aside"].Text(), Acknowledge: f["acknowledge"].Bool(), Plain: f["plain"].Bool()}
	if f["since"] != nil {
		m.Since = f["since"].Day()
	}
	if (m.PasswordEnv == "") == (m.PasswordFile == "") && n.IsMapping() {
		n.KeyNode().Error("one-password", "the mailbox has one password", "write one of password_env and password_file")
	}
	l.checkSecret(f["password_file"])
}

// written replaces the default where a period is written.
func written(n *file.Node, p *policy.Period) {
	if n != nil {
		*p = n.Period()
	}
}

func (l *loader) zone(n *file.Node) *time.Location {
	name := n.Text()
	if name == "" {
		name = "Europe/Paris"
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		n.Error("unknown-zone", fmt.Sprintf("unknown time zone %q", name), "write an IANA name such as Europe/Paris")
		return time.UTC
	}
	return loc
}

func (l *loader) dates(n *file.Node) {
	f := n.Fields("the bounds of dates", "from", "to")
	if f["from"] != nil {
		l.c.From = f["from"].Day()
	}
	if f["to"] != nil {
		l.c.To = f["to"].Day()
	}
	if !l.c.From.Before(l.c.To) && n != nil {
		n.KeyNode().Error("bad-bounds", "no day lies between from and to", "from is the first plausible day, to the first that is no more")
	}
}

// years reads the closings of the controller and of other legal entities.
func (l *loader) years(n *file.Node) {
	f := n.Fields("the accounting years", "closings", "entities")
	l.closings("", f["closings"])
	for _, e := range f["entities"].Entries() {
		l.closings(e.Key(), e)
	}
}

func (l *loader) closings(entity string, n *file.Node) {
	var days []policy.Date
	for _, item := range n.Each() {
		d := item.Day()
		if len(days) > 0 && !d.IsZero() && !days[len(days)-1].Before(d) {
			item.Error("closings-order", fmt.Sprintf("%s does not follow %s", d, days[len(days)-1]), "write the closing days from the earliest to the latest")
		}
		days = append(days, d)
	}
	if len(days) == 0 {
		return
	}
	if l.c.Closings == nil {
		l.c.Closings = map[string][]policy.Date{}
	}
	l.c.Closings[entity] = days
}

func (l *loader) throttle(n *file.Node) {
	const hour = 3_600_000
	f := n.Fields("a throttle", "batch_ms", "pause", "stop_file")
	t := &l.c.Throttle
	if f["batch_ms"] != nil {
		t.Batch = time.Duration(f["batch_ms"].Int(1, hour)) * time.Millisecond
	}
	if f["pause"] != nil {
		t.Pause = f["pause"].Number(0, 1000)
	}
	t.StopFile = f["stop_file"].Text()
}

func (l *loader) approval(n *file.Node) {
	f := n.Fields("an approval", "required", "approvers", "people")
	a := &l.c.Approval
	a.Required = f["required"].Bool()
	for _, item := range f["approvers"].Each() {
		a.Approvers = append(a.Approvers, item.Text())
	}
	if f["people"] != nil {
		a.People = f["people"].Int(1, 9)
	}
	if len(a.Approvers) > 0 && a.People > len(a.Approvers) {
		f["people"].Error("too-few-approvers", fmt.Sprintf("%d persons must approve and %d may", a.People, len(a.Approvers)), "add names to approvers")
	}
	if a.Required && len(a.Approvers) == 0 {
		n.KeyNode().Error("missing-key", "an approval is required and nobody may give it", "add approvers: [NAME]")
	}
}

func (l *loader) archive(n *file.Node) {
	if n == nil {
		return
	}
	f := n.Fields("an archive", "address", "key_file")
	f.Need(n, "an archive", "address", "key_file")
	l.c.Archive = Archive{Address: f["address"].Text(), KeyFile: f["key_file"].Text()}
	refusePassword(f["address"])
}
