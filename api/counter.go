package api

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/garant-rgpd/garant/consent"
)

// errClosed says that the service is going away; no answer was given.
var errClosed = errors.New("the service is stopping")

// counter answers questions that come at the same time with one look at the memory, and
// writes their answers down with one commit. Nobody gets an answer that is not on file.
type counter struct {
	desk  *consent.Desk
	in    chan *call
	out   chan []*call
	ended chan struct{}
	stop  sync.Once
	wait  sync.WaitGroup
}

// call is one question that waits. The counter owns it until done is closed.
type call struct {
	in    consent.Inquiry
	reply consent.Reply
	err   error
	done  chan struct{}
}

// together bounds how many questions are answered and written down at once.
const together = 1024

func newCounter(d *consent.Desk) *counter {
	c := &counter{desk: d, in: make(chan *call, together), out: make(chan []*call), ended: make(chan struct{})}
	c.wait.Go(c.look)
	c.wait.Go(c.write)
	return c
}

// ask waits for the answer of a question, as long as the context lives.
func (c *counter) ask(ctx context.Context, in consent.Inquiry) (consent.Reply, error) {
	x := &call{in: in, done: make(chan struct{})}
	select {
	case c.in <- x:
	case <-ctx.Done():
		return consent.Reply{}, ctx.Err()
	case <-c.ended:
		return consent.Reply{}, errClosed
	}
	select {
	case <-x.done:
		return x.reply, x.err
	case <-ctx.Done():
		return consent.Reply{}, ctx.Err()
	case <-c.ended:
		return consent.Reply{}, errClosed
	}
}

// look answers what waits, all of it at once, and hands it to the writer when that one is
// free: while one batch is committed the next one gathers.
func (c *counter) look() {
	defer close(c.out)
	for {
		var calls []*call
		select {
		case x := <-c.in:
			calls = append(calls, x)
		case <-c.ended:
			return
		}
		runtime.Gosched() // those who are about to ask come along
		for len(calls) < together && len(c.in) > 0 {
			calls = append(calls, <-c.in)
		}
		c.answer(calls)
		c.out <- calls
	}
}

func (c *counter) answer(calls []*call) {
	ins := make([]consent.Inquiry, len(calls))
	for i, x := range calls {
		ins[i] = x.in
	}
	replies, errs, err := c.desk.AskAll(context.Background(), ins)
	for i, x := range calls {
		if err != nil {
			x.err = err
			continue
		}
		x.reply, x.err = replies[i], errs[i]
	}
}

// write writes answers down, and lets them go once they are on file.
func (c *counter) write() {
	for calls := range c.out {
		var log []consent.Logged
		for _, x := range calls {
			if x.err == nil {
				log = append(log, x.reply.Log(x.in.Now))
			}
		}
		err := c.desk.Keeper.LogAnswers(context.Background(), log)
		for _, x := range calls {
			if err != nil && x.err == nil {
				x.reply, x.err = consent.Reply{}, err
			}
			close(x.done)
		}
	}
}

// close stops the counter; questions that wait get no answer.
func (c *counter) close() {
	c.stop.Do(func() { close(c.ended) })
	c.wait.Wait()
}
