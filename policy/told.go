package policy

// What a policy tells people beside retention: who receives their data, where data go, which
// rights they have, which cookies are set (articles 13 and 14 GDPR).
type (
	// RecipientID names a recipient: lower-case letters, digits and underscores.
	RecipientID string
	// TransferID names a transfer out of the European Economic Area.
	TransferID string
	// CookieID names a cookie or a family of cookies.
	CookieID string
)

// Recipient is who receives data (article 4(9) GDPR).
type Recipient struct {
	ID    RecipientID
	Title string
	// Role is one of the roles of RecipientRoles; empty when the text does not tell.
	Role string
	// Country is where it is, as written; may be empty.
	Country string
	// Purposes are those it receives data for; empty means all of them.
	Purposes []PurposeID
	Says     Says
}

// RecipientRoles are the parts a recipient may play: inside the company, on its behalf
// (article 28 GDPR), for its own ends, or as an authority.
func RecipientRoles() []string { return []string{"internal", "processor", "controller", "authority"} }

// Transfer is a promise about data leaving the European Economic Area (chapter V GDPR).
type Transfer struct {
	ID TransferID
	// To is the country, or where the text names none, its words; may be empty.
	To string
	// Never is true when the text promises that no data leave.
	Never bool
	// Safeguards are among TransferSafeguards; empty when the text names none.
	Safeguards []string
	Says       Says
}

// TransferSafeguards are the instruments of articles 45 to 47 GDPR: a decision of adequacy,
// the Data Privacy Framework, standard contractual clauses, binding corporate rules.
func TransferSafeguards() []string {
	return []string{"adequacy_decision", "dpf", "standard_contractual_clauses", "binding_corporate_rules"}
}

// Right is a right that the text gives, among RightNames, with the words that give it.
type Right struct {
	Name string
	Says Says
}

// RightNames are the rights of articles 7(3) and 15 to 22 GDPR and of article 85 of the
// French act (directives for after death).
func RightNames() []string {
	return []string{"access", "rectification", "erasure", "restriction", "portability", "objection", "withdraw_consent", "post_mortem", "human_review"}
}

// Cookie is a tracker that the text declares (article 82 of the French act).
type Cookie struct {
	ID    CookieID
	Title string
	// Consent is true when it waits for a consent.
	Consent bool
	// Keep is its life from the day it is set; zero when the text gives none.
	Keep Period
	Says Says
}
