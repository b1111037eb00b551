package rights_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

func table(name string, cols ...string) store.TableInfo {
	t := store.TableInfo{Name: name, Key: []string{"id"}, Columns: []store.Column{{Name: "id", Type: store.Integer}}}
	for _, c := range cols {
		typ := store.Text
		if strings.HasSuffix(c, "_id") {
			typ = store.Integer
		}
		t.Columns = append(t.Columns, store.Column{Name: c, Type: typ})
	}
	return t
}

func dataset(t store.TableInfo, person map[string][]string, columns ...string) register.BoundDataset {
	return register.BoundDataset{Name: t.Name, Store: "crm", Info: t, Table: store.Table{Name: t.Name, Key: t.Key}, Person: person,
		Groups: []register.BoundGroup{{Category: "identity", Columns: columns}}}
}

func link(t store.TableInfo, kind register.LinkKind, child string) register.BoundLink {
	return register.BoundLink{Kind: kind, Info: t, Table: store.Table{Name: t.Name, Key: t.Key}, Dataset: t.Name, On: []store.Pair{{Child: child, Parent: "id"}}}
}

// household is a company with an enquiry of a wife, on which the contract of her husband
// hangs, and a home that both own.
func household(t *testing.T) rights.Seeker {
	t.Helper()
	leads, contracts, homes, notes := table("leads", "email", "name"), table("contracts", "lead_id", "email", "name"), table("homes", "lead_id", "email"), table("notes", "text")
	s := mem.New()
	for _, info := range []store.TableInfo{leads, contracts, homes, notes} {
		if err := s.CreateTable(info); err != nil {
			t.Fatal(err)
		}
	}
	for name, rows := range map[string][]map[string]any{
		"leads": {{"id": 1, "email": "Ada@Maison.example", "name": "Ada Martin"}, {"id": 2, "email": "x@x.example", "name": "Paul Martin"}},
		"contracts": {{"id": 1, "lead_id": 1, "email": nil, "name": "Ada Martin"}, {"id": 2, "lead_id": 1, "email": nil, "name": "Paul Durand"},
			{"id": 3, "lead_id": 1, "email": "paul@maison.example", "name": nil}, {"id": 4, "lead_id": 2, "email": nil, "name": "Paul Martin"}},
		"homes": {{"id": 1, "lead_id": 1, "email": "paul@maison.example"}},
		"notes": {{"id": 1, "text": "ada@maison.example"}, {"id": 2, "text": "rien"}},
	} {
		for _, r := range rows {
			if err := s.Insert(name, r); err != nil {
				t.Fatal(err)
			}
		}
	}
	lead := dataset(leads, map[string][]string{"email": {"email"}, "name": {"name"}}, "email", "name")
	lead.Links = []register.BoundLink{link(contracts, register.RefersTo, "lead_id"), link(homes, register.SharedBy, "lead_id")}
	return rights.Seeker{
		Bound: &register.Bound{Datasets: []register.BoundDataset{lead, dataset(contracts, map[string][]string{"email": {"email"}, "name": {"name"}}, "email", "name"),
			dataset(homes, map[string][]string{"email": {"email"}}, "email"), {Name: "boxes", Attested: "paper in the cellar"}}},
		Stores: map[string]store.Driver{"crm": s}, Schemas: map[string]store.Schema{"crm": {Tables: []store.TableInfo{notes}}}, Loose: []string{"crm.notes"},
	}
}

