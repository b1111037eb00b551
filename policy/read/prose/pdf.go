package prose

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Limits of what a PDF may cost: pages read, memory in WebAssembly pages of 64 KiB, time.
const (
	mostPages   = 400
	mostMemory  = 4096
	longestRead = 60 * time.Second
)

// PDF reads the text layer of a PDF: lines and paragraphs are rebuilt from where the words
// stand, what every page repeats at its head and foot is left out. Offsets count in the text
// taken out of it, which is Document.Source. A scanned page has no text: ErrEmpty.
//
// The library runs inside a sandbox without files or network, with bounded memory and time,
// so that a hostile file can only fail.
func PDF(data []byte) (doc Document, err error) {
	defer func() {
		if r := recover(); r != nil { // the sandbox ends in a panic where memory runs out
			doc, err = Document{}, fmt.Errorf("%w: the PDF cannot be read", ErrBroken)
		}
	}()
	ctx, stop := context.WithTimeout(context.Background(), longestRead)
	defer stop()
	pages, err := pdfPages(ctx, data)
	if err != nil {
		return Document{}, err
	}
	doc, err = Plain([]byte(strings.Join(withoutFurniture(pages), "\n")))
	doc.Extracted = true
	return doc, err
}

func pdfPages(ctx context.Context, data []byte) ([][]string, error) {
	runtime := wazero.NewRuntimeConfig().WithMemoryLimitPages(mostMemory).WithCloseOnContextDone(true).
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MaxIdle: 1, MaxTotal: 1, RuntimeConfig: runtime, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: the reader of PDF does not start", ErrBroken)
	}
	defer func() { _ = pool.Close() }() // it holds nothing that could be lost
	p, err := pool.GetInstance(longestRead)
	if err != nil {
		return nil, fmt.Errorf("%w: the reader of PDF does not start", ErrBroken)
	}
	opened, err := p.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return nil, fmt.Errorf("%w: it is no PDF that can be opened, or it asks for a password", ErrBroken)
	}
	return readPages(p, opened.Document)
}

func readPages(p pdfium.Pdfium, doc references.FPDF_DOCUMENT) ([][]string, error) {
	count, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return nil, fmt.Errorf("%w: it has no pages", ErrBroken)
	}
	var pages [][]string
	total := 0
	for i := range min(count.PageCount, mostPages) {
		text, err := p.GetPageTextStructured(&requests.GetPageTextStructured{
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}, Mode: requests.GetPageTextStructuredModeRects,
		})
		if err != nil {
			return nil, fmt.Errorf("%w: page %d cannot be read", ErrBroken, i+1)
		}
		lines := linesOf(text.Rects)
		for _, l := range lines {
			total += len(l)
		}
		if total > Largest {
			return nil, fmt.Errorf("%w: its pages hold more than %d bytes of text", ErrTooLarge, Largest)
		}
		pages = append(pages, lines)
	}
	return pages, nil
}

// linesOf puts pieces of text that stand beside each other on one line, apart by a tabulator
// where the gap is that of a table, and an empty line where paragraphs stand apart.
func linesOf(rects []*responses.GetPageTextStructuredRect) []string {
	var out []string
	var last *responses.GetPageTextStructuredRect
	line := ""
	for _, r := range rects {
		text := strings.Join(strings.Fields(r.Text), " ")
		if text == "" {
			continue
		}
		if last != nil {
			sign, ends := between(last.PointPosition, r.PointPosition)
			if ends {
				out, line = append(out, line), ""
			}
			if sign == "\n" {
				out = append(out, "")
			} else {
				line += sign
			}
		}
		line += text
		last = r
	}
	return append(out, line)
}

// between tells what separates two pieces of text, and whether a line ends between them.
func between(a, b responses.CharPosition) (sign string, ends bool) {
	height := math.Max(1, b.Top-b.Bottom)
	if math.Abs(a.Bottom-b.Bottom) >= height/2 {
		if down := a.Bottom - b.Top; down > 0.75*height || down < -2*height {
			return "\n", true
		}
		return "", true
	}
	switch right := b.Left - a.Right; {
	case right > 3*height:
		return "\t", false
	case right > height/8:
		return " ", false
	}
	return "", false
}

var figures = regexp.MustCompile(`[0-9]+`)

// withoutFurniture leaves out the first and last lines that most pages repeat, page numbers
// aside.
func withoutFurniture(pages [][]string) []string {
	seen := map[string]int{}
	for _, page := range pages {
		for _, l := range edges(page) {
			seen[figures.ReplaceAllString(l, "#")]++
		}
	}
	var out []string
	for _, page := range pages {
		at := map[string]bool{}
		for _, l := range edges(page) {
			at[l] = len(pages) > 2 && 2*seen[figures.ReplaceAllString(l, "#")] > len(pages)
		}
		for _, l := range page {
			if !at[l] || l == "" {
				out = append(out, l)
			}
		}
	}
	return out
}

// edges returns the first and last lines of a page that are not empty: two each of a page
// that has many.
func edges(page []string) []string {
	var full []string
	for _, l := range page {
		if len(bytes.TrimSpace([]byte(l))) > 0 {
			full = append(full, l)
		}
	}
	n := 2
	if len(full) < 16 {
		n = 1
	}
	if len(full) < 2*n {
		return full
	}
	return append(append([]string{}, full[:n]...), full[len(full)-n:]...)
}
