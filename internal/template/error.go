package template

import (
	"fmt"

	"postern/internal/template/syntax"
)

// Error is a template that AWS refuses, or a value that it cannot make. The
// caller puts it into an awserr.ValidationError or a ResourceStatusReason.
type Error struct {
	// Message is AWS's text, exact where it is known.
	Message string
	// Path is the place in the template, "/Resources/Api/Properties/Name";
	// empty if the error is about the whole.
	Path string
	// Line and Column are the place in the text, counted from 1; zero if
	// unknown. They are for people: AWS seldom says them.
	Line, Column int
}

// Error returns the message alone, as AWS shows it.
func (e *Error) Error() string { return e.Message }

// errorf makes an Error about n.
func errorf(n *Node, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if n != nil {
		e.Line, e.Column = n.Line, n.Column
	}
	return e
}

// at adds the place to e, if it has none yet.
func (e *Error) at(path string) *Error {
	if e.Path == "" {
		e.Path = path
	}
	return e
}

// syntaxError turns a reader's error into this package's.
func syntaxError(err error) error {
	if e, ok := err.(*syntax.Error); ok {
		return &Error{Message: e.Message, Line: e.Line, Column: e.Column}
	}
	return err
}
