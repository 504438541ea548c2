// Package jsontext appends texts and members to JSON as Java's Jackson writes
// them, which is how API Gateway writes what it makes itself: events of Lambda
// functions, and errors.
//
// It knows no values: those of messages and templates are jsonvalue's, which
// prints as API Gateway's template engine does.
package jsontext

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// hexDigits are those of \u escapes.
const hexDigits = "0123456789abcdef"

// AppendString appends a text as a JSON string: only what must be escaped is.
// Bytes that are not UTF-8 become U+FFFD.
func AppendString[T string | []byte](dst []byte, text T) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := decodeRune(text[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(dst, text[start:i]...)
				dst = utf8.AppendRune(dst, utf8.RuneError)
				start = i + 1
			}
			i += n
			continue
		}
		dst = append(dst, text[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	dst = append(dst, text[start:]...)
	return append(dst, '"')
}

func decodeRune[T string | []byte](text T) (rune, int) {
	var buf [utf8.UTFMax]byte
	n := copy(buf[:], text)
	return utf8.DecodeRune(buf[:n])
}

// appendEscape appends an ASCII character that cannot stand for itself.
func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// AppendMember appends a member of an object whose value is text, behind what
// is there already.
func AppendMember(dst []byte, name, value string) []byte {
	dst = AppendName(dst, name)
	return AppendString(dst, value)
}

// AppendName appends the name of a member, with a comma unless it is the first
// of its object.
func AppendName(dst []byte, name string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = AppendString(dst, name)
	return append(dst, ':')
}

// AppendMap appends a map of strings as an object, in the order of its keys.
func AppendMap(dst []byte, m map[string]string) []byte {
	dst = append(dst, '{')
	for _, name := range slices.Sorted(maps.Keys(m)) {
		dst = AppendMember(dst, name, m[name])
	}
	return append(dst, '}')
}
