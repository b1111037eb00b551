package main

import (
	"fmt"

	"github.com/garant-rgpd/garant/policy"
)

// place writes where a problem is, as compilers do.
func place(p policy.Problem) string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }
