package cloudformation

import (
	"errors"
	"net/http"

	"postern/internal/awserr"
	"postern/internal/template"
)

// The error kinds of CloudFormation besides ValidationError.
//
// Source: the service's model.
var (
	alreadyExists            = awserr.Kind{Code: "AlreadyExistsException", Status: http.StatusBadRequest}
	insufficientCapabilities = awserr.Kind{Code: "InsufficientCapabilitiesException", Status: http.StatusBadRequest}
	changeSetNotFound        = awserr.Kind{Code: "ChangeSetNotFound", Status: http.StatusNotFound}
	invalidChangeSetStatus   = awserr.Kind{Code: "InvalidChangeSetStatus", Status: http.StatusBadRequest}
	limitExceeded            = awserr.Kind{Code: "LimitExceededException", Status: http.StatusBadRequest}
	tokenAlreadyExists       = awserr.Kind{Code: "TokenAlreadyExistsException", Status: http.StatusBadRequest}
)

// invalid returns a ValidationError.
func invalid(format string, args ...any) error {
	return awserr.Newf(awserr.ValidationError, format, args...)
}

// ofTemplate turns an error about a template into a ValidationError.
func ofTemplate(err error) error {
	if e, ok := errors.AsType[*template.Error](err); ok {
		return &awserr.Error{Kind: awserr.ValidationError, Message: e.Message, Cause: err}
	}
	return err
}

func notUpdatable(id, status string) error {
	return invalid("Stack:%s is in %s state and can not be updated.", id, status)
}
