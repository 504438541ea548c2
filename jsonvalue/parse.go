package jsonvalue

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"unsafe"
)

// MaxDepth is how deep arrays and objects may nest in a text, the bound of
// json-smart's recent releases.
const MaxDepth = 400

// doubleLength is the longest text of a number with point or exponent that is
// read as a Double; a longer one becomes a BigDecimal, as json-smart does it.
const doubleLength = 18

// maxDigits is the longest text of a number that is kept exactly. Java has no
// such bound; without one, a message could make every comparison with its
// number take milliseconds.
const maxDigits = 1000

// SyntaxError is what Parse and ParseLenient return for text they do not take.
type SyntaxError struct {
	// Offset is the index of the offending byte; Line and Column are its place
	// counted from 1, the column in bytes.
	Offset, Line, Column int
	// Problem says what is wrong there.
	Problem string
}

// Error returns the place and the problem.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Problem)
}

func syntaxError(text []byte, offset int, problem string) *SyntaxError {
	offset = min(offset, len(text))
	before := text[:offset]
	return &SyntaxError{
		Offset:  offset,
		Line:    1 + bytes.Count(before, []byte{'\n'}),
		Column:  offset - bytes.LastIndexByte(before, '\n'),
		Problem: problem,
	}
}

// Parse reads text as JSON by the letter of RFC 8259. Objects keep the order
// of their members; of several members with one name the last counts, in the
// place of the first. Numbers become what json-smart makes of them: an Integer,
// Long or BigInteger by their size, a Double, or a BigDecimal if they have a
// point or exponent and more than 18 characters; one of more than 1000
// characters is a Double. Nesting beyond MaxDepth is an
// error. The error is a *SyntaxError.
//
// A word or a short integer costs no allocation, another scalar one.
func Parse(text []byte) (Value, error) {
	if v, ok := parseShort(text); ok {
		return v, nil
	}
	p := newParser(text)
	v, err := p.value(0)
	p.done()
	if err != nil {
		return Value{}, err
	}
	if p.i = skipSpace(p.b, p.i); p.i < len(p.b) {
		return Value{}, p.fail(p.i, "unexpected "+p.describe(p.i)+" after the value")
	}
	return v, nil
}

// parseShort reads text that is a word or an integer of up to 18 digits with
// nothing around it.
func parseShort(text []byte) (v Value, ok bool) {
	if len(text) == 0 || len(text) > 19 {
		return Value{}, false
	}
	switch text[0] {
	case 't':
		return Bool(true), string(text) == "true"
	case 'f':
		return Bool(false), string(text) == "false"
	case 'n':
		return Value{}, string(text) == "null"
	}
	i, ok := shortInteger(text)
	return Int(i), ok
}

func shortInteger(text []byte) (i int64, ok bool) {
	digits := text
	if text[0] == '-' {
		digits = text[1:]
	}
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' && len(digits) > 1 {
		return 0, false
	}
	for _, c := range digits {
		if class[c]&classDigit == 0 {
			return 0, false
		}
		i = i*10 + int64(c-'0')
	}
	if text[0] == '-' {
		i = -i
	}
	return i, true
}

// parser reads b from i on.
type parser struct {
	b []byte
	i int
	// own is a copy of b, of which the strings of the tree are pieces. One with
	// escapes is written over the literal that it comes from, which is never
	// shorter: once for each byte, before there is a string of it.
	own    []byte
	arena  *arena // nil as long as there is no array and no object
	pieces pieces
	keep   bool // the tree is in memory of the arena
}

func newParser(text []byte) parser { return parser{b: text, own: bytes.Clone(text)} }

// piece returns part of the text as a string of the tree.
func (p *parser) piece(start, end int) string { return ownString(p.own[start:end]) }

// ownString makes a string of bytes that nobody changes any more.
func ownString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (p *parser) fail(at int, problem string) error { return syntaxError(p.b, at, problem) }

// describe names what stands at offset i, for an error.
func (p *parser) describe(i int) string {
	if i >= len(p.b) {
		return "end of text"
	}
	if c := p.b[i]; c > 0x20 && c < 0x7F {
		return "'" + string(rune(c)) + "'"
	}
	return fmt.Sprintf("byte 0x%02X", p.b[i])
}

func (p *parser) value(depth int) (Value, error) {
	p.i = skipSpace(p.b, p.i)
	if p.i >= len(p.b) {
		return Value{}, p.fail(p.i, "unexpected end of text, expected a value")
	}
	switch c := p.b[p.i]; c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		s, err := p.string()
		return String(s), err
	case 't':
		return p.word("true", Bool(true))
	case 'f':
		return p.word("false", Bool(false))
	case 'n':
		return p.word("null", Value{})
	}
	end := skipNumber(p.b, p.i)
	if end < 0 {
		return Value{}, p.fail(p.i, "unexpected "+p.describe(p.i)+", expected a value")
	}
	v, _ := number(p.piece(p.i, end))
	p.i = end
	return v, nil
}

