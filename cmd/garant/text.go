package main

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/garant-rgpd/garant/policy"
	"github.com/garant-rgpd/garant/retention"
)

// narrow is the narrow no-break space of French typography.
const narrow = "\u202f"

var frenchMonths = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// number groups thousands the way the reader does.
func (s *session) number(n int64) string {
	sep := narrow
	if !s.french() {
		sep = ","
	}
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + sep + digits[i:]
	}
	return digits
}

// day writes a date the way the reader does; a dash for none.
func (s *session) day(d policy.Date) string {
	switch {
	case d.IsZero():
		return "–"
	case !s.french():
		return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
	case d.Day == 1:
		return fmt.Sprintf("1ᵉʳ %s %d", frenchMonths[d.Month-1], d.Year)
	}
	return fmt.Sprintf("%d %s %d", d.Day, frenchMonths[d.Month-1], d.Year)
}

// verdict is the mark of a promise: a shape and a word, never a colour alone.
func (s *session) verdict(o retention.Outcome) string {
	switch o {
	case retention.Kept:
		return s.say("● tenue", "● kept")
	case retention.Broken:
		return s.say("✗ non tenue", "✗ broken")
	case retention.Undetermined:
		return s.say("? indéterminée", "? undetermined")
	case retention.Unbound:
		return s.say("○ non reliée", "○ unbound")
	}
	return s.say("– non vérifiable", "– not checkable")
}

// action is the word for what is done.
func (s *session) action(a policy.Action, wholeRow bool) string {
	switch {
	case a == policy.Erase && wholeRow:
		return s.say("effacer la fiche", "erase the row")
	case a == policy.Erase:
		return s.say("effacer les champs", "erase fields")
	case a == policy.Anonymise:
		return s.say("anonymiser", "anonymise")
	case a == policy.ToArchive:
		return s.say("archiver", "archive")
	}
	return s.say("demander l’accord", "ask again")
}

// table writes rows in columns; right lists the columns of figures. Accents count as one.
func (s *session) table(head []string, rows [][]string, right ...int) {
	width := make([]int, len(head))
	for _, r := range append([][]string{head}, rows...) {
		for i, c := range r {
			width[i] = max(width[i], lipgloss.Width(c))
		}
	}
	s.row(head, width, right)
	for _, r := range rows {
		s.row(r, width, right)
	}
}

func (s *session) row(cells []string, width, right []int) {
	var b strings.Builder
	for i, c := range cells {
		pad := strings.Repeat(" ", width[i]-lipgloss.Width(c))
		if slices.Contains(right, i) {
			b.WriteString(pad + c + "  ")
		} else {
			b.WriteString(c + pad + "  ")
		}
	}
	s.line("%s", "%s", "  "+strings.TrimRight(b.String(), " "))
}

// join writes a list of words.
func join[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
