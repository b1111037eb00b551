package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/garant-rgpd/garant/collect"
	collectfile "github.com/garant-rgpd/garant/collect/file"
	"github.com/garant-rgpd/garant/law"
	"github.com/garant-rgpd/garant/policy"
)

// CookiesFile is the file in which a company says what its web site does on visitors'
// devices. It may be missing: then no banner is served.
const CookiesFile = "cookies.yaml"

// site reads the trackers of the web site and what is wrong with them; nil without a file.
func (p *Project) site() (*collect.Site, []policy.Problem, error) {
	name := filepath.Join(p.Dir, CookiesFile)
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, errors.New("cookies.yaml is there and cannot be read")
	}
	p.sources[CookiesFile] = b
	s, problems := collectfile.Load(name, b, p.Policy)
	return &s, problems, nil
}

// ChoiceLasts is how long a visitor's choice holds, by the law of a day.
func (p *Project) ChoiceLasts(day policy.Date) (policy.Period, error) {
	pack, err := law.French()
	if err != nil {
		return policy.Period{}, err
	}
	return pack.On(day).Period("cookie.choice")
}
