package project

import (
	"testing"
	"time"

	"github.com/garant-rgpd/garant/cmd/config"
	"github.com/garant-rgpd/garant/collect"
	"github.com/garant-rgpd/garant/register"
	"github.com/garant-rgpd/garant/store"
)

// TestReceived writes the instant of a lead in each form that a column may have, an hour before
// midnight in UTC, when it is the next day in Paris.
func TestReceived(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 23, 30, 5, 7, time.UTC)
	for _, c := range []struct {
		name string
		kind store.Type
		decl register.ColumnDecl
		want string
	}{
		{"a date", store.DateType, register.ColumnDecl{}, "2026-11-23"},
		{"a text", store.Text, register.ColumnDecl{}, "2026-11-23"},
		{"a text of days", store.Text, register.ColumnDecl{As: store.AsTextDate}, "2026-11-23"},
		{"a clock without zone", store.DateTime, register.ColumnDecl{}, "2026-11-23 00:30:05"},
		{"a clock of another zone", store.DateTime, register.ColumnDecl{As: store.AsDateTime, Zone: "UTC"}, "2026-11-22 23:30:05"},
		{"an instant", store.Instant, register.ColumnDecl{}, "2026-11-22 23:30:05"},
		{"a text of clocks", store.Text, register.ColumnDecl{As: store.AsTextTime, Zone: "UTC"}, "2026-11-22 23:30:05"},
		{"seconds", store.Integer, register.ColumnDecl{As: store.AsUnix}, "1795390205"},
		{"thousandths", store.Integer, register.ColumnDecl{As: store.AsUnixMilli}, "1795390205000"},
	} {
		p := &Project{Config: config.Config{Zone: paris}, Register: register.Register{Datasets: []register.Dataset{{Name: "leads", Columns: map[string]register.ColumnDecl{"came": c.decl}}}}}
		x := insertion{p, collect.Forward{Received: "came"}}
		d := register.BoundDataset{Name: "leads", Info: store.TableInfo{Columns: []store.Column{{Name: "came", Type: c.kind}}}}
		if got := x.received(d, at); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
