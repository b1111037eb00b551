package config

import (
	"github.com/garant-rgpd/garant/api/event"
	"github.com/garant-rgpd/garant/api/hook"
	"github.com/garant-rgpd/garant/policy/file"
)

// hook reads one program that is told what happens.
func (l *loader) hook(n *file.Node) {
	const what = "a hook"
	file.CheckName(n.KeyNode())
	f := n.Fields(what, "url", "secret_env", "events")
	f.Need(n, what, "url", "secret_env", "events")
	h := Hook{Name: n.Key(), URL: f["url"].Text(), SecretEnv: f["secret_env"].Text()}
	if f["url"] != nil && hook.Allowed(h.URL) != nil {
		f["url"].Error("bad-hook", "the address is not one of a webhook", "write https://…, or http:// on this machine, without a password")
	}
	var known []string
	for _, t := range event.Types() {
		known = append(known, string(t))
	}
	for _, e := range f["events"].Each() {
		h.Events = append(h.Events, event.Type(e.Choice("unknown-event", "event", known...)))
	}
	l.c.Hooks = append(l.c.Hooks, h)
}
