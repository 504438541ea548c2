package syntax

import "fmt"

// Error is a template that AWS refuses, or a value that it cannot make.
type Error struct {
	// Message is AWS's text, whole and exact where it is known: "Template
	// format error: …".
	Message string
	// Path is the place in the template, "/Resources/Api/Properties/Name";
	// empty if the error is about the whole.
	Path string
	// Line and Column are the place in the text, counted from 1; zero if
	// unknown. They are for people: AWS seldom says them.
	Line, Column int
	// Detail is what is wrong in the reader's own words, where AWS says only
	// that something is. It may be empty.
	Detail string
}

// Error returns the message alone, as AWS shows it.
func (e *Error) Error() string { return e.Message }

// Errorf makes an Error about n, which may be nil.
func Errorf(n *Node, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if n != nil {
		e.Line, e.Column = n.Line, n.Column
	}
	return e
}

// ErrorfAt makes an Error about a member's name.
func ErrorfAt(m Member, format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...), Line: m.Line, Column: m.Column}
}

// At adds the place to e, if it has none yet, and returns e.
func (e *Error) At(path string) *Error {
	if e.Path == "" {
		e.Path = path
	}
	return e
}

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
