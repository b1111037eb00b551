package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/garant-rgpd/garant/cmd/project"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/consent/page"
	"github.com/garant-rgpd/garant/policy"
)

func (s *session) consentLinkCmd() *cobra.Command {
	var public, purpose, channel string
	c := &cobra.Command{
		Use: "link PERSON", Short: "The address of a person's own page, and the headers of a mail that is unsubscribed from in one click", Args: exactly(1),
		Long: "garant consent link someone@a.example --url https://choix.a.example --for newsletter --by email\n\n" +
			"garant consent serve --url answers there. The address names the person to nobody, and to read it changes nothing.",
		RunE: func(c *cobra.Command, args []string) error {
			who, err := consent.Identify(args[0])
			if err != nil {
				return usage(err)
			}
			base, err := publicAddress(public)
			if err != nil {
				return usage(err)
			}
			if channel != "" && !slices.Contains(consent.Channels(), consent.Channel(channel)) {
				return usage(errors.New("--by: there is no such channel"))
			}
			return s.withState(c.Context(), func(p *project.Project) error {
				if !slices.ContainsFunc(p.Policy.Purposes, func(x policy.Purpose) bool { return purpose == "" || string(x.ID) == purpose }) {
					return usage(fmt.Errorf("--for: the policy has no purpose called %q", purpose))
				}
				key, err := p.State.PersonKey(c.Context())
				if err != nil {
					return err
				}
				links, err := page.NewLinks(key)
				if err != nil {
					return err
				}
				word, err := links.Seal(page.Link{Person: who, Purpose: policy.PurposeID(purpose), Channel: consent.Channel(channel)})
				if err != nil {
					return err
				}
				return s.showLink(base, word)
			})
		},
	}
	c.Flags().StringVar(&public, "url", "", "public address of people's own pages, such as https://choix.a.example")
	c.Flags().StringVar(&purpose, "for", "", "what one click takes back (default: everything)")
	c.Flags().StringVar(&channel, "by", "", "the channel that one click takes back (default: every one)")
	return c
}

func (s *session) showLink(base, word string) error {
	headers := page.Headers(base, word)
	if s.json {
		return s.print(map[string]any{"page": base + "/p/" + word, "headers": headers})
	}
	s.line("%s", "%s", base+"/p/"+word)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		s.line("%s: %s", "%s: %s", name, headers[name])
	}
	return nil
}
