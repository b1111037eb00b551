package crawl

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/chromedp/chromedp"

	"github.com/garant-rgpd/garant/collect"
)

// words are what banners write on their buttons, in lower case, whole.
var words = map[collect.Phase][]string{
	collect.Refused: {"tout refuser", "refuser tout", "refuser", "je refuse", "continuer sans accepter", "refuser et continuer", "refuser les cookies", "non merci",
		"reject all", "refuse all", "reject", "decline", "decline all", "deny", "deny all", "continue without accepting", "only necessary"},
	collect.Agreed: {"tout accepter", "accepter tout", "accepter", "j’accepte", "j'accepte", "accepter et continuer", "accepter et fermer", "accepter les cookies", "ok, tout accepter",
		"accept all", "accept", "i accept", "allow all", "agree", "i agree", "accept all cookies"},
}

// press looks through the page, its shadows and its frames that may be read, for the button
// of the phase, and clicks on it.
func (v *visitor) press(ctx context.Context) (bool, error) {
	selector := v.o.Refuse
	if v.phase == collect.Agreed {
		selector = v.o.Accept
	}
	list, err := json.Marshal(words[v.phase])
	if err != nil {
		return false, fmt.Errorf("name the button: %w", err)
	}
	named, err := json.Marshal(selector)
	if err != nil {
		return false, fmt.Errorf("name the button: %w", err)
	}
	const find = `((selector, words) => {
const roots = [document];
for (let i = 0; i < roots.length; i++) for (const e of roots[i].querySelectorAll("*")) {
if (e.shadowRoot) roots.push(e.shadowRoot);
try { if (e.contentDocument) roots.push(e.contentDocument); } catch {}
}
const text = e => (e.innerText || e.value || e.getAttribute("aria-label") || "").trim().toLowerCase().replace(/\s+/g, " ");
const all = roots.flatMap(r => selector ? [...r.querySelectorAll(selector)] : [...r.querySelectorAll("button, [role=button], a, input[type=button], input[type=submit]")]);
const hit = selector ? all[0] : words.map(w => all.find(e => text(e) === w && e.getClientRects().length)).find(e => e);
if (!hit) return false;
hit.click();
return true;
})`
	hit, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("%s(%s, %s)", find, named, list)))
	if err != nil {
		return false, fmt.Errorf("press the button of the banner: %w", err)
	}
	return hit, nil
}
