package integration

import "bytes"

// lenientStatus finds the statusCode of an integration request that is not
// JSON, as forgiving as AWS's reader of MOCK templates: keys may be bare or in
// single quotes, commas may be missing their members and members their values.
// Braces and quotes must be paired.
//
//	object = "{" [ member ] { "," [ member ] } "}"
//	member = key [ ":" [ value ] ]
//	key    = quoted | text without , : { } [ ] and quotes
//	value  = quoted | nested | text without , and }
func lenientStatus(body []byte) (status int, ok bool) {
	body = bytes.TrimSpace(body)
	if len(body) < 2 || body[0] != '{' || body[len(body)-1] != '}' {
		return 0, false
	}
	r := &lenientReader{rest: body[1 : len(body)-1]}
	for r.skipSpace(); len(r.rest) > 0; r.skipSpace() {
		if r.rest[0] == ',' {
			r.rest = r.rest[1:]
			continue
		}
		key, fine := r.key()
		if !fine {
			return 0, false
		}
		if r.skipSpace(); len(r.rest) == 0 || r.rest[0] != ':' {
			continue
		}
		r.rest = r.rest[1:]
		value, fine := r.value()
		if !fine {
			return 0, false
		}
		if string(key) == "statusCode" {
			status, ok = parseInteger(value)
		}
	}
	return status, ok
}

type lenientReader struct{ rest []byte }

func (r *lenientReader) skipSpace() { r.rest = bytes.TrimLeft(r.rest, " \t\r\n") }

// take returns the next n bytes without the space around them.
func (r *lenientReader) take(n int) []byte {
	text := bytes.TrimSpace(r.rest[:n])
	r.rest = r.rest[n:]
	return text
}

func (r *lenientReader) key() ([]byte, bool) {
	if c := r.rest[0]; c == '"' || c == '\'' {
		n := quotedLength(r.rest)
		if n < 0 {
			return nil, false
		}
		text := r.take(n)
		return text[1 : n-1], true
	}
	n := bytes.IndexAny(r.rest, `,:{}[]"'`)
	if n < 0 {
		n = len(r.rest)
	}
	// A member must not begin with a brace or bracket, nor with a colon.
	return r.take(n), n > 0
}

func (r *lenientReader) value() ([]byte, bool) {
	r.skipSpace()
	if len(r.rest) == 0 {
		return nil, true
	}
	n := 0
	switch r.rest[0] {
	case '"', '\'':
		n = quotedLength(r.rest)
	case '{', '[':
		n = nestedLength(r.rest)
	default:
		if n = bytes.IndexAny(r.rest, ",}"); n < 0 {
			n = len(r.rest)
		} else if r.rest[n] == '}' {
			return nil, false
		}
	}
	if n < 0 {
		return nil, false
	}
	return r.take(n), true
}

// quotedLength returns the length of the quoted text that b begins with, both
// quotes included, or -1 if it does not end.
func quotedLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case b[0]:
			return i + 1
		}
	}
	return -1
}

// nestedLength returns the length of the object or array that b begins with,
// or -1 if it does not end.
func nestedLength(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'':
			n := quotedLength(b[i:])
			if n < 0 {
				return -1
			}
			i += n - 1
		}
	}
	return -1
}
