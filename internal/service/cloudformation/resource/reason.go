package resource

import (
	"errors"
	"fmt"

	"postern/internal/awserr"
	"postern/internal/ids"
)

// handlerCodes are the registry's words for kinds of errors.
//
// Source: CloudFormation CLI user guide, "Handler error codes".
var handlerCodes = map[awserr.Kind]string{
	awserr.BadRequest:      "InvalidRequest",
	awserr.ValidationError: "InvalidRequest",
	awserr.PayloadTooLarge: "InvalidRequest",
	awserr.AccessDenied:    "AccessDenied",
	awserr.Forbidden:       "AccessDenied",
	awserr.NotFound:        "NotFound",
	awserr.Gone:            "NotFound",
	awserr.Conflict:        "AlreadyExists",
	awserr.TooManyRequests: "Throttling",
	awserr.LimitExceeded:   "ServiceLimitExceeded",
	awserr.Internal:        "InternalFailure",
}

// Reason returns what the ResourceStatusReason of a failed event says about an
// error of a Type of the given schema.
func Reason(s *Schema, err error) string {
	if invalid, ok := errors.AsType[*InvalidProperties](err); ok {
		return invalid.Error()
	}
	e := awserr.Of(err)
	code, ok := handlerCodes[e.Kind]
	if !ok {
		code = "GeneralServiceException"
	}
	return fmt.Sprintf(`Resource handler returned message: "%s (Service: %s, Status Code: %d, Request ID: %s) (SDK Attempt Count: 1)" (RequestToken: %s, HandlerErrorCode: %s)`,
		e.Message, s.Service, e.Kind.Status, ids.UUID(), ids.UUID(), code)
}
