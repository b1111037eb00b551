package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/schema"
)

func (s *session) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use: "schema " + strings.Join(schema.Names(), "|"), Short: "The JSON Schema of a file, for editors", Args: exactly(1),
		Long: "Exit codes: 0 done; 2 wrong usage.",
		RunE: func(_ *cobra.Command, args []string) error {
			b, ok := schema.Of(args[0])
			if !ok {
				return usage(fmt.Errorf("there is no schema of %q; there are %s", args[0], strings.Join(schema.Names(), ", ")))
			}
			_, err := s.out.Write(b)
			return err
		},
	}
}
