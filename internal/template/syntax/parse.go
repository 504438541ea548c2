package syntax

import (
	"bytes"
	"unicode/utf8"
)

// MaxDepth is how many lists and maps may stand within each other, functions
// counted as the maps they are. AWS does not document its bound.
const MaxDepth = 200

// Parse reads a template's text. A text that starts with "{" is JSON, any
// other YAML, as CloudFormation decides. The error is an *Error with AWS's
// text.
func Parse(text []byte) (*Node, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	start := bytes.TrimLeft(text, " \t\r\n")
	isJSON := len(start) > 0 && start[0] == '{'
	if at := invalidUTF8(text); at >= 0 {
		line, column := position(text, at)
		return nil, notWellFormed(isJSON, line, column, "the text is not UTF-8")
	}
	if isJSON {
		return parseJSON(text)
	}
	return parseYAML(text)
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return -1
}

// position returns the line and column, in characters from 1, of the byte at
// offset.
func position(text []byte, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	line = bytes.Count(before, []byte{'\n'}) + 1
	return line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

// scalar classifies an unquoted scalar: what JSON would read as null, boolean
// or number is that, everything else is text.
func scalar(text string) *Node {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return &Node{Kind: Null}
	case "true", "True", "TRUE":
		return NewBool(true)
	case "false", "False", "FALSE":
		return NewBool(false)
	}
	if isNumber(text) {
		return NewNumber(text)
	}
	return NewString(text)
}

// isNumber reports whether text is a number in JSON's grammar. 017 and 1_000
// are none: their digits must reach a property of type string unharmed.
func isNumber(text string) bool {
	digits := func(s string) string {
		i := 0
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return s[i:]
	}
	rest := text
	if len(rest) > 0 && rest[0] == '-' {
		rest = rest[1:]
	}
	after := digits(rest)
	if len(after) == len(rest) || rest[0] == '0' && len(rest)-len(after) > 1 {
		return false
	}
	rest = after
	if len(rest) > 0 && rest[0] == '.' {
		if after = digits(rest[1:]); len(after) == len(rest)-1 {
			return false
		}
		rest = after
	}
	if len(rest) > 0 && (rest[0] == 'e' || rest[0] == 'E') {
		rest = rest[1:]
		if len(rest) > 0 && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		if after = digits(rest); len(after) == len(rest) {
			return false
		}
		rest = after
	}
	return rest == ""
}
