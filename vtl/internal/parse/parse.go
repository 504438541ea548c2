// Package parse makes a syntax tree of a Velocity 1.7 template.
//
// The grammar, with the lexer's tokens in capitals and [ ] for "may be
// missing":
//
//	template  = { statement } EOF
//	statement = TEXT | reference | comment | TEXTBLOCK | set | if | directive
//	set       = SETOPEN [SPACE] reference [SPACE] ASSIGN expression PARENCLOSE
//	if        = IF [SPACE] PARENOPEN expression PARENCLOSE { statement }
//	            { ELSEIF [SPACE] PARENOPEN expression PARENCLOSE { statement } }
//	            [ ELSE { statement } ] END
//	directive = WORD [ [SPACE] PARENOPEN { [COMMA] argument } PARENCLOSE [ { statement } END ] ]
//	reference = NAME path | "${" NAME path "}"
//	path      = { "[" index "]" } { "." NAME [ "(" [ parameter { "," parameter } ] ")" ] { "[" index "]" } }
//
// Expressions are those of Java with the operators || && == != < > <= >= + - *
// / % and !. Parameters of calls, items of lists and maps, and indexes are no
// expressions: only a constant, a list, a map, a range or a reference may
// stand there.
//
// The parser reads tokens only as far ahead as it must, because a #word
// changes how the characters behind it are read.
package parse

import (
	"errors"
	"fmt"
	"strings"

	"postern/vtl/internal/ast"
	"postern/vtl/internal/lex"
)

// maxDepth is how deep blocks, expressions and strings may be nested.
const maxDepth = 200

// Directives says which #words are directives: true if they take a body.
type Directives map[string]bool

// Error is a place where the template is not what the grammar wants.
type Error struct {
	// Pos is the offset in the template.
	Pos int
	Msg string
}

func (e *Error) Error() string { return e.Msg }

// Parse returns the statements of a template. The error is an *Error.
func Parse(src string, known Directives) (nodes []ast.Node, err error) {
	p := &parser{lexer: lex.New(src), known: known}
	return p.template()
}

type parser struct {
	lexer *lex.Lexer
	known Directives
	// macros are the names that a #macro has defined so far.
	macros map[string]bool
	tokens []lex.Token
	// next is the index of the next token that is not consumed.
	next  int
	depth int
	// valueAt is the index of the first token of the last value parsed.
	valueAt int
	// place maps an offset in the source to one in the template, if the source
	// is a string within it.
	place func(int) int
}

// template parses the whole source. Errors within are panics of *Error.
func (p *parser) template() (nodes []ast.Node, err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			nodes, err = nil, e
		default:
			panic(e)
		}
	}()
	nodes = p.statements()
	if p.peek(0).Kind != lex.EOF {
		p.stray()
	}
	return nodes, nil
}

// stray fails at a token that begins no statement.
func (p *parser) stray() {
	t := p.peek(0)
	image := strings.TrimSpace(t.Image)
	switch t.Kind {
	case lex.End:
		p.fail(t.Pos, "%s without a block that it could end", image)
	case lex.Else, lex.ElseIf:
		p.fail(t.Pos, "%s without #if", image)
	case lex.True, lex.False:
		p.fail(t.Pos, "%s is no variable", image)
	}
	p.unexpected("which is neither text nor a statement")
}

func (p *parser) fail(pos int, format string, args ...any) {
	panic(&Error{p.at(pos), fmt.Sprintf(format, args...)})
}

// at returns the offset in the template of an offset in the source.
func (p *parser) at(pos int) int {
	if p.place != nil {
		return p.place(pos)
	}
	return pos
}

func (p *parser) offset(t *lex.Token) ast.At { return ast.At(p.at(t.Pos)) }

// peek returns the token n places ahead; 0 is the next.
func (p *parser) peek(n int) *lex.Token {
	for p.next+n >= len(p.tokens) {
		t, err := p.lexer.Next()
		if err != nil {
			e := new(lex.Error)
			errors.As(err, &e)
			p.fail(e.Pos, "%s", e.Msg)
		}
		p.tokens = append(p.tokens, t)
	}
	return &p.tokens[p.next+n]
}

func (p *parser) consume() *lex.Token {
	t := p.peek(0)
	p.next++
	return t
}

func (p *parser) accept(kind lex.Kind) bool {
	if p.peek(0).Kind != kind {
		return false
	}
	p.next++
	return true
}

func (p *parser) space() { p.accept(lex.Space) }

func (p *parser) expect(kind lex.Kind) *lex.Token {
	return p.expectAs(kind, "expected "+kind.String())
}

// expectAs is expect with a hint for an error.
func (p *parser) expectAs(kind lex.Kind, hint string) *lex.Token {
	if p.peek(0).Kind != kind {
		p.unexpected(hint)
	}
	return p.consume()
}

// unexpected fails at the next token. The hint says what was expected.
func (p *parser) unexpected(hint string) {
	t := p.peek(0)
	what := fmt.Sprintf("%q", strings.TrimRight(t.Image, " \t\r\n"))
	switch {
	case t.Kind == lex.EOF:
		what = "end of the template"
		if p.place != nil {
			what = "end of the string"
		}
	case strings.TrimSpace(t.Image) == "":
		what = "white space"
	case p.next > 0 && p.tokens[p.next-1].Kind == lex.String && strings.HasSuffix(p.tokens[p.next-1].Image, `\"`):
		hint += `; a quote within a string is written "", not \"`
	case t.Kind == lex.Word:
		what = "word " + what
		if t.Image == "null" {
			hint += "; there is no null, what does not exist equals \"\""
		} else {
			hint += "; text needs quotes, a variable its $"
		}
	case t.Kind == lex.Integer && t.Image[0] == '-':
		hint += "; a minus between two values has a blank behind it: $i - 1"
	}
	p.fail(t.Pos, "unexpected %s, %s", what, hint)
}

// enter counts a level of nesting; the returned function leaves it.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.peek(0).Pos, "nested more than %d levels deep", maxDepth)
	}
}

func (p *parser) leave() { p.depth-- }

// literal returns the text of the tokens from index first to last.
func (p *parser) literal(first, last int) string {
	if first == last {
		return p.tokens[first].Literal()
	}
	var b strings.Builder
	for i := first; i <= last; i++ {
		b.WriteString(p.tokens[i].Literal())
	}
	return b.String()
}

// images is literal without what the tokens passed over.
func (p *parser) images(first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		b.WriteString(p.tokens[i].Image)
	}
	return b.String()
}
