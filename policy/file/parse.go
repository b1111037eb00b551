package file

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// parse turns src into nodes; it returns nil when there is nothing to read and reports why.
func parse(r *Reader, src []byte) *Node {
	top := &Node{reader: r, line: 1, column: 1, path: "$"}
	f, err := parseYAML(src)
	if err != nil {
		syntax(top, err)
		return nil
	}
	var docs []*ast.DocumentNode
	for _, d := range f.Docs {
		if d.Body != nil && d.Body.Type() != ast.CommentType {
			docs = append(docs, d)
		}
	}
	switch len(docs) {
	case 0:
		top.Error("empty-file", "the file says nothing", "")
		return nil
	case 1:
		return build(top, docs[0].Body)
	}
	second := at(top, docs[1].Start)
	second.Error("many-documents", "the file holds more than one YAML document", "remove this line and what follows it")
	return nil
}

// parseYAML calls the parser, whose panics on odd input must not become ours.
func parseYAML(src []byte) (f *ast.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("this YAML is too odd to be read")
		}
	}()
	return parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
}

// syntax reports an error of the parser at its token.
func syntax(top *Node, err error) {
	where, message := top, err.Error()
	var e yaml.Error
	if errors.As(err, &e) {
		message = e.GetMessage()
		if e.GetToken() != nil {
			where = at(top, e.GetToken())
		}
	}
	where.Error("bad-yaml", "this is not YAML: "+strings.TrimSpace(message), "check indentation, colons and quotes around this place")
}

// at returns a copy of n placed where the token is.
func at(n *Node, t *token.Token) *Node {
	m := *n
	if t != nil && t.Position != nil {
		m.line, m.column = t.Position.Line, max(t.Position.Column, 1)
	}
	return &m
}

// build fills n, whose path and key are set, from the parser's node a.
func build(n *Node, a ast.Node) *Node {
	t := a.GetToken()
	switch v := a.(type) {
	case *ast.MappingNode:
		return n.buildMapping(v.Values, v.IsFlowStyle, t)
	case *ast.MappingValueNode:
		return n.buildMapping([]*ast.MappingValueNode{v}, false, t)
	case *ast.SequenceNode:
		return n.buildList(v, t)
	case *ast.LiteralNode:
		n = at(n, v.Start)
		n.kind, n.text, n.quoted = scalar, v.Value.Value, true
	case *ast.NullNode:
		n.kind = null
		if t.Type != token.ImplicitNullType {
			n = at(n, t)
		}
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		n = at(n, t)
		n.kind, n.text = scalar, t.Value
		n.quoted = t.Type == token.DoubleQuoteType || t.Type == token.SingleQuoteType
	default:
		n.kind = refused
		refuse(at(n, t))
	}
	return n
}

func refuse(n *Node) {
	n.Error("unsupported-yaml", "anchors, aliases, tags and complex keys are not used in these files", "write the value out")
}

// buildMapping adds the entries. A block mapping stands where its key does, so that a problem
// of a whole purpose points at the purpose's name.
func (n *Node) buildMapping(values []*ast.MappingValueNode, flow bool, start *token.Token) *Node {
	switch {
	case flow:
		n = at(n, start)
	case !n.keyed && len(values) > 0:
		n = at(n, values[0].Key.GetToken())
	}
	n.kind = mapping
	seen := map[string]*Node{}
	for _, v := range values {
		c := n.entry(v)
		if c == nil {
			continue
		}
		if first := seen[c.key]; first != nil {
			c.KeyNode().Error("duplicate-key", fmt.Sprintf("%s is written twice", c.key), fmt.Sprintf("first on line %d; remove one", first.keyAt[0]))
			continue
		}
		seen[c.key] = c
		n.children = append(n.children, c)
	}
	return n
}

// entry returns the value of one key, or nil when the key is no plain word.
func (n *Node) entry(v *ast.MappingValueNode) *Node {
	k := at(&Node{reader: n.reader, path: n.path}, v.Key.GetToken())
	switch v.Key.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
	default:
		refuse(k)
		return nil
	}
	k.key, k.keyed, k.keyAt = v.Key.GetToken().Value, true, [2]int{k.line, k.column}
	k.path = n.path + "." + quotePath(k.key)
	return build(k, v.Value)
}

func (n *Node) buildList(s *ast.SequenceNode, start *token.Token) *Node {
	if s.IsFlowStyle || !n.keyed {
		n = at(n, start)
	}
	n.kind = list
	for i, v := range s.Values {
		item := &Node{reader: n.reader, path: n.path + "[" + strconv.Itoa(i) + "]", line: n.line, column: n.column}
		n.children = append(n.children, build(at(item, start), v))
	}
	return n
}

// quotePath writes a key as goccy/go-yaml writes it in its paths.
func quotePath(key string) string {
	if strings.ContainsAny(key, "$*.[]") {
		return "'" + key + "'"
	}
	return key
}
