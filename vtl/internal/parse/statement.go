package parse

import (
	"strings"

	"postern/vtl/internal/ast"
	"postern/vtl/internal/lex"
)

// statements parses up to what is no statement: the end, or the #else, #elseif
// or #end of the block around it.
func (p *parser) statements() []ast.Node {
	p.enter()
	defer p.leave()
	var nodes []ast.Node
	for {
		t := p.peek(0)
		switch t.Kind {
		case lex.If:
			nodes = append(nodes, p.ifStatement())
		case lex.Identifier:
			nodes = append(nodes, p.reference())
		case lex.FormalOpen:
			if p.peek(1).Kind == lex.Identifier {
				nodes = append(nodes, p.reference())
				continue
			}
			nodes = p.text(nodes, p.consume().Literal())
		case lex.LineComment, lex.FormalComment, lex.BlockComment:
			nodes = p.text(nodes, p.comment())
		case lex.TextBlock:
			nodes = p.text(nodes, p.textBlock())
		case lex.SetOpen:
			nodes = append(nodes, p.set())
		case lex.EscapedDirective:
			nodes = p.text(nodes, p.escapedDirective())
		case lex.DoubleEscape:
			nodes = p.text(nodes, p.escape())
		case lex.Word, lex.CurlyWord:
			nodes = append(nodes, p.directive())
		case lex.ParenOpen, lex.ParenClose, lex.Escape, lex.Text, lex.String, lex.Integer, lex.Float,
			lex.Dot, lex.FormalClose, lex.EmptyIndex:
			nodes = p.text(nodes, p.consume().Literal())
		default:
			return nodes
		}
	}
}

// text appends text that ends at the current token, joined to text before it.
func (p *parser) text(nodes []ast.Node, text string) []ast.Node {
	if text == "" {
		return nodes
	}
	if n := len(nodes) - 1; n >= 0 {
		if before, ok := nodes[n].(*ast.Text); ok {
			before.Text = append(before.Text, text...)
			return nodes
		}
	}
	return append(nodes, &ast.Text{At: p.offset(&p.tokens[p.next-1]), Text: []byte(text)})
}

// comment returns the little of a comment that prints: what its token had
// begun with before the comment opened.
func (p *parser) comment() string {
	t := p.consume()
	if t.Kind == lex.LineComment {
		p.accept(lex.LineCommentEnd)
	}
	if before, _, ok := strings.Cut(t.Image, "##"); ok {
		return before
	}
	before, _, ok := strings.Cut(t.Image, "#*")
	if !ok {
		return ""
	}
	return before
}

func (p *parser) textBlock() string {
	t := p.consume()
	// The first three characters go, even if they are not the #[[: "$#[[x]]#".
	return t.Image[len("#[[") : len(t.Image)-len("]]#")]
}

func (p *parser) set() ast.Node {
	at := p.offset(p.consume())
	p.space()
	if k := p.peek(0).Kind; k != lex.Identifier && k != lex.FormalOpen {
		p.unexpected("#set wants a variable: #set($name = value)")
	}
	left := p.reference()
	p.space()
	p.expect(lex.Assign)
	right := p.expression()
	p.expectAs(lex.ParenClose, "expected an operator or the ) of #set")
	p.lexer.EndSet()
	return &ast.Set{At: at, Left: left, Right: right.node}
}

func (p *parser) ifStatement() ast.Node {
	n := &ast.If{At: p.offset(p.peek(0))}
	for more := true; more; more = p.peek(0).Kind == lex.ElseIf {
		p.consume()
		p.space()
		p.expect(lex.ParenOpen)
		condition := p.expression()
		p.expectAs(lex.ParenClose, "expected an operator or the ) of the condition")
		n.Branches = append(n.Branches, ast.Branch{Condition: condition.node, Body: p.statements()})
	}
	if p.accept(lex.Else) {
		n.Branches = append(n.Branches, ast.Branch{Body: p.statements()})
	}
	if p.peek(0).Kind == lex.EOF {
		p.fail(int(n.At), "#if without #end")
	}
	p.expect(lex.End)
	return n
}

// controls are the words that are directives without being in the table.
var controls = map[string]bool{"if": true, "elseif": true, "else": true, "end": true, "set": true}

func (p *parser) isDirective(name string) bool {
	_, ok := p.known[name]
	return ok || p.macros[name]
}

