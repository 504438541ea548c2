package syntax

import "fmt"

// Error is a text that is not well formed.
type Error struct {
	// Message is AWS's text, whole: "Template format error: …".
	Message string
	// Line and Column say where, counted from 1; zero if unknown.
	Line, Column int
	// Detail is what is wrong in the reader's own words, for people; AWS does
	// not say it. It may be empty.
	Detail string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// notWellFormed is AWS's only sentence for whatever is wrong with a text; the
// place is said where it is known.
func notWellFormed(isJSON bool, line, column int, detail string) *Error {
	language := "YAML"
	if isJSON {
		language = "JSON"
	}
	message := fmt.Sprintf("Template format error: %s not well-formed.", language)
	if line > 0 {
		message += fmt.Sprintf(" (line %d, column %d)", line, column)
	}
	return &Error{Message: message, Line: line, Column: column, Detail: detail}
}
