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

// assets are the style, the fonts and the one script, each under a name that changes with what is in it, so
// that browsers may keep them for good.
type assets map[string]asset

type asset struct {
	digest, kind string
	body         []byte
}

// readAssets reads the fonts, then the style with the addresses of the fonts written into it.
func readAssets(web fs.FS) (assets, error) {
	out := assets{}
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
		sum := sha256.Sum256(b)
		out[path.Base(n)] = asset{hex.EncodeToString(sum[:6]), kindOf(n), b}
	}
	return out, nil
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
func (a assets) addressed(css string) string {
	for name := range a {
		css = strings.ReplaceAll(css, "url("+name+")", "url("+a.address(name)+")")
	}
	return css
}

func (a assets) address(name string) string { return "/assets/" + a[name].digest + "/" + name }

func (c *Console) asset(w http.ResponseWriter, r *http.Request, _ visit) error {
	a, ok := c.assets[r.PathValue("name")]
	if !ok || a.digest != r.PathValue("digest") {
		return missing{}
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, err := w.Write(a.body)
	return err
}
