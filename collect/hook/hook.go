// Package hook is for handing submissions to a company's own software: one signed POST each, as
// the Standard Webhooks specification (1.0) has it.
package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/garant-rgpd/garant/collect"
)

// Hook posts leads to an address. It implements collect.Sender: the receiver knows a lead that
// comes again by its webhook-id.
type Hook struct {
	Address string
	// Key signs; see Sign.
	Key []byte
	// Clock tells the instant that is signed.
	Clock func() time.Time
	// Client sends; nil is one of ours, which follows no redirect and waits ten seconds.
	Client *http.Client
}

// Send implements collect.Sender. A lead is taken when the receiver answers with a status of
// 200 to 299; its words are read by nobody, since they may repeat the lead.
func (h Hook) Send(ctx context.Context, l collect.Lead) error {
	body, err := json.Marshal(l)
	if err != nil {
		return errors.New("the lead has no JSON form")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.Address, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address of the webhook is none")
	}
	at := strconv.FormatInt(h.Clock().Unix(), 10)
	for name, value := range map[string]string{"Content-Type": "application/json", "webhook-id": l.ID, "webhook-timestamp": at, "webhook-signature": Sign(h.Key, l.ID, at, body)} {
		req.Header.Set(name, value)
	}
	res, err := h.client().Do(req)
	if err != nil {
		return fmt.Errorf("the webhook was not reached: %s", reason(err))
	}
	if err := res.Body.Close(); err != nil {
		return errors.New("the webhook's answer broke off")
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("the webhook answers %d", res.StatusCode)
	}
	return nil
}

func (h Hook) client() *http.Client {
	if h.Client != nil {
		return h.Client
	}
	return &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Sign returns the signature of a post: v1 and the HMAC-SHA-256 of the number, the instant in
// seconds and the body, joined by dots.
func Sign(key []byte, id, at string, body []byte) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(id + "." + at + "."))
	m.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// reason says what failed without the address, which may hold a word of the company's.
func reason(err error) string {
	var dial *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "it took too long"
	case errors.As(err, &dial):
		return "no connection"
	}
	return "the connection broke"
}
