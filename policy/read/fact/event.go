package fact

// EventKey is the key under which a norm names the start more exactly than TriggerKey does.
const EventKey = "event"

// common gives the word that reports share for starts that trades name in their own way: the
// last purchase and the last login are the last time one heard of a person, leaving a club
// or a job ends a relationship.
var common = map[string]string{
	LastPurchase: LastContact, LastLogin: LastContact,
	MembershipEnd: EndOfRelationship, EmploymentEnd: EndOfRelationship, AccountClosed: EndOfRelationship,
}

// SetStart gives a norm its start: the word that reports share, and the exact one where they
// differ.
func (n *Norm) SetStart(start string) {
	n.Set(TriggerKey, start)
	if shared, ok := common[start]; ok {
		n.Set(TriggerKey, shared)
		n.Set(EventKey, start)
	}
}

// Start returns the exact start of a norm.
func (n Norm) Start() string {
	if e := n.Text(EventKey); e != "" {
		return e
	}
	return n.Text(TriggerKey)
}
