package jsonvalue

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// loneSurrogate stands for half a surrogate pair, which Java can hold and
// prints as this.
const loneSurrogate = '?'

// AppendUnquoted appends the text that a string literal means. raw is the
// literal with its quotes, valid JSON such as Document.Member returns; ok is
// false, and nothing is appended, if raw is no string.
func AppendUnquoted(dst, raw []byte) (text []byte, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return dst, false
	}
	return appendUnescaped(dst, raw[1:len(raw)-1]), true
}

// appendUnescaped appends the text that the content of a valid literal means.
func appendUnescaped(dst, literal []byte) []byte {
	for {
		i := bytes.IndexByte(literal, '\\')
		if i < 0 {
			return append(dst, literal...)
		}
		dst = append(dst, literal[:i]...)
		r, n := unescape(literal[i+1:])
		dst = utf8.AppendRune(dst, r)
		literal = literal[i+1+n:]
	}
}

// unescape returns the character that a valid escape means and the escape's
// length; b starts behind the backslash. Two \u escapes may make one
// character.
func unescape(b []byte) (r rune, n int) {
	switch b[0] {
	case 'b':
		return '\b', 1
	case 'f':
		return '\f', 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'u':
		r = unhex(b[1:5])
		if !utf16.IsSurrogate(r) {
			return r, 5
		}
		if len(b) >= 11 && b[5] == '\\' && b[6] == 'u' {
			if pair := utf16.DecodeRune(r, unhex(b[7:11])); pair != utf8.RuneError {
				return pair, 11
			}
		}
		return loneSurrogate, 5
	}
	return rune(b[0]), 1
}

func unhex(b []byte) (r rune) {
	for _, c := range b {
		r <<= 4
		switch {
		case c <= '9':
			r |= rune(c - '0')
		default:
			r |= rune(c|0x20-'a') + 10
		}
	}
	return r
}
