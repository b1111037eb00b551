package consent

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestStop takes what says STOP for one, however it is written, and nothing else.
func TestStop(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"STOP": true, "stop": true, " Stop. ": true, "STOP 36180": true, "Stop svp !": true, "ＳＴＯＰ": true, "merci d’arrêter : STOP": true, "Arrêt": true, "ARRET": true,
		"Me désabonner": true, "unsubscribe": true, "StopSMS": true, "désinscription": true,
		"": false, "OUI": false, "Bonjour, quand passez-vous ?": false, "nonstop": false, "stopper la chaudière": false, "42": false,
	} {
		if got := (Inbound{Text: text}).Stop(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestInboundDrafts objects and withdraws by SMS, once, from now at the latest, and keeps neither
// number nor text.
func TestInboundDrafts(t *testing.T) {
	t.Parallel()
	key, now := []byte("key"), time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	m := Inbound{From: "+33 6 39 98 00 01", Text: "STOP", At: now.Add(72 * time.Hour), ID: "m-1"}
	d, err := m.Drafts(key, now)
	if err != nil || len(d) != 2 || d[0].Record.Kind != Opposition || d[1].Record.Kind != Ended || !slices.Equal(d[0].Record.Channels, []Channel{SMS}) {
		t.Fatalf("%+v, %v", d, err)
	}
	if !d[0].Record.At.Equal(now) {
		t.Errorf("a clock that is ahead delays it to %v", d[0].Record.At)
	}
	again, _ := m.Drafts(key, now.Add(time.Hour))
	other, _ := Inbound{From: m.From, Text: m.Text, ID: "m-2"}.Drafts(key, now)
	if again[0].Record.Key != d[0].Record.Key || other[0].Record.Key == d[0].Record.Key || again[0].Record.Key == again[1].Record.Key {
		t.Error("messages are not told apart by their names")
	}
	for i := range d {
		r, body, _, err := Seal(key, d[i], int64(i+1))
		if err != nil || strings.Contains(string(body), "0639") || strings.Contains(string(body), "STOP") || r.Proof == Digest([]byte(m.From+"\x00"+m.Text)) {
			t.Errorf("%s, %v", body, err)
		}
	}
	if d, err := (Inbound{From: "06 39 98 00 01", Text: "merci"}).Drafts(key, now); d != nil || err != nil {
		t.Errorf("another message: %v, %v", d, err)
	}
	for _, from := range []string{"", "BOUTIQUE", "12"} {
		if _, err := (Inbound{From: from, Text: "STOP"}).Drafts(key, now); err == nil || strings.Contains(err.Error(), "BOUTIQUE") {
			t.Errorf("from %q: %v", from, err)
		}
	}
}

// TestReadInbound reads what operators send, and goes on past lines that are none.
func TestReadInbound(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ src, want, err string }{
		"csv":          {"from;text;date;id\n0639980001;STOP;2026-11-21 10:00:00;m-1\n\n0639980002;oui;;\n", "2 0639980001 STOP 09:00 m-1, 4 0639980002 oui 00:00 ", ""},
		"BOM, quotes":  {"\ufeffMessage,Expéditeur\n\"arrêt, merci\",+33639980001\n", "2 +33639980001 arrêt, merci 00:00 ", ""},
		"Windows-1252": {"texte\tnumero\nArr\xeat\t0639980001\n", "2 0639980001 Arrêt 00:00 ", ""},
		"short line":   {"from,text\n0639980001\n0639980002,STOP\n", "2 !, 3 0639980002 STOP 00:00 ", ""},
		"no head":      {"0639980001,STOP\n", "", "must name the columns"},
		"empty":        {"", "", ""},
		"array":        {`[{"from":"0639980001","text":"STOP","at":"2026-11-21T10:00:00Z","id":"m-1","network":"x"},{"from":"0639980002","text":"oui"}]`, "1 0639980001 STOP 10:00 m-1, 2 0639980002 oui 00:00 ", ""},
		"lines":        {"{\"from\":\"0639980001\",\"text\":\"STOP\"}\n{\"from\":\"0639980002\",\"text\":\"STOP\"}\n", "1 0639980001 STOP 00:00 , 2 0639980002 STOP 00:00 ", ""},
		"wrong member": {`[{"from":7,"text":"STOP"},{"from":"0639980002","text":"STOP"}]`, "1 !, 2 0639980002 STOP 00:00 ", ""},
		"twice":        {`[{"from":"0639980001","text":"oui","text":"STOP"}]`, "", "broken"},
		"cut off":      {`[{"from":"0639980001","text":"STOP"},{"from":`, "1 0639980001 STOP 00:00 ", "cut off"},
		"broken":       {`[{"from":"0639980001","text":"STOP"} oops`, "1 0639980001 STOP 00:00 ", "broken"},
	} {
		var got []string
		err := ReadInbound(strings.NewReader(c.src), paris, func(n int, m Inbound, err error) error {
			if err != nil {
				got = append(got, itoa(n)+" !")
				return nil
			}
			got = append(got, itoa(n)+" "+m.From+" "+m.Text+" "+m.At.UTC().Format("15:04")+" "+m.ID)
			return nil
		})
		if strings.Join(got, ", ") != c.want || c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	stop := errors.New("stop")
	if err := ReadInbound(strings.NewReader("from,text\n1,2\n"), paris, func(int, Inbound, error) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of each is lost: %v", err)
	}
}

func itoa(n int) string { return string(rune('0' + n)) }
