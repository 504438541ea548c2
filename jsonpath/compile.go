package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxNesting bounds filters and functions within each other.
const maxNesting = 50

// maxLength bounds the length of a path, in bytes, and with it the depth of the
// recursion that follows it.
const maxLength = 16 << 10

// Compile reads a path. One that does not start with $ or @ is taken to start
// with "$.", so that "a.b" is "$.a.b". The error is an *Error.
func Compile(path string) (*Path, error) {
	if len(path) > maxLength {
		short := strings.ToValidUTF8(path[:20], "") + "…"
		return nil, &Error{Path: short, Offset: len(short), Problem: fmt.Sprintf("the path has %d bytes, more than %d", len(path), maxLength)}
	}
	c := compiler{given: path}
	return c.compile(path, 0)
}

// compiler reads a path, or one inside a filter or a function's arguments.
type compiler struct {
	// given is the whole path that the user wrote, for errors.
	given string
	// src is what is read: a part of given that starts at base there.
	src  string
	base int
	i    int
	// depth counts the compilers around this one and the parentheses.
	depth int
}

func (c *compiler) fail(at int, problem string) error {
	at = min(max(at+c.base, 0), len(c.given))
	return &Error{Path: c.given, Offset: at, Problem: problem}
}

func (c *compiler) failf(at int, format string, args ...any) error {
	return c.fail(at, fmt.Sprintf(format, args...))
}

// at returns the byte at i, or a space beyond the end.
func (c *compiler) at(i int) byte {
	if i >= 0 && i < len(c.src) {
		return c.src[i]
	}
	return ' '
}

// significant returns the place of the first byte from i on that is no space.
func (c *compiler) significant(i int) int {
	for i < len(c.src) && c.src[i] == ' ' {
		i++
	}
	return i
}

// compile reads text, which starts at offset base of the given path.
func (c *compiler) compile(text string, base int) (*Path, error) {
	trimmed := strings.TrimLeft(text, " ")
	c.base = base + len(text) - len(trimmed)
	c.src = strings.TrimRight(trimmed, " ")
	switch {
	case c.src == "":
		return nil, c.fail(0, "path is empty")
	case c.src[0] != '$' && c.src[0] != '@':
		c.src, c.base = "$."+c.src, c.base-2
	}
	if strings.HasSuffix(c.src, ".") {
		return nil, c.fail(len(c.src)-1, "path must not end with '.' or '..'")
	}
	p := &Path{source: text, fromRoot: c.src[0] == '$'}
	if len(c.src) > 1 {
		if c.i = 1; c.src[1] != '.' && c.src[1] != '[' {
			return nil, c.failf(1, "expected '.' or '[' behind '%c'", c.src[0])
		}
		if err := c.steps(p); err != nil {
			return nil, err
		}
	}
	if !p.invert() {
		return nil, c.fail(1, "'..' needs something to look for")
	}
	p.seal()
	return p, nil
}

// steps reads steps up to the end. As in JsonPath, a single character that is
// left behind a step is not looked at: $.a[ is $.a.
func (c *compiler) steps(p *Path) error {
	for {
		s, err := c.step(p)
		if err != nil {
			return err
		}
		p.steps = append(p.steps, s)
		if s.kind != stepScan && c.i+1 >= len(c.src) {
			return nil
		}
	}
}

func (c *compiler) step(p *Path) (step, error) {
	afterScan := len(p.steps) > 0 && p.steps[len(p.steps)-1].kind == stepScan
	if c.at(c.i) == '.' && !afterScan {
		if c.i++; c.at(c.i) == '.' {
			if c.i++; c.at(c.i) == '.' {
				return step{}, c.fail(c.i, "three dots in a row")
			}
			return step{kind: stepScan}, nil
		}
	}
	switch c.at(c.i) {
	case '[':
		return c.bracket()
	case '*':
		c.i++
		return step{kind: stepWildcard}, nil
	case '.', ' ':
		return step{}, c.failf(c.i, "expected a name, '*' or '[', found '%c'", c.at(c.i))
	}
	return c.name()
}

// name reads a name up to the next dot or bracket, or a function.
func (c *compiler) name() (step, error) {
	start := c.i
	for ; c.i < len(c.src); c.i++ {
		switch c.src[c.i] {
		case ' ':
			return step{}, c.fail(c.i, "a name with spaces must be written ['...']")
		case '.', '[':
			return step{kind: stepNames, names: []string{c.src[start:c.i]}}, nil
		case '(':
			return c.function(c.src[start:c.i], start)
		}
	}
	return step{kind: stepNames, names: []string{c.src[start:]}}, nil
}

