package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/apply"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/plan"
	"github.com/garant-rgpd/garant/rights"
)

// What the command and the console do with a request, step by step. Each needs the stores
// open and changes the case through its desk.

// LookCase looks for the person of a case in the stores that are open.
func (p *Project) LookCase(ctx context.Context, d rights.Desk, id string, s rights.Signed) (rights.Case, rights.Found, error) {
	seeker, err := p.SeekerFor(ctx, id, s)
	if err != nil {
		return rights.Case{}, rights.Found{}, err
	}
	return d.Look(ctx, id, seeker, rights.Signed{Now: s.Now})
}

// PlannedCase is what a request ends in the stores, as it is shown before anything is done.
type PlannedCase struct {
	Erasing rights.Erasing
	Plan    plan.Plan
	Stays   []Staying
}

// ErrProspecting says that nothing may be kept against an objection to prospecting.
var ErrProspecting = errors.New("nothing outweighs an objection to prospecting (article 21(3))")

// PlanCase looks again, says what the request ends and what stays, keeps the plan and notes it
// in the case. Which purposes an objection is about is the case's, whatever choice says.
func (p *Project) PlanCase(ctx context.Context, d rights.Desk, id string, choice rights.Choice, s rights.Signed) (PlannedCase, error) {
	k, found, err := p.LookCase(ctx, d, id, s)
	if err != nil {
		return PlannedCase{}, err
	}
	if err := found.Ready(id, false); err != nil {
		return PlannedCase{}, err
	}
	if choice.Only = k.Purposes; k.Marketing && len(choice.Keep) > 0 {
		return PlannedCase{}, fmt.Errorf("%s: %w", id, ErrProspecting)
	}
	endings, err := rights.Endings(p.Policy, k.Right, choice)
	if err != nil {
		return PlannedCase{}, err
	}
	e := rights.Erasing{AsOf: p.Today(s.Now), Endings: endings, Records: found.Erases(), Shared: found.Shares()}
	k.Erasing = &e
	out := PlannedCase{}
	if out.Plan, out.Stays, err = p.PlanErasing(ctx, k, s); err != nil {
		return out, err
	}
	e.Plan = out.Plan.Digest()
	out.Erasing = e
	_, err = d.Plan(ctx, id, e, s)
	return out, err
}

// AppliedCase is what came of carrying a request out.
type AppliedCase struct {
	// Seen is true when a fresh look at the stores found nothing of it left to do.
	Seen   bool
	Report apply.Report
	Stays  []Staying
}

// ApplyCase carries out the kept plan of a case, approved by who signs with the count that was
// shown. Run again after a crash it goes on where it ended.
func (p *Project) ApplyCase(ctx context.Context, d rights.Desk, id string, count int64, s rights.Signed, r Run) (AppliedCase, error) {
	k, err := p.State.Case(ctx, id)
	if err != nil {
		return AppliedCase{}, err
	}
	if s.By == replayer {
		return AppliedCase{}, fmt.Errorf("%s in the name of a replay: %w", id, ErrNotApprover)
	}
	if k.Erasing == nil {
		return AppliedCase{}, fmt.Errorf("%s: %w", id, rights.ErrUnplanned)
	}
	if err := p.Answered(); err != nil { // its schema would seem to have moved
		return AppliedCase{}, err
	}
	pl, err := p.State.LoadPlan(ctx, k.Erasing.Plan)
	if err != nil {
		return AppliedCase{}, err
	}
	if pl.Totals.Due != count {
		return AppliedCase{}, fmt.Errorf("%s: the plan shows %d records: %w", id, pl.Totals.Due, plan.ErrNotApproved)
	}
	var out AppliedCase
	if out.Report, out.Seen, err = p.Erase(ctx, k, s.By, r); err != nil {
		return out, err
	}
	if out.Stays, err = p.Stays(ctx, k, p.Today(s.Now)); err != nil {
		return out, err
	}
	_, err = d.Carry(ctx, id, out.Seen, len(out.Stays) > 0, s)
	return out, err
}

// RestrictCase keeps what is found and stops its use (article 18 GDPR). It returns the case,
// whose Holds keep the records, and how many records were found.
func (p *Project) RestrictCase(ctx context.Context, d rights.Desk, id string, s rights.Signed) (rights.Case, int, error) {
	k, found, err := p.LookCase(ctx, d, id, s)
	if err != nil {
		return k, 0, err
	}
	if _, done := k.Has(rights.Restricted); done {
		return k, 0, fmt.Errorf("%s: restrict twice: %w", id, rights.ErrAct)
	}
	if err := found.Ready(id, false); err != nil {
		return k, 0, err
	}
	holds, err := p.Restrict(ctx, k, found, s.Now)
	if err != nil {
		return k, 0, err
	}
	if k, err = d.Restrict(ctx, id, holds, s); err == nil {
		err = p.ShowRestrictions(ctx, s.Now)
	}
	return k, len(found.Records), err
}

