package selection

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"postern/jsonpath"
)

// reserved is the key that is written like a variable.
const reserved = "$default"

// Error is an expression or a pattern that cannot be compiled.
type Error struct {
	// Source is the expression or the key as configured.
	Source string
	// Offset is the index in Source of the byte where the problem shows.
	Offset int
	// Problem says what is wrong.
	Problem string
}

// Error returns the problem and its place.
func (e *Error) Error() string {
	return fmt.Sprintf("%q, offset %d: %s", e.Source, e.Offset, e.Problem)
}

// Expression is a compiled selection expression, safe for concurrent use.
type Expression struct {
	source string
	parts  []part
}

// String returns the expression as given to Compile.
func (e *Expression) String() string { return e.source }

// Constant returns the expression's text if it has no variables.
func (e *Expression) Constant() (text string, ok bool) {
	for _, p := range e.parts {
		if p.root != literal {
			return "", false
		}
		text += p.text
	}
	return text, true
}

// Compile reads an expression. A variable that there is not, or not for this
// use, is an error. The error is an *Error.
func Compile(expression string, use Use) (*Expression, error) {
	c := compiler{src: expression, use: use}
	if expression == reserved {
		c.add(reserved)
	} else if err := c.read(); err != nil {
		return nil, err
	}
	e := &Expression{source: expression, parts: c.parts}
	return e, c.check(e)
}

type compiler struct {
	src   string
	use   Use
	i     int
	parts []part
}

func (c *compiler) failf(at int, format string, args ...any) error {
	return &Error{Source: c.src, Offset: min(at, len(c.src)), Problem: fmt.Sprintf(format, args...)}
}

// add appends text to the expression.
func (c *compiler) add(text string) {
	if text == "" {
		return
	}
	if n := len(c.parts); n > 0 && c.parts[n-1].root == literal {
		c.parts[n-1].text += text
		return
	}
	c.parts = append(c.parts, part{text: text})
}

func (c *compiler) read() error {
	for c.i < len(c.src) {
		rest := c.src[c.i:]
		switch {
		case strings.HasPrefix(rest, `\$`):
			c.add("$")
			c.i += 2
		case strings.HasPrefix(rest, "${"):
			start := c.i + 2
			end := c.wrapped(start)
			if end < 0 {
				return c.failf(c.i, "variable is not closed with '}'")
			}
			c.i = end + 1
			if err := c.variable(start-2, start, c.src[start:end]); err != nil {
				return err
			}
		case rest[0] == '$':
			start := c.i + 1
			c.i = c.bare(start)
			if err := c.variable(start-1, start, c.src[start:c.i]); err != nil {
				return err
			}
		default:
			n := strings.IndexAny(rest[1:], `$\`) + 1
			if n == 0 {
				n = len(rest)
			}
			c.add(rest[:n])
			c.i += n
		}
	}
	return nil
}

// wrapped returns the place of the brace that closes the variable at i, or -1:
// the first one outside of quotes and brackets.
func (c *compiler) wrapped(i int) int {
	depth := 0
	for ; i < len(c.src); i++ {
		switch c.src[i] {
		case '[', '(', '{':
			depth++
		case ']', ')':
			depth--
		case '}':
			if depth <= 0 {
				return i
			}
			depth--
		case '\'', '"':
			if i = c.closingQuote(i); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// closingQuote returns the place of the quote that closes the one at i, or -1.
func (c *compiler) closingQuote(i int) int {
	quote := c.src[i]
	for i++; i < len(c.src); i++ {
		switch c.src[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// bare returns the end of a variable without braces that starts at i. A dot at
// the end belongs to the text behind it.
func (c *compiler) bare(i int) int {
	start := i
	for i < len(c.src) {
		b := c.src[i]
		if b == '[' || b == '(' {
			end := c.bracket(i)
			if end < 0 {
				break
			}
			i = end + 1
			continue
		}
		if !nameByte(b) {
			break
		}
		i++
	}
	for i > start && c.src[i-1] == '.' {
		i--
	}
	return i
}

// bracket returns the place of the bracket that closes the one at i, or -1.
func (c *compiler) bracket(i int) int {
	for depth := 0; i < len(c.src); i++ {
		switch c.src[i] {
		case '[', '(':
			depth++
		case ']', ')':
			if depth--; depth == 0 {
				return i
			}
		case '\'', '"':
			if i = c.closingQuote(i); i < 0 {
				return -1
			}
		}
	}
	return -1
}

func nameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b >= 0x80 || strings.IndexByte("_.-*@", b) >= 0
}

// variable adds the variable of that name. It starts at offset at, its name at
// nameAt.
func (c *compiler) variable(at, nameAt int, name string) error {
	if name == "" {
		return c.failf(at, `a variable's name must follow the dollar sign; a dollar sign itself is written \$`)
	}
	r, rest, ok := splitName(name)
	if !ok {
		if name == reserved[1:] {
			return c.failf(at, `the constant $default must stand alone or be written \$default`)
		}
		return c.failf(at, "unknown variable $%s", name)
	}
	if !slices.Contains(allowed[min(int(c.use), len(allowed)-1)], r) {
		return c.failf(at, "variable $%s is not available in %s: %s", name, c.use, examples[c.use])
	}
	p := part{root: r}
	switch {
	case r == body && rest != "":
		path, err := jsonpath.Compile("$" + rest)
		if err != nil {
			if e, ok := errors.AsType[*jsonpath.Error](err); ok {
				return c.failf(nameAt+len(name)-len(rest)+max(e.Offset-1, 0), "%s", e.Problem)
			}
			return c.failf(nameAt, "%v", err)
		}
		p.path = path
	case rest != "":
		if p.text = memberName(rest); p.text == "" {
			return c.failf(at, "bad variable name $%s", name)
		}
	}
	c.parts = append(c.parts, p)
	return nil
}

// memberName returns the name in .name or ['name'], "" if it is none.
func memberName(rest string) string {
	if name, ok := strings.CutPrefix(rest, "."); ok {
		return name
	}
	for _, quote := range []string{"'", `"`} {
		name, ok := strings.CutPrefix(rest, "["+quote)
		if name, closed := strings.CutSuffix(name, quote+"]"); ok && closed {
			return name
		}
	}
	return ""
}

// check holds an expression against what its use allows as a whole.
func (c *compiler) check(e *Expression) error {
	switch c.use {
	case APIKeySelection:
		if len(e.parts) == 1 {
			p := e.parts[0]
			if p.root == requestHeader && strings.EqualFold(p.text, "x-api-key") || p.root == context && p.text == "authorizer.usageIdentifierKey" {
				return nil
			}
		}
	case RouteResponseSelection:
		if text, ok := e.Constant(); ok && text == reserved {
			return nil
		}
	case IntegrationResponseSelection:
		if len(e.parts) == 1 && e.parts[0].root != literal {
			return nil
		}
	default:
		return nil
	}
	return c.failf(0, "%s can be %s", c.use, examples[c.use])
}
