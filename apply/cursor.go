package apply

import (
	"fmt"

	"github.com/garant-rgpd/garant/store"
)

// cursor is the progress of a step. One that is older than the truth costs time and nothing
// else.
type cursor struct {
	// pass is 0 before the step, then sweeping, 1 or 2.
	pass int64
	// batch numbers the next batch.
	batch int64
	// since is the sequence of the store's last receipt before the step's first.
	since int64
	// dropped counts records that were no longer due when looked at again.
	dropped  int64
	finished bool
	// after is the last key of the pass that was looked at.
	after store.Key
}

// pack returns the cursor in the form in which it is saved.
func (c cursor) pack() store.Key {
	return append(store.Key{c.pass, c.batch, c.since, c.dropped, c.finished}, c.after...)
}

// unpack reads what pack made; nil is the cursor before the step.
func unpack(k store.Key) (c cursor, err error) {
	if len(k) == 0 {
		return c, nil
	}
	ok := len(k) >= 5
	for i, n := range []*int64{&c.pass, &c.batch, &c.since, &c.dropped} {
		ok = ok && assign(n, k[i])
	}
	if !ok || !assign(&c.finished, k[4]) {
		return cursor{}, fmt.Errorf("the cursor is damaged")
	}
	if len(k) > 5 {
		c.after = k[5:]
	}
	return c, nil
}

func assign[T any](to *T, v any) (ok bool) {
	*to, ok = v.(T)
	return ok
}
