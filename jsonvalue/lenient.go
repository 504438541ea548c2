package jsonvalue

import (
	"math"
	"unicode/utf8"
)

// ParseLenient reads text as json-smart does in its permissive mode, which is
// how the bodies behind $input.path are read. Besides JSON it takes
//
//   - names and strings without quotes or in single quotes: {a: x y, 'b': 'c'};
//   - extra commas and missing ones between array elements: [1,,2,], [1 "a"];
//   - anything behind the value: {"a":1} and so on;
//   - numbers with leading zeros (01) or no digits behind the point (1.);
//   - a text that is no JSON at all, which is one string, trimmed.
//
// What it does not take is a text that starts as an object, array or quoted
// string and does not end as one, a name without a value, and nesting beyond
// MaxDepth. The error is a *SyntaxError.
//
// Lists of the result have OriginJSON.
func ParseLenient(text []byte) (Value, error) {
	if v, ok := parseShort(text); ok {
		return v, nil
	}
	r := lenient{parser: newParser(text)}
	v, err := r.value(stopEnd, 0)
	r.done()
	return v, err
}

// parseKept is ParseLenient for a tree in the memory of an arena, which is nil
// if the tree needs none.
func parseKept(text []byte) (Value, *arena, error) {
	r := lenient{parser: newParser(text)}
	r.keep = true
	v, err := r.value(stopEnd, 0)
	return v, r.done(), err
}

// endByte is the character that json-smart takes for the end of text.
const endByte = 0x1A

// wordByte is the character from which on json-smart looks up no stop set: it
// ends a number.
const wordByte = '~'

// A stop set says which characters end a word without quotes.
type stopSet string

const (
	stopEnd   stopSet = ""   // at top level: only the end of text
	stopKey   stopSet = ":"  // before a colon
	stopValue stopSet = ",}" // in an object
	stopArray stopSet = ",]" // in an array
)

func (s stopSet) has(c byte) bool {
	for i := range len(s) {
		if s[i] == c {
			return true
		}
	}
	return false
}

// lenient is the reader. Its place is always at a character it has looked at
// but not used up.
type lenient struct{ parser }

// peek returns the character at the place, endByte at the end.
func (r *lenient) peek() byte {
	if r.i < len(r.b) {
		return r.b[r.i]
	}
	return endByte
}

func (r *lenient) unexpected() error {
	return r.fail(r.i, "unexpected "+r.describe(r.i))
}

// skipBlanks passes everything up to U+0020.
func (r *lenient) skipBlanks() {
	for r.i < len(r.b) && r.b[r.i] <= ' ' && r.b[r.i] != endByte {
		r.i++
	}
}

func (r *lenient) value(stop stopSet, depth int) (Value, error) {
	r.i = skipSpace(r.b, r.i)
	c := r.peek()
	switch {
	case c == ':' || c == '}' || c == ']':
		return Value{}, r.unexpected()
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"' || c == '\'':
		s, err := r.quoted()
		return String(s), err
	case c == '-' || class[c]&classDigit != 0:
		return r.number(stop)
	}
	s := r.word(stop)
	if len(s) > 0 && s[0] != c {
		return String(s), nil // behind a control character no word means anything
	}
	switch s {
	case "null":
		return Value{}, nil
	case "true":
		return Bool(true), nil
	case "false":
		return Bool(false), nil
	case "NaN":
		return Double(math.NaN()), nil
	}
	return String(s), nil
}

// word reads up to a character of stop and trims.
func (r *lenient) word(stop stopSet) string {
	start := r.i
	r.skipWord(stop)
	return trim(r.piece(start, r.i))
}

func (r *lenient) skipWord(stop stopSet) {
	for r.i < len(r.b) && r.b[r.i] != endByte && !stop.has(r.b[r.i]) {
		r.i++
	}
}

