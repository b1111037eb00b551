// Package energyrenovation is for showing Garant at work: the policy, the register, the
// settings, the published text and the tables of an invented energy-renovation company.
package energyrenovation

import "embed"

// Files are policy.yaml, register.yaml, garant.yaml, consent.yaml, policy.fr.md and the tables of both
// stores for each engine, schema/sqlite.sql, schema/postgres.sql and schema/mariadb.sql, with the
// indexes that searches for people want on SQLite.
//
//go:embed policy.yaml register.yaml garant.yaml consent.yaml policy.fr.md schema/*.sql
var Files embed.FS
