package vtl

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is a mistake in a template, found when it is parsed or when it is
// rendered.
type Error struct {
	// Line and Col are the place in the template, both from 1. Col counts
	// characters.
	Line, Col int
	// Msg says what is wrong, without the place.
	Msg string
	// Cause is the error of a host object's method, if one ended the
	// rendering; nil otherwise.
	Cause error

	source string
}

// Error returns place and message in one line.
func (e *Error) Error() string { return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Col, e.Msg) }

// Unwrap returns Cause.
func (e *Error) Unwrap() error { return e.Cause }

// maxSnippet is how much of a long line Snippet shows on either side of the
// place.
const maxSnippet = 60

// Snippet returns the template's line with a caret under the place:
//
//	{"id": $input.path('$.id'}
//	                         ^
//
// A tab shows as a blank and a long line in part, so that the caret stands
// where it should.
func (e *Error) Snippet() string {
	lines := strings.SplitAfterN(e.source, "\n", e.Line+1)
	if e.Line > len(lines) {
		return ""
	}
	line := []rune(strings.TrimRight(lines[e.Line-1], "\r\n"))
	col := min(max(e.Col-1, 0), len(line))
	from, to := max(0, col-maxSnippet), min(len(line), col+maxSnippet)
	before, after := "", ""
	if from > 0 {
		before = "… "
	}
	if to < len(line) {
		after = " …"
	}
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, string(line[from:to]))
	return before + text + after + "\n" + strings.Repeat(" ", utf8.RuneCountInString(before)+col-from) + "^"
}

// errorAt makes an Error for an offset in the source.
func errorAt(source string, offset int, msg string, cause error) *Error {
	offset = min(max(offset, 0), len(source))
	line := 1 + strings.Count(source[:offset], "\n")
	start := strings.LastIndexByte(source[:offset], '\n') + 1
	col := 1 + utf8.RuneCountInString(source[start:offset])
	return &Error{Line: line, Col: col, Msg: msg, Cause: cause, source: source}
}
