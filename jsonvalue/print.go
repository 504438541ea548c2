package jsonvalue

import (
	"errors"
	"math"
	"strconv"
	"unicode/utf8"
)

// maxNesting is how deep a value may be nested to be printed or compared. Text
// never nests deeper than MaxDepth; a template can build anything, even a list
// that contains itself.
const maxNesting = 1000

// ErrNesting reports a value that is nested too deep to print, or contains
// itself.
var ErrNesting = errors.New("value is nested too deep")

// ErrTooLong reports a value whose text is longer than the caller allowed.
var ErrTooLong = errors.New("text of value is too long")

// AppendJava appends what Java's toString gives: {a=1, b=x} for a map,
// [1, 2] for a list made by a template, JSON without spaces for an array read
// from JSON (and for everything inside it, with / escaped as \/), 1.0E7 for a
// double, null for null.
//
// It is for values that come from text. One that a template has built can be
// exponentially larger than the memory it takes, or endless: use
// AppendJavaLimit there.
func (v Value) AppendJava(dst []byte) []byte {
	p := printer{dst: dst, limit: math.MaxInt}
	p.java(v, maxNesting)
	return p.dst
}

// AppendJavaLimit is AppendJava that stops when dst gets longer than limit
// bytes, with ErrTooLong, or deeper than Java's stack would hold, with
// ErrNesting. The text up to there has been appended.
func (v Value) AppendJavaLimit(dst []byte, limit int) ([]byte, error) {
	p := printer{dst: dst, limit: limit}
	p.java(v, maxNesting)
	return p.dst, p.finish()
}

// AppendPlain is AppendJava for a reader that takes an array for a plain Java
// list wherever it came from: [x, y] rather than ["x","y"]. That is how
// selection expressions print.
//
// It is for values that come from text; see AppendJava.
func (v Value) AppendPlain(dst []byte) []byte {
	p := printer{dst: dst, limit: math.MaxInt, plain: true}
	p.java(v, maxNesting)
	return p.dst
}

// AppendJSON appends the value as $input.json prints it: JSON without spaces,
// U+0000 to U+001F, U+007F to U+009F and U+2000 to U+20FF as \uXXXX, other text
// raw, / not escaped. A number prints as Java prints it, an infinity as null, a
// host object as a string.
//
// It is for values that come from text; see AppendJava.
func (v Value) AppendJSON(dst []byte) []byte {
	p := printer{dst: dst, limit: math.MaxInt}
	p.json(v, maxNesting)
	return p.dst
}

// AppendJSONLimit is AppendJSON with the limits of AppendJavaLimit.
func (v Value) AppendJSONLimit(dst []byte, limit int) ([]byte, error) {
	p := printer{dst: dst, limit: limit}
	p.json(v, maxNesting)
	return p.dst, p.finish()
}

type printer struct {
	dst   []byte
	limit int
	err   error
	// slash says that / is escaped, as json-smart's default style does.
	slash bool
	// plain says that arrays print as Java's lists.
	plain bool
}

func (p *printer) finish() error {
	if p.err == nil && len(p.dst) > p.limit {
		p.err = ErrTooLong
	}
	return p.err
}

// stop reports that printing must end, because of an error or the limit.
func (p *printer) stop(depth int) bool {
	if depth == 0 && p.err == nil {
		p.err = ErrNesting
	}
	return p.finish() != nil
}

func (p *printer) java(v Value, depth int) {
	switch v.Kind() {
	case KindString:
		s, _ := v.Text()
		p.dst = append(p.dst, s...)
	case KindMap:
		p.javaMap(v.Map(), depth)
	case KindList:
		l := v.List()
		if l.origin == OriginJSON && !p.plain {
			slash := p.slash
			p.slash = true
			p.jsonList(l, depth)
			p.slash = slash
			return
		}
		p.javaList(l, depth)
	case KindObject:
		p.host(v.Host(), depth)
	default:
		p.dst = appendScalar(p.dst, v)
	}
}

func (p *printer) host(o Object, depth int) {
	if p.stop(depth) {
		return
	}
	switch o := o.(type) {
	case interface{ Map() *Map }:
		p.javaMap(o.Map(), depth)
	case Nested:
		var err error
		if p.dst, err = o.AppendNested(p.dst, Nesting{p.limit, depth - 1}); p.err == nil {
			p.err = err
		}
	default:
		p.dst = o.AppendText(p.dst)
	}
}

