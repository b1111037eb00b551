package project

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/garant-rgpd/garant/consent"
	consentfile "github.com/garant-rgpd/garant/consent/file"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
	policyfile "github.com/garant-rgpd/garant/policy/file"
)

// ConsentFile is the file in which a company says what its purposes do with people. It may
// be missing: then little is known, and little is allowed.
const ConsentFile = "consent.yaml"

// uses reads the settings about uses and what is wrong with them.
func (p *Project) uses(known *policy.Policy) (consent.Settings, []policy.Problem, error) {
	name := filepath.Join(p.Dir, ConsentFile)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return consent.Settings{}, nil, nil
	}
	if err != nil {
		return consent.Settings{}, nil, errors.New("consent.yaml is there and cannot be read")
	}
	p.sources[ConsentFile] = b
	s, problems := consentfile.Load(name, b, known)
	return s, problems, nil
}

// May returns where the question is asked whether a use is allowed. The state must be open;
// the stores need not be.
func (p *Project) May(ctx context.Context) (*consent.Desk, error) {
	if p.Failed() {
		return nil, ErrProblems
	}
	pack, err := law.French()
	if err != nil {
		return nil, err
	}
	book, err := consent.NewBook(pack)
	if err != nil {
		return nil, err
	}
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return nil, err
	}
	return &consent.Desk{Book: book, Settings: p.Uses, Policy: p.Policy, Keeper: p.State, Key: key, Zone: p.Config.Zone}, nil
}

// PolicyDigest returns the digest of the policy in force, which records of consents name.
func (p *Project) PolicyDigest() string { return "sha256:" + policyfile.Digest(p.Policy) }

// RecordsOf returns what is on file about a person.
func (p *Project) RecordsOf(ctx context.Context, who []consent.Identifier) ([]consent.Record, error) {
	key, err := p.State.PersonKey(ctx)
	if err != nil {
		return nil, err
	}
	refs := make([]consent.Ref, len(who))
	for i, w := range who {
		refs[i] = consent.Refer(key, w)
	}
	return p.State.RecordsOf(ctx, refs)
}
