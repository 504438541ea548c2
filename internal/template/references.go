package template

import "errors"

// References answers for the resources of a stack while properties and outputs
// are evaluated.
type References interface {
	// Ref returns what Ref gives for the resource, normally its physical id;
	// false if it is not known before the change is executed.
	Ref(logicalID string) (*Node, bool)
	// GetAtt returns an attribute. ErrUnknown says that it is not known before
	// the change is executed, ErrNoAttribute that the type has none of that
	// name; any other error is passed on as it is.
	GetAtt(logicalID, attribute string) (*Node, error)
	// ImportValue returns the value of an export of the account and region;
	// false if there is none.
	ImportValue(name string) (string, bool)
}

// ErrUnknown is GetAtt's answer for what will be known after apply.
var ErrUnknown = errors.New("known after apply")

// ErrNoAttribute is GetAtt's answer for an attribute that the type has not.
// The evaluation makes AWS's text of it, which names the place.
var ErrNoAttribute = errors.New("no such attribute")

// Nothing is a stack of which nothing is known yet, nor of any other: every Ref,
// attribute and import is Unknown.
var Nothing References
