package main

import (
	"fmt"

	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/console/sso"
)

// provider is the company's own, by whose accounts people come in to the console; nil where
// garant.yaml names none.
func (s *session) provider(c config.SignIn) (console.Provider, error) {
	if c.Issuer == "" {
		return nil, nil
	}
	secret := ""
	if c.SecretEnv != "" {
		if secret = s.getenv(c.SecretEnv); secret == "" {
			return nil, coded{fmt.Errorf("garant.yaml: sign_in: the environment has no %s", c.SecretEnv), exitError,
				"donner le secret du client dans cette variable, puis relancer", "give the client's secret in that variable, then start again"}
		}
	}
	return sso.New(c.Issuer, c.Client, secret, s.instant), nil
}
