package api

import (
	"net/http"

	"github.com/garant-rgpd/garant/consent"
)

// taken says what became of a message: whether it was a STOP, and the objection it is.
type taken struct {
	Stop  bool   `json:"stop"`
	ID    string `json:"id,omitempty"`
	Fresh bool   `json:"fresh"`
}

// sms takes in a message that a person sent to the company's number. Its STOP is the person's
// own act and reaches every purpose, so that a token for some purposes may bring it too.
func (s *Service) sms(w http.ResponseWriter, r *http.Request, _ Grant) error {
	var m consent.Inbound
	if err := read(w, r, &m); err != nil {
		return err
	}
	drafts, err := m.Drafts(s.desk.Key, s.o.Clock())
	if err != nil {
		return consent.ErrInquiry{Err: err}
	}
	if len(drafts) == 0 {
		return write(w, http.StatusOK, taken{})
	}
	for i := range drafts {
		drafts[i].Record.Policy = s.o.PolicyDigest
	}
	out, err := s.desk.Keeper.EnterRecords(r.Context(), drafts)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if !out[0].Fresh {
		status = http.StatusOK
	}
	return write(w, status, taken{true, out[0].ID, out[0].Fresh})
}
