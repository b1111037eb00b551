package vault

import (
	"bytes"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/store"
)

// FuzzNames checks that no bytes make the reading of a sheet's names panic, and that names
// which are days that exist are written as they were read.
func FuzzNames(f *testing.F) {
	f.Add(packNames([]name{{until: later}, {until: policy.Date{}}}))
	f.Add(bytes.Repeat([]byte{0xff}, nameSize))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		names, err := unpackNames(b)
		if err != nil {
			return
		}
		for _, n := range names {
			if _, err := policy.ParseDate(n.until.String()); err != nil && !n.until.IsZero() {
				return
			}
		}
		if !bytes.Equal(packNames(names), b) {
			t.Errorf("%x is written as %x", b, packNames(names))
		}
	})
}

// FuzzUnpack checks that no bytes make the reading of a copy panic.
func FuzzUnpack(f *testing.F) {
	c, err := newPacker(copies("b", nil).Step).pack(store.Row{"a@b.example", nil})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(c)
	f.Add(c[:len(c)-1])
	f.Fuzz(func(t *testing.T, b []byte) {
		fields, err := unpack(b)
		if err == nil && len(b) > 0 {
			if again, err := unpack(pack(fields)); err != nil || len(again) != len(fields) {
				t.Errorf("a copy of %d fields is read back as one of %d", len(fields), len(again))
			}
		}
	})
}
