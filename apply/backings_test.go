package apply_test

import "testing"

// backings are the stores that the tests run on.
var backings = map[string]func(t *testing.T) backing{
	"mem": func(*testing.T) backing { return memory1() },
}
