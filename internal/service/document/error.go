package document

import (
	"errors"
	"net/http"

	"postern/internal/awserr"
	"postern/internal/store"
)

// unavailable is the kind of error of a change that cannot be made now.
var unavailable = awserr.Kind{Code: "ServiceUnavailableException", Status: http.StatusServiceUnavailable}

// Error makes an error of the store that a client can do something about one
// that the client sees. Others stay as they are.
func Error(err error) error {
	failed, _ := errors.AsType[*store.WriteError](err)
	switch {
	case failed != nil:
		return &awserr.Error{
			Kind: unavailable, Message: "The configuration cannot be changed at the moment: " + failed.Error() + ".", Cause: err,
		}
	case errors.Is(err, store.ErrTooLarge):
		return &awserr.Error{Kind: awserr.BadRequest, Message: "The resource is too large to be stored", Cause: err}
	case errors.Is(err, store.ErrUnavailable):
		return &awserr.Error{
			Kind:    unavailable,
			Message: "The configuration cannot be changed at the moment, as its store is unreachable. Try again later.",
			Cause:   err,
		}
	}
	return err
}
