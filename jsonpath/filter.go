package jsonpath

import (
	"errors"
	"strings"

	"postern/internal/javaregex"
	"postern/jsonvalue"
)

// expression is a condition of a filter.
type expression interface {
	holds(e *evaluation, item jsonvalue.Value) (bool, error)
}

type (
	anyOf    []expression // ||
	allOf    []expression // &&
	negation struct{ expression }
)

func (x anyOf) holds(e *evaluation, item jsonvalue.Value) (bool, error) {
	for _, term := range x {
		if ok, err := term.holds(e, item); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (x allOf) holds(e *evaluation, item jsonvalue.Value) (bool, error) {
	for _, term := range x {
		if ok, err := term.holds(e, item); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (x negation) holds(e *evaluation, item jsonvalue.Value) (bool, error) {
	ok, err := x.expression.holds(e, item)
	return !ok, err
}

// exists is a path that stands alone: it holds if the path leads somewhere. As
// in JsonPath, it starts from the item even if it is written with $.
type exists struct {
	path *Path
	want bool
}

func (x exists) holds(e *evaluation, item jsonvalue.Value) (bool, error) {
	_, err := e.value(x.path, item, true)
	if err != nil && !errors.Is(err, errNotFound) {
		return false, err
	}
	return (err == nil) == x.want, nil
}

// filterStep reads ?(...)] from the question mark on.
func (c *compiler) filterStep(i int) (step, error) {
	open := c.significant(i + 1)
	if c.at(open) != '(' {
		return step{}, c.fail(open, "expected '(' behind '?'")
	}
	c.i = open
	x, err := c.operand()
	if err != nil {
		return step{}, err
	}
	end := c.significant(c.i)
	if c.at(end) != ']' {
		return step{}, c.fail(end, "expected ']' behind the filter")
	}
	c.i = end + 1
	return step{kind: stepFilter, filter: x}, nil
}

// accept passes text, if it is next behind spaces.
func (c *compiler) accept(text string) bool {
	i := c.significant(c.i)
	if strings.HasPrefix(c.src[i:], text) {
		c.i = i + len(text)
		return true
	}
	return false
}

func (c *compiler) disjunction() (expression, error) {
	var terms anyOf
	for {
		term, err := c.conjunction()
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
		if !c.accept("||") {
			break
		}
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return terms, nil
}

func (c *compiler) conjunction() (expression, error) {
	var terms allOf
	for {
		term, err := c.operand()
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
		if !c.accept("&&") {
			break
		}
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return terms, nil
}

// operand reads a relation, a parenthesis or a negation.
func (c *compiler) operand() (expression, error) {
	if c.depth++; c.depth > maxNesting {
		return nil, c.fail(c.i, "nested too deep")
	}
	defer func() { c.depth-- }()
	start := c.significant(c.i)
	if c.at(start) == '!' {
		if next := c.at(c.significant(start + 1)); next != '$' && next != '@' {
			c.i = start + 1
			x, err := c.operand()
			return negation{x}, err
		}
	}
	if !c.accept("(") {
		return c.relation()
	}
	x, err := c.disjunction()
	if err != nil {
		return nil, err
	}
	if !c.accept(")") {
		return nil, c.fail(c.significant(c.i), "expected '&&', '||' or ')'")
	}
	return x, nil
}

// relation reads two terms with an operator between them, or a path alone. A !
// before a path is only heard if the path stands alone.
func (c *compiler) relation() (expression, error) {
	negated := c.accept("!")
	left, err := c.term()
	if err != nil {
		return nil, err
	}
	after := c.i
	op, found := c.operator()
	if !found {
		c.i = after
		if left.path == nil {
			return nil, c.fail(c.significant(after), "expected an operator behind the value")
		}
		if end := c.significant(after); end < len(c.src) && strings.IndexByte(")&|]", c.src[end]) < 0 {
			return nil, c.fail(end, "unknown operator")
		}
		return exists{left.path, !negated}, nil
	}
	right, err := c.term()
	if err != nil {
		return nil, err
	}
	return relation{left, relations[op], right}, nil
}

// operator reads an operator, in any case.
func (c *compiler) operator() (name string, found bool) {
	start := c.significant(c.i)
	end := start
	if strings.IndexByte("<>=~!", c.at(start)) >= 0 {
		for strings.IndexByte("<>=~!", c.at(end)) >= 0 {
			end++
		}
	} else {
		for end < len(c.src) && c.src[end] != ' ' {
			end++
		}
	}
	name = strings.ToUpper(c.src[start:end])
	if _, found = relations[name]; found {
		c.i = end
	}
	return name, found
}

// term is one side of a relation: a path or a literal.
type term struct {
	path *Path
	node node
}

func (c *compiler) term() (term, error) {
	c.i = c.significant(c.i)
	start := c.i
	switch b := c.at(start); b {
	case '$', '@':
		return c.pathTerm(start)
	case '\'', '"':
		end := c.closingQuote(start)
		if end < 0 {
			return term{}, c.fail(start, "string is not closed")
		}
		c.i = end + 1
		return term{node: stringNode(unescape(c.src[start+1 : end]))}, nil
	case '{', '[':
		return c.jsonTerm(start)
	case '/':
		return c.patternTerm(start)
	case 't', 'f', 'n':
		for word, n := range map[string]node{"true": boolNode(true), "false": boolNode(false), "null": nullNode} {
			if strings.HasPrefix(c.src[start:], word) {
				c.i += len(word)
				return term{node: n}, nil
			}
		}
	}
	return c.numberTerm(start)
}

// pathTerm reads a path up to a space, an operator or a parenthesis that it
// did not open.
func (c *compiler) pathTerm(start int) (term, error) {
	i := start + 1
	for i < len(c.src) && strings.IndexByte(" <>=~!)", c.src[i]) < 0 {
		closing := i
		switch c.src[i] {
		case '[':
			closing = c.closing(i, '[', ']')
		case '(':
			closing = c.closing(i, '(', ')')
		}
		if closing < 0 {
			return term{}, c.fail(i, "bracket is not closed")
		}
		i = closing + 1
	}
	sub := compiler{given: c.given, depth: c.depth + 1}
	p, err := sub.compile(c.src[start:i], c.base+start)
	if err != nil {
		return term{}, err
	}
	c.i = i
	return term{path: p}, nil
}

// closing returns the place of the bracket that closes the one at i, past
// strings and nested brackets, or -1.
func (c *compiler) closing(i int, open, shut byte) int {
	for depth := 0; i < len(c.src); i++ {
		switch c.src[i] {
		case '\'', '"':
			if i = c.closingQuote(i); i < 0 {
				return -1
			}
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func (c *compiler) jsonTerm(start int) (term, error) {
	shut := byte(']')
	if c.src[start] == '{' {
		shut = '}'
	}
	end := c.closing(start, c.src[start], shut)
	if end < 0 {
		return term{}, c.fail(start, "bracket is not closed")
	}
	v, err := jsonvalue.ParseLenient([]byte(c.src[start : end+1]))
	if err != nil {
		return term{}, c.failf(start, "bad JSON: %v", err)
	}
	c.i = end + 1
	return term{node: node{kind: nodeJSON, value: v, literal: true}}, nil
}

func (c *compiler) numberTerm(start int) (term, error) {
	for strings.IndexByte("0123456789-.eE", c.at(c.i)) >= 0 {
		c.i++
	}
	text := c.src[start:c.i]
	d, ok := jsonvalue.ParseDecimal(text)
	if !ok || len(text) > 1000 {
		return term{}, c.fail(start, "expected a path, a string in quotes, a number, true, false, null, [...] or /.../")
	}
	v, err := jsonvalue.ParseLenient([]byte(text))
	if err != nil || !v.IsNumber() {
		v = d.Value()
	}
	return term{node: numberNode(v)}, nil
}

// patternTerm reads /regex/ with flags behind it.
func (c *compiler) patternTerm(start int) (term, error) {
	end := start + 1
	for ; end < len(c.src) && c.src[end] != '/'; end++ {
		if c.src[end] == '\\' {
			end++
		}
	}
	if end >= len(c.src) {
		return term{}, c.fail(start, "regular expression is not closed")
	}
	var flags javaregex.Flags
	for c.i = end + 1; ; c.i++ {
		flag, ok := patternFlags[c.at(c.i)]
		if !ok {
			break
		}
		flags |= flag
	}
	re, err := javaregex.Compile(c.src[start+1:end], flags)
	if err != nil {
		return term{}, c.fail(start, err.Error())
	}
	return term{node: node{kind: nodePattern, re: re}}, nil
}

var patternFlags = map[byte]javaregex.Flags{
	'i': javaregex.CaseInsensitive,
	'd': javaregex.UnixLines,
	'x': javaregex.Comments,
	'm': javaregex.Multiline,
	's': javaregex.DotAll,
	'u': javaregex.UnicodeCase,
	'U': javaregex.UnicodeClasses,
}
