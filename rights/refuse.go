package rights

import (
	"context"
	"fmt"
	"slices"
)

// Ground is why a request is refused, in whole or in part.
type Ground string

// The grounds: articles 11(2) and 12(2) (identity), 12(5) (unfounded, excessive), 15(4)
// (others' rights), 17(3) (expression, legal obligation, public health, archiving, legal
// claims), and that the right does not apply to what is held (a basis that does not give it).
const (
	NotIdentified   Ground = "identity_not_shown"
	Unfounded       Ground = "manifestly_unfounded"
	Excessive       Ground = "excessive"
	OthersRights    Ground = "others_rights"
	Expression      Ground = "expression"
	LegalObligation Ground = "legal_obligation"
	PublicHealth    Ground = "public_health"
	Archiving       Ground = "archiving"
	LegalClaims     Ground = "legal_claims"
	NotApplicable   Ground = "right_does_not_apply"
)

// Grounds returns the grounds on which a right may be refused. Article 17(3) speaks of
// erasure alone, article 15(4) of copies.
func Grounds(r Right) []Ground {
	out := []Ground{NotIdentified, Unfounded, Excessive, NotApplicable}
	switch r {
	case Access, Portability:
		out = append(out, OthersRights)
	case Erasure:
		out = append(out, Expression, LegalObligation, PublicHealth, Archiving, LegalClaims)
	case Objection, Restriction:
		out = append(out, LegalClaims)
	}
	return out
}

// ErrGround says that the law knows no such ground for the right.
var ErrGround = fmt.Errorf("the law knows no such ground for this right")

// Refuse refuses a case on a ground with the reason that the person is told (article 12(4)).
// For want of identity it may be refused only after identity was asked.
func (d Desk) Refuse(ctx context.Context, id string, g Ground, why string, s Signed) (Case, error) {
	if why == "" {
		return Case{}, fmt.Errorf("%s: refuse: %w", id, ErrReason)
	}
	return d.Memory.ChangeCase(ctx, id, func(c *Case) error {
		if !slices.Contains(Grounds(c.Right), g) {
			return fmt.Errorf("%s: %w; there are %v", id, ErrGround, Grounds(c.Right))
		}
		_, doubted := c.Has(Doubted)
		_, linked := c.Has(LinkMade)
		if g == NotIdentified && !doubted && !linked {
			return fmt.Errorf("%s: refuse for want of identity that was not asked: %w", id, ErrAct)
		}
		d.resume(c, s)
		return c.act(d.step(s, Refuse, string(g), why))
	})
}

// resume lets the clock run again.
func (d Desk) resume(c *Case, s Signed) {
	if n := len(c.Stops); n > 0 && c.Stops[n-1].Until.IsZero() {
		c.Stops[n-1].Until = d.day(s)
	}
}
