package mem_test

import (
	"context"
	"fmt"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
)

// A store is filled, asked, and acted on under the protocol: lock, read again, act, receipt.
func Example() {
	ctx := context.Background()
	leads := store.Table{Name: "leads", Key: []string{"id"}}
	s := mem.New()
	must(s.CreateTable(store.TableInfo{Name: "leads", Key: leads.Key, Columns: []store.Column{
		{Name: "id", Type: store.Integer}, {Name: "last_call", Type: store.DateType},
	}}))
	must(s.Insert("leads", map[string]any{"id": 1, "last_call": store.Day{Year: 2021, Month: 3, Day: 1}}))
	must(s.Insert("leads", map[string]any{"id": 2, "last_call": nil}))

	call := store.Col{Name: "last_call", As: store.AsDate}
	due := store.OnOrBefore(call, store.Day{Year: 2023, Month: 11, Day: 22})
	counts, err := s.Count(ctx, leads, []store.Pred{due, store.Not(store.Usable(call))})
	must(err)
	fmt.Println("due and undetermined:", counts)

	tx, err := s.Begin(ctx)
	must(err)
	keys, err := tx.Lock(ctx, store.LockQuery{Table: leads, Where: due, Limit: 100})
	must(err)
	keys, err = tx.EraseIf(ctx, leads, keys, due)
	must(err)
	must(tx.WriteReceipt(ctx, store.Receipt{ID: "plan/1/1", Rows: int64(len(keys))}))
	must(tx.Commit(ctx))
	fmt.Println("rows left:", len(s.Rows("leads")))
	// Output:
	// due and undetermined: [1 1]
	// rows left: 1
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
