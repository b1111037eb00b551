package serve

import (
	"context"
	"encoding/json"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/console/public"
	"github.com/garant-rgpd/garant/db"
)

// Publish publishes the policy with its text, as the folder has them, unless the latest edition
// says the same; it returns the edition and whether it is new. The state must be open.
func Publish(ctx context.Context, p *project.Project, at time.Time) (db.Edition, bool, error) {
	b, err := document(p)
	if err != nil {
		return db.Edition{}, false, err
	}
	return p.State.Publish(ctx, b, at)
}

func document(p *project.Project) ([]byte, error) {
	t, err := text(p)
	if err != nil {
		return nil, err
	}
	return json.Marshal(public.NewDocument(t, p.Policy))
}

// Stale reports whether the folder says something else than the latest edition; not where
// nothing was published.
func Stale(ctx context.Context, p *project.Project) (bool, error) {
	all, err := p.State.Editions(ctx)
	if err != nil || len(all) == 0 {
		return false, err
	}
	b, err := document(p)
	return err == nil && consent.Digest(b) != all[0].Digest, err
}
