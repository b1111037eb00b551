package console

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/garant-rgpd/garant/policy"
)

// mapScreen is where data flow: from a purpose to the data it keeps, to the dataset that holds
// them or the third party that does, and to who receives them.
type mapScreen struct {
	page
	Known  bool
	Follow string // the node that is followed; empty for all
	Nodes  []*node
	Lines  []line
	Rows   []mapRow
	Height int
	// Loose are the tables that nothing binds, Undeclared the third parties that the policy does
	// not list.
	Loose, Undeclared []string
	Transfers         []policy.Transfer
	Recipients        []policy.Recipient
}

// node is a box of the picture and a link: it is followed, or opened.
type node struct {
	ID, Title, Href string
	Col, X, Y       int
	Bad             bool
	On              bool // it is on the way that is followed
}

// line joins two nodes.
type line struct {
	Path string
	On   bool
	from *node
	to   *node
}

// mapRow is the same as a table.
type mapRow struct {
	Purpose, Data, Where, Href string
	On                         bool
}

// The measures of the picture.
const (
	mapStep, mapBox, mapTop = 34, 190, 40
	mapGap                  = 250
)

// datamap draws where data flow.
func (c *Console) datamap(w http.ResponseWriter, r *http.Request, v visit) error {
	s := mapScreen{page: c.page(r, v, "Carte des données", "Data map"), Follow: r.URL.Query().Get("suivre")}
	look := c.watch.seen().look
	if s.Known = look != nil; !s.Known {
		s.Refresh = 2
		return c.show(w, "datamap", http.StatusOK, s)
	}
	s.fill(look)
	if s.Follow != "" && !slices.ContainsFunc(s.Nodes, func(n *node) bool { return n.ID == s.Follow }) {
		return missing{}
	}
	s.followed()
	s.place()
	return c.show(w, "datamap", http.StatusOK, s)
}

// node returns the node of that name, made when it is not there.
func (s *mapScreen) node(col int, id, title string) *node {
	for _, n := range s.Nodes {
		if n.ID == id {
			return n
		}
	}
	n := &node{ID: id, Title: title, Col: col, Href: "/carte?" + url.Values{"suivre": {id}}.Encode()}
	s.Nodes = append(s.Nodes, n)
	return n
}

func (s *mapScreen) join(a, b *node) {
	if !slices.ContainsFunc(s.Lines, func(l line) bool { return l.from == a && l.to == b }) {
		s.Lines = append(s.Lines, line{from: a, to: b})
	}
}

// fill makes the nodes and the lines of what was found.
func (s *mapScreen) fill(look *Look) {
	t := newTitles(look)
	for _, pu := range look.Policy.Purposes {
		s.node(0, "purpose:"+string(pu.ID), pu.Title)
	}
	for _, f := range look.Flows {
		from := s.node(0, "purpose:"+string(f.Purpose), string(f.Purpose))
		data := s.node(1, "data:"+string(f.Data), t.data([]policy.Category{f.Data})[0])
		s.join(from, data)
		row := mapRow{Purpose: from.Title, Data: data.Title, Where: f.Seat.Store + "." + f.Seat.Table, Href: "/fiche?" + url.Values{"jeu": {f.Seat.Dataset}}.Encode()}
		if f.With != "" {
			row.Where, row.Href = f.With, ""
			s.join(data, s.recipient(look, f.With))
		} else {
			s.join(data, s.node(2, "store:"+f.Seat.Store+"."+f.Seat.Dataset, row.Where))
		}
		s.Rows = append(s.Rows, row)
	}
	s.red(look)
	s.Transfers, s.Recipients = look.Policy.Transfers, look.Policy.Recipients
	for _, x := range s.Recipients {
		s.node(3, "recipient:"+string(x.ID), x.Title)
	}
}

// recipient is the node of a third party; red where the policy does not list it.
func (s *mapScreen) recipient(look *Look, name string) *node {
	for _, x := range look.Policy.Recipients {
		if name == string(x.ID) || name == x.Title {
			return s.node(3, "recipient:"+string(x.ID), x.Title)
		}
	}
	n := s.node(3, "undeclared:"+name, name)
	if n.Bad = true; !slices.Contains(s.Undeclared, name) {
		s.Undeclared = append(s.Undeclared, name)
	}
	return n
}

// red adds what no promise covers.
func (s *mapScreen) red(look *Look) {
	for _, g := range look.Truth.Gaps {
		switch {
		case g.Table != "":
			s.node(2, "table:"+g.Table, g.Table).Bad = true
			s.Loose = append(s.Loose, g.Table)
		case g.Kind == "unjustified":
			n := s.node(1, "unjustified:"+g.Dataset+"."+g.Group, g.Dataset+"."+g.Group)
			n.Bad = true
		case g.Purpose != "":
			s.node(0, "purpose:"+g.Purpose, g.Purpose).Bad = true
		}
	}
}

// followed marks the way through the node that is followed: what leads there and where it leads.
func (s *mapScreen) followed() {
	if s.Follow == "" {
		for i := range s.Lines {
			s.Lines[i].On = true
		}
		for _, n := range s.Nodes {
			n.On = true
		}
		for i := range s.Rows {
			s.Rows[i].On = true
		}
		return
	}
	on := map[string]bool{s.Follow: true}
	for range 3 { // there are four columns
		for i := range s.Lines {
			l := &s.Lines[i]
			if along := on[l.from.ID] && l.from.Col >= s.col() || on[l.to.ID] && l.to.Col <= s.col(); along {
				l.On, on[l.from.ID], on[l.to.ID] = true, true, true
			}
		}
	}
	for _, n := range s.Nodes {
		n.On = on[n.ID]
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		r.On = slices.ContainsFunc(s.Nodes, func(n *node) bool {
			return n.ID == s.Follow && slices.Contains([]string{r.Purpose, r.Data, r.Where}, n.Title)
		})
	}
}

// col is the column of the node that is followed.
func (s *mapScreen) col() int {
	for _, n := range s.Nodes {
		if n.ID == s.Follow {
			return n.Col
		}
	}
	return 0
}

// place puts the nodes into their columns and draws the lines.
func (s *mapScreen) place() {
	var next [4]int
	for _, n := range s.Nodes {
		n.X, n.Y = n.Col*mapGap, mapTop+next[n.Col]*mapStep
		next[n.Col]++
	}
	s.Height = mapTop + slices.Max(next[:])*mapStep + 8
	for i := range s.Lines {
		l := &s.Lines[i]
		x, y, X, Y := l.from.X+mapBox, l.from.Y+12, l.to.X, l.to.Y+12
		mid := (x + X) / 2
		l.Path = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, y, mid, y, mid, Y, X, Y)
	}
}

// Short is the title as it fits into the box.
func (n *node) Short() string {
	const most = 27
	if r := []rune(n.Title); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return n.Title
}

// TextX is where the title begins.
func (n *node) TextX() int { return n.X + 9 }

// TextY is how far down it stands.
func (n *node) TextY() int { return n.Y + 17 }

// Part is the word for the part that a recipient plays.
func (p page) Part(role string) string {
	return p.word(map[string]two{"internal": {"dans l’entreprise", "inside the company"}, "processor": {"sous-traitant (art. 28)", "processor (art. 28)"}, "controller": {"pour son propre compte", "for its own ends"},
		"authority": {"autorité", "authority"}, "": {"le texte ne le dit pas", "the text does not say"}}, role)
}
