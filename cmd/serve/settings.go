package serve

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/ledger"
)

// Test implements console.Tester.
func (c *Company) Test(ctx context.Context) (out []console.StoreTest, err error) {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		return nil, err
	}
	if p.Failed() {
		return nil, &console.Unready{Problems: failed(p.Problems)}
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := p.Connect(ctx); err != nil && !errors.Is(err, project.ErrProblems) {
		return nil, err
	}
	if err := p.OpenState(ctx); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Config.Stores)) {
		schema, ok := p.Schemas[name]
		x := console.StoreTest{Name: name, Engine: p.Config.Stores[name].Engine, Tables: int64(len(schema.Tables)), Silent: !ok}
		if ok {
			x.Grants = p.Grants(name)
			if x.Restored, err = p.Restored(ctx, name); err != nil {
				x.Denied, err = true, nil // it answers, and does not let its receipts be read
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// Setup implements console.Installer.
func (c *Company) Setup(ctx context.Context) (console.Setup, error) {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		return console.Setup{}, err
	}
	out := console.Setup{Server: p.Config.Mail.Server, From: p.Config.Mail.From, Key: c.State.PublicKey()}
	p.State = c.State // which is the folder's, and is not p's to close
	if out.Keys, err = recordKeys(ctx, p, c.Clock()); err != nil {
		return out, err
	}
	backups, err := storeBackups(ctx, p, c.Clock())
	if err != nil {
		return out, err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Config.Stores)) {
		n, err := c.State.LastReceipt(ctx, name)
		if err != nil {
			return out, err
		}
		out.Stores = append(out.Stores, console.StoreSetup{Name: name, Engine: p.Config.Stores[name].Engine, Receipts: n, Backup: backups[name]})
	}
	if out.Since, err = c.State.KeyChanged(ctx); err != nil || !out.Since.IsZero() {
		return out, err
	}
	return out, c.State.Ledger().Show(ctx, 0, 1, func(_ int64, leaf []byte) error {
		e, err := ledger.Parse(leaf)
		out.Since = e.At
		return err
	})
}

// storeBackups is what is known of backups, by store, without asking one.
func storeBackups(ctx context.Context, p *project.Project, now time.Time) (map[string]*console.StoreBackup, error) {
	all, err := p.Backups(ctx, now)
	out := map[string]*console.StoreBackup{}
	for _, b := range all {
		out[b.Store] = &console.StoreBackup{Last: b.Last, Kept: b.Kept, Horizon: b.Horizon, State: string(b.State), Noted: b.From == project.ByNote}
	}
	return out, err
}

// recordKeys are the keys of digests of a store and a year, and how long each is needed.
func recordKeys(ctx context.Context, p *project.Project, now time.Time) (out []console.RecordKey, err error) {
	keys, err := p.Keys(ctx, now)
	for _, k := range keys {
		if k.For == project.KeyOfRecords {
			out = append(out, console.RecordKey{Store: k.Store, Year: k.Year, Made: k.Since, Destroyed: k.Destroyed, Until: k.Until, State: string(k.State)})
		}
	}
	return out, err
}

// TryMail implements console.Installer.
func (c *Company) TryMail(ctx context.Context, to, subject, body string) error {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		return err
	}
	server, err := p.Post()
	if err == nil {
		err = server.Send(ctx, to, subject, body)
	}
	return asked(err)
}
