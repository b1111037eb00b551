// Command bytes is for comparing what a page loads: the cookie banner and the open ones that
// people use instead, from their npm packages, packed by the same gzip.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/collect/file"
	"github.com/garant-rgpd/garant/collect/web"
	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/policy"
)

// peer is a banner on npm with the files that a page in French loads.
type peer struct {
	name, module string
	files        []string
	note         string
}

func peers() []peer {
	return []peer{
		{"Orejime", "orejime@3.2.1", []string{"dist/orejime-standard-fr.js", "dist/orejime-standard.css"}, "text included; names of services come on top"},
		{"orestbida CookieConsent", "vanilla-cookieconsent@3.1.0", []string{"dist/cookieconsent.umd.js", "dist/cookieconsent.css"}, "its text is the site's own, and comes on top"},
		{"Klaro", "klaro@0.7.22", []string{"dist/klaro-no-translations.js"}, "its smallest with style; the text comes on top"},
		{"tarteaucitron", "tarteaucitronjs@1.34.0", []string{"tarteaucitron.min.js", "css/tarteaucitron.min.css", "lang/tarteaucitron.fr.min.js", "tarteaucitron.services.min.js"}, "text and all services included"},
	}
}

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bytes:", err)
		os.Exit(1)
	}
}

func run(out io.Writer) error {
	dir, err := os.MkdirTemp("", "garant-bytes-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the system clears what stays
	fmt.Fprintln(out, "| banner | files a page loads | bytes gzip | |\n|---|---|---|---|")
	for _, all := range []bool{false, true} {
		if err := ours(out, all); err != nil {
			return err
		}
	}
	for _, p := range peers() {
		n, err := p.weigh(dir)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| %s (%s) | %s | %d | %s |\n", p.name, p.module, strings.Join(p.files, ", "), n, p.note)
	}
	return nil
}

// ours weighs the banner in French: with one service for each of five purposes, and with
// every service there is.
func ours(out io.Writer, all bool) error {
	site, err := example(all)
	if err != nil {
		return err
	}
	b, err := web.New(context.Background(), site, web.Options{Keeper: nowhere{}, Clock: time.Now, Zone: time.UTC, Lasts: policy.Months(6), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	what := "five purposes, one service each"
	if all {
		what = "every service that is ready"
	}
	fmt.Fprintf(out, "| Garant, %s | fr.js | %d | script, style, text and names of services |\n", what, b.Weight("fr"))
	return nil
}

func example(all bool) (collect.Site, error) {
	services, problems := file.Services()
	if len(problems) > 0 {
		return collect.Site{}, problems[0]
	}
	site := collect.Site{Origins: []string{"https://www.shop.example"}, Privacy: "/confidentialite"}
	for _, k := range []collect.Kind{collect.Audience, collect.Ads, collect.Chat, collect.Maps, collect.Video} {
		p := collect.Purpose{ID: policy.CookieID(k), Consent: true, Keep: policy.Months(13), Title: consent.Text{FR: "la finalité " + string(k)}}
		for _, s := range services {
			if s.Kind == k && (all || len(p.Services) == 0) {
				p.Services = append(p.Services, s)
			}
		}
		site.Purposes = append(site.Purposes, p)
	}
	return site, nil
}

// nowhere keeps nothing.
type nowhere struct{}

// KeepNotice implements collect.Keeper.
func (nowhere) KeepNotice(context.Context, []byte, time.Time) (string, error) { return "", nil }

// EnterChoice implements collect.Keeper.
func (nowhere) EnterChoice(context.Context, collect.Choice) error { return nil }

// weigh fetches the package and packs its files.
func (p peer) weigh(dir string) (int, error) {
	c := exec.Command("npm", "pack", "--silent", p.module)
	c.Dir, c.Stderr = dir, os.Stderr
	name, err := c.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return 0, errors.New("npm is needed (Debian: apt-get install npm)")
	}
	if err != nil {
		return 0, fmt.Errorf("fetch %s: %w", p.module, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(name))))
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", p.module, err)
	}
	files, err := unpack(b)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", p.module, err)
	}
	total := 0
	for _, f := range p.files {
		n, err := packed(files["package/"+f])
		if err != nil || n == 0 {
			return 0, fmt.Errorf("%s has no %s", p.module, f)
		}
		total += n
	}
	return total, nil
}

func unpack(archive []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	out, r := map[string][]byte{}, tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if out[h.Name], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
}

// packed is how many bytes are left after gzip; 0 of nothing.
func packed(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := z.Write(b); err != nil {
		return 0, err
	}
	err = z.Close()
	return out.Len(), err
}
