package console

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// homeScreen is the published text with the truth of each sentence beside it.
type homeScreen struct {
	page
	Look    *Look
	Looking bool
	// Failed says that the last look failed; Problems are what is wrong in the files, if
	// that is why.
	Failed   bool
	Problems []policy.Problem

	Tally  []tally
	Only   retention.Outcome
	Blocks []blockView
	Chosen *detail
	// Waits is what wants a decision, Trend how the verdicts were month by month, ThisYear how
	// many records fall due in it.
	Waits    waiting
	Trend    *trend
	ThisYear int64
	// Lost are the promises for which no sentence was found, Said is false without a text.
	Lost []sentenceView
	Said bool
}

// tally counts the promises of one verdict.
type tally struct {
	Outcome retention.Outcome
	N       int64
	Href    string
	Current bool
}

// blockView is a block of the text; Chosen follows the one with the chosen sentence.
type blockView struct {
	Kind      BlockKind
	Level     int
	Label     string
	Sentences []sentenceView
	Chosen    *detail
}

// sentenceView is a sentence; without a promise it is plain words.
type sentenceView struct {
	Text     string
	Rule     policy.RuleID
	Href     string
	Verdict  retention.Outcome
	Count    int64 // overdue
	Chosen   bool
	Muted    bool
	Promises int
}

// outcomes lists the verdicts, what wants somebody first.
func outcomes() []retention.Outcome {
	return []retention.Outcome{retention.Broken, retention.Undetermined, retention.Unbound, retention.NotCheckable, retention.Kept}
}

func (c *Console) home(w http.ResponseWriter, r *http.Request, v visit) error {
	s := homeScreen{page: c.page(r, v, "Notre parole", "Our word")}
	now := c.watch.seen()
	var version uint64
	var err error
	if s.Waits, version, err = c.waits(r.Context()); err != nil {
		return err
	}
	return c.remembered(w, r, [2]uint64{now.version, version}, s.page, func(b *bytes.Buffer, anyone *session) error {
		s.Who = anyone
		if err := s.told(now, r); err != nil {
			return err
		}
		return c.screens["home"].ExecuteTemplate(b, "frame.html", s)
	})
}

// told writes what is known into the screen.
func (s *homeScreen) told(now seen, r *http.Request) error {
	s.Look, s.Looking, s.Failed = now.look, now.looking, now.failed != nil
	if s.Looking && (s.Look == nil || r.URL.Query().Has("controle")) {
		s.Refresh = 2 // who reads is not disturbed, who waits is served
	}
	if u, ok := now.failed.(*Unready); ok {
		s.Problems = u.Problems
	}
	if s.Look == nil {
		return nil
	}
	s.Only = retention.Outcome(r.URL.Query().Get("only"))
	b := newBook(now, s.page)
	chosen := policy.RuleID(r.PathValue("rule"))
	if chosen == "" {
		chosen = b.first(s.Only)
	} else if _, ok := b.promises[chosen]; !ok {
		return missing{}
	}
	s.fill(b, chosen)
	return nil
}

// book is one look, looked up by rule.
type book struct {
	seen
	page     page
	promises map[policy.RuleID]retention.Promise
	rules    map[policy.RuleID]policy.Rule
	purposes map[policy.RuleID]policy.Purpose
	text     Text
	lost     []policy.RuleID
}

func newBook(s seen, p page) book {
	b := book{seen: s, page: p, promises: map[policy.RuleID]retention.Promise{}, rules: map[policy.RuleID]policy.Rule{}, purposes: map[policy.RuleID]policy.Purpose{}}
	for _, pr := range s.look.Truth.Promises {
		b.promises[pr.ID] = pr
	}
	for _, pu := range s.look.Policy.Purposes {
		for _, r := range pu.Rules {
			b.rules[r.ID], b.purposes[r.ID] = r, pu
		}
	}
	b.text, b.lost = s.look.Text.Place(s.look.Policy)
	return b
}

// first is the promise shown to who chose none: in the order of the text, the first that
// wants somebody most.
func (b book) first(only retention.Outcome) policy.RuleID {
	order := b.order()
	for _, o := range outcomes() {
		if only != "" && o != only {
			continue
		}
		for _, id := range order {
			if b.promises[id].Verdict == o {
				return id
			}
		}
	}
	return ""
}

// order lists the promises as the text makes them.
func (b book) order() []policy.RuleID {
	var out []policy.RuleID
	for _, bl := range b.text.Blocks {
		for _, s := range bl.Sentences {
			out = append(out, s.Rules...)
		}
	}
	return append(out, b.lost...)
}

// fill writes the book into the screen.
func (s *homeScreen) fill(b book, chosen policy.RuleID) {
	n := map[retention.Outcome]int64{}
	for _, pr := range b.promises {
		n[pr.Verdict]++
	}
	for _, o := range outcomes() {
		href := "/?only=" + url.QueryEscape(string(o))
		if s.Only == o {
			href = "/"
		}
		s.Tally = append(s.Tally, tally{o, n[o], href, s.Only == o})
	}
	s.Trend = b.trend()
	if len(b.ahead) > 0 {
		for _, n := range b.ahead[0].Due {
			s.ThisYear += n
		}
	}
	s.Said = len(b.text.Blocks) > 0
	if _, ok := b.promises[chosen]; ok {
		s.Chosen = b.detail(chosen)
	}
	for _, bl := range b.text.Blocks {
		s.Blocks = append(s.Blocks, s.block(b, bl, chosen))
	}
	for _, id := range b.lost {
		v := s.sentence(b, Sentence{Rules: []policy.RuleID{id}}, chosen)
		if v.Text = string(b.purposes[id].Title); b.purposes[id].Says != "" {
			v.Text += " (" + string(b.purposes[id].Says) + ")"
		}
		s.Lost = append(s.Lost, v)
	}
}

func (s *homeScreen) block(b book, bl Block, chosen policy.RuleID) blockView {
	out := blockView{Kind: bl.Kind, Level: bl.Level, Label: bl.Label}
	for _, x := range bl.Sentences {
		v := s.sentence(b, x, chosen)
		if v.Chosen {
			out.Chosen = s.Chosen
		}
		out.Sentences = append(out.Sentences, v)
	}
	return out
}

// sentence shows a sentence under the promise of it that was chosen, else the one that wants
// somebody most.
func (s *homeScreen) sentence(b book, x Sentence, chosen policy.RuleID) sentenceView {
	out := sentenceView{Text: x.Text, Promises: len(x.Rules), Muted: s.Only != ""}
	for _, o := range outcomes() {
		for _, id := range x.Rules {
			if b.promises[id].Verdict == o && out.Rule == "" {
				out.Rule = id
			}
		}
	}
	if slices.Contains(x.Rules, chosen) {
		out.Rule, out.Chosen = chosen, true
	}
	if out.Rule == "" {
		return out
	}
	pr := b.promises[out.Rule]
	out.Verdict, out.Count = pr.Verdict, pr.Overdue
	out.Muted = s.Only != "" && s.Only != pr.Verdict
	out.Href = promiseHref(out.Rule, s.Only)
	return out
}

// promiseHref is the address of a promise, which keeps the filter and stays at the sentence.
func promiseHref(id policy.RuleID, only retention.Outcome) string {
	u := url.URL{Path: "/promesses/" + string(id), Fragment: string(id)}
	if only != "" {
		u.RawQuery = url.Values{"only": {string(only)}}.Encode()
	}
	return u.String()
}

// Outcomes lists the verdicts.
func (s homeScreen) Outcomes() []retention.Outcome { return outcomes() }
