package serve

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
)

// Tell tells the hooks of garant.yaml what happened, as garant hook send does, every so often
// until the context ends: here, or in a command that was called on the same folder.
func (c *Company) Tell(ctx context.Context, every time.Duration, log *slog.Logger) {
	again(ctx, every, log, "tell the hooks", c.tell)
}

func (c *Company) tell(ctx context.Context) error {
	p, err := project.Read(c.Dir, c.Getenv)
	if err != nil {
		return err
	}
	p.State = c.State
	_, err = p.TellHooks(ctx, c.Clock)
	if errors.Is(err, db.ErrRunning) {
		return nil // another process is at it
	}
	return err
}
