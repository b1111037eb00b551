// Package config is for garant.yaml: where the stores are and how Garant reaches them, in
// which zone days are counted, when accounting years closed, and how carefully to act.
package config

import (
	"time"

	"github.com/garant-rgpd/garant/api/event"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// Config is what a company says about its machines. Paths are as written, relative to the
// folder of garant.yaml.
type Config struct {
	// Zone is the controller's: events count as their day there.
	Zone *time.Location
	// Language of what people read: fr or en.
	Language string
	Stores   map[string]Store
	// Closings are the closing days of accounting years by legal entity, ascending; "" is the
	// controller itself.
	Closings map[string][]policy.Date
	// From and To bound plausible days: From <= day < To.
	From, To policy.Date
	// Share is how many percent of a dataset one step may touch without an approval.
	Share int
	// State is the folder of Garant's own memory.
	State    string
	Throttle Throttle
	Approval Approval
	Archive  Archive
	// Backups are how the backups of stores are kept, by store; of a store that is not among them
	// nobody said.
	Backups  map[string]Backup
	Requests Requests
	Mail     Mail
	SignIn   SignIn
	// Hooks are the programs that are told what happens, in the order of the file.
	Hooks []Hook
}

// Hook is a program that is told what happens.
type Hook struct {
	Name string
	// URL is where it listens: https, or http on this machine.
	URL string
	// SecretEnv is the environment variable with the secret that messages are signed with.
	SecretEnv string
	// Events are what it is told.
	Events []event.Type
}

// SignIn is the company's OpenID Connect provider, by whose accounts people come in to the
// console; the zero SignIn is none.
type SignIn struct {
	// Issuer is the provider's https address, Client what it calls the console.
	Issuer, Client string
	// SecretEnv is the environment variable that holds the client's secret; empty where the
	// provider asks for none.
	SecretEnv string
	// Name is what people call these accounts.
	Name string
}

// Mail is the server that letters are handed to; the zero Mail is none.
type Mail struct {
	// Server is host:port, From the address that letters come from.
	Server, From string
	// User, and the environment variable that holds the password; empty where none is asked.
	User, PasswordEnv string
	// Plain is true for a server on this machine that speaks without encryption.
	Plain bool
}

// Requests says how what people ask is handled.
type Requests struct {
	// Owner is the role that answers for a case unless another is named.
	Owner string
	// Territory is where working days are counted.
	Territory law.Territory
	// Working is how long what a case says of the person stays after the answer, File how
	// long the case itself does, Lapse how long identity is awaited.
	Working, File, Lapse policy.Period
	// Notify is the address that is told which cases are due.
	Notify string
	// Recipients are the addresses of the policy's recipients, who are told of what people ask:
	// for mail, or https://… for a program.
	Recipients map[string]string
	// WebhookSecretEnv is the environment variable with the secret that messages to programs are
	// signed with; empty where there is none.
	WebhookSecretEnv string
	// Mailbox is where people write to; the zero Mailbox is none.
	Mailbox Mailbox
}

// Mailbox is a mailbox that requests are taken in from, over IMAP.
type Mailbox struct {
	// Server is host:port, User who signs in.
	Server, User string
	// The password is in an environment variable or in a file: one of them is set.
	PasswordEnv, PasswordFile string
	// Folder is read, INBOX where it is empty. Messages go to Taken once they were taken, to Aside
	// where a human must look first; where one is empty they stay and bear a keyword.
	Folder, Taken, Aside string
	// Since is the first day whose messages count.
	Since policy.Date
	// Acknowledge is true where each request is acknowledged by e-mail.
	Acknowledge bool
	// Plain is true for a server on this machine that speaks without encryption.
	Plain bool
}

// Password returns the mailbox's password. Files are looked up in dir, variables with getenv. The
// error names the variable or the file and never what it holds.
func (m Mailbox) Password(dir string, getenv func(string) string) (string, error) {
	return Store{AddressEnv: m.PasswordEnv, AddressFile: m.PasswordFile}.Resolve(dir, getenv)
}

// Throttle says how gently to act on the stores.
type Throttle struct {
	// Batch is how long one transaction should take.
	Batch time.Duration
	// Pause is the sleep after a batch as a multiple of the work: 1 sleeps as long as it worked.
	Pause float64
	// StopFile is a path; while a file is there, work pauses. Empty for none.
	StopFile string
}

// Approval says who may let a plan be applied.
type Approval struct {
	// Required is true when every plan needs an approval, not only the guarded steps.
	Required  bool
	Approvers []string
	// People is how many persons of different names must approve a step; at least 1.
	People int
}

// Archive is the store of archived data; the zero Archive is none.
type Archive struct {
	Address string
	KeyFile string
}

// defaults is the configuration of an empty file.
func defaults() Config {
	return Config{
		Language: "fr",
		From:     policy.MustDate("1980-01-01"),
		To:       policy.MustDate("2100-01-01"),
		Share:    20,
		State:    ".garant",
		Approval: Approval{People: 1},
		Throttle: Throttle{Batch: 80 * time.Millisecond, Pause: 1},
		Requests: Requests{
			Territory: law.Metropole, Working: policy.Period{Months: 1}, File: policy.Period{Months: 60}, Lapse: policy.Period{Months: 3},
		},
	}
}
