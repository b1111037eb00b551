package project_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/internal/testserver"
	"github.com/garant-rgpd/garant/policy"
)

// TestContractsOnAllEngines reads contracts and purchases off PostgreSQL, MariaDB and SQLite,
// and answers from them: who is in contract may be called about it, who bought may be written to.
func TestContractsOnAllEngines(t *testing.T) {
	t.Parallel()
	p := heating(t, testserver.Postgres(t), testserver.MariaDB(t))
	p.Uses = consent.Settings{Uses: map[policy.PurposeID]consent.UseOf{"relationship": {Use: consent.Prospecting, Goods: consent.OtherGoods}},
		Contracts: []consent.ContractsIn{{Dataset: "clients", From: "last_contact", To: "file_closed", About: []consent.Goods{consent.OtherGoods}}, {Dataset: "visits", From: "last_contact"}},
		Sales: []consent.SalesIn{{Dataset: "invoices", On: "invoiced", Goods: []consent.Goods{consent.OtherGoods}, Told: true, Free: true},
			{Dataset: "subscribers", On: "subscribed", Goods: []consent.Goods{consent.EnergySaving}}}}
	desk, err := p.May(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct{ who, channel, found, rule string }{
		// 1's contract was over before it was last spoken to; what was bought stays bought.
		{"ada.martin@maison.example", "email", "clients 2026-03-02–2024-06-30, invoices 2024-06-30 yes, invoices 2025-10-01 yes, subscribers 2024-07-01 no, visits 2026-02-01–", "soft-opt-in"},
		{"ada.martin@maison.example", "call", "", "no-consent"},
		{"bruno@petit.example", "call", "clients 2026-05-02–", "contract"},
		{"bruno@petit.example", "email", "", "no-consent"},
		{"nobody@else.example", "call", "", "no-consent"},
	} {
		who, err := consent.Identify(c.who)
		if err != nil {
			t.Fatal(err)
		}
		in, err := p.Look(t.Context(), consent.Inquiry{Channel: consent.Channel(c.channel), Purpose: "relationship", Person: []consent.Identifier{who}, Context: consent.Context{"postcode": "75001"}, At: now, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if got := lookedAt(in); c.found != "" && got != c.found {
			t.Errorf("%s: found %s", c.who, got)
		}
		r, err := desk.Ask(t.Context(), in)
		if err != nil || string(r.Rule) != c.rule {
			t.Errorf("%s by %s: %s, %v", c.who, c.channel, r.Rule, err)
		}
		if r.Allowed && (len(r.Proofs) == 0 || !strings.HasPrefix(r.Proofs[0], "store:")) {
			t.Errorf("%s by %s rests on %v", c.who, c.channel, r.Proofs)
		}
	}
	say(t, p, now.Add(-time.Hour), "phone=0199003333", consent.Record{Kind: consent.Opposition, Scope: consent.Scope{Channels: []consent.Channel{consent.Call}}})
	say(t, p, now.Add(-time.Hour), "phone=0199003333", consent.Record{Kind: consent.Given, Proof: consent.Digest(nil), Scope: consent.Scope{Channels: []consent.Channel{consent.Email}, Purposes: []policy.PurposeID{"relationship"}}})
	for channel, want := range map[consent.Channel]consent.Rule{consent.Call: consent.Objected, consent.Email: consent.NoConsent} {
		in, err := p.Look(t.Context(), consent.Inquiry{Channel: channel, Purpose: "relationship", Person: []consent.Identifier{{Kind: consent.ByEmail, Value: "bruno@petit.example"}}, At: now, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := desk.Ask(t.Context(), in); err != nil || r.Rule != want {
			t.Errorf("refused under another identifier of the record, %s: %s, %v", channel, r.Rule, err)
		}
	}
}

func lookedAt(in consent.Inquiry) string {
	var out []string
	for _, c := range in.Contracts {
		out = append(out, fmt.Sprintf("%s %s–%s", strings.TrimPrefix(c.ID, "store:"), c.From, c.To))
	}
	for _, s := range in.Sales {
		out = append(out, fmt.Sprintf("%s %s %s", strings.TrimPrefix(s.ID, "store:"), s.At, map[bool]string{true: "yes", false: "no"}[s.Told == consent.Yes]))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
