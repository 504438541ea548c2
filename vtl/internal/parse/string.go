package parse

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/jsonvalue"
	"postern/vtl/internal/ast"
	"postern/vtl/internal/lex"
)

// stringLiteral parses a string. One in double quotes with a $ or # in it is a
// template of its own.
func (p *parser) stringLiteral() ast.Node {
	t := *p.consume()
	at := p.offset(&t)
	quote := t.Image[0]
	content := text{s: t.Image[1 : len(t.Image)-1], base: t.Pos + 1}
	if quote == '"' && strings.Contains(content.s, `\u`) {
		content = p.unescape(content)
	}
	content = unquote(content, string(quote))
	if quote == '\'' || !strings.ContainsAny(t.Image, "$#") {
		return &ast.Constant{At: at, Value: jsonvalue.String(content.s)}
	}
	n := &ast.Template{At: at, Trim: !strings.Contains(content.s, "##")}
	end := len(content.s)
	if n.Trim {
		content.s += " "
	}
	inner := &parser{lexer: lex.New(content.s), known: p.known, depth: p.depth}
	inner.place = func(pos int) int { return p.at(content.place(min(pos, end))) }
	body, err := inner.template()
	if err != nil {
		panic(err)
	}
	n.Body = body
	if s, ok := constant(n); ok {
		return &ast.Constant{At: at, Value: jsonvalue.String(s)}
	}
	return n
}

// constant returns what a template without anything to evaluate prints.
func constant(n *ast.Template) (string, bool) {
	s := ""
	switch len(n.Body) {
	case 0:
	case 1:
		t, ok := n.Body[0].(*ast.Text)
		if !ok {
			return "", false
		}
		s = string(t.Text)
	default:
		return "", false
	}
	if n.Trim && s != "" {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s, true
}

// text is a string's content with the places in the source that its bytes come
// from: base if they follow each other as there, else one for each byte.
type text struct {
	s      string
	base   int
	places []int
}

func (t *text) place(pos int) int {
	switch {
	case t.places == nil:
		return t.base + pos
	case pos < len(t.places):
		return t.places[pos]
	case len(t.places) > 0:
		return t.places[len(t.places)-1] + 1
	}
	return t.base
}

// builder makes a text from pieces of another.
type builder struct {
	strings.Builder
	places []int
}

// copy appends bytes from to to of t.
func (b *builder) copy(t *text, from, to int) {
	b.WriteString(t.s[from:to])
	for i := from; i < to; i++ {
		b.places = append(b.places, t.place(i))
	}
}

func (b *builder) text(base int) text { return text{b.String(), base, b.places} }

// unescape resolves \uXXXX. Surrogate pairs become the character they mean.
func (p *parser) unescape(t text) text {
	var b builder
	done := 0
	for {
		i := strings.Index(t.s[done:], `\u`)
		if i < 0 {
			break
		}
		i += done
		b.copy(&t, done, i)
		r, end := p.hex(&t, i), i+6
		if 0xD800 <= r && r < 0xDC00 && strings.HasPrefix(t.s[end:], `\u`) {
			if low := p.hex(&t, end); 0xDC00 <= low && low < 0xE000 {
				r, end = (r-0xD800)<<10|(low-0xDC00)+0x10000, end+6
			}
		}
		if 0xD800 <= r && r < 0xE000 {
			r = '?' // half a pair has no text
		}
		b.WriteRune(r)
		for range utf8.RuneLen(r) {
			b.places = append(b.places, t.place(i))
		}
		done = end
	}
	b.copy(&t, done, len(t.s))
	return b.text(t.base)
}

func (p *parser) hex(t *text, i int) rune {
	if i+6 <= len(t.s) {
		if r, err := strconv.ParseInt(t.s[i+2:i+6], 16, 32); err == nil {
			return rune(uint16(r))
		}
	}
	p.fail(t.place(i), `\u wants four hexadecimal digits`)
	return 0
}

// unquote makes single quotes of doubled ones.
func unquote(t text, quote string) text {
	if !strings.Contains(t.s, quote+quote) {
		return t
	}
	var b builder
	for i := 0; i < len(t.s); i++ {
		b.copy(&t, i, i+1)
		if strings.HasPrefix(t.s[i:], quote+quote) {
			i++
		}
	}
	return b.text(t.base)
}
