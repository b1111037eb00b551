package consent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/ledger"
)

// Export is a receipt with the proof that the company entered it in its ledger. Receipt is a
// JSON-LD document of its own.
type Export struct {
	Receipt json.RawMessage `json:"receipt"`
	Proof   string          `json:"proof"`
}

// ReceiptDigest returns the digest under which the ledger knows a receipt: that of its JSON
// without white space between tokens.
func ReceiptDigest(receipt []byte) (string, error) {
	var b bytes.Buffer
	if err := json.Compact(&b, receipt); err != nil {
		return "", errForm
	}
	return BodyDigest(b.Bytes()), nil
}

var errForm = errors.New("it is no receipt in JSON")

// Verified is what a receipt shows to somebody who has the public key alone.
type Verified struct {
	Publisher string `json:"publisher"`
	// Records are those proven, Person whether each of them is about the identifier that was
	// asked about; false when none was.
	Records []Record `json:"records"`
	Person  bool     `json:"person"`
	// Size is that of the ledger which the receipt is entered in.
	Size int64 `json:"size"`
}

// Verify checks an exported receipt with nothing but the public key: that the receipt and
// each of its records are in the ledger as they are, that what the receipt says follows from
// the records, and, where who is given, that every record is about that person. Any
// alteration is an error that says what does not hold.
func Verify(export []byte, publicKey string, who ...Identifier) (Verified, error) {
	x, r, err := readExport(export)
	if err != nil {
		return Verified{}, err
	}
	digest, err := ReceiptDigest(x.Receipt)
	if err != nil {
		return Verified{}, err
	}
	leaf, c, err := proven(x.Proof, publicKey)
	if err != nil {
		return Verified{}, fmt.Errorf("the receipt: %w", err)
	}
	if leaf.Kind != ledger.Receipt || leaf.Root != digest {
		return Verified{}, errors.New("the receipt is not the one that was entered in the ledger")
	}
	v := Verified{Publisher: r.Publisher.Name, Size: c.Size, Person: len(who) > 0}
	for _, rv := range r.Records {
		rec, err := rv.verify(publicKey)
		if err != nil {
			return Verified{}, fmt.Errorf("record %.40q: %w", rv.Identifier, err)
		}
		if !rv.about(rec, who) {
			return Verified{}, fmt.Errorf("record %.40q is not about that person", rv.Identifier)
		}
		v.Records = append(v.Records, rec)
	}
	return v, nil
}

// readExport reads the file. A member that is there twice is an error: two readers could
// see two things.
func readExport(b []byte) (Export, Receipt, error) {
	var x Export
	var r Receipt
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&x); err != nil || d.More() || twice(b) {
		return x, r, errForm
	}
	d = json.NewDecoder(bytes.NewReader(x.Receipt))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return x, r, errForm
	}
	return x, r, nil
}

// twice reports whether an object of the JSON has a member twice, be it spelled in other
// letters: some readers tell these apart and some do not.
func twice(b []byte) bool {
	d := json.NewDecoder(bytes.NewReader(b))
	var open []map[string]bool // the members of the objects we are in; nil for a list
	key := false
	for {
		t, err := d.Token()
		if err != nil {
			return false
		}
		in := len(open) > 0 && open[len(open)-1] != nil
		switch t := t.(type) {
		case json.Delim:
			switch t {
			case '{':
				open, key = append(open, map[string]bool{}), true
				continue
			case '[':
				open, key = append(open, nil), false
				continue
			}
			open = open[:len(open)-1]
			key = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if in && key {
				name := strings.ToLower(t)
				if open[len(open)-1][name] {
					return true
				}
				open[len(open)-1][name], key = true, false
				continue
			}
		}
		key = in
	}
}

// proven checks the proof of a leaf and returns what the leaf says.
func proven(text, publicKey string) (ledger.Entry, ledger.Checkpoint, error) {
	p, err := ledger.ParseProof([]byte(text))
	if err != nil {
		return ledger.Entry{}, ledger.Checkpoint{}, err
	}
	c, err := p.Check(publicKey)
	if err != nil {
		return ledger.Entry{}, c, err
	}
	e, err := ledger.Parse(p.Leaf)
	return e, c, err
}

// verify checks one record: that the ledger has its source, and that what is shown follows
// from the source.
func (v RecordView) verify(publicKey string) (Record, error) {
	var source bytes.Buffer
	if err := json.Compact(&source, v.Source); err != nil {
		return Record{}, errForm
	}
	leaf, _, err := proven(v.Proof, publicKey)
	if err != nil {
		return Record{}, err
	}
	r, err := ReadRecord(source.Bytes())
	if err != nil {
		return r, err
	}
	if leaf.Kind != ledger.Recorded || leaf.Root != BodyDigest(source.Bytes()) || leaf.Ref != r.ID {
		return r, errors.New("its source is not the one that was entered in the ledger")
	}
	want := view(r)
	if v.Identifier != r.ID || !reflect.DeepEqual(v.Status, want.Status) || !slices.Equal(v.Subject.IDs, r.Subjects) {
		return r, errors.New("what is shown does not follow from its source")
	}
	return r, v.noticed(r)
}

// noticed checks the text shown against its digest.
func (v RecordView) noticed(r Record) error {
	switch {
	case v.Notice == nil && r.Notice == "":
		return nil
	case v.Notice == nil || v.Notice.ID != r.Notice || v.Notice.Text != "" && Digest([]byte(v.Notice.Text)) != r.Notice:
		return errors.New("the notice is not the one that was shown")
	}
	return nil
}

// about reports whether the record names one of the identifiers; with none it is not asked.
func (v RecordView) about(r Record, who []Identifier) bool {
	if len(who) == 0 {
		return true
	}
	return slices.ContainsFunc(who, func(i Identifier) bool { return slices.Contains(r.Subjects, Commit(v.SubjectKey, i)) })
}
