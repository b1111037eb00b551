package read_test

import (
	"os"
	"testing"

	"github.com/garant-rgpd/garant/policy/read"
	"github.com/garant-rgpd/garant/policy/read/prose"
)

func BenchmarkRead(b *testing.B) {
	page, err := os.ReadFile("testdata/hotel.txt")
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	for len(text) < 40<<10 {
		text = append(append(text, page...), '\n')
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		doc, err := prose.Open("a.txt", text)
		if err != nil {
			b.Fatal(err)
		}
		read.Read("a.txt", doc)
	}
}
