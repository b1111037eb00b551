package hook_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/api/hook"
)

// TestSign signs the example of the specification.
func TestSign(t *testing.T) {
	t.Parallel()
	got := hook.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestSend sends until it is taken, with one id, and gives up where that is of no use.
func TestSend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		answers []int // the last one is given again and again
		want    error
		tries   int64
	}{
		{"taken", []int{204}, nil, 1},
		{"busy, then taken", []int{503, 429, 200}, nil, 3},
		{"down", []int{500}, hook.ErrUnanswered, 4},
		{"refused", []int{401}, hook.ErrRefused, 1},
		{"sent elsewhere", []int{302}, hook.ErrRefused, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				i := n.Add(1)
				body, _ := io.ReadAll(r.Body)
				if r.Header.Get("webhook-id") != "request-1.mailer" || !strings.HasPrefix(string(body), `{"data":{"a":1},"timestamp":"2026-11-22T12:00:00Z","type":"request.erasure"`) {
					t.Errorf("got %v and %d bytes", r.Header, len(body))
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tt.answers[min(int(i), len(tt.answers))-1])
			}))
			defer server.Close()
			s := hook.Sender{Secret: "secret", Tries: 4, Pause: time.Millisecond}
			err := s.Send(t.Context(), server.URL+"/token", message())
			if !errors.Is(err, tt.want) || n.Load() != tt.tries {
				t.Errorf("%d tries, %v", n.Load(), err)
			}
			if err != nil && strings.Contains(err.Error(), "token") {
				t.Error("the error shows the address")
			}
		})
	}
}

func message() hook.Message {
	return hook.Message{ID: "request-1.mailer", Type: "request.erasure", At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Data: map[string]int{"a": 1}}
}

// TestNothingGoes sends nothing in clear to another machine, and nothing unsigned.
func TestNothingGoes(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]error{
		"http://recipient.example/x": hook.ErrAddress, "https://name:word@recipient.example/": hook.ErrAddress, "https://": hook.ErrAddress, "ftp://127.0.0.1/": hook.ErrAddress, "https://recipient.example": hook.ErrSecret,
	} {
		s := hook.Sender{Tries: 1}
		if want == hook.ErrAddress {
			s.Secret = "secret"
		}
		if err := s.Send(t.Context(), address, message()); !errors.Is(err, want) {
			t.Errorf("%s: %v", address, err)
		}
	}
	s := hook.Sender{Secret: "secret", Tries: 2, Pause: time.Millisecond}
	if err := s.Send(t.Context(), "http://127.0.0.1:1/token", message()); !errors.Is(err, hook.ErrUnanswered) || strings.Contains(err.Error(), "token") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestSlow does not wait for a recipient that says nothing.
func TestSlow(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer server.Close()
	defer close(over)
	s := hook.Sender{Secret: "secret", Tries: 2, Pause: time.Millisecond, Client: &http.Client{Timeout: 20 * time.Millisecond}}
	if err := s.Send(t.Context(), server.URL, message()); !errors.Is(err, hook.ErrUnanswered) {
		t.Error(err)
	}
}

// TestSentLater bears the instant at which it goes out beside that at which it happened.
func TestSentLater(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("webhook-timestamp") != "1795352400" || !strings.Contains(string(body), "2026-11-22T12:00:00Z") {
			t.Errorf("%v %s %v", r.Header, body, err)
		}
	}))
	defer server.Close()
	m := message()
	m.Sent = m.At.Add(time.Hour)
	if err := (hook.Sender{Secret: "secret", Tries: 1}).Send(t.Context(), server.URL, m); err != nil {
		t.Error(err)
	}
}