// Handing says how a dossier is handed over.
type Handing struct {
	// LeaveOut names fields, as DATASET.COLUMN, that speak of others.
	LeaveOut []string
	// Partly answers although some place was not looked at; Reviewed says that the fields that
	// may speak of others were read.
	Partly, Reviewed bool
}

// Unread is the error of fields that may speak of somebody else and that nobody has read.
type Unread struct {
	Case string
	// Fields are named as DATASET.COLUMN.
	Fields []string
}

// Error names the fields.
func (u *Unread) Error() string {
	return fmt.Sprintf("%s: %s: %s", u.Case, rights.ErrUnread, strings.Join(u.Fields, ", "))
}

// Is makes errors.Is find rights.ErrUnread.
func (u *Unread) Is(target error) bool { return target == rights.ErrUnread }

// TellCase looks again and makes the dossier of what is found, unless something holds the
// answer back.
func (p *Project) TellCase(ctx context.Context, d rights.Desk, id string, h Handing, s rights.Signed) (rights.Case, rights.Dossier, error) {
	k, found, err := p.LookCase(ctx, d, id, s)
	if err != nil {
		return k, rights.Dossier{}, err
	}
	if err := found.Ready(id, h.Partly); err != nil {
		return k, rights.Dossier{}, err
	}
	teller := p.Teller(k, s)
	teller.LeaveOut = h.LeaveOut
	dossier, err := teller.Tell(ctx, k, found, p.Today(s.Now))
	if err == nil && len(dossier.Doubtful) > 0 && !h.Reviewed {
		err = &Unread{id, slices.Compact(slices.Sorted(slices.Values(dossier.Doubtful)))}
	}
	return k, dossier, err
}

// ErrNoAddress says that a letter has nobody it could be mailed to.
var ErrNoAddress = errors.New("there is no address to send it to")

// Mail hands a letter to the mail server of the settings.
func (p *Project) Mail(ctx context.Context, l rights.Letter) error {
	return p.mail(ctx, l, false)
}

// mail sends a letter; automatic is true of one that nobody looked at.
func (p *Project) mail(ctx context.Context, l rights.Letter, automatic bool) error {
	if l.To == "" {
		return ErrNoAddress
	}
	server, err := p.Post()
	if err != nil {
		return err
	}
	server.Automatic = automatic
	return server.Send(ctx, l.To, l.Subject, l.Body)
}

// MailLink makes the link that identifies and sends it to the address that the request gives.
// It is kept nowhere: whoever reads the case must not be able to follow it.
func (p *Project) MailLink(ctx context.Context, d rights.Desk, id string, nonce []byte, s rights.Signed) (rights.Case, error) {
	links, err := p.Links(ctx, s.Now)
	if err != nil {
		return rights.Case{}, err
	}
	link, k, err := d.Link(ctx, links, id, nonce, s)
	if err != nil {
		return k, err
	}
	l, err := p.Letter(ctx, d, k, Order{Kind: rights.LinkLetter, Today: p.Today(s.Now), Add: func(w *rights.LetterWords) { w.Link = link }})
	if err != nil {
		return k, err
	}
	if err := p.Mail(ctx, l); err != nil {
		return k, err
	}
	l.Body = ""
	return d.Sent(ctx, k.ID, l, s)
}

// Deposit answers a case with a sealed file that waits until the person fetches it by a link to
// their verified address, and returns the passphrase, which goes to them by another way.
func (p *Project) Deposit(ctx context.Context, d rights.Desk, id string, h Handing, s rights.Signed) (k rights.Case, dossier rights.Dossier, phrase string, err error) {
	if _, err := p.Post(); err != nil {
		return k, dossier, "", err
	}
	if k, dossier, err = p.TellCase(ctx, d, id, h, s); err != nil {
		return k, dossier, "", err
	}
	if _, err := k.Mailbox(); err != nil {
		return k, dossier, "", err
	}
	to, phrase, err := NewPassphrase()
	if err != nil {
		return k, dossier, "", err
	}
	file, digest, err := Sealed(dossier, to)
	if err == nil {
		err = p.State.KeepParcel(ctx, id, file)
	}
	if err != nil {
		return k, dossier, "", err
	}
	k, err = d.Deposit(ctx, id, digest, slices.ContainsFunc(dossier.Gaps, rights.Gap.Stops), s)
	return k, dossier, phrase, err
}

// Fetch takes a link that fetches the answer of a case, and returns its name and the sealed file.
func (p *Project) Fetch(ctx context.Context, d rights.Desk, link string, s rights.Signed) (id string, file []byte, err error) {
	links, err := p.Links(ctx, s.Now)
	if err != nil {
		return "", nil, err
	}
	if id, err = links.Fetching(link, s); err != nil {
		return "", nil, err
	}
	file, err = p.State.Parcel(ctx, id) // first: it goes with the last link
	if errors.Is(err, db.ErrNotFound) {
		err = rights.ErrLinkUsed
	}
	if err == nil {
		_, err = d.Fetch(ctx, links, link, s)
	}
	return id, file, err
}
