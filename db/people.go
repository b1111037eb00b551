package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

// ErrTaken says that an open account has that name.
var ErrTaken = errors.New("an account has that name")

// ErrLastOwner says that closing the account would leave nobody who manages accounts.
var ErrLastOwner = errors.New("it is the last owner's account")

// Owner is the role of who manages accounts; the other roles are words of the console.
const Owner = "owner"

// Account is somebody who may sign in to the console.
type Account struct {
	ID   int64
	Name string
	Role string
	// Password is a hash that tells how it was made; empty until the invitation was taken up.
	Password string
	// Secret is that of the one-time codes.
	Secret string
	// Outside reports that its owner signs in with an account of the company's provider, and
	// has no password.
	Outside bool
	// InviteEnds is the end of the invitation; zero once it was taken up.
	InviteEnds time.Time
	Made       time.Time
}

// Enrolled reports whether the account can sign in.
func (a Account) Enrolled() bool { return a.Password != "" || a.Outside }

type accountRow struct {
	bun.BaseModel `bun:"table:accounts"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	Role          string
	Password      string
	Secret        string
	Outside       []byte
	Used          int64
	Invite        []byte
	InviteEnds    bun.NullTime
	Made          time.Time
	Closed        bun.NullTime
}

func (r accountRow) account() Account {
	out := Account{ID: r.ID, Name: r.Name, Role: r.Role, Password: r.Password, Outside: r.Outside != nil, Made: r.Made.UTC()}
	if r.Invite != nil {
		out.InviteEnds = r.InviteEnds.UTC()
	}
	return out
}

// secrets is the kind under which the secrets of one-time codes are sealed.
const secrets = "one-time codes"

// opened is the account of a row with the secret of its codes.
func (s *State) opened(r accountRow) (Account, error) {
	out := r.account()
	var err error
	out.Secret, err = s.openText(secrets, r.Name, r.Secret)
	return out, err
}

// Accounts returns the open accounts, oldest first.
func (s *State) Accounts(ctx context.Context) ([]Account, error) {
	var rows []accountRow
	if err := s.db.NewSelect().Model(&rows).Where("closed IS NULL").Order("id").Scan(ctx); err != nil {
		return nil, explain("read the accounts", err)
	}
	var out []Account
	for _, r := range rows {
		a, err := s.opened(r)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// Invite opens an account that whoever brings the invitation takes up until it ends; what is
// kept of the invitation is its digest. An account of that name that nobody took up is
// replaced, one that somebody did is ErrTaken.
func (s *State) Invite(ctx context.Context, a Account, digest [32]byte) error {
	sealed, err := s.sealText(secrets, a.Name, a.Secret)
	if err != nil {
		return err
	}
	row := accountRow{Name: a.Name, Role: a.Role, Secret: sealed, Invite: digest[:], InviteEnds: bun.NullTime{Time: a.InviteEnds}, Made: a.Made}
	return s.write(ctx, "open the account", func(tx bun.Tx) error {
		_, err := tx.NewDelete().Model((*accountRow)(nil)).Where("name = ? AND closed IS NULL AND password = '' AND outside IS NULL", a.Name).Exec(ctx)
		if err != nil {
			return err
		}
		taken, err := tx.NewSelect().Model((*accountRow)(nil)).Where("name = ? AND closed IS NULL", a.Name).Exists(ctx)
		if err != nil {
			return err
		}
		if taken {
			return ErrTaken
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
}

// Invited returns the account that an invitation is for, or ErrNotFound.
func (s *State) Invited(ctx context.Context, digest [32]byte, now time.Time) (Account, error) {
	var row accountRow
	err := s.db.NewSelect().Model(&row).Where("invite = ? AND closed IS NULL", digest[:]).Scan(ctx)
	if err != nil {
		return Account{}, explain("read the invitation", missing(err))
	}
	if !now.Before(row.InviteEnds.Time) {
		return Account{}, ErrNotFound
	}
	return s.opened(row)
}

// Enrol ends an invitation and gives its account a password; ErrNotFound when another did.
func (s *State) Enrol(ctx context.Context, digest [32]byte, password string) error {
	return s.write(ctx, "take up the account", func(tx bun.Tx) error {
		return one(tx.NewUpdate().Model((*accountRow)(nil)).Set("password = ?, invite = NULL", password).Where("invite = ? AND closed IS NULL", digest[:]).Exec(ctx))
	})
}

// EnrolOutside ends an invitation and lets the identity at the company's provider sign in to
// its account; ErrNotFound when another ended it, ErrTaken when the identity has an account.
func (s *State) EnrolOutside(ctx context.Context, digest, identity [32]byte) error {
	return s.write(ctx, "take up the account", func(tx bun.Tx) error {
		taken, err := tx.NewSelect().Model((*accountRow)(nil)).Where("outside = ? AND closed IS NULL", identity[:]).Exists(ctx)
		if err != nil {
			return err
		}
		if taken {
			return ErrTaken
		}
		return one(tx.NewUpdate().Model((*accountRow)(nil)).Set("outside = ?, secret = '', invite = NULL", identity[:]).Where("invite = ? AND closed IS NULL", digest[:]).Exec(ctx))
	})
}

// Outside returns the account of an identity at the company's provider, or ErrNotFound.
func (s *State) Outside(ctx context.Context, identity [32]byte) (Account, error) {
	var row accountRow
	err := s.db.NewSelect().Model(&row).Where("outside = ? AND closed IS NULL", identity[:]).Scan(ctx)
	if err != nil {
		return Account{}, explain("read the account", missing(err))
	}
	return s.opened(row)
}

// one returns ErrNotFound where a statement touched no row.
func one(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrNotFound)
	}
	return nil
}

// UseCode notes that the one-time code of a step of time was used, and reports whether it may
// be: each code counts once, and none that is older than the last.
func (s *State) UseCode(ctx context.Context, account, step int64) (bool, error) {
	var n int64
	err := s.write(ctx, "note a code", func(tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*accountRow)(nil)).Set("used = ?", step).Where("id = ? AND used < ?", account, step).Exec(ctx)
		if err == nil {
			n, err = res.RowsAffected()
		}
		return err
	})
	return n == 1, err
}

// CloseAccount closes an account and ends its sessions. It stays on file, since approvals bear
// its name; the name may be given again.
func (s *State) CloseAccount(ctx context.Context, id int64, at time.Time) error {
	return s.write(ctx, "close the account", func(tx bun.Tx) error {
		var row accountRow
		if err := missing(tx.NewSelect().Model(&row).Where("id = ? AND closed IS NULL", id).Scan(ctx)); err != nil {
			return err
		}
		others, err := tx.NewSelect().Model((*accountRow)(nil)).Where("id <> ? AND role = ? AND closed IS NULL AND (password <> '' OR outside IS NOT NULL)", id, Owner).Exists(ctx)
		if err != nil {
			return err
		}
		if row.Role == Owner && row.account().Enrolled() && !others {
			return ErrLastOwner
		}
		_, err1 := tx.NewUpdate().Model((*accountRow)(nil)).Set("closed = ?, password = '', secret = '', outside = NULL, invite = NULL", at).Where("id = ?", id).Exec(ctx)
		_, err2 := tx.NewDelete().Model((*sessionRow)(nil)).Where("account = ?", id).Exec(ctx)
		_, err3 := tx.NewDelete().Model((*passkeyRow)(nil)).Where("account = ?", id).Exec(ctx)
		return errors.Join(err1, err2, err3)
	})
}

// Session is somebody who has come in: by an account, or, where Account is 0, by the link
// that was printed in the terminal.
type Session struct {
	// Secret is the digest of what the browser was given.
	Secret  [32]byte
	Account int64
	Name    string
	Role    string
	// Browser is what the browser calls itself, for its owner to know it by.
	Browser    string
	Made, Ends time.Time
}

type sessionRow struct {
	bun.BaseModel `bun:"table:sessions"`
	Secret        []byte `bun:",pk"`
	Account       int64
	Browser       string
	Made, Ends    time.Time
}

// OpenSession keeps a session, and forgets those that have ended.
func (s *State) OpenSession(ctx context.Context, x Session) error {
	row := sessionRow{Secret: x.Secret[:], Account: x.Account, Browser: x.Browser, Made: x.Made, Ends: x.Ends}
	return s.write(ctx, "open a session", func(tx bun.Tx) error {
		_, err1 := tx.NewDelete().Model((*sessionRow)(nil)).Where("ends <= ?", x.Made).Exec(ctx)
		_, err2 := tx.NewInsert().Model(&row).Exec(ctx)
		return errors.Join(err1, err2)
	})
}

// Sessions returns the sessions that are open, oldest first, each with the name and the role
// that its account has now.
func (s *State) Sessions(ctx context.Context, now time.Time) ([]Session, error) {
	var rows []struct {
		sessionRow
		Name, Role string
	}
	err := s.db.NewSelect().TableExpr("sessions AS s").ColumnExpr("s.secret, s.account, s.browser, s.made, s.ends, a.name, a.role").
		Join("LEFT JOIN accounts AS a ON a.id = s.account").Where("s.ends > ? AND (s.account = 0 OR a.closed IS NULL)", now).OrderExpr("s.made, s.rowid").Scan(ctx, &rows)
	if err != nil {
		return nil, explain("read the sessions", err)
	}
	var out []Session
	for _, r := range rows {
		x := Session{Account: r.Account, Name: r.Name, Role: r.Role, Browser: r.Browser, Made: r.Made.UTC(), Ends: r.Ends.UTC()}
		copy(x.Secret[:], r.Secret)
		out = append(out, x)
	}
	return out, nil
}

// Session returns the open session of a secret's digest, or ErrNotFound.
func (s *State) Session(ctx context.Context, secret [32]byte, now time.Time) (Session, error) {
	var row sessionRow
	err := s.db.NewSelect().Model(&row).Where("secret = ? AND ends > ?", secret[:], now).Scan(ctx)
	if err != nil {
		return Session{}, explain("read the session", missing(err))
	}
	out := Session{Secret: secret, Account: row.Account, Browser: row.Browser, Made: row.Made.UTC(), Ends: row.Ends.UTC()}
	if row.Account == 0 {
		return out, nil
	}
	var a accountRow
	if err := s.db.NewSelect().Model(&a).Where("id = ? AND closed IS NULL", row.Account).Scan(ctx); err != nil {
		return Session{}, explain("read the session", missing(err))
	}
	out.Name, out.Role = a.Name, a.Role
	return out, nil
}

// EndSession ends a session; one that is not there has ended.
func (s *State) EndSession(ctx context.Context, secret [32]byte) error {
	_, err := s.db.NewDelete().Model((*sessionRow)(nil)).Where("secret = ?", secret[:]).Exec(ctx)
	return explain("end a session", err)
}
