package console

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Assets are the style, the fonts, the icon and the one script, each under an address that changes with what is
// in it, so that browsers may keep them for good. The pages outside wear them too.
type Assets struct {
	prefix string
	files  map[string]asset
}

type asset struct {
	digest, kind string
	body         packed
}

// NewAssets reads the fonts, then the style with the addresses of the fonts written into it; all
// are under the prefix, such as /assets/. sheet is one more style sheet, called more.css; nil for
// none.
func NewAssets(prefix string, sheet []byte) (*Assets, error) {
	out := &Assets{prefix, map[string]asset{}}
	names, err := fs.Glob(web, "web/fonts/*.woff2")
	if err != nil {
		return nil, err
	}
	for _, n := range append(names, "web/style.css", "web/icon.svg", "web/passkey.js") {
		b, err := fs.ReadFile(web, n)
		if err != nil {
			return nil, fmt.Errorf("read what the console ships: %w", err)
		}
		if n == "web/style.css" {
			b = []byte(out.addressed(string(b)))
		}
		if err := out.add(n, b); err != nil {
			return nil, err
		}
	}
	if sheet != nil {
		if err := out.add("more.css", sheet); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (a *Assets) add(name string, b []byte) error {
	sum := sha256.Sum256(b)
	body, err := pack(b, nil)
	a.files[path.Base(name)] = asset{hex.EncodeToString(sum[:6]), kindOf(name), body}
	return err
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	return "text/css; charset=utf-8"
}

// addressed replaces url(NAME) by the address of the asset.
func (a *Assets) addressed(css string) string {
	for name := range a.files {
		css = strings.ReplaceAll(css, "url("+name+")", "url("+a.Address(name)+")")
	}
	return css
}

// Address is where the asset of a name is: the prefix, the digest of what is in it, the name.
func (a *Assets) Address(name string) string { return a.prefix + a.files[name].digest + "/" + name }

// Serve writes the asset of a digest and a name, and reports whether there is one.
func (a *Assets) Serve(w http.ResponseWriter, r *http.Request, digest, name string) bool {
	f, ok := a.files[name]
	if !ok || f.digest != digest {
		return false
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	f.body.write(w, r, "")
	return true
}

func (c *Console) asset(w http.ResponseWriter, r *http.Request, _ visit) error {
	if !c.assets.Serve(w, r, r.PathValue("digest"), r.PathValue("name")) {
		return missing{}
	}
	return nil
}
