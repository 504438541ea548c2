package vtl

import (
	"errors"

	"postern/jsonvalue"
	"postern/vtl/internal/ast"
	"postern/vtl/internal/java"
	"postern/vtl/internal/java/number"
	"postern/vtl/internal/parse"
)

// compiler makes nodes of a syntax tree: names become slots, methods are looked
// up, constants computed.
type compiler struct {
	t       *Template
	symbols *symbols
	macros  map[string]*macro
	// mentions are the variables that a reference names.
	mentions map[string]bool
	loops    []*foreachNode
	dynamic  bool // there is an #evaluate
	shared   bool // see Template
	err      *Error
}

// directives are the #words that are directives in a profile, and whether they
// have a body.
func directives(p Profile) parse.Directives {
	d := parse.Directives{"foreach": true, "define": true, "literal": true, "macro": true, "break": false, "stop": false}
	if p == Stock {
		d["evaluate"], d["parse"], d["include"] = false, false, false
	}
	return d
}

func (t *Template) compile(src string) error {
	c := &compiler{t: t, symbols: t.symbols, mentions: map[string]bool{}, macros: map[string]*macro{}}
	body, err := c.source(src)
	if err != nil {
		return err
	}
	t.body, t.shared = body, c.shared
	return nil
}

// source compiles a whole template.
func (c *compiler) source(src string) ([]node, error) {
	tree, err := parse.Parse(src, c.t.known)
	if err != nil {
		e := new(parse.Error)
		errors.As(err, &e)
		return nil, errorAt(src, e.Pos, e.Msg, nil)
	}
	body := c.nodes(tree)
	if c.err != nil {
		return nil, c.err
	}
	for _, l := range c.loops {
		l.usesLoop = c.dynamic || c.mentions["foreach"]
		l.usesCount = c.dynamic || c.mentions["velocityCount"] || c.mentions["velocityHasNext"]
	}
	return body, nil
}

func (c *compiler) fail(n ast.Node, msg string) {
	if c.err == nil {
		c.err = errorAt(c.t.source, n.Offset(), msg, nil)
	}
}

func (c *compiler) nodes(tree []ast.Node) []node {
	var nodes []node
	var text []byte // that has not become a node yet
	flush := func() {
		if len(text) > 0 {
			nodes = append(nodes, textNode(text))
			text = nil
		}
	}
	for _, n := range tree {
		switch compiled := c.node(n).(type) {
		case nil:
		case textNode:
			text = append(text, compiled...)
		default:
			flush()
			nodes = append(nodes, compiled)
		}
	}
	flush()
	return nodes
}

func (c *compiler) node(n ast.Node) node {
	switch n := n.(type) {
	case *ast.Text:
		return textNode(n.Text)
	case *ast.Reference:
		return c.reference(n)
	case *ast.If:
		out := &ifNode{}
		for _, b := range n.Branches {
			compiled := branch{body: c.nodes(b.Body)}
			if b.Condition != nil {
				compiled.condition = c.expression(b.Condition)
			}
			out.branches = append(out.branches, compiled)
		}
		return out
	case *ast.Set:
		out := &setNode{pos: n.Offset(), left: c.reference(n.Left), right: c.expression(n.Right)}
		if len(n.Left.Steps) == 0 {
			out.slot = c.symbols.slot(n.Left.Target)
			c.mentions[n.Left.Target] = true
		}
		return out
	case *ast.Directive:
		return c.directive(n)
	}
	return nil
}

func (c *compiler) expressions(list []ast.Node) []expression {
	out := make([]expression, len(list))
	for i, n := range list {
		out[i] = c.expression(n)
	}
	return out
}

func (c *compiler) expression(n ast.Node) expression {
	switch n := n.(type) {
	case *ast.Constant:
		return &constNode{n.Value}
	case *ast.Template:
		return &templateNode{body: c.nodes(n.Body), trim: n.Trim}
	case *ast.Reference:
		return c.reference(n)
	case *ast.Group:
		return c.expression(n.X)
	case *ast.List:
		return &listNode{n.Offset(), c.expressions(n.Items)}
	case *ast.Map:
		return &mapNode{n.Offset(), c.expressions(n.Keys), c.expressions(n.Values)}
	case *ast.Range:
		return &rangeNode{n.Offset(), c.expression(n.From), c.expression(n.To)}
	case *ast.Not:
		return &notNode{c.expression(n.X)}
	case *ast.Binary:
		return c.binary(n)
	}
	return &constNode{} // a bare word is null
}

var operations = map[ast.Operator]number.Operation{
	ast.Add: number.Add, ast.Subtract: number.Subtract, ast.Multiply: number.Multiply, ast.Divide: number.Divide, ast.Modulo: number.Modulo,
}

func (c *compiler) binary(n *ast.Binary) expression {
	left, right := c.expression(n.Left), c.expression(n.Right)
	switch n.Op {
	case ast.Or, ast.And:
		return &logicNode{n.Op == ast.Or, left, right}
	case ast.Equal, ast.NotEqual, ast.Less, ast.Greater, ast.LessEqual, ast.GreaterEqual:
		return &compareNode{n.Offset(), n.Op, left, right}
	}
	return &mathNode{n.Offset(), operations[n.Op], left, right, n.LeftText, n.RightText}
}

func (c *compiler) reference(n *ast.Reference) *refNode {
	out := &refNode{pos: n.Offset(), end: n.End, text: n.Text, nullText: n.NullText}
	if n.Escaped || n.Bare || n.Broken || n.Backslashes != "" || n.Prefix != "" {
		out.spelling = &spelling{n.Escaped, n.Bare, n.Broken, n.Backslashes, n.Prefix}
	}
	out.slot = c.symbols.slot(n.Root)
	c.mentions[n.Root] = true
	for _, s := range n.Steps {
		compiled := step{pos: s.Offset(), kind: s.Kind, name: s.Name, args: c.expressions(s.Args)}
		switch s.Kind {
		case ast.Call:
			compiled.method = java.Lookup(s.Name)
			c.argument(n, &s)
		case ast.Property:
			compiled.getter = java.NewGetter(s.Name)
		}
		out.steps = append(out.steps, compiled)
	}
	return out
}

// argument notes a call with a literal string.
func (c *compiler) argument(n *ast.Reference, s *ast.Step) {
	if len(s.Args) == 0 {
		return
	}
	arg, ok := s.Args[0].(*ast.Constant)
	if !ok || arg.Value.Kind() != jsonvalue.KindString {
		return
	}
	text, _ := arg.Value.Text()
	c.t.calls = append(c.t.calls, StringArgument{Variable: n.Root, Method: s.Name, Text: text, Offset: s.Offset()})
}
