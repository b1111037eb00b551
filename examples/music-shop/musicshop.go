// Package musicshop is for showing Garant on a database that nobody here designed: the
// policy, the register and the settings of an invented shop that runs on Chinook.
package musicshop

import "embed"

// Files are policy.yaml, register.yaml, garant.yaml and policy.fr.md. The database itself is
// not among them: it is the sample of github.com/lerocha/chinook-database.
//
//go:embed policy.yaml register.yaml garant.yaml policy.fr.md
var Files embed.FS
