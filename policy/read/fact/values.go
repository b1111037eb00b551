package fact

// Legal bases of article 6, with precontract apart from contract, and unstated for a purpose
// to which the text gives none.
const (
	BasisConsent     = "consent"
	BasisContract    = "contract"
	BasisPrecontract = "precontract"
	BasisObligation  = "legal_obligation"
	BasisInterest    = "legitimate_interest"
	BasisVital       = "vital_interests"
	BasisPublic      = "public_interest"
	BasisUnstated    = "unstated"
)

// Starts of retention periods. Unspecified stands for a text that names none.
const (
	Unspecified         = "unspecified"
	EndOfRelationship   = "end_of_relationship"
	LastContact         = "last_contact"
	FirstContact        = "first_contact"
	Collection          = "collection"
	OptOut              = "opt_out"
	Withdrawal          = "withdrawal"
	DecisionNotified    = "decision_notified"
	Recording           = "recording"
	ApplicationMade     = "application_submitted"
	CookieDeposit       = "deposit_of_cookie"
	FormDefined         = "form_defined"
	FileClosed          = "file_closed"
	AccountingYearEnd   = "accounting_year_end"
	SiteCompletion      = "site_completion"
	CreditDecided       = "credit_decided"
	Handover            = "handover"
	DisputeResolved     = "dispute_resolved"
	RequestByPerson     = "request_by_person"
	RequestProcessed    = "request_processed"
	ServiceCompleted    = "service_completed"
	Delisting           = "delisting"
	LegalLimitation     = "legal_limitation"
	AuthorityDecision   = "authority_decision"
	PublicationRemoved  = "publication_removed"
	NoPositiveAnswer    = "no_positive_answer"
	Yearly              = "yearly"
	InvoiceDate         = "invoice_date"
	CertificateIssued   = "certificate_issued"
	AccountClosed       = "account_closed"
	EventDate           = "event_date"
	EmploymentEnd       = "employment_end"
	SchoolYearEnd       = "school_year_end"
	MembershipEnd       = "membership_end"
	LastLogin           = "last_login"
	LastPurchase        = "last_purchase"
	DocumentEstablished = "document_established"
)

// What becomes of data when their period is over.
const (
	Erase     = "erase"
	Anonymise = "anonymise"
	Archive   = "archive"
	AskAgain  = "ask_again"
)

// Tiers of keeping, and whether a period is the longest or the shortest.
const (
	Active       = "active"
	ArchiveTier  = "archive"
	Paper        = "paper"
	Max          = "max"
	Min          = "min"
	AmbiguousOr  = "ambiguous_or"
	Latest       = "latest"
	TriggerKey   = "trigger"
	AltTrigger   = "alt_trigger"
	CombineKey   = "combine"
	DurationKey  = "duration"
	AfterKey     = "after"
	BasisKey     = "basis"
	PurposeKey   = "purpose"
	ConditionKey = "condition"
)
