package jsonpath

import (
	"errors"
	"fmt"
)

// Error is a path that cannot be compiled.
type Error struct {
	Path string
	// Offset is the index in Path of the byte where the problem shows.
	Offset int
	// Problem says what is wrong, in words for the path's author.
	Problem string
}

// Error returns the problem and its place.
func (e *Error) Error() string {
	return fmt.Sprintf("path %q, offset %d: %s", e.Path, e.Offset, e.Problem)
}

// ErrTooMuch reports an evaluation that was given up because it looked at too
// many values: several .. in one path multiply.
var ErrTooMuch = errors.New("path looks at too many values")

// errNotFound says that the path leads nowhere. It never leaves the package.
var errNotFound = errors.New("not found")

// invalidError is a path that does not fit the document. Inside a filter it
// means false.
type invalidError string

func (e invalidError) Error() string { return string(e) }

// unfit reports whether inside a filter the error means false.
func unfit(err error) bool {
	_, invalid := errors.AsType[invalidError](err)
	return invalid || errors.Is(err, errNotFound)
}
