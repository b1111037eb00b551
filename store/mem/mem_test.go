package mem_test

import (
	"testing"

	"github.com/garant-rgpd/garant/store"
	"github.com/garant-rgpd/garant/store/mem"
	"github.com/garant-rgpd/garant/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Fixture {
		s := mem.New()
		return storetest.Fixture{
			Store:    s,
			Create:   s.CreateTable,
			Insert:   s.InsertAll,
			Update:   s.Update,
			Clear:    func(table string) error { return s.Delete(table, nil) },
			DayForms: []store.DayForm{store.AsDate, store.AsDateTime, store.AsInstant, store.AsTextDate, store.AsTextTime, store.AsUnix, store.AsUnixMilli, store.AsDMY, store.AsYMD},
			Odd: map[store.DayForm][]any{
				store.AsDate:     {"0000-00-00", "2024-00-10", "2024-02-30", "infinity"},
				store.AsDateTime: {"0000-00-00 00:00:00", "2024-02-30 10:00:00", "-infinity"},
				store.AsInstant:  {"infinity"},
			},
			ForeignKeys: true,
		}
	})
}
