package parse

import (
	"math/big"
	"strconv"

	"postern/jsonvalue"
	"postern/vtl/internal/ast"
	"postern/vtl/internal/lex"
)

// operand is an expression with the tokens that are its text.
type operand struct {
	node        ast.Node
	first, last int
}

// operators are the binary operators by rising precedence.
var operators = [...]map[lex.Kind]ast.Operator{
	{lex.Or: ast.Or},
	{lex.And: ast.And},
	{lex.Equal: ast.Equal, lex.NotEqual: ast.NotEqual},
	{lex.Less: ast.Less, lex.Greater: ast.Greater, lex.LessEqual: ast.LessEqual, lex.GreaterEqual: ast.GreaterEqual},
	{lex.Plus: ast.Add, lex.Minus: ast.Subtract},
	{lex.Times: ast.Multiply, lex.Divide: ast.Divide, lex.Modulo: ast.Modulo},
}

func (p *parser) expression() operand {
	p.enter()
	defer p.leave()
	return p.binary(0)
}

// binary parses operators of at least the given precedence.
func (p *parser) binary(precedence int) operand {
	if precedence == len(operators) {
		return p.unary()
	}
	left := p.binary(precedence + 1)
	for {
		t := p.peek(0)
		op, ok := operators[precedence][t.Kind]
		if !ok {
			return left
		}
		p.consume()
		first := p.next
		right := p.binary(precedence + 1)
		n := &ast.Binary{At: p.offset(t), Op: op, Left: left.node, Right: right.node}
		if op == ast.Add {
			n.LeftText = p.literal(left.first, left.last)
			n.RightText = p.literal(right.first, right.last)
		}
		// Velocity takes an operation's text to be that of its right operand.
		left = operand{n, first, p.next - 1}
	}
}

func (p *parser) unary() operand {
	first := p.next
	n := 0
	if p.peek(0).Kind == lex.Space {
		n = 1
	}
	if t := p.peek(n); t.Kind == lex.Not {
		at := p.offset(t)
		p.enter()
		defer p.leave()
		p.next += n + 1
		x := p.unary()
		return operand{&ast.Not{At: at, X: x.node}, first, p.next - 1}
	}
	return p.primary()
}

func (p *parser) primary() operand {
	p.space()
	if t := p.peek(0); t.Kind == lex.ParenOpen {
		at := p.offset(t)
		p.consume()
		first := p.next
		x := p.expression()
		last := p.next - 1
		p.expect(lex.ParenClose)
		p.space()
		return operand{&ast.Group{At: at, X: x.node}, first, last}
	}
	if !startsParameter(p.peek(0).Kind) {
		p.unexpected("expected a value")
	}
	first := p.next
	node := p.parameterValue()
	last := p.next - 1
	p.space()
	return operand{node, first, last}
}

// startsParameter reports whether a parameter, or the space before it, starts
// with a token of that kind.
func startsParameter(k lex.Kind) bool {
	switch k {
	case lex.Space, lex.String, lex.Integer, lex.Float, lex.True, lex.False, lex.BracketOpen, lex.CurlyOpen,
		lex.Identifier, lex.FormalOpen:
		return true
	}
	return false
}

// parameter parses what may stand between commas.
func (p *parser) parameter() ast.Node {
	p.space()
	n := p.parameterValue()
	p.space()
	return n
}

func (p *parser) parameterValue() ast.Node {
	p.enter()
	defer p.leave()
	first := p.next
	n := p.value()
	p.valueAt = first
	return n
}

func (p *parser) value() ast.Node {
	t := p.peek(0)
	at := p.offset(t)
	switch t.Kind {
	case lex.String:
		return p.stringLiteral()
	case lex.Integer, lex.Float:
		p.consume()
		return &ast.Constant{At: at, Value: p.number(int(at), t)}
	case lex.True, lex.False:
		p.consume()
		return &ast.Constant{At: at, Value: jsonvalue.Bool(t.Kind == lex.True)}
	case lex.BracketOpen:
		return p.list()
	case lex.CurlyOpen:
		return p.mapLiteral()
	case lex.Identifier, lex.FormalOpen:
		return p.reference()
	}
	p.unexpected("expected a constant, a list, a map or a reference")
	return nil
}

// maxDigits is the length of the longest whole number in a template; Java has no
// limit. The time to read one grows with the square of its length.
const maxDigits = 10_000

// number reads a number, which may have a # before it for the lexer.
func (p *parser) number(at int, t *lex.Token) jsonvalue.Value {
	switch {
	case t.Image[0] == '#':
		p.fail(at, "%q is no number", t.Image)
	case t.Kind == lex.Float:
		// Beyond the range of a double it is infinite, as in Java.
		f, _ := strconv.ParseFloat(t.Image, 64)
		return jsonvalue.Double(f)
	case len(t.Image) > maxDigits:
		p.fail(at, "a number of %d digits is longer than the limit of %d", len(t.Image), maxDigits)
	}
	if i, err := strconv.ParseInt(t.Image, 10, 64); err == nil {
		return jsonvalue.Int(i)
	}
	i, _ := new(big.Int).SetString(t.Image, 10)
	return jsonvalue.BigInt(i)
}

// list parses [a, b] and [a..b].
func (p *parser) list() ast.Node {
	at := p.offset(p.consume())
	n := &ast.List{At: at}
	if p.accept(lex.BracketClose) {
		return n
	}
	if !startsParameter(p.peek(0).Kind) {
		p.unexpected("expected a value or the ] of the list")
	}
	n.Items = append(n.Items, p.parameter())
	if p.peek(0).Kind == lex.Range && isBound(n.Items[0]) {
		p.consume()
		to := p.parameter()
		if !isBound(to) {
			p.fail(to.Offset(), "a range ends with a whole number or a reference")
		}
		p.expect(lex.BracketClose)
		return &ast.Range{At: at, From: n.Items[0], To: to}
	}
	for p.accept(lex.Comma) {
		n.Items = append(n.Items, p.parameter())
	}
	p.expectAs(lex.BracketClose, "expected a comma or the ] of the list")
	return n
}

// isBound reports whether a range may start or end with n.
func isBound(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Reference:
		return true
	case *ast.Constant:
		return n.Value.IsInteger()
	}
	return false
}

func (p *parser) mapLiteral() ast.Node {
	n := &ast.Map{At: p.offset(p.consume())}
	k := p.peek(0).Kind
	if k == lex.Space {
		k = p.peek(1).Kind
	}
	if startsParameter(k) {
		for more := true; more; more = p.accept(lex.Comma) {
			key := p.parameter()
			p.expectAs(lex.Colon, "expected the : behind a key")
			n.Keys = append(n.Keys, key)
			n.Values = append(n.Values, p.parameter())
		}
	} else {
		p.space()
	}
	if !p.accept(lex.FormalClose) {
		p.expect(lex.CurlyClose)
	}
	return n
}