// escapedDirective resolves \#if: what was passed over before it is lost, and half the backslashes go if the name is one
// of a directive, and none otherwise.
func (p *parser) escapedDirective() string {
	t := p.consume()
	slashes := strings.LastIndexByte(t.Image, '\\')
	directive := t.Image[slashes+1:]
	name := strings.TrimSuffix(strings.TrimPrefix(directive[1:], "{"), "}")
	if p.isDirective(name) || controls[name] {
		// It stays so where the block around it prints as it is written.
		t.Image = t.Image[:slashes/2] + directive
	}
	return t.Image
}

// escape resolves a row of double backslashes: they become single ones before
// a directive.
func (p *parser) escape() string {
	n := 0
	for p.accept(lex.DoubleEscape) {
		n++
	}
	t := p.peek(0)
	control := t.Kind == lex.If || t.Kind == lex.ElseIf || t.Kind == lex.Else || t.Kind == lex.End
	if control || t.Image != "" && p.isDirective(t.Image[1:]) {
		return strings.Repeat(`\`, n)
	}
	return strings.Repeat(`\\`, n)
}

func (p *parser) directive() ast.Node {
	first := p.next
	t := p.consume()
	name := t.Image[1:]
	if t.Kind == lex.CurlyWord {
		name = t.Image[2 : len(t.Image)-1]
	}
	n := &ast.Directive{At: p.offset(t), Name: name}
	block, known := p.known[name]
	block = block || !known && strings.HasPrefix(name, "@")
	p.lexer.EnterDirective()
	if !p.lexer.AtParenthesis() {
		if name == "macro" {
			p.fail(t.Pos, "#macro without a name: #macro(name $argument)")
		}
		p.lexer.LeaveDirective()
		n.Literal = p.images(first, first)
		return n
	}
	p.space()
	p.expect(lex.ParenOpen)
	n.HasParens = true
	for p.argumentFollows() {
		from := p.next
		n.Args = append(n.Args, p.argument(n, known))
		n.Texts = append(n.Texts, p.literal(from, p.next-1))
	}
	p.space()
	p.expectAs(lex.ParenClose, "expected an argument or the ) of #"+name)
	if block {
		p.block(n)
	}
	n.Literal = p.images(first, p.next-1)
	return n
}

func (p *parser) block(n *ast.Directive) {
	n.HasBody = true
	first := p.next
	n.Body = p.statements()
	last := p.next - 1
	if p.peek(0).Kind == lex.EOF {
		p.fail(int(n.At), "#%s without #end", n.Name)
	}
	p.expect(lex.End)
	switch n.Name {
	case "macro":
		if len(n.Args) == 0 {
			p.fail(int(n.At), "#macro without a name: #macro(name $argument)")
		}
		if p.macros == nil {
			p.macros = map[string]bool{}
		}
		p.macros[n.Args[0].(*ast.Word).Text] = true
	case "literal":
		if len(n.Args) == 0 {
			if last < first {
				p.fail(int(n.At), "#literal without anything in it")
			}
			n.Body = []ast.Node{&ast.Text{At: p.offset(&p.tokens[first]), Text: []byte(p.literal(first, last))}}
		}
	}
}

// argumentFollows looks for an argument of a directive and reads the comma
// before it.
func (p *parser) argumentFollows() bool {
	n := 0
	if p.peek(n).Kind == lex.Space {
		n++
	}
	if p.peek(n).Kind == lex.Comma {
		n++
		if p.peek(n).Kind == lex.Space {
			n++
		}
	}
	if k := p.peek(n).Kind; k != lex.Word && !startsParameter(k) || k == lex.Space {
		return false
	}
	p.next += n
	return true
}

func (p *parser) argument(d *ast.Directive, known bool) ast.Node {
	t := p.peek(0)
	if t.Kind != lex.Word {
		if d.Name == "macro" && len(d.Args) == 0 {
			p.fail(t.Pos, "the name of a #macro is a word without $ or quotes")
		}
		node := p.parameterValue()
		if d.Name == "literal" && len(d.Args) == 0 {
			return &ast.Text{At: ast.At(node.Offset()), Text: []byte(p.literal(p.valueAt, p.next-1))}
		}
		return node
	}
	switch {
	case d.Name == "macro" && len(d.Args) == 0:
	case d.Name == "foreach" && len(d.Args) == 1:
	case d.Name == "foreach" && len(d.Args) == 0:
		p.fail(t.Pos, "the item of a #foreach is a variable: #foreach($%s in $list)", t.Image)
	case known:
		p.fail(t.Pos, "unexpected %q: this argument of #%s is not a word", t.Image, d.Name)
	}
	p.next++
	return &ast.Word{At: p.offset(t), Text: t.Image}
}
