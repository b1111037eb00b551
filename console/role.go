package console

// role is what somebody may do here.
type role string

// The roles. A terminal's link is an owner's: whoever reads that terminal could run every verb.
const (
	owner    role = "owner"    // everything, and who else may come in
	dpo      role = "dpo"      // everything but accounts
	operator role = "operator" // makes plans and carries out approved ones
	agent    role = "agent"    // asks whether a person may be called, and sees nothing else
	auditor  role = "auditor"  // reads
)

// roles lists them, the most powerful first.
func roles() []role { return []role{owner, dpo, operator, auditor, agent} }

// right is what an address asks of who calls it.
type right string

// The rights.
const (
	anybody right = ""       // also who has not signed in
	inside  right = "inside" // whoever has
	reads   right = "read"
	asks    right = "ask"
	works   right = "work"
	decides right = "decide"
	manages right = "manage"
)

// may reports whether the role has the right.
func (r role) may(x right) bool {
	switch x {
	case anybody, inside:
		return true
	case reads:
		return r != agent
	case asks:
		return r != auditor
	case works:
		return r == owner || r == dpo || r == operator
	case decides:
		return r == owner || r == dpo
	case manages:
		return r == owner
	}
	return false
}

// Role is the word for a role.
func (p page) Role(r string) string {
	switch role(r) {
	case owner:
		return p.Say("responsable", "owner")
	case dpo:
		return p.Say("délégué à la protection des données", "data protection officer")
	case operator:
		return p.Say("opérateur", "operator")
	case agent:
		return p.Say("téléconseiller", "call-centre agent")
	case auditor:
		return p.Say("auditeur", "auditor")
	}
	return r
}

// RoleMeans says what a role may do.
func (p page) RoleMeans(r string) string {
	switch role(r) {
	case owner:
		return p.Say("tout, et gérer l’équipe", "everything, and manages the team")
	case dpo:
		return p.Say("lit, prépare, approuve, applique", "reads, prepares, approves, carries out")
	case operator:
		return p.Say("lit, prépare, applique ce qui est approuvé", "reads, prepares, carries out what is approved")
	case agent:
		return p.Say("demande si une personne peut être appelée, ne voit rien d’autre", "asks whether a person may be called, sees nothing else")
	}
	return p.Say("lit, ne change rien", "reads, changes nothing")
}

// May reports whether the reader has a right, for what the page offers; the address itself
// checks again.
func (p page) May(x string) bool { return p.Who != nil && p.Who.Role.may(right(x)) }
