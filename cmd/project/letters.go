package project

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
	"github.com/garant-rgpd/garant/rights"
	"github.com/garant-rgpd/garant/rights/post"
)

// LettersFolder is where a company keeps letters of its own wording.
const LettersFolder = "letters"

// ErrNoMail says that the settings name no mail server.
var ErrNoMail = errors.New("garant.yaml names no mail server (mail.server and mail.from)")

// OwnLetters is the company's folder of letters; nil when there is none.
func (p *Project) OwnLetters() fs.FS {
	dir := filepath.Join(p.Dir, LettersFolder)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil
	}
	return os.DirFS(dir)
}

// Post is the mail server of the settings.
func (p *Project) Post() (post.Server, error) {
	m := p.Config.Mail
	if m.Server == "" || m.From == "" {
		return post.Server{}, ErrNoMail
	}
	return post.Server{Address: m.Server, From: m.From, User: m.User, Password: p.getenv(m.PasswordEnv), Plain: m.Plain}, nil
}

// Order says which letter to write, and when; Add, unless nil, adds to its words.
type Order struct {
	Kind  rights.LetterKind
	Today policy.Date
	Add   func(*rights.LetterWords)
}

// Letter writes a letter of a case. Where something stays, the stores must be open.
func (p *Project) Letter(ctx context.Context, d rights.Desk, c rights.Case, o Order) (rights.Letter, error) {
	own := p.OwnLetters()
	in, lacks, err := rights.Tongue(own, o.Kind, c.Speaks())
	if err != nil {
		return rights.Letter{}, err
	}
	w, err := d.Words(c, o.Kind, in, p.Policy, o.Today)
	if err != nil {
		return rights.Letter{}, err
	}
	for _, r := range rights.Receivers(p.Policy, c.Right) {
		w.Recipients = append(w.Recipients, r.Title)
	}
	if o.Kind == rights.AnswerLetter && c.Erasing != nil {
		if w.Stays, err = p.stayWords(ctx, c, in, o.Today); err != nil {
			return rights.Letter{}, err
		}
	}
	if o.Add != nil {
		o.Add(&w)
	}
	l, err := rights.Write(own, o.Kind, w)
	l.To, l.Lacks = c.Address(o.Kind), lacks
	return l, err
}

// stayWords says category by category what stays, for what, under which text and until when.
func (p *Project) stayWords(ctx context.Context, c rights.Case, in rights.Language, today policy.Date) ([]rights.StayWords, error) {
	stays, err := p.Stays(ctx, c, today)
	if err != nil {
		return nil, err
	}
	var out []rights.StayWords
	for _, s := range stays {
		if s.State == Shared {
			out = append(out, rights.StayWords{Data: in.Say("Une fiche partagée avec d’autres personnes", "A record shared with other persons") + " (" + s.Dataset + ")", Held: in.Say("dont nous vous retirons à la main", "from which we remove you by hand")})
			continue
		}
		w := rights.StayWords{Data: p.categoryTitle(s.Group), Until: in.Day(s.Until)}
		if s.Until.IsZero() {
			w.Until = ""
		}
		var titles, articles []string
		for _, cl := range s.For {
			titles = append(titles, cl.Title)
			for _, e := range c.Erasing.Endings {
				if e.Purpose == cl.Purpose && !slices.Contains(articles, e.Article) {
					articles = append(articles, e.Article)
				}
			}
		}
		w.For, w.Article = strings.Join(titles, ", "), in.Article(strings.Join(articles, ", "))
		switch s.State {
		case "held":
			w.Held = in.Say("en raison d’un litige ou d’un contrôle en cours", "because of a dispute or an inspection under way")
		case string(retention.Archived):
			w.Held = in.Say("gardé à part, en archive, et plus utilisé", "kept apart, in an archive, and no longer used")
		case string(retention.GroupUndetermined):
			w.Held = in.Say("une date nous manque pour conclure", "a date that we need to conclude is missing")
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out, nil
}

func (p *Project) categoryTitle(c policy.Category) string {
	for _, n := range p.Policy.Data {
		if n.ID == c {
			return n.Title
		}
	}
	return string(c)
}
