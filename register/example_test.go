package register_test

import (
	"fmt"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// A condition is checked against the columns; what it says of a row is true, false or null.
func ExampleEval() {
	columns := []store.Column{{Name: "status", Type: store.Text}, {Name: "closed_on", Type: store.DateType}}
	row := map[string]any{"status": "won", "closed_on": nil}
	for _, src := range []string{
		`status == "won" && closed_on == null`,
		`closed_on < date("2024-01-01")`,
		`stauts == "won"`,
	} {
		answer, err := register.Eval(src, columns, row)
		switch {
		case err != nil:
			fmt.Println(err)
		case answer == nil:
			fmt.Println("null")
		default:
			fmt.Println(*answer)
		}
	}
	// Output:
	// true
	// null
	// at character 1: there is no column "stauts" (did you mean status?)
}

// Binding says what no promise governs.
func ExampleBind() {
	p := policy.Policy{
		People: []policy.Named[policy.People]{{ID: "client"}},
		Data:   []policy.Named[policy.Category]{{ID: "contact"}},
		Events: []policy.Named[policy.Event]{{ID: "collected"}},
		Purposes: []policy.Purpose{{ID: "news", People: []policy.People{"client"}, Data: []policy.Category{"contact"},
			Rules: []policy.Rule{{ID: "news.1", Keep: policy.Keep{Set: true, Period: policy.Years(3)}, After: []policy.Event{"collected"}}}}},
	}
	r := register.Register{Datasets: []register.Dataset{{
		Name: "clients", Store: "crm", Table: "clients", People: []policy.People{"client"}, Purposes: []policy.PurposeID{"news"},
		Groups:      []register.Group{{Category: "contact", Columns: []string{"email"}}},
		NotPersonal: []string{"created"},
		Events:      map[policy.Event]register.Binding{"collected": {Sources: []register.Source{{Column: "created"}}}},
	}}}
	schemas := map[string]store.Schema{"crm": {Tables: []store.TableInfo{{Name: "clients", Key: []string{"id"}, Columns: []store.Column{
		{Name: "id", Type: store.Integer, NotNull: true}, {Name: "email", Type: store.Text},
		{Name: "created", Type: store.DateType}, {Name: "notes", Type: store.Text},
	}}}}}
	bound, problems := register.Bind(p, r, schemas, register.Options{})
	fmt.Println(bound.Datasets[0].Groups[0].Claims[0].Rule.ID)
	for _, p := range problems {
		fmt.Println(p.Severity, p.Message)
	}
	// Output:
	// news.1
	// error column notes of crm.clients is in no field group: nothing is promised about it
}
