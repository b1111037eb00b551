// Command maybench measures the question whether a use is allowed: a list of 100,000 people,
// and answers over HTTP, on a state that knows a million. Beside each figure stands the
// machine's limit.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/garant-rgpd/garant/consent"
	"github.com/garant-rgpd/garant/db"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

func main() {
	people := flag.Int("people", 1_000_000, "people that the state knows")
	lines := flag.Int("lines", 100_000, "lines of the list")
	dir := flag.String("dir", "", "folder of the state, made when it is not there (default: a temporary one)")
	requests := flag.Int("requests", 200_000, "questions asked over HTTP")
	askers := flag.Int("askers", 64, "connections that ask at the same time")
	server := flag.Bool("serve", false, "be the other process, that answers")
	profile := flag.String("profile", "", "file to write a CPU profile of the server to")
	flag.Parse()
	if *profile != "" && *server {
		f, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "maybench:", err)
			os.Exit(1)
		}
		defer pprof.StopCPUProfile()
	}
	ctx := context.Background()
	var err error
	if *server {
		err = serve(ctx, *dir)
	} else {
		err = run(ctx, *dir, *people, *lines, load{requests: *requests, askers: *askers, profile: *profile})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "maybench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, people, lines int, l load) error {
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "garant-may-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	state, err := db.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = state.Close() }()
	start := time.Now()
	if err := fill(ctx, state, people); err != nil {
		return err
	}
	fmt.Printf("%d people entered in %v\n", people, time.Since(start).Round(time.Millisecond))
	desk, err := desk(ctx, state)
	if err != nil {
		return err
	}
	if err := screen(ctx, desk, people, lines); err != nil {
		return err
	}
	l.people = people
	return l.overHTTP(ctx, dir)
}

// given is when the invented people agreed.
var given = time.Date(2026, 8, 20, 8, 0, 0, 0, time.UTC)

// fill enters a consent of each person, unless the state has them.
func fill(ctx context.Context, s *db.State, people int) error {
	if _, _, _, err := s.Record(ctx, fmt.Sprintf("consent-%d", people)); err == nil {
		return nil
	}
	var drafts []consent.Draft
	for i := range people {
		drafts = append(drafts, consent.Draft{Person: person(i), Record: consent.Record{
			Kind: consent.Given, At: given, Entered: given, Method: "form", Language: "fr",
			Scope:  consent.Scope{Channels: []consent.Channel{consent.Email, consent.Call}, Purposes: []policy.PurposeID{"news"}},
			Goods:  []consent.Goods{consent.OtherGoods},
			Until:  policy.MustDate("2027-08-20"),
			Notice: consent.Digest([]byte("notice")), Proof: consent.Digest([]byte("form")),
		}})
		if len(drafts) == 5000 || i == people-1 {
			if _, err := s.EnterRecords(ctx, drafts); err != nil {
				return err
			}
			drafts = drafts[:0]
		}
	}
	return nil
}

func person(i int) []consent.Identifier {
	return []consent.Identifier{{Kind: consent.ByEmail, Value: address(i)}}
}

func address(i int) string { return fmt.Sprintf("person%d@people.example", i) }

func desk(ctx context.Context, s *db.State) (*consent.Desk, error) {
	pack, err := law.French()
	if err != nil {
		return nil, err
	}
	book, err := consent.NewBook(pack)
	if err != nil {
		return nil, err
	}
	key, err := s.PersonKey(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := law.Metropole.Zone()
	return &consent.Desk{Book: book, Keeper: s, Key: key, Zone: zone,
		Policy:   policy.Policy{Purposes: []policy.Purpose{{ID: "news", Basis: []policy.Basis{policy.Consent}}}},
		Settings: consent.Settings{Goods: consent.OtherGoods, Uses: map[policy.PurposeID]consent.UseOf{"news": {Use: consent.Prospecting}}}}, err
}

// screen answers for a list of people spread over the state, a tenth of them unknown.
func screen(ctx context.Context, d *consent.Desk, people, lines int) error {
	var list bytes.Buffer
	list.WriteString("email;postcode\n")
	for i := range lines {
		fmt.Fprintf(&list, "%s;75001\n", address(i*7919%(people+people/9)))
	}
	l, err := consent.ReadList(&list)
	if err != nil {
		return err
	}
	var out strings.Builder
	yes, no := 0, 0
	cpu, err := processor(os.Getpid())
	if err != nil {
		return err
	}
	start := time.Now()
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	err = d.Screen(ctx, l, consent.Inquiry{Channel: consent.Call, Purpose: "news", At: at, Now: at}, func(x consent.Line) error {
		if x.Allowed {
			yes++
		} else {
			no++
		}
		_, err := io.WriteString(&out, string(x.Rule))
		return err
	})
	took := time.Since(start)
	after, err2 := processor(os.Getpid())
	if err2 != nil {
		return err2
	}
	fmt.Printf("list of %d lines: %v (%.0f lines/s), %v of processor, %d yes, %d no, each answer written down\n", lines, took.Round(time.Millisecond), float64(lines)/took.Seconds(), after-cpu, yes, no)
	return err
}