func (p *printer) javaMap(m *Map, depth int) {
	p.dst = append(p.dst, '{')
	for i, e := range m.entries {
		if p.stop(depth) {
			return
		}
		if i > 0 {
			p.dst = append(p.dst, ", "...)
		}
		p.java(e.Key, depth-1)
		p.dst = append(p.dst, '=')
		if e.Value.Map() == m {
			p.dst = append(p.dst, "(this Map)"...)
			continue
		}
		p.java(e.Value, depth-1)
	}
	p.dst = append(p.dst, '}')
}

func (p *printer) javaList(l *List, depth int) {
	p.dst = append(p.dst, '[')
	for i, v := range l.items {
		if p.stop(depth) {
			return
		}
		if i > 0 {
			p.dst = append(p.dst, ", "...)
		}
		if v.List() == l {
			p.dst = append(p.dst, "(this Collection)"...)
			continue
		}
		p.java(v, depth-1)
	}
	p.dst = append(p.dst, ']')
}

func (p *printer) json(v Value, depth int) {
	switch v.Kind() {
	case KindString:
		s, _ := v.Text()
		p.dst = appendQuoted(p.dst, s, p.slash)
	case KindMap:
		p.jsonMap(v.Map(), depth)
	case KindList:
		p.jsonList(v.List(), depth)
	case KindDouble:
		if math.IsInf(v.Float64(), 0) {
			p.dst = append(p.dst, "null"...)
			return
		}
		p.dst = appendScalar(p.dst, v)
	case KindObject:
		p.quoted(v, depth)
	default:
		p.dst = appendScalar(p.dst, v)
	}
}

// quoted appends what a value prints in Java, as a string.
func (p *printer) quoted(v Value, depth int) {
	if s, ok := v.Text(); ok {
		p.dst = appendQuoted(p.dst, s, p.slash)
		return
	}
	inner := printer{limit: p.limit - len(p.dst)}
	inner.java(v, depth)
	// Quotes within quotes double: a text that is too long goes no further.
	if err := inner.finish(); err != nil {
		p.err = err
		return
	}
	p.dst = appendQuoted(p.dst, string(inner.dst), p.slash)
}

func (p *printer) jsonMap(m *Map, depth int) {
	p.dst = append(p.dst, '{')
	for i, e := range m.entries {
		if p.stop(depth) {
			return
		}
		if i > 0 {
			p.dst = append(p.dst, ',')
		}
		p.quoted(e.Key, depth-1)
		p.dst = append(p.dst, ':')
		p.json(e.Value, depth-1)
	}
	p.dst = append(p.dst, '}')
}

func (p *printer) jsonList(l *List, depth int) {
	p.dst = append(p.dst, '[')
	for i, v := range l.items {
		if p.stop(depth) {
			return
		}
		if i > 0 {
			p.dst = append(p.dst, ',')
		}
		p.json(v, depth-1)
	}
	p.dst = append(p.dst, ']')
}

// appendScalar appends null, a boolean or a number.
func appendScalar(dst []byte, v Value) []byte {
	switch v.Kind() {
	case KindBool:
		return strconv.AppendBool(dst, v.num != 0)
	case KindInt, KindLong:
		return strconv.AppendInt(dst, int64(v.num), 10)
	case KindBigInt:
		return v.BigInt().Append(dst, 10)
	case KindDouble:
		return AppendDouble(dst, v.Float64())
	case KindDecimal:
		return v.Decimal().append(dst)
	}
	return append(dst, "null"...)
}

const hexDigits = "0123456789ABCDEF"

// appendQuoted appends s as a JSON string with json-smart's escapes.
func appendQuoted(dst []byte, s string, slash bool) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c != 0x7F && c < 0x80 && (c != '/' || !slash) {
			i++
			continue
		}
		size, r := 1, rune(c)
		if c >= utf8.RuneSelf {
			if r, size = utf8.DecodeRuneInString(s[i:]); !(r >= 0x80 && r <= 0x9F || r >= 0x2000 && r <= 0x20FF) {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, r)
		i += size
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\', '/':
		return append(dst, '\\', byte(r))
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
