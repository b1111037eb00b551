package serve

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/db"
)

// Forward forwards what people send with the forms, as garant form forward does, every so often
// until the context ends. The folder is opened only while something waits.
func (c *Company) Forward(ctx context.Context, every time.Duration, log *slog.Logger) {
	again(ctx, every, log, "forward what was sent with the forms", c.forward)
}

// again does something at once and then every so often until the context ends, and logs what fails.
func again(ctx context.Context, every time.Duration, log *slog.Logger, what string, do func(context.Context) error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			log.Error(what, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (c *Company) forward(ctx context.Context) error {
	due, err := c.State.LeadsDue(ctx, c.Clock())
	if err != nil || !due {
		return err
	}
	err = c.with(ctx, func(p *project.Project) error {
		if p.Forms == nil {
			return errors.New("leads wait and there is no forms.yaml to say where they go")
		}
		_, err := p.ForwardLeads(ctx, c.Clock)
		return err
	})
	if errors.Is(err, db.ErrRunning) {
		return nil // another process is at it
	}
	return err
}
