package ledger

import (
	"bytes"
	"context"
	"errors"
)

// Certify returns the proofs of every leaf that has the reference, in order: what was done for
// one case, one hold or one run.
func (l *Log) Certify(ctx context.Context, ref string) ([]Proof, error) {
	var at []int64
	err := l.Show(ctx, 0, -1, func(i int64, leaf []byte) error {
		if e, err := Parse(leaf); err == nil && e.Ref == ref {
			at = append(at, i)
		}
		return nil
	})
	var out []Proof
	for _, i := range at {
		p, e := l.Prove(ctx, i)
		err = errors.Join(err, e)
		out = append(out, p)
	}
	return out, err
}

// fence stands on a line of its own before each proof of a certificate.
const fence = "-----8<-----"

// Certificate writes proofs one after the other, behind words for people. The words prove
// nothing: whoever verifies reads what the leaves say.
func Certificate(words []byte, proofs []Proof) []byte {
	var b bytes.Buffer
	b.Write(words)
	for _, p := range proofs {
		b.WriteString("\n" + fence + "\n")
		b.Write(p.Text())
	}
	return b.Bytes()
}

// CheckCertificate verifies every proof of a certificate with nothing but the public key, and
// returns what the leaves say. One proof that fails fails the certificate.
func CheckCertificate(text []byte, publicKey string) ([]Entry, error) {
	parts := bytes.Split(text, []byte("\n"+fence+"\n"))
	if len(parts) < 2 {
		return nil, errors.New("this is no certificate: it holds no proof")
	}
	var out []Entry
	for _, part := range parts[1:] {
		p, err := ParseProof(part)
		if err != nil {
			return nil, err
		}
		if _, err := p.Check(publicKey); err != nil {
			return nil, err
		}
		e, err := Parse(p.Leaf)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}
