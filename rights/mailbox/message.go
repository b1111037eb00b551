package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Message is what somebody wrote.
type Message struct {
	UID uint32
	// Received is when the server had the message, which its writer cannot set.
	Received time.Time
	// From is the address that the message gives as the writer's, Name the name beside it; both
	// are empty where there is no single one.
	From, Name string
	Subject    string
	// Text is the words, without those of the message that it answers; of a message in HTML, its
	// text.
	Text string
	// Kept says why no case may be opened for it without a human; empty where one may.
	Kept Kept
	// Identity tells the message from any other: a digest in hex over who wrote, the words, and the
	// Message-ID, or, where it has none, its place in the folder. A copy of it has the same.
	Identity string
}

// Kept is why a message is left to a human.
type Kept string

// A message that a program sent by itself, a report of one that could not be delivered, one sent
// to many, one that the server calls spam, and one that does not say who wrote.
const (
	Automatic Kept = "automatic"
	Bounce    Kept = "bounce"
	ToMany    Kept = "list"
	Spam      Kept = "spam"
	Nobody    Kept = "no_sender"
)

// most is how many bytes of a message are read: the words come before what is attached.
const most = 256 << 10

// Read reads a message. Whatever it is made of, it is read as well as it can be and is no error;
// ErrGone says that it is no longer there.
func (b *Box) Read(ctx context.Context, uid uint32) (Message, error) {
	whole := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: most}}
	cmd := b.client.Fetch(imap.UIDSetNum(imap.UID(uid)), &imap.FetchOptions{UID: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{whole}})
	m, raw := Message{UID: uid}, []byte(nil)
	for data := cmd.Next(); data != nil; data = cmd.Next() {
		for item := data.Next(); item != nil; item = data.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataInternalDate:
				m.Received = item.Time
			case imapclient.FetchItemDataBodySection:
				if item.Literal != nil {
					raw, _ = io.ReadAll(io.LimitReader(item.Literal, most)) // a broken line ends the command too
				}
			}
		}
	}
	switch {
	case cmd.Close() != nil:
		return m, b.failed(ctx, fmt.Sprintf("read message %d", uid))
	case raw == nil || m.Received.IsZero():
		return m, fmt.Errorf("message %d: %w", uid, ErrGone)
	}
	id := m.read(bytes.NewReader(raw))
	if id == "" {
		id = fmt.Sprintf("%s\x00%d\x00%d", b.server.Folder, b.validity, uid)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", m.From, m.Subject, m.Text, id))
	m.Identity = hex.EncodeToString(sum[:])
	return m, nil
}
