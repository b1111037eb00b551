package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
)

// Receipt makes the receipt of a person's records, enters it in the ledger, and returns it
// with its proof. That it was made is on file; whom it is about is not.
func (p *Project) Receipt(ctx context.Context, who []consent.Identifier, at time.Time) (consent.Export, error) {
	records, err := p.RecordsOf(ctx, who)
	if err != nil {
		return consent.Export{}, err
	}
	proven := make([]consent.Proven, len(records))
	for i, r := range records {
		if proven[i], err = p.proven(ctx, r.ID); err != nil {
			return consent.Export{}, err
		}
	}
	receipt := consent.NewReceipt(p.Policy, proven, at)
	b, err := json.Marshal(receipt)
	if err != nil {
		return consent.Export{}, fmt.Errorf("write the receipt: %w", err)
	}
	digest, err := consent.ReceiptDigest(b)
	if err != nil {
		return consent.Export{}, err
	}
	leaf, err := p.State.EnterReceipt(ctx, receipt.Identifier, digest, len(records), at)
	if err != nil {
		return consent.Export{}, err
	}
	proof, err := p.State.Ledger().Prove(ctx, leaf)
	return consent.Export{Receipt: b, Proof: string(proof.Text())}, err
}

// proven reads a record with its proof.
func (p *Project) proven(ctx context.Context, id string) (consent.Proven, error) {
	r, body, leaf, err := p.State.Record(ctx, id)
	if err != nil {
		return consent.Proven{}, err
	}
	proof, err := p.State.Ledger().Prove(ctx, leaf)
	if err != nil {
		return consent.Proven{}, err
	}
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return consent.Proven{}, err
	}
	x := consent.Proven{Record: r, Body: body, Key: consent.RecordKey(key, r.ID), Proof: proof.Text()}
	if r.Notice != "" {
		if x.Notice, err = p.State.Notice(ctx, r.Notice); errors.Is(err, db.ErrNotFound) {
			err = nil // the digest alone was entered
		}
	}
	return x, err
}
