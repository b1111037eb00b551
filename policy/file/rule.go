package file

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
)

// rule reads the rule at index i of the purpose.
func (l *loader) rule(n *Node, p *policy.Purpose, i int) policy.Rule {
	f := n.Fields("a retention rule", "id", "for", "data", "when", "while", "keep", "after", "round",
		"until", "archive", "then", "unknown", "by", "paper", "says")
	r := policy.Rule{
		ID:   l.ruleID(n, f["id"], policy.RuleID(fmt.Sprintf("%s.%d", p.ID, i+1))),
		For:  narrow(f["for"], "people", IDs(l.p.People), p.People),
		Data: narrow(f["data"], "data", IDs(l.p.Data), p.Data),
		When: f["when"].Text(), While: f["while"].Text(),
		Keep:    keep(f["keep"]),
		Archive: archive(f["archive"]),
		By:      f["by"].Text(), Paper: f["paper"].Bool(), Says: policy.Says(f["says"].Text()),
	}
	r.Round = policy.Rounding(f["round"].Choice("unknown-rounding", "rounding", string(policy.EndOfYear), string(policy.EndOfAccountingYear), string(policy.EndOfClosingYear)))
	after, earliestAfter := l.events(f["after"])
	until, earliestUntil := l.events(f["until"])
	r.After, r.Until, r.Earliest = after, until, earliestAfter || earliestUntil
	r.Then, r.Ask = then(f["then"])
	r.Fallback = l.fallback(f["unknown"])
	checkRule(n, f, r)
	return r
}

var ruleName = regexp.MustCompile(`^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$`)

func (l *loader) ruleID(rule, n *Node, other policy.RuleID) policy.RuleID {
	id := policy.RuleID(n.Text())
	switch {
	case id == "":
		id, n = other, rule
	case !ruleName.MatchString(string(id)):
		n.Error("bad-name", fmt.Sprintf("%q is not a rule id", id), "use lower-case letters, digits, underscores and dots, such as quotes.prospects")
	}
	if first := l.rules[id]; first != nil {
		n.Error("duplicate-rule", fmt.Sprintf("there are two rules %s", id), fmt.Sprintf("the first is on line %d; give one another id", first.line))
	} else {
		l.rules[id] = n
	}
	return id
}

// narrow reads words of a rule, which must be among those of its purpose.
func narrow[T ~string](n *Node, kind string, declared, purpose []T) []T {
	var all []T
	for _, item := range n.Each() {
		w := Word(item, kind, "declared "+kind, declared)
		switch {
		case w == "":
		case !slices.Contains(purpose, w):
			item.Error("not-in-purpose", fmt.Sprintf("the purpose does not name %s among its %s", w, kind), "its "+kind+": "+strings.Join(Strings(purpose), ", "))
		default:
			all = append(all, w)
		}
	}
	return all
}

// keep reads a term: a period, a floor, a missing figure, or one read from each record.
func keep(n *Node) policy.Keep {
	switch {
	case n == nil:
		return policy.Keep{}
	case n.IsMapping():
		return keepRead(n)
	}
	s := n.Text()
	if s == "operator" {
		n.Find("operator-term", "the text gives no figure here; until one is supplied everything is kept", "replace operator by a period")
		return policy.Keep{Set: true, Operator: true}
	}
	for _, floor := range []string{"at least ", "au moins "} {
		if rest, ok := strings.CutPrefix(s, floor); ok {
			return policy.Keep{Set: true, AtLeast: true, Period: n.period(rest)}
		}
	}
	return policy.Keep{Set: s != "", Period: n.period(s)}
}

func keepRead(n *Node) policy.Keep {
	const what = "a term read from the record"
	f := n.Fields(what, "read", "one_of")
	f.Need(n, what, "read", "one_of")
	k := policy.Keep{Set: true, Read: f["read"].Text()}
	if k.Read != "" {
		CheckName(f["read"])
	}
	for _, item := range f["one_of"].Each() {
		k.OneOf = append(k.OneOf, item.Period())
	}
	return k
}

// events reads what a term counts from: one event, a list (the latest), or the word that
// says which of several counts.
func (l *loader) events(n *Node) (events []policy.Event, earliest bool) {
	if n.IsMapping() {
		f := n.Fields("a choice of events", "latest", "earliest")
		if len(n.Entries()) != 1 {
			n.Error("bad-choice", "either the latest or the earliest of several events counts", "write {latest: [a, b]} or {earliest: [a, b]}")
		}
		n, earliest = f["latest"], f["latest"] == nil
		if earliest {
			n = f["earliest"]
		}
	}
	events = Words(n, "event", "declared events", IDs(l.p.Events))
	return events, earliest && len(events) > 1
}

func archive(n *Node) *policy.Archive {
	if n == nil {
		return nil
	}
	rest, more := strings.CutSuffix(n.Text(), " more")
	return &policy.Archive{Period: n.period(rest), More: more}
}

var actions = []policy.Action{policy.Erase, policy.Anonymise}

// then reads the action at the end, which is to erase unless written.
func then(n *Node) (policy.Action, *policy.Ask) {
	switch {
	case n == nil:
		return policy.Erase, nil
	case n.IsMapping():
		return policy.AskAgain, ask(n)
	}
	switch policy.Action(n.Text()) {
	case policy.AskAgain:
		n.Error("ask-without-window", "the question needs a time to wait for the answer", "write {ask: 1 month, else: erase}")
		return policy.AskAgain, nil
	case policy.ToArchive:
		n.Error("unknown-action", "archive is a phase with an end of its own", "write archive: 10 years, and then: what follows it")
		return "", nil
	}
	return Word(n, "action", "actions", actions), nil
}

func ask(n *Node) *policy.Ask {
	f := n.Fields("a question", "ask", "else")
	if f["ask"] == nil {
		n.Error("ask-without-window", "the question needs a time to wait for the answer", "write {ask: 1 month, else: erase}")
	}
	a := policy.Ask{Window: f["ask"].Period(), Then: policy.Erase}
	if a.Window.IsZero() && f["ask"] != nil {
		f["ask"].Error("ask-without-window", "a question nobody has time to answer is none", "write {ask: 1 month, else: erase}")
	}
	if f["else"] != nil {
		a.Then = Word(f["else"], "action", "actions", actions)
	}
	return &a
}

// fallback reads what to do with a record without a usable date; block is the default.
func (l *loader) fallback(n *Node) policy.Event {
	if !n.IsMapping() {
		n.Choice("bad-choice", "answer to a missing date", "block")
		return ""
	}
	f := n.Fields("an answer to a missing date", "use")
	f.Need(n, "an answer to a missing date", "use")
	return Word(f["use"], "event", "declared events", IDs(l.p.Events))
}
