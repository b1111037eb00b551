package ledger

import (
	"bytes"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// FuzzDecodeKey checks that no bytes make the decoder of record keys panic, and that what it
// reads is written the same way again: two encodings of one key would be two records.
func FuzzDecodeKey(f *testing.F) {
	whole := EncodeKey(store.Key{nil, int64(-1), 1.5, true, "l'été", []byte{0, 255}, policy.MustDate("2024-02-29"), time.Unix(1, 2)})
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte{})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 'n'})
	f.Add([]byte{1, 's', 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := DecodeKey(b)
		if err != nil {
			return
		}
		again := EncodeKey(k)
		k2, err := DecodeKey(again)
		if err != nil || !bytes.Equal(EncodeKey(k2), again) {
			t.Errorf("%x is read as a key that is not read back", b)
		}
	})
}

// FuzzParse checks that no leaf makes the reading of leaves panic, and that what is read as an
// entry and can be written is read again as the same.
func FuzzParse(f *testing.F) {
	line, err := act(1).Line()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add(line[:len(line)/2])
	f.Add([]byte(`{"v":1,"kind":"act","at":"0000-00-00T00:00:00Z"}`))
	f.Add([]byte(`{"as_of":"2023-02-29"}`))
	f.Fuzz(func(t *testing.T, leaf []byte) {
		e, err := Parse(leaf)
		if err != nil {
			return
		}
		first, err := e.Line()
		if err != nil {
			return // free text, or a time that JSON cannot hold
		}
		e, err = Parse(first)
		if err != nil {
			t.Fatalf("%q is written and not read", first)
		}
		if again, err := e.Line(); err != nil || !bytes.Equal(first, again) {
			t.Errorf("%q is written again as %q", first, again)
		}
	})
}
