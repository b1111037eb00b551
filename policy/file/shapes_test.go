package file

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/garant-rgpd/garant/policy"
)

// shapes are the distinct shapes of retention that five published policies promise: the
// event, the term, the condition and what follows. The numbers are those of the list they
// were taken from.
var shapes = map[string]string{
	"01": "if keep 10 years after signed at end of year then erase",
	"02": "keep 10 years after invoiced at end of year then erase",
	"03": "keep 10 years after closed_books at end of accounting_year then erase",
	"04": "if keep 10 years after cheque_given at end of accounting_year then erase",
	"05": "keep 10 years after invoiced at end of accounting_year then erase",
	"06": "if keep 2 years after applied then erase",
	"07": "if until authority_answered then erase",
	"08": "floor 6 years after certificate_issued then erase",
	"09": "keep 1 year 1 month after collected then erase",
	"10": "if keep 1 year after received then erase",
	"11": "if keep 3 years after collected then erase",
	"12": "keep 3 years after collected then erase",
	"13": "if keep 5 years after received then erase",
	"14": "if until credit_decided then erase",
	"15": "if keep 8 years after decided then erase",
	"16": "keep 5 years after delisted then erase",
	"17": "while until delisted archive 5 years then erase",
	"18": "keep 1 year 1 month after first_set then erase",
	"19": "if until dispute_closed then erase",
	"20": "until dispute_closed then erase",
	"21": "keep 10 years after relationship_end then erase",
	"22": "if keep 3 years after relationship_end then erase",
	"23": "keep 3 years after relationship_end then ask 1 month erase",
	"24": "until relationship_end archive 5 years then erase",
	"25": "keep 3 years after relationship_end last_contact then erase",
	"26": "if keep 10 years after relationship_end then erase",
	"27": "keep 5 years after relationship_end then erase",
	"28": "keep 3 years after file_closed archive 10 years then erase",
	"29": "keep 10 years after file_closed then erase",
	"30": "keep 3 years after file_closed last_contact then erase",
	"31": "keep 3 years after file_closed last_contact then erase",
	"32": "if keep 0 days after first_contact then erase",
	"33": "keep phone_term of 3 after collected then anonymise",
	"34": "keep phone_term of 3 after collected then erase",
	"35": "if by third party then erase",
	"36": "if keep 20 years after invoiced on paper then erase",
	"37": "keep 3 years after last_contact then erase",
	"38": "keep 3 years after last_contact then erase",
	"39": "keep 3 years after last_contact then anonymise",
	"40": "keep 3 years after last_contact then erase",
	"41": "keep 3 years after last_contact collected then ask 1 month erase",
	"42": "keep 3 years after last_contact relationship_end then ask 1 month erase",
	"43": "keep 3 years after last_contact then anonymise",
	"44": "if keep operator after relationship_end then erase",
	"45": "while until answered_no then erase",
	"46": "keep 5 years after opposed then erase",
	"47": "until opposed then erase",
	"48": "until publication_removed then erase",
	"49": "keep 32 days after recorded then erase",
	"50": "if keep 6 months after recorded then erase",
	"51": "until asked_removal then erase",
	"52": "keep 2 years after handled then erase",
	"53": "until handled then erase",
	"54": "until handled then erase",
	"55": "if until served by third party then erase",
	"56": "until served archive 5 years then erase",
	"57": "until site_completed then erase",
	"58": "while until withdrawn then erase",
	"59": "keep 1 year after last_purge then erase",
	"60": "keep 0 days after last_contact file_closed collected then anonymise",
	"61": "keep operator then erase",
}

var shapeNumber = regexp.MustCompile(`\.s(\d\d)$`)

// TestShapes says every shape in the language and checks what was understood.
func TestShapes(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	names, err := filepath.Glob("testdata/shapes/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for id, words := range sayings(t, name) {
			if said[id] != "" {
				t.Errorf("shape %s is said twice", id)
			}
			said[id] = words
		}
	}
	for n := 1; n <= 61; n++ {
		id := fmt.Sprintf("%02d", n)
		if said[id] != shapes[id] || said[id] == "" {
			t.Errorf("shape %s: got %q, want %q", id, said[id], shapes[id])
		}
	}
}

func sayings(t *testing.T, name string) map[string]string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	p, problems := Load(name, src)
	for _, pr := range problems {
		if pr.Severity != policy.Finding {
			t.Errorf("%v\n%s", pr, pr.Excerpt)
		}
	}
	checkCanonical(t, p)
	said := map[string]string{}
	for _, pu := range p.Purposes {
		for _, r := range pu.Rules {
			if m := shapeNumber.FindStringSubmatch(string(r.ID)); m != nil {
				said[m[1]] = saying(r)
			}
		}
	}
	return said
}

// saying puts a rule in words, without the names of its conditions.
func saying(r policy.Rule) string {
	var words []string
	add := func(ok bool, more ...string) {
		if ok {
			words = append(words, more...)
		}
	}
	k := r.Keep
	add(r.When != "", "if")
	add(r.While != "", "while")
	add(k.Read != "", "keep", k.Read, "of", fmt.Sprint(len(k.OneOf)))
	add(k.Operator, "keep operator")
	add(k.AtLeast, "floor", k.Period.String())
	add(k.Set && k.Read == "" && !k.Operator && !k.AtLeast, "keep", k.Period.String())
	add(len(r.After) > 0, append([]string{"after"}, Strings(r.After)...)...)
	add(r.Round != "", "at", string(r.Round))
	add(len(r.Until) > 0, append([]string{"until"}, Strings(r.Until)...)...)
	if r.Archive != nil {
		words = append(words, "archive", r.Archive.Period.String())
	}
	add(r.By != "", "by third party")
	add(r.Paper, "on paper")
	add(r.Ask == nil, "then", string(r.Then))
	if r.Ask != nil {
		words = append(words, "then ask", r.Ask.Window.String(), string(r.Ask.Then))
	}
	return strings.Join(words, " ")
}
