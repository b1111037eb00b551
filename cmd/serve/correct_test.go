package serve_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/console"
	"github.com/garant-rgpd/garant/ledger"
	"github.com/garant-rgpd/garant/rights"
)

// TestCorrect reads a record of the person, which is noted, and corrects it once, however many
// windows were open on it.
func TestCorrect(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), tested(t, "heating")
	id := opened(t, c, rights.Rectification)
	found, err := c.Find(ctx, id, "marie")
	if err != nil || len(found.Records) == 0 {
		t.Fatal(found, err)
	}
	i := slices.IndexFunc(found.Records, func(r rights.Record) bool { return r.Dataset == "clients" })
	ref := console.Ref{Dataset: "clients", Key: rights.RecordName(found.Records[i].Key)}
	fields, err := c.Fields(ctx, id, ref, "marie")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(fields, func(f console.Field) bool { return f.Column == "note" })
	if at < 0 || fields[at].Was != fields[at].Is {
		t.Fatalf("the fields are %+v", fields)
	}
	reads, err := c.Reads(ctx)
	if err != nil || len(reads) == 0 || reads[0].What != "values" || reads[0].Reason != id || reads[0].By != "marie" {
		t.Errorf("the reading is %+v, %v", reads, err)
	}
	one, other := fields[at], fields[at]
	one.Is, other.Is = "Needle-Un", "Needle-Deux"
	if err := c.Correct(ctx, id, ref, []console.Field{one}, "dpo"); err != nil {
		t.Fatal(err)
	}
	refused(t, c.Correct(ctx, id, ref, []console.Field{other}, "dpo"), "changed since it was shown")
	refused(t, c.Correct(ctx, id, ref, []console.Field{one}, "dpo"), "changed since it was shown")
	after, err := c.Fields(ctx, id, ref, "marie")
	if err != nil || len(after) <= at || after[at].Was != "Needle-Un" {
		t.Errorf("the fields hold %+v, %v", after, err)
	}
	k, err := c.Request(ctx, id)
	if err != nil || len(k.Corrections) != 1 || k.Corrections[0].Column != "note" {
		t.Errorf("the case has %+v, %v", k.Corrections, err)
	}
	err = c.State.Ledger().Show(ctx, 0, -1, func(_ int64, leaf []byte) error {
		if strings.Contains(string(leaf), "Needle") {
			t.Errorf("the ledger holds a value: %s", leaf)
		}
		_, err := ledger.Parse(leaf)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, bad := range []console.Field{{Column: "id", Is: "4"}, {Column: "nothing", Is: "x"}} {
		refused(t, c.Correct(ctx, id, ref, []console.Field{bad}, "dpo"), "does not have the form")
	}
	refused(t, c.Correct(ctx, id, console.Ref{Dataset: "clients", Key: "9999"}, []console.Field{one}, "dpo"), "not found for that person")
	_, err = c.Fields(ctx, id, console.Ref{Dataset: "clients", Key: "9999"}, "marie")
	refused(t, err, "not found for that person")
}
