package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// ModelDigest returns the hex SHA-256 digest of the three files as they were read: what was
// found under other files answers another question.
func (p *Project) ModelDigest() string {
	h := sha256.New()
	for _, name := range []string{ConfigFile, PolicyFile, RegisterFile} {
		fmt.Fprintf(h, "%d %s\n%s", len(p.sources[name]), name, p.sources[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}
