package serve

import (
	"context"
	"encoding/json"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/console/public"
	"github.com/garant-rgpd/garant/db"
)

// Publish publishes the policy with its text, as the folder has them, unless the latest edition
// says the same; it returns the edition and whether it is new. The state must be open.
func Publish(ctx context.Context, p *project.Project, at time.Time) (db.Edition, bool, error) {
	t, err := text(p)
	if err != nil {
		return db.Edition{}, false, err
	}
	b, err := json.Marshal(public.NewDocument(t, p.Policy))
	if err != nil {
		return db.Edition{}, false, err
	}
	return p.State.Publish(ctx, b, at)
}