// bracket reads a step that starts with an opening bracket.
func (c *compiler) bracket() (step, error) {
	start := c.significant(c.i + 1)
	switch b := c.at(start); {
	case b == '\'' || b == '"':
		return c.quotedNames(start, b)
	case b == '*':
		end := c.significant(start + 1)
		if c.at(end) != ']' {
			return step{}, c.fail(end, "expected ']' behind '*'")
		}
		c.i = end + 1
		return step{kind: stepWildcard}, nil
	case b == '?':
		return c.filterStep(start)
	case b == '-' || b == ':' || b >= '0' && b <= '9':
		return c.numbers(start)
	}
	return step{}, c.fail(start, "expected a quoted name, a number, '*' or '?' behind '['")
}

// quotedNames reads 'a','b'] from the first quote on.
func (c *compiler) quotedNames(i int, quote byte) (step, error) {
	s := step{kind: stepNames}
	for {
		if c.at(i) != quote {
			return step{}, c.failf(i, "expected a name in %c", quote)
		}
		end := c.closingQuote(i)
		if end < 0 {
			return step{}, c.fail(i, "name is not closed")
		}
		s.names = append(s.names, unescape(c.src[i+1:end]))
		switch i = c.significant(end + 1); c.at(i) {
		case ']':
			c.i = i + 1
			return s, nil
		case ',':
			i = c.significant(i + 1)
		default:
			return step{}, c.fail(i, "expected ',' or ']' behind the name")
		}
	}
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

// numbers reads 0], 0,2] or 1:2] from the first character on.
func (c *compiler) numbers(start int) (step, error) {
	length := strings.IndexByte(c.src[start:], ']')
	if length < 0 {
		return step{}, c.fail(start, "expected ']' behind the number")
	}
	text := strings.TrimRight(c.src[start:start+length], " ")
	c.i = start + length + 1
	if strings.Contains(text, ":") {
		return c.slice(start, text)
	}
	s := step{kind: stepIndexes}
	fields := strings.Split(text, ",")
	for len(fields) > 0 && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1] // [0,] is [0]
	}
	for _, field := range fields {
		n, ok := integer(strings.Trim(field, " "))
		if !ok {
			return step{}, c.failf(start, "bad index %q", field)
		}
		s.indexes = append(s.indexes, n)
	}
	return s, nil
}

func (c *compiler) slice(start int, text string) (step, error) {
	s := step{kind: stepSlice}
	fields := strings.Split(text, ":") // what stands behind a second colon does not count
	var fromOK, toOK = true, true
	if fields[0] != "" {
		s.slice.from, fromOK = integer(fields[0])
		s.slice.hasFrom = true
	}
	if fields[1] != "" {
		s.slice.to, toOK = integer(fields[1])
		s.slice.hasTo = true
	}
	if !fromOK || !toOK || !s.slice.hasFrom && !s.slice.hasTo || strings.Trim(text, "-:0123456789") != "" {
		return step{}, c.failf(start, "bad slice %q, expected [from:to]", text)
	}
	return s, nil
}

func integer(text string) (int, bool) {
	n, err := strconv.ParseInt(text, 10, 32)
	return int(n), err == nil && text[0] != '+'
}

// unescape resolves the backslashes of a quoted name or string.
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch e := text[i]; e {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'f':
			b.WriteByte('\f')
		case 'b':
			b.WriteByte('\b')
		case 'u':
			r, n := unescapeUnicode(text[i-1:])
			if n == 0 {
				b.WriteByte(e)
				continue
			}
			b.WriteRune(r)
			i += n - 2
		default:
			b.WriteByte(e)
		}
	}
	return b.String()
}

// unescapeUnicode reads one \uXXXX, or two that make a character, and returns
// their length.
func unescapeUnicode(text string) (r rune, n int) {
	one := func(s string) rune {
		if len(s) < 6 || s[:2] != `\u` {
			return -1
		}
		v, err := strconv.ParseUint(s[2:6], 16, 32)
		if err != nil {
			return -1
		}
		return rune(v)
	}
	if r = one(text); r < 0 {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if pair := utf16.DecodeRune(r, one(text[6:])); pair != utf8.RuneError {
			return pair, 12
		}
		return '?', 6
	}
	return r, 6
}
