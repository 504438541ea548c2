// Package awserr is the one error type that operations return to their
// callers: what AWS calls the condition, its HTTP status, and a sentence for
// the person who sent the request.
//
// It knows no protocol. The restjson and query packages turn an Error into the
// envelope that the client understands; any other error reaching them is an
// internal failure, logged with the request id and never shown.
package awserr

import (
	"errors"
	"fmt"
	"net/http"
)

// Kind is a class of error as a client sees it. Kinds are compared by value.
type Kind struct {
	// Code is the shape name or code on the wire, "BadRequestException".
	Code string
	// Status is the HTTP status that goes with it.
	Status int
}

// The kinds shared by several services. Kinds of one service only stand with
// that service.
var (
	BadRequest      = Kind{"BadRequestException", http.StatusBadRequest}
	AccessDenied    = Kind{"AccessDeniedException", http.StatusForbidden}
	Forbidden       = Kind{"ForbiddenException", http.StatusForbidden}
	NotFound        = Kind{"NotFoundException", http.StatusNotFound}
	Conflict        = Kind{"ConflictException", http.StatusConflict}
	TooManyRequests = Kind{"TooManyRequestsException", http.StatusTooManyRequests}
	Gone            = Kind{"GoneException", http.StatusGone}
	PayloadTooLarge = Kind{"PayloadTooLargeException", http.StatusRequestEntityTooLarge}
	LimitExceeded   = Kind{"LimitExceededException", http.StatusTooManyRequests}
	// ValidationError is the query protocol's answer to nearly every bad input.
	ValidationError = Kind{"ValidationError", http.StatusBadRequest}
	// Internal is what a client sees of an error that is not an Error.
	Internal = Kind{"InternalServerErrorException", http.StatusInternalServerError}
)

// Error is an error with a place in AWS's vocabulary.
type Error struct {
	Kind    Kind
	Message string
	// Members are further members of the modelled shape, such as
	// "resourceType" of NotFoundException. Nil for most errors.
	Members map[string]string
	// Cause is the error underneath, for logs; it is never sent.
	Cause error
}

// Error returns the code and the message.
func (e *Error) Error() string { return e.Kind.Code + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New returns an error of kind k with the given message.
func New(k Kind, message string) *Error { return &Error{Kind: k, Message: message} }

// Newf returns an error of kind k with a formatted message.
func Newf(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Of returns the Error in err's chain, or an Internal one that wraps err
// behind AWS's neutral text.
func Of(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: Internal, Message: "Internal server error", Cause: err}
}

// Is reports whether err's chain holds an Error of kind k.
func Is(err error, k Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == k
}
