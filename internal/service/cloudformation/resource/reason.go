package resource

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"postern/internal/awserr"
	"postern/internal/ids"
)

// handlerCode returns the registry's word for an error.
//
// Source: CloudFormation CLI user guide, "Handler error codes".
func handlerCode(e *awserr.Error) string {
	switch {
	case e.Kind == awserr.TooManyRequests:
		return "Throttling"
	case e.Kind.Status == http.StatusTooManyRequests: // the other kinds are about quotas
		return "ServiceLimitExceeded"
	case e.Kind.Status == http.StatusConflict && !strings.Contains(e.Message, "already exists"):
		return "ResourceConflict"
	case e.Kind.Status >= http.StatusInternalServerError:
		return "InternalFailure"
	}
	if code, ok := handlerCodes[e.Kind.Status]; ok {
		return code
	}
	return "GeneralServiceException"
}

var handlerCodes = map[int]string{
	http.StatusBadRequest:            "InvalidRequest",
	http.StatusRequestEntityTooLarge: "InvalidRequest",
	http.StatusForbidden:             "AccessDenied",
	http.StatusNotFound:              "NotFound",
	http.StatusGone:                  "NotFound",
	http.StatusConflict:              "AlreadyExists",
}

// Reason returns what the ResourceStatusReason of a failed event says about an
// error of a Type of the given schema.
func Reason(s *Schema, err error) string {
	if invalid, ok := errors.AsType[*InvalidProperties](err); ok {
		return invalid.Error()
	}
	e := awserr.Of(err)
	return fmt.Sprintf(`Resource handler returned message: "%s (Service: %s, Status Code: %d, Request ID: %s) (SDK Attempt Count: 1)" (RequestToken: %s, HandlerErrorCode: %s)`,
		e.Message, s.Service, e.Kind.Status, ids.UUID(), ids.UUID(), handlerCode(e))
}
