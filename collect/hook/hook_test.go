package hook

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/garant-rgpd/garant/collect"
)

// TestSend posts a lead with a signature that the receiver can check, and takes no other answer
// than a yes for one.
func TestSend(t *testing.T) {
	t.Parallel()
	key, now := []byte("0123456789abcdef0123456789abcdef"), time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	l := collect.Lead{ID: "LEAD-1", Form: "contact", Values: map[string]string{"email": "someone@a.example"}}
	status := http.StatusAccepted
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var got collect.Lead
		if err != nil || json.Unmarshal(body, &got) != nil || got.Values["email"] != "someone@a.example" {
			t.Errorf("got %s, %v", body, err)
		}
		if h := r.Header; h.Get("webhook-id") != "LEAD-1" || h.Get("webhook-timestamp") != "1795338000" || h.Get("webhook-signature") != Sign(key, "LEAD-1", "1795338000", body) {
			t.Errorf("the headers are %v", h)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("someone@a.example is known")) // the sender reads none of it
	}))
	defer server.Close()
	h := Hook{Address: server.URL, Key: key, Clock: func() time.Time { return now }}
	if err := h.Send(t.Context(), l); err != nil {
		t.Error(err)
	}
	for _, status = range []int{http.StatusFound, http.StatusBadRequest, http.StatusInternalServerError} {
		if err := h.Send(t.Context(), l); err == nil || strings.Contains(err.Error(), "someone") {
			t.Errorf("%d: %v", status, err)
		}
	}
	server.Close()
	if err := h.Send(t.Context(), l); err == nil || !strings.Contains(err.Error(), "no connection") || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("nobody there: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if h.Send(gone, l) == nil {
		t.Error("it was sent after all")
	}
}

// TestSign covers the instant too: an old post cannot be sent again as a new one.
func TestSign(t *testing.T) {
	t.Parallel()
	key := []byte("plain key")
	if a, b := Sign(key, "a", "1", []byte("{}")), Sign(key, "a", "2", []byte("{}")); a == b || !strings.HasPrefix(a, "v1,") {
		t.Errorf("%s, %s", a, b)
	}
}
