package consent

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// What a record tells of.
const (
	Given         = "consent"
	Ended         = "withdrawal"
	Opposition    = "objection"
	Lift          = "objection_lifted"
	Asked         = "request"
	AskedClosed   = "request_closed"
	Agreed        = "slot"
	Reached       = "contact"
	Signed        = "contract"
	Bought        = "sale"
	Died          = "deceased"
	Limited       = "restricted"
	LimitedEnd    = "restriction_lifted"
	Quarantine    = "quarantined"
	QuarantineEnd = "released"
	Screened      = "screened"
	Told          = "informed"
	Lives         = "place"
	Is            = "quality"
	// Brought is a contact that a third party brought or sold, on the day it was obtained.
	Brought = "lead"
	// PermissionAsked is the question whether data may stay for a purpose beyond their term (its
	// last day is From, that to answer Until). Kept and LetGo answer it, and allow no use.
	PermissionAsked = "question"
	Kept            = "kept"
	LetGo           = "let_go"
)

// RecordKinds lists what a record may tell of.
func RecordKinds() []string {
	return []string{Given, Ended, Opposition, Lift, Asked, AskedClosed, Agreed, Reached, Signed, Bought, Died, Limited, LimitedEnd,
		Quarantine, QuarantineEnd, Screened, Told, Lives, Is, Brought, PermissionAsked, Kept, LetGo}
}

// Record is one thing that happened between a person and the company, entered once and
// never changed. Its JSON is what is digested and proven; the members that are about a
// consent follow the profile of ISO/IEC TS 27560 that the W3C community group on data
// privacy vocabularies published (see Context).
type Record struct {
	// ID is given by the state: the kind, a hyphen and a number.
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Subjects name the person by keyed digests (see Commit), one for each identifier.
	Subjects []string `json:"subjects"`
	// At is when it happened, Entered when it was written down.
	At      time.Time `json:"at"`
	Entered time.Time `json:"entered"`
	// Method is how it came in: form, banner, phone, paper, email, post, import, api, sms.
	Method string `json:"method,omitempty"`
	Scope
	Goods    []Goods     `json:"goods,omitempty"`
	Partners []string    `json:"partners,omitempty"`
	Until    policy.Date `json:"until,omitzero"`
	// Notice is the digest of the text shown, Proof that of what shows the act, Policy that of
	// the policy in force. Language is that of the notice.
	Notice   string `json:"notice,omitempty"`
	Proof    string `json:"proof,omitempty"`
	Policy   string `json:"policy,omitempty"`
	Language string `json:"language,omitempty"`
	// Missing lists what an imported consent does not say, Source where it came from.
	Missing []string `json:"missing,omitempty"`
	Source  string   `json:"source,omitempty"`
	// Of is the record that this one ends, or the company's own reference of a contract.
	Of         string        `json:"of,omitempty"`
	From       policy.Date   `json:"from,omitzero"`
	Outcome    Outcome       `json:"outcome,omitempty"`
	Channel    Channel       `json:"channel,omitempty"`
	Place      law.Territory `json:"place,omitempty"`
	Quality    Kind          `json:"quality,omitempty"`
	Everything bool          `json:"everything,omitempty"`
	Spoken     bool          `json:"spoken,omitempty"`
	Service    bool          `json:"service,omitempty"`
	Told       *bool         `json:"told,omitempty"`
	Free       *bool         `json:"free,omitempty"`
	// Key is what the reporter calls the event, so that one reported twice is entered once.
	Key string `json:"key,omitempty"`
}

// methods are the ways in which a record may come in.
var methods = []string{"", "form", "banner", "phone", "paper", "email", "post", "import", "api", "sms"}

var (
	digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	wordForm   = regexp.MustCompile(`^[\pL\pN][\pL\pN ._:/-]{0,99}$`)
)

// Check returns what makes the record unfit to be entered. Errors repeat nothing of it but
// the names of its members.
func (r Record) Check() error {
	switch {
	case !slices.Contains(RecordKinds(), r.Kind):
		return errors.New("there is no such kind of record")
	case r.At.IsZero():
		return errors.New("a record says when it happened")
	case !slices.Contains(methods, r.Method):
		return fmt.Errorf("method: write one of%s", strings.Join(methods, " "))
	}
	for _, c := range append([]Channel{r.Channel}, r.Channels...) {
		if c != "" && !slices.Contains(Channels(), c) {
			return fmt.Errorf("channel: write one of %v", Channels())
		}
	}
	for _, g := range r.Goods {
		if !slices.Contains(AllGoods(), g) {
			return fmt.Errorf("goods: write one of %q", AllGoods())
		}
	}
	for _, d := range []string{r.Notice, r.Proof, r.Policy} {
		if d != "" && !digestForm.MatchString(d) {
			return errors.New("notice, proof and policy are digests, sha256:…")
		}
	}
	for _, w := range append([]string{r.Of, r.Key, r.Language, r.Source}, r.Partners...) {
		if w != "" && !wordForm.MatchString(w) {
			return errors.New("partners, sources, references and keys are short names")
		}
	}
	return r.needs()
}

// needs checks the members that a kind cannot do without.
func (r Record) needs() error {
	switch {
	case r.Kind == Given && (len(r.Channels) == 0 || len(r.Purposes) == 0) && r.Method != "import":
		return errors.New("a consent names its purposes and its channels")
	case r.Kind == Reached && (r.Channel == "" || !slices.Contains(Outcomes(), r.Outcome)):
		return fmt.Errorf("a contact has a channel and an outcome among %v", Outcomes())
	case (r.Kind == Lift || r.Kind == AskedClosed) && r.Of == "":
		return errors.New("the record does not name the one that it ends")
	case r.Kind == PermissionAsked && (len(r.Purposes) != 1 || r.From.IsZero() || r.Until.IsZero()):
		return errors.New("a question of re-permission names one purpose, the term that ends and the last day to answer")
	case (r.Kind == Kept || r.Kind == LetGo) && r.Of == "":
		return errors.New("the answer does not name its question")
	case r.Kind == Lives && !slices.Contains(law.Territories(), r.Place):
		return fmt.Errorf("place: write one of %v", law.Territories())
	case r.Kind == Is && !slices.Contains([]Kind{Consumer, Business, Mailbox}, r.Quality):
		return errors.New("quality: write consumer, business or mailbox")
	}
	return nil
}

// Body returns the bytes that are digested and kept: the same record always gives the same.
func (r Record) Body() ([]byte, error) {
	r.At, r.Entered = r.At.UTC().Round(0), r.Entered.UTC().Round(0)
	return json.Marshal(r)
}

// ReadRecord reads what Body wrote. A member that is written twice makes it unreadable: two
// readers could take it for two different records.
func ReadRecord(body []byte) (Record, error) {
	var r Record
	if err := jsonv2.Unmarshal(body, &r); err != nil {
		return Record{}, errors.New("read a record: it is damaged")
	}
	return r, nil
}

// number is the place of the record in the order of entry, which ends its ID.
func (r Record) number() int {
	n, _ := strconv.Atoi(r.ID[strings.LastIndexByte(r.ID, '-')+1:]) // IDs are given by Seal
	return n
}

// BodyDigest returns the digest under which the ledger knows a record.
func BodyDigest(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Digest returns the name of a text or file by its content.
func Digest(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }
