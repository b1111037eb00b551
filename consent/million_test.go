package consent

import (
	"context"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

// counted keeps how many answers were written down, and none of them.
type counted struct {
	*memory
	logged int
}

func (c *counted) LogAnswers(_ context.Context, a []Logged) error {
	c.logged += len(a)
	return nil
}

// endless gives the same bytes so many times, without holding them.
type endless struct {
	lines string
	left  int
	at    int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) && e.left > 0 {
		k := copy(p[n:], e.lines[e.at:])
		n, e.at = n+k, e.at+k
		if e.at == len(e.lines) {
			e.at, e.left = 0, e.left-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestMillionLines screens a million lines, most of them broken in one way or another: each has
// its answer, each answer is written down, and the list is never held.
func TestMillionLines(t *testing.T) {
	t.Parallel()
	d, m := desk(t)
	keep := &counted{memory: m}
	d.Keeper = keep
	bad := []string{"some\x00one@a.example,x", "Chlo\xe9@a.example,\xff\xfe\x81", "\xef\xbb\xbf,\xed\xa0\x80", "no comma", "\"open,x", ",", "' OR 1=1 --@a.example,x", "<script>@a.example,\u202e", "\xc3\x28@a.example,x"}
	lines := "someone@a.example,x\n" + strings.Join(bad, "\n") + "\n"
	const times = 100_000 // of ten lines
	l, err := ReadList(io.MultiReader(strings.NewReader("email,note\n"), &endless{lines: lines, left: times}))
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	n, yes, most := 0, 0, uint64(0)
	err = d.Screen(t.Context(), l, news(), func(l Line) error {
		if n++; l.Allowed {
			yes++
		}
		if l.Rule == "" || l.Number != n+1 {
			t.Fatalf("line %d, the %dth, has the rule %q", l.Number, n, l.Rule)
		}
		if n%250_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
		return nil
	})
	if err != nil || n != times*10 || yes != times || keep.logged != n {
		t.Errorf("%d lines, %d yes, %d written down, %v", n, yes, keep.logged, err)
	}
	if grown := int64(most) - int64(before.HeapAlloc); grown > 64<<20 {
		t.Errorf("%d MiB are held", grown>>20)
	}
}

// FuzzReadInbound reads whatever an operator may send without failing, and hands each on once.
func FuzzReadInbound(f *testing.F) {
	for _, s := range []string{"from,text\n1,STOP\n", `[{"from":"1","text":"STOP"}]`, "{\"from\":\"1\"}\n{", "\ufefftexte;de\n\"x;\x00\n", "[[[[", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		last := 0
		_ = ReadInbound(strings.NewReader(src), time.UTC, func(n int, m Inbound, err error) error {
			if n <= last {
				t.Errorf("message %d after %d", n, last)
			}
			last = n
			if d, err := m.Drafts([]byte("key"), time.Unix(0, 0)); err == nil && len(d) != 0 && len(d) != 2 {
				t.Errorf("%d drafts", len(d))
			}
			return nil
		})
	})
}