// trim removes what is not above U+0020 at both ends.
func trim(s string) string {
	for len(s) > 0 && s[0] <= ' ' {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	return s
}

// number reads a number, or a word that starts as one.
func (r *lenient) number(stop stopSet) (Value, error) {
	start, plain := r.i, true
	r.i = skipDigits(r.b, r.i+1)
	if r.peek() == '.' {
		r.i = skipDigits(r.b, r.i+1)
	}
	if r.peek()|0x20 == 'e' {
		r.i++
		if c := r.peek(); c == '+' || c == '-' || class[c]&classDigit != 0 {
			r.i = skipDigits(r.b, r.i+1)
		} else {
			plain = false
		}
	}
	if plain {
		end := r.i
		r.skipBlanks()
		if c := r.peek(); c == endByte || stop.has(c) || c >= wordByte {
			if end == start+1 && r.b[start] == '-' {
				return Int(0), nil // json-smart reads a lone minus as 0
			}
			v, ok := number(r.piece(start, end))
			if !ok {
				return Value{}, r.fail(start, "bad number")
			}
			return v, nil
		}
	}
	r.skipWord(stop)
	return String(trim(r.piece(start, r.i))), nil
}

// quoted reads a string in single or double quotes.
func (r *lenient) quoted() (string, error) {
	quote, start := r.b[r.i], r.i+1
	for i := start; i < len(r.b); i++ {
		if quote == '"' {
			if i = skipPlain(r.b, i); i == len(r.b) {
				break
			}
		}
		switch r.b[i] {
		case quote:
			r.i = i + 1
			return r.piece(start, i), nil
		case '\\':
			return r.escaped(quote, start)
		}
	}
	return "", r.fail(r.i, "string is not closed")
}

// escaped reads the content of a string with escapes from start to the closing
// quote. Control characters in it are dropped, and so are escapes that nobody
// knows.
func (r *lenient) escaped(quote byte, start int) (string, error) {
	out := r.own[start:start]
	for i := start; i < len(r.b); {
		switch c := r.b[i]; {
		case c == quote:
			r.i = i + 1
			return ownString(out), nil
		case c == '\\':
			n, err := r.escape(&out, i+1)
			if err != nil {
				return "", err
			}
			i = n
		case c == endByte:
			return "", r.fail(i, "string is not closed")
		case c < 0x20 || c == 0x7F:
			i++
		default:
			end := i + 1
			for end < len(r.b) && r.b[end] != quote && r.b[end] != '\\' && r.b[end] >= 0x20 && r.b[end] != 0x7F {
				end++
			}
			out = append(out, r.b[i:end]...)
			i = end
		}
	}
	return "", r.fail(start-1, "string is not closed")
}

// escape appends what the escape means whose backslash is before i, and
// returns the place behind it.
func (r *lenient) escape(out *[]byte, i int) (int, error) {
	if i >= len(r.b) {
		return 0, r.fail(i, "string is not closed")
	}
	switch r.b[i] {
	case 'u':
		if skipEscape(r.b, i) < 0 {
			return 0, r.fail(i-1, "bad escape in a string")
		}
		rest := r.b[i:]
		if len(rest) >= 11 && (rest[5] != '\\' || skipEscape(rest, 6) < 0) {
			rest = rest[:5]
		}
		c, n := unescape(rest)
		*out = utf8.AppendRune(*out, c)
		return i + n, nil
	case 'x':
		if i+3 > len(r.b) || class[r.b[i+1]]&class[r.b[i+2]]&classHex == 0 {
			return 0, r.fail(i-1, "bad escape in a string")
		}
		*out = utf8.AppendRune(*out, unhex(r.b[i+1:i+3]))
		return i + 3, nil
	case '"', '\'', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c, n := unescape(r.b[i:])
		*out = utf8.AppendRune(*out, c)
		return i + n, nil
	}
	c, size := utf8.DecodeRune(r.b[i:])
	if c > 0xFFFF { // two characters in Java, of which one is dropped
		*out = append(*out, loneSurrogate)
	}
	return i + size, nil
}

func (r *lenient) array(depth int) (Value, error) {
	if depth == MaxDepth {
		return Value{}, r.fail(r.i, "nested too deep")
	}
	l := r.openList()
	for r.i++; ; {
		r.i = skipSpace(r.b, r.i)
		switch r.peek() {
		case ']':
			r.i++
			return r.closeList(&l), nil
		case ',':
			r.i++
		case ':', '}', endByte:
			return Value{}, r.unexpected()
		default:
			v, err := r.value(stopArray, depth+1)
			if err != nil {
				return Value{}, err
			}
			r.add(&l, v)
		}
	}
}

func (r *lenient) object(depth int) (Value, error) {
	if depth == MaxDepth {
		return Value{}, r.fail(r.i, "nested too deep")
	}
	m := r.openMap()
	for r.i++; ; r.i++ {
		r.i = skipSpace(r.b, r.i)
		switch r.peek() {
		case '}':
			r.i++
			return r.closeMap(&m), nil
		case ',':
			continue
		case ':', ']', '[', '{', endByte:
			return Value{}, r.unexpected()
		}
		if err := r.member(&m, depth); err != nil {
			return Value{}, err
		}
		switch r.peek() {
		case ',':
		case '}':
			r.i++
			return r.closeMap(&m), nil
		default:
			return Value{}, r.unexpected()
		}
	}
}

// member reads a name, a colon and a value into m and goes on to what follows.
func (r *lenient) member(m *open, depth int) error {
	var name string
	if c := r.peek(); c == '"' || c == '\'' {
		s, err := r.quoted()
		if err != nil {
			return err
		}
		name = s
	} else {
		name = r.word(stopKey)
	}
	if r.skipBlanks(); r.peek() != ':' {
		return r.unexpected()
	}
	r.i++
	v, err := r.value(stopValue, depth+1)
	if err != nil {
		return err
	}
	r.put(m, name, v)
	r.skipBlanks()
	return nil
}
