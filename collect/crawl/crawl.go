// Package crawl is for seeing what a web site does on a visitor's device: it opens the site in
// a browser before any choice, after a refusal and after an agreement, each time as a new
// visitor, and lists what it finds. What to think of it is for collect.Judge.
package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"golang.org/x/net/publicsuffix"

	"github.com/garant-rgpd/garant/collect"
)

// Options are how a site is opened.
type Options struct {
	// Browser is the path of Chromium.
	Browser string
	// Wait is how long a page is given after it was loaded and after a choice.
	Wait time.Duration
	// Refuse and Accept are CSS selectors of the buttons; found by their words when empty.
	Refuse, Accept string
	// Root is true where the process is the superuser's, for whom Chromium has no sandbox.
	Root bool
}

// ErrBrowser says that the browser did not start; ErrSite that the page did not open.
var (
	ErrBrowser = errors.New("the browser does not start")
	ErrSite    = errors.New("the site does not open")
)

// Look opens the address as three new visitors. A phase whose button was not found is not in
// what is reached.
func Look(ctx context.Context, address string, o Options) (seen []collect.Sighting, reached []collect.Phase, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, fmt.Errorf("read the address: %w", ErrSite)
	}
	for _, phase := range collect.Phases() {
		v := visitor{o: o, site: u, phase: phase}
		ok, err := v.visit(ctx)
		if err != nil {
			return nil, nil, err
		}
		if ok {
			seen, reached = append(seen, v.seen...), append(reached, phase)
		}
	}
	return seen, reached, nil
}

// visitor is a browser that was never on the site.
type visitor struct {
	o     Options
	site  *url.URL
	phase collect.Phase
	seen  []collect.Sighting

	mu    sync.Mutex
	hosts []string // under mu: of the requests that left the site, in order
}

// visit reports whether the phase was reached.
func (v *visitor) visit(ctx context.Context) (bool, error) {
	dir, err := os.MkdirTemp("", "garant-crawl-")
	if err != nil {
		return false, errors.New("there is no room for the browser's folder")
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system clears what stays
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(v.o.Browser), chromedp.DisableGPU, chromedp.UserDataDir(dir),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if v.o.Root {
		opts = append(opts, chromedp.NoSandbox)
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, opts...)
	defer stop()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	ctx, end := context.WithTimeout(ctx, 30*time.Second+3*v.o.Wait)
	defer end()
	if err := chromedp.Listen(ctx, v.hear); err != nil {
		return false, errors.Join(ErrBrowser, err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		return false, errors.Join(ErrBrowser, err)
	}
	return v.walk(ctx)
}

// walk opens the page, makes the phase's choice, and opens it again as a visitor who goes on.
func (v *visitor) walk(ctx context.Context) (bool, error) {
	if err := v.open(ctx); err != nil {
		return false, err
	}
	if v.phase != collect.Before {
		v.forget() // what came before the choice is the first phase's
		pressed, err := v.press(ctx)
		if err != nil || !pressed {
			return false, err
		}
		if err := errors.Join(pause(ctx, v.o.Wait), v.open(ctx)); err != nil {
			return false, err
		}
	}
	return true, v.list(ctx)
}

func (v *visitor) open(ctx context.Context) error {
	if err := chromedp.Do(ctx, chromedp.Navigate(v.site.String())); err != nil {
		return fmt.Errorf("%w: %w", ErrSite, err)
	}
	return pause(ctx, v.o.Wait)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hear notes the hosts that are asked for something, never what they are asked.
func (v *visitor) hear(ev any) {
	e, ok := ev.(*network.EventRequestWillBeSent)
	if !ok {
		return
	}
	u, err := url.Parse(e.Request.URL)
	if err != nil || u.Host == "" || v.own(u) {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if !slices.Contains(v.hosts, u.Host) {
		v.hosts = append(v.hosts, u.Host)
	}
}

func (v *visitor) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.hosts = nil
}

// own reports whether an address is of the site's own domain.
func (v *visitor) own(u *url.URL) bool {
	if u.Host == v.site.Host {
		return true
	}
	a, err1 := publicsuffix.EffectiveTLDPlusOne(u.Hostname())
	b, err2 := publicsuffix.EffectiveTLDPlusOne(v.site.Hostname())
	return err1 == nil && err2 == nil && a == b && strings.Trim(a, "0123456789.") != ""
}

// stored lists the names of what the page keeps in the browser beside cookies.
const stored = `(async () => ({
local: Object.keys(localStorage), session: Object.keys(sessionStorage),
databases: indexedDB.databases ? (await indexedDB.databases()).map(d => d.name) : [],
caches: self.caches ? await caches.keys() : [],
}))()`

// list adds what there is at the end of the phase.
func (v *visitor) list(ctx context.Context) error {
	cookies, err := chromedp.Call(ctx, storage.GetCookies, storage.GetCookiesParams{})
	if err != nil {
		return fmt.Errorf("list cookies: %w", err)
	}
	for _, c := range cookies.Cookies {
		s := collect.Sighting{Phase: v.phase, Kind: collect.SeenCookie, Name: c.Name, Host: c.Domain}
		if !c.Session && c.Expires > 0 {
			s.Until = time.Unix(int64(c.Expires), 0).UTC()
		}
		v.seen = append(v.seen, s)
	}
	kept, err := chromedp.Run(ctx, chromedp.Evaluate[map[string][]string](stored, chromedp.EvalAwaitPromise))
	if err != nil {
		return fmt.Errorf("list what is stored: %w", err)
	}
	for _, kind := range []string{"local", "session", "databases", "caches"} {
		for _, name := range kept[kind] {
			v.seen = append(v.seen, collect.Sighting{Phase: v.phase, Kind: collect.SeenStorage, Name: name, Host: v.site.Host})
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, h := range v.hosts {
		v.seen = append(v.seen, collect.Sighting{Phase: v.phase, Kind: collect.SeenRequest, Name: h, Host: h})
	}
	return nil
}
