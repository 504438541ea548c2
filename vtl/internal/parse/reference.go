package parse

import (
	"strings"

	"postern/vtl/internal/ast"
	"postern/vtl/internal/lex"
)

func (p *parser) reference() *ast.Reference {
	first := p.next
	n := &ast.Reference{At: p.offset(p.peek(0))}
	formal := p.accept(lex.FormalOpen)
	p.expect(lex.Identifier)
	n.Steps = p.indexes(nil)
	for p.peek(0).Kind == lex.Dot && p.peek(1).Kind == lex.Identifier {
		p.consume()
		n.Steps = append(n.Steps, p.member())
		n.Steps = p.indexes(n.Steps)
	}
	if formal {
		p.expectAs(lex.FormalClose, "expected the } of ${")
	}
	n.End = p.at(p.tokens[p.next-1].End)
	p.spell(n, first)
	return n
}

func (p *parser) indexes(steps []ast.Step) []ast.Step {
	for p.peek(0).Kind == lex.IndexOpen {
		s := ast.Step{At: p.offset(p.consume()), Kind: ast.Index}
		p.space()
		switch p.peek(0).Kind {
		case lex.String, lex.Integer, lex.True, lex.False, lex.Identifier, lex.FormalOpen:
			s.Args = []ast.Node{p.parameterValue()}
		default:
			p.unexpected("an index is a string, a whole number or a reference")
		}
		p.space()
		p.expect(lex.IndexClose)
		steps = append(steps, s)
	}
	return steps
}

// member parses a property or a call. A parenthesis that no argument follows
// makes it a property with text behind it.
func (p *parser) member() ast.Step {
	t := p.consume()
	s := ast.Step{At: p.offset(t), Name: t.Image}
	if p.peek(0).Kind != lex.ParenOpen {
		return s
	}
	if k := p.peek(1).Kind; k != lex.CallClose && !startsParameter(k) {
		return s
	}
	p.consume()
	s.Kind = ast.Call
	if p.peek(0).Kind != lex.CallClose {
		s.Args = append(s.Args, p.parameter())
		for p.accept(lex.Comma) {
			s.Args = append(s.Args, p.parameter())
		}
	}
	p.expectAs(lex.CallClose, "expected a comma or the ) of ."+s.Name)
	return s
}

// spell finds out how the reference is written: which variable it names, what
// of its first token is escapes and text, and what prints if it is null. The
// first token's image loses what is not part of the reference.
func (p *parser) spell(n *ast.Reference, first int) {
	t := &p.tokens[first]
	if i := strings.Index(t.Image, `\!`); i >= 0 {
		p.spellBroken(n, first)
		return
	}
	if slashes := len(t.Image) - len(strings.TrimLeft(t.Image, `\`)); slashes > 0 {
		n.Escaped = slashes%2 != 0
		n.Backslashes = t.Image[:slashes/2]
		t.Image = t.Image[slashes:]
	}
	if i := strings.LastIndexByte(t.Image, '$'); i > 0 {
		n.Prefix = t.Image[:i]
		t.Image = t.Image[i:]
	}
	n.Text = p.literal(first, p.next-1)
	n.NullText = n.Text
	if t.Image != "" {
		n.Target = t.Image[1:]
	}
	switch {
	case strings.HasPrefix(t.Image, "$!"):
		n.Quiet = true
		if !n.Escaped {
			n.NullText = ""
		}
		n.Root = t.Image[len("$!"):]
		if t.Kind == lex.FormalOpen {
			n.Root = p.tokens[first+1].Image
		}
	case t.Image == "${":
		n.Root = p.tokens[first+1].Image
	case strings.HasPrefix(t.Image, "$"):
		n.Root = t.Image[1:]
	default:
		n.Bare = true
		n.Root = t.Image
		n.NullText = t.Image // whatever follows is lost
	}
}

// spellBroken is spell for $\!x, which Velocity takes for a variable with a
// name that none can have, and prints without one of its backslashes.
func (p *parser) spellBroken(n *ast.Reference, first int) {
	image := p.tokens[first].Image
	n.Broken = true
	n.Text = p.literal(first, p.next-1)
	start := strings.IndexByte(image, '$')
	if start < 0 {
		n.Root, n.NullText = image, image
		return
	}
	start += strings.IndexByte(image[start:], '\\')
	// Velocity drops the last backslash and keeps the rest of the token.
	end := start + len(image[start:]) - len(strings.TrimLeft(image[start:], `\`))
	n.NullText = image[:end-1] + image[end:]
	n.Root = n.NullText
	n.Target = image[1:]
}
