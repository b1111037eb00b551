package consent

import (
	"fmt"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// Settings are what the owner wrote about uses: what purposes do with people, and the
// decisions on contested points.
type Settings struct {
	// Goods are the kind offered where a purpose names none.
	Goods   Goods
	Uses    map[policy.PurposeID]UseOf
	Choices Choices
	// Contracts and Sales say which records of the stores are those of a contract or a purchase.
	Contracts []ContractsIn
	Sales     []SalesIn
}

// InStores reports whether answers rest on records of the stores, which are to be asked then.
func (s Settings) InStores() bool { return len(s.Contracts)+len(s.Sales) > 0 }

// ContractsIn says that each record of a dataset is a contract of its person.
type ContractsIn struct {
	Dataset string
	// From and To are the events of its first and last day; without To it stays open. A first
	// day that a record does not tell makes it no contract, an unknown last one too.
	From, To policy.Event
	// About are the kinds of goods that such contracts are about.
	About []Goods
}

// SalesIn says that each record of a dataset is something its person bought.
type SalesIn struct {
	Dataset string
	On      policy.Event
	Goods   []Goods
	// Told and Free are the owner's word on how all of these were sold: that buyers were told
	// of messages at that moment, and could refuse them then and in each.
	Told, Free bool
}

// UseOf says what one purpose does with people.
type UseOf struct {
	Use   Use
	Goods Goods
	// Channels are those by which the purpose reaches people; none says nothing of them.
	Channels []Channel
}

// Purpose returns what a question needs to know of a purpose of the policy. Where the owner
// wrote nothing, a purpose that rests on a contract or on the law alone is a service; of any
// other the use is not known.
func (s Settings) Purpose(p policy.Policy, id policy.PurposeID) (Purpose, error) {
	for _, pu := range p.Purposes {
		if pu.ID != id {
			continue
		}
		out := Purpose{ID: id, Basis: pu.Basis, Use: s.Uses[id].Use, Goods: s.Uses[id].Goods, Channels: s.Uses[id].Channels}
		if out.Goods == "" {
			out.Goods = s.Goods
		}
		if out.Use == "" && serves(pu.Basis) {
			out.Use = Service
		}
		return out, nil
	}
	var ids []string
	for _, pu := range p.Purposes {
		ids = append(ids, string(pu.ID))
	}
	return Purpose{}, fmt.Errorf("the policy has no purpose called %q; it has %s", id, strings.Join(ids, ", "))
}

func serves(basis []policy.Basis) bool {
	for _, b := range basis {
		if b != policy.Contract && b != policy.Precontract && b != policy.LegalObligation {
			return false
		}
	}
	return len(basis) > 0
}
