package consent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
)

// memory keeps records without a file.
type memory struct {
	key     []byte
	records []Record
	refs    map[Ref][]Record
	logged  []Logged
	broken  error
}

func (m *memory) EnterRecords(_ context.Context, drafts []Draft) ([]Entered, error) {
	var out []Entered
	for _, d := range drafts {
		r, _, refs, err := Seal(m.key, d, int64(len(m.records)+1))
		if err != nil {
			return nil, err
		}
		m.records, out = append(m.records, r), append(out, Entered{r, true})
		for _, ref := range refs {
			m.refs[ref] = append(m.refs[ref], r)
		}
	}
	return out, nil
}

func (m *memory) RecordsOf(_ context.Context, refs []Ref) ([]Record, error) {
	return Together(m.refs, refs), m.broken
}

func (m *memory) RecordsOfEach(context.Context, []Ref) (map[Ref][]Record, error) {
	return m.refs, m.broken
}

func (m *memory) LogAnswers(_ context.Context, a []Logged) error {
	m.logged = append(m.logged, a...)
	return m.broken
}

// desk is one whose policy has the purpose news, to which someone@a.example agreed by mail.
func desk(t testing.TB) (*Desk, *memory) {
	t.Helper()
	m := &memory{key: []byte("key"), refs: map[Ref][]Record{}}
	d := &Desk{Book: book(t), Keeper: m, Key: m.key, Zone: at("2026-09-01").Location(),
		Policy:   policy.Policy{Purposes: []policy.Purpose{{ID: "news", Basis: []policy.Basis{policy.Consent, policy.LegitimateInterest}}}},
		Settings: Settings{Goods: OtherGoods, Uses: map[policy.PurposeID]UseOf{"news": {Use: Prospecting}}}}
	yes := Record{Kind: Given, At: at("2026-08-20 10:00"), Entered: at("2026-08-20 10:00"), Scope: Scope{[]Channel{Email}, []policy.PurposeID{"news"}}, Proof: Digest([]byte("form"))}
	if _, err := m.EnterRecords(t.Context(), []Draft{{[]Identifier{{ByEmail, "someone@a.example"}, {ByID, "7"}}, yes}}); err != nil {
		t.Fatal(err)
	}
	return d, m
}

func news() Inquiry {
	return Inquiry{Channel: Email, Purpose: "news", At: at("2026-09-01 11:00"), Now: at("2026-09-01 11:00")}
}

// screen returns what each line got, as number=rule.
func screen(t *testing.T, d *Desk, list string) string {
	t.Helper()
	l, err := ReadList(strings.NewReader(list))
	if err != nil {
		return err.Error()
	}
	var got []string
	if err := d.Screen(t.Context(), l, news(), func(l Line) error {
		got = append(got, fmt.Sprintf("%d=%s", l.Number, l.Rule))
		return nil
	}); err != nil {
		return err.Error()
	}
	return strings.Join(got, " ")
}