func (p *parser) word(word string, v Value) (Value, error) {
	end := skipWord(p.b, p.i, word)
	if end < 0 {
		return Value{}, p.fail(p.i, "unexpected "+p.describe(p.i)+", expected "+word)
	}
	p.i = end
	return v, nil
}

// string reads the literal whose opening quote is at p.i.
func (p *parser) string() (string, error) {
	start := p.i + 1
	end, escaped := skipString(p.b, start)
	if end < 0 {
		return "", p.badString(start)
	}
	p.i = end
	if !escaped {
		return p.piece(start, end-1), nil
	}
	return ownString(appendUnescaped(p.own[start:start:end], p.b[start:end-1])), nil
}

// badString finds what is wrong in the literal whose content starts at i.
func (p *parser) badString(i int) error {
	open := i - 1
	for {
		i = skipPlain(p.b, i)
		if i >= len(p.b) {
			return p.fail(open, "string is not closed")
		}
		if p.b[i] != '\\' {
			return p.fail(i, "control character "+p.describe(i)+" in a string must be escaped")
		}
		end := skipEscape(p.b, i+1)
		if end < 0 {
			return p.fail(i, "bad escape in a string")
		}
		i = end
	}
}

func (p *parser) array(depth int) (Value, error) {
	if depth == MaxDepth {
		return Value{}, p.fail(p.i, "nested too deep")
	}
	l := p.openList()
	p.i = skipSpace(p.b, p.i+1)
	if p.i < len(p.b) && p.b[p.i] == ']' {
		p.i++
		return p.closeList(&l), nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		p.add(&l, v)
		if done, err := p.next(']'); err != nil {
			return Value{}, err
		} else if done {
			return p.closeList(&l), nil
		}
	}
}

func (p *parser) object(depth int) (Value, error) {
	if depth == MaxDepth {
		return Value{}, p.fail(p.i, "nested too deep")
	}
	m := p.openMap()
	p.i = skipSpace(p.b, p.i+1)
	if p.i < len(p.b) && p.b[p.i] == '}' {
		p.i++
		return p.closeMap(&m), nil
	}
	for {
		p.i = skipSpace(p.b, p.i)
		if p.i >= len(p.b) || p.b[p.i] != '"' {
			return Value{}, p.fail(p.i, "unexpected "+p.describe(p.i)+", expected a name in double quotes")
		}
		name, err := p.string()
		if err != nil {
			return Value{}, err
		}
		p.i = skipSpace(p.b, p.i)
		if p.i >= len(p.b) || p.b[p.i] != ':' {
			return Value{}, p.fail(p.i, "unexpected "+p.describe(p.i)+", expected ':'")
		}
		p.i++
		v, err := p.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		p.put(&m, name, v)
		if done, err := p.next('}'); err != nil {
			return Value{}, err
		} else if done {
			return p.closeMap(&m), nil
		}
	}
}

// next reads the comma before another element, or the closing bracket.
func (p *parser) next(closing byte) (done bool, err error) {
	p.i = skipSpace(p.b, p.i)
	if p.i < len(p.b) {
		switch p.b[p.i] {
		case ',':
			p.i++
			return false, nil
		case closing:
			p.i++
			return true, nil
		}
	}
	return false, p.fail(p.i, fmt.Sprintf("unexpected %s, expected ',' or '%c'", p.describe(p.i), closing))
}

// number reads a number as json-smart does: text is an optional sign, digits,
// and maybe a point and an exponent. ok is false if it is no number.
func number(text string) (v Value, ok bool) {
	for i := range len(text) {
		if c := text[i]; c == '.' || c|0x20 == 'e' {
			return fraction(text)
		}
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Int(i), true
	}
	if len(text) > maxDigits {
		return double(text)
	}
	b, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return Value{}, false
	}
	return BigInt(b), true
}

func fraction(text string) (v Value, ok bool) {
	if len(text) > doubleLength && len(text) <= maxDigits {
		// What is too far out for a BigDecimal is a Double after all.
		if d, ok := ParseDecimal(text); ok {
			return d.Value(), true
		}
	}
	return double(text)
}

func double(text string) (v Value, ok bool) {
	f, err := strconv.ParseFloat(text, 64)
	if errors.Is(err, strconv.ErrSyntax) {
		return Value{}, false
	}
	return Double(f), true // infinite if out of range
}
