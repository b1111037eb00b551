// Package hook is for telling other people's programs and the company's own: one signed message
// at a time, as Standard Webhooks (https://www.standardwebhooks.com) has it, so that any of its
// libraries verifies it.
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
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sethvargo/go-retry"
)

// Message is what a program is told. Data goes over as JSON.
type Message struct {
	// ID is the same whenever the same thing is told again: the recipient does it once.
	ID string
	// Type says what happened, in words with dots: request.erasure.
	Type string
	At   time.Time
	// Sent is when it goes out, which the recipient checks to be recent; At unless set. What is
	// told again later happened no later.
	Sent time.Time
	Data any
}

// Sender sends messages.
type Sender struct {
	// Secret is shared with the recipient: whsec_ and base64, or any text.
	Secret string
	// Tries is how often one message is sent before the call gives up, Pause the wait after the
	// first try, which doubles with each. Five tries and half a second unless set.
	Tries uint64
	Pause time.Duration
	// Client is http.DefaultClient with a timeout of ten seconds unless set.
	Client *http.Client
}

// Errors of sending. None names the address, which may hold a token, or a word of the message.
var (
	// ErrAddress says that an address is not one of a webhook: https, or http on this machine.
	ErrAddress = errors.New("a webhook is an address https://…, or http:// on this machine")
	// ErrSecret says that there is no secret to sign with.
	ErrSecret = errors.New("a webhook is signed, and there is no secret")
	// ErrRefused says that the recipient answered that it does not take the message: sending it
	// again is of no use until something has changed.
	ErrRefused = errors.New("the recipient refused the message")
	// ErrUnanswered says that the recipient did not answer or could not do it now: the message may
	// be sent again.
	ErrUnanswered = errors.New("the recipient did not take the message")
)

// Is reports whether an address is meant as a webhook, sound or not.
func Is(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}

// Send sends the message and returns when the recipient has taken it, that is with an answer of
// 200 to 299. It tries again where the recipient did not answer, or answered 408, 429 or 500 on.
func (s Sender) Send(ctx context.Context, address string, m Message) error {
	if err := Allowed(address); err != nil {
		return err
	}
	if s.Secret == "" {
		return ErrSecret
	}
	body, err := json.Marshal(map[string]any{"type": m.Type, "timestamp": m.At.UTC().Format(time.RFC3339), "data": m.Data})
	if err != nil {
		return fmt.Errorf("write the message: %w", err)
	}
	tries, pause := s.Tries, s.Pause
	if tries == 0 {
		tries = 5
	}
	if pause == 0 {
		pause = 500 * time.Millisecond
	}
	return retry.Do(ctx, retry.WithMaxRetries(tries-1, retry.NewExponential(pause)), func(ctx context.Context) error {
		err := s.post(ctx, address, m, body)
		if errors.Is(err, ErrUnanswered) {
			return retry.RetryableError(err)
		}
		return err
	})
}

// Allowed returns ErrAddress unless an address is one that messages are sent to. One on the
// company's own network is: whoever declares it writes the company's files, and no visitor ever
// names one. What is refused is to speak in clear over a network, and a password in the address.
func Allowed(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return ErrAddress
	}
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !here) {
		return ErrAddress
	}
	return nil
}

func (s Sender) post(ctx context.Context, address string, m Message, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return ErrAddress
	}
	sent := m.Sent
	if sent.IsZero() {
		sent = m.At
	}
	at := strconv.FormatInt(sent.Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("webhook-id", m.ID)
	r.Header.Set("webhook-timestamp", at)
	r.Header.Set("webhook-signature", "v1,"+Sign(s.Secret, m.ID, at, body))
	client := s.Client
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second, CheckRedirect: stay}
	}
	answer, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("%w: no answer", ErrUnanswered) // the cause would quote the address
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection serves again
	switch code := answer.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= 500:
		return fmt.Errorf("%w: answer %d", ErrUnanswered, code)
	default:
		return fmt.Errorf("%w: answer %d", ErrRefused, code)
	}
}

// stay keeps a message from being sent on to where nobody agreed to send it.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Sign returns the signature of a message, in base64: HMAC-SHA256 over its id, its time in
// seconds and its body, joined by dots.
func Sign(secret, id, at string, body []byte) string {
	key := []byte(secret)
	if rest, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if k, err := base64.StdEncoding.DecodeString(rest); err == nil {
			key = k
		}
	}
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.", id, at) // a hash takes everything
	_, _ = mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