// TestScreen reads lists as spreadsheets and enemies write them.
func TestScreen(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	long := strings.Repeat("x", maxLine+10)
	for name, c := range map[string]struct{ list, want string }{
		"plain":              {"email\nsomeone@a.example\nother@a.example\n", "2=consent 3=no-consent"},
		"no end of line":     {"email\nsomeone@a.example", "2=consent"},
		"windows ends":       {"email,id\r\nsomeone@a.example,7\r\n", "2=consent"},
		"mark and semicolon": {"\ufeffNom;E-mail\nA;someone@a.example\n", "2=consent"},
		"tabs":               {"email\tnote\nsomeone@a.example\t=1+1\n", "2=consent"},
		"by id":              {"id\n7\n8\n", "2=consent 3=no-consent"},
		"two identifiers":    {"id,email\n7,someone@a.example\n", "2=consent"},
		"windows-1252":       {"pr\xe9nom,email\nChlo\xe9,someone@a.example\n", "2=consent"},
		"broken encoding":    {"email,note\nsomeone@a.example,\xff\xfe\x81\n", "2=consent"},
		"nul":                {"email\nsome\x00one@a.example\nsomeone@a.example\n", "2=question-unreadable 3=consent"},
		"short line":         {"email,id\nsomeone@a.example\nsomeone@a.example,7\n", "2=question-unreadable 3=consent"},
		"long line":          {"email\n" + long + "\nsomeone@a.example\n", "2=question-unreadable 3=consent"},
		"open quote":         {"email,note\nsomeone@a.example,\"x\nsomeone@a.example,y\n", "2=question-unreadable 3=consent"},
		"quoted":             {"email,note\n\"someone@a.example\",\"a, b\"\n", "2=consent"},
		"injection":          {"email\n' OR 1=1 --@a.example\n<script>@a.example\n", "2=no-consent 3=no-consent"},
		"empty lines":        {"email\n\n   \nsomeone@a.example\n", "4=consent"},
		"context by line":    {"email,kind,informed,related,last_contact\nx@a.example,business,yes,yes,2026-01-01\nx@a.example,business,yes,maybe,2026-01-01\n", "2=business 3=question-unreadable"},
		"head alone":         {"email\n", ""},
		"nothing":            {"", ErrNobody.Error()},
		"nobody":             {"name,city\nA,B\n", ErrNobody.Error()},
		"binary":             {"\x00\x01\x02\n\x00", ErrNobody.Error()},
	} {
		if got := screen(t, d, c.list); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// TestScreenBatches goes over the size of a batch: each line once, in order, each written down.
func TestScreenBatches(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	n := batch*2 + 3
	l, err := ReadList(strings.NewReader("email\n" + strings.Repeat("someone@a.example\n", n)))
	if err != nil {
		t.Fatal(err)
	}
	last := 1
	if err := d.Screen(t.Context(), l, news(), func(l Line) error {
		if l.Number != last+1 || !l.Allowed || len(m.logged) < l.Number-1 {
			t.Fatalf("line %d after %d, allowed %v, %d logged", l.Number, last, l.Allowed, len(m.logged))
		}
		last = l.Number
		return nil
	}); err != nil || last != n+1 || len(m.logged) != n {
		t.Errorf("%d lines, %d logged, %v", last-1, len(m.logged), err)
	}
	for _, a := range m.logged[:1] {
		if a.Person == "" || strings.Contains(a.Person, "someone") || a.Rule != ByConsent || a.Law == "" || a.Purpose != "news" {
			t.Errorf("logged %+v", a)
		}
	}
}

// TestNoAnswer: where the memory fails, or the answer cannot be written down, there is none.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	in := news()
	in.Person = []Identifier{{ByEmail, "someone@a.example"}}
	if r, err := d.Ask(t.Context(), in); err != nil || !r.Allowed || r.Log(in.Now).Person != r.Ref.Short() {
		t.Fatalf("%+v, %v", r, err)
	}
	m.broken = errors.New("the disk is gone")
	if r, err := d.Ask(t.Context(), in); err == nil || r.Allowed || r.Rule != "" {
		t.Errorf("a broken memory answers %+v", r)
	}
	l, err := ReadList(strings.NewReader("email\nsomeone@a.example\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Screen(t.Context(), l, in, func(Line) error { t.Error("a line is handed on"); return nil }); err == nil {
		t.Error("a broken memory screens lists")
	}
}

// TestInquiries refuses questions that cannot be understood, as the asker's mistake.
func TestInquiries(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	for name, spoil := range map[string]func(*Inquiry){
		"channel":  func(in *Inquiry) { in.Channel = "fax" },
		"purpose":  func(in *Inquiry) { in.Purpose = "none" },
		"nobody":   func(in *Inquiry) { in.Person = nil },
		"key":      func(in *Inquiry) { in.Context = Context{"colour": "red"} },
		"goods":    func(in *Inquiry) { in.Context = Context{"goods": "magic"} },
		"place":    func(in *Inquiry) { in.Context = Context{"place": "atlantis"} },
		"postcode": func(in *Inquiry) { in.Context = Context{"postcode": "1"} },
		"truth":    func(in *Inquiry) { in.Context = Context{"contract": "maybe"} },
		"day":      func(in *Inquiry) { in.Context = Context{"last_contact": "soon"} },
		"partner":  func(in *Inquiry) { in.Context = Context{"partner": "<b>"} },
	} {
		in := news()
		in.Person = []Identifier{{ByEmail, "someone@a.example"}}
		spoil(&in)
		_, err := d.Ask(t.Context(), in)
		var wrong ErrInquiry
		if !errors.As(err, &wrong) || strings.Contains(err.Error(), "someone") || errors.Unwrap(wrong) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestContext puts what the asker knows into the question.
func TestContext(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	for _, c := range []struct {
		context Context
		want    Rule
	}{
		{Context{"use": "service", "contract": "yes"}, AsService},
		{Context{"use": "service", "contract": "no"}, ServiceUnfounded},
		{Context{"use": "service", "contract": "oui", "offers": "oui"}, ServiceOffers},
		{Context{"goods": "energy saving"}, SectorBan},
		{Context{"goods": "energy saving", "contract": "yes", "kind": "mailbox"}, AsMailbox},
		{Context{"kind": "business", "informed": "yes", "related": "yes", "last_contact": "2026-01-01"}, AsBusiness},
		{Context{"partner": "isolation-exemple"}, NoConsent},
		{Context{"caller": "masked", "bought": "yes", "screened": "2026-01-01", "place": "reunion", "postcode": "97400"}, NoConsent},
	} {
		in := news()
		in.Person, in.Context = []Identifier{{ByEmail, "other@a.example"}}, c.context
		if r, err := d.Ask(t.Context(), in); err != nil || r.Rule != c.want {
			t.Errorf("%v: %s, not %s (%v)", c.context, r.Rule, c.want, err)
		}
	}
}

func FuzzScreen(f *testing.F) {
	d, _ := desk(f)
	for _, s := range []string{"email\nsomeone@a.example\n", "a;email\n\"x;y\n", "\ufeffid\t\n\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, list string) {
		l, err := ReadList(strings.NewReader(list))
		if err != nil {
			return
		}
		_ = d.Screen(t.Context(), l, news(), func(l Line) error {
			if l.Allowed && !strings.Contains(strings.ToLower(strings.Join(l.Cells, " ")), "someone@a.example") && !strings.Contains(strings.Join(l.Cells, " "), "7") && len(l.Cells) < 2 {
				t.Errorf("line %d is allowed", l.Number)
			}
			return nil
		})
	})
}
