// Package schema is for editors: the JSON Schemas (draft 2020-12) of the files a company
// keeps, which complete and check them while they are written. What a schema cannot say,
// such as that an event was declared, the loaders check.
package schema

import "embed"

//go:embed policy.schema.json register.schema.json garant.schema.json forms.schema.json consent.schema.json cookies.schema.json
var files embed.FS

// Names returns the names of the files that have a schema.
func Names() []string { return []string{"policy", "register", "garant", "forms", "consent", "cookies"} }

// Of returns the schema of one of these files by its name without the ending, and whether there
// is one.
func Of(name string) ([]byte, bool) {
	b, err := files.ReadFile(name + ".schema.json")
	return b, err == nil
}