// TestHousehold tells a couple apart with a name and without, and says what was not looked at.
func TestHousehold(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, given, records, candidates string
		decided                          []rights.Decision
	}{
		{"without a name", "", "leads 1, contracts 1, homes 1", "contracts 2, contracts 3", nil},
		{"with a name", "Ada Martin", "leads 1, contracts 1, homes 1", "contracts 2, contracts 3", nil},
		{"with another's name", "Paul Durand", "", "leads 1, contracts 2", nil},
		{"after a human looked", "", "leads 1, contracts 1, contracts 2, homes 1", "",
			[]rights.Decision{rights.Decide("contracts", store.Key{int64(2)}, true), rights.Decide("contracts", store.Key{int64(3)}, false)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := household(t).Find(t.Context(), rights.Wanted{Identifiers: map[string]string{"email": "ada@maison.example"}, Verified: []string{"email"}, Name: tt.given, Decided: tt.decided})
			if err != nil {
				t.Fatal(err)
			}
			var records, candidates []string
			for _, r := range f.Records {
				records = append(records, r.Name()+" "+rights.RecordName(r.Key))
				if r.Shared != (r.Dataset == "homes") {
					t.Errorf("%s is shared: %t", r.Name(), r.Shared)
				}
			}
			for _, c := range f.Candidates {
				candidates = append(candidates, c.Name()+" "+rights.RecordName(c.Key))
			}
			if got := strings.Join(records, ", "); got != tt.records {
				t.Errorf("found %q, want %q", got, tt.records)
			}
			for _, want := range strings.Split(tt.candidates, ", ") {
				if !strings.Contains(strings.Join(candidates, ", "), want) || (want == "" && len(candidates) > 0) {
					t.Errorf("candidates %v, want %q", candidates, tt.candidates)
				}
			}
			if got, want := fmt.Sprint(f.Gaps), "[{paper boxes 0} {unbound_table crm.notes 1}]"; got != want || f.Complete() {
				t.Errorf("gaps %s, want %s", got, want)
			}
			if len(f.Shares()) != strings.Count(tt.records, "homes") {
				t.Errorf("%d records are shared", len(f.Shares()))
			}
		})
	}
}

// TestEndings holds what each right ends to a table written by hand from the articles.
func TestEndings(t *testing.T) {
	t.Parallel()
	purpose := func(id policy.PurposeID, b ...policy.Basis) policy.Purpose {
		return policy.Purpose{ID: id, Title: string(id), Basis: b}
	}
	p := policy.Policy{Purposes: []policy.Purpose{
		purpose("letter", policy.Consent), purpose("follow", policy.LegitimateInterest), purpose("works", policy.Contract), purpose("quote", policy.Precontract),
		purpose("books", policy.LegalObligation), purpose("both", policy.Consent, policy.LegalObligation), purpose("none"), purpose("silent", policy.Unstated),
	}}
	for _, tt := range []struct {
		right  rights.Right
		choice rights.Choice
		want   string
	}{
		{rights.Erasure, rights.Choice{}, "letter follow quote silent"},
		{rights.Erasure, rights.Choice{Keep: map[policy.PurposeID]rights.Ground{"follow": rights.LegalClaims}}, "letter quote silent"},
		{rights.Erasure, rights.Choice{End: []policy.PurposeID{"works"}}, "letter follow works quote silent"},
		{rights.Objection, rights.Choice{}, "follow"},
		{rights.Objection, rights.Choice{Keep: map[policy.PurposeID]rights.Ground{"follow": rights.Overriding}}, ""},
		{rights.Withdrawal, rights.Choice{}, "letter"},
		{rights.Withdrawal, rights.Choice{Only: []policy.PurposeID{"letter"}}, "letter"},
	} {
		es, err := rights.Endings(p, tt.right, tt.choice)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range es {
			if e.Ends {
				got = append(got, string(e.Purpose))
			}
			if e.Article == "" && len(e.Basis) > 0 {
				t.Errorf("%s: no text for %s", tt.right, e.Purpose)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s %+v ends %v, want %s", tt.right, tt.choice, got, tt.want)
		}
	}
	for _, tt := range []struct {
		right  rights.Right
		choice rights.Choice
	}{
		{rights.Access, rights.Choice{}},
		{rights.Erasure, rights.Choice{End: []policy.PurposeID{"books"}}},
		{rights.Erasure, rights.Choice{End: []policy.PurposeID{"gold"}}},
		{rights.Withdrawal, rights.Choice{Keep: map[policy.PurposeID]rights.Ground{"letter": rights.LegalClaims}}},
		{rights.Objection, rights.Choice{Only: []policy.PurposeID{"letter"}}},
		{rights.Objection, rights.Choice{Keep: map[policy.PurposeID]rights.Ground{"follow": "because"}}},
	} {
		if _, err := rights.Endings(p, tt.right, tt.choice); err == nil {
			t.Errorf("%s %+v is taken", tt.right, tt.choice)
		}
	}
}
