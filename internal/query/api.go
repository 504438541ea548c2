package query

import (
	"context"
	"net/http"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/sigv4"
)

// Caller is who sent a request and where it is aimed.
type Caller struct {
	AccountID string // twelve digits
	Region    string // "us-east-1"
	// AccessKeyID and SessionToken are what the request was signed with. Both
	// are empty for an unsigned request.
	AccessKeyID  string
	SessionToken string
}

// Scope returns the account and region.
func (c Caller) Scope() apigateway.Scope {
	return apigateway.Scope{AccountID: c.AccountID, Region: c.Region}
}

// CallerOf returns the caller of a request whose context carries the scope and
// whose signature, if it is to be verified, was verified.
func CallerOf(r *http.Request) Caller {
	scope := apigateway.ScopeFrom(r.Context())
	signature, _ := sigv4.ScopeOf(r.Header.Get("Authorization"), r.URL.RawQuery)
	return Caller{
		AccountID:    scope.AccountID,
		Region:       scope.Region,
		AccessKeyID:  signature.AccessKeyID,
		SessionToken: r.Header.Get("X-Amz-Security-Token"),
	}
}

// API is the operations of one service in one version.
type API struct {
	// Namespace is the XML namespace of every document of the service.
	Namespace string
	// Version is the API version that clients send, "2010-05-15".
	Version string

	operations map[string]operation
	refused    map[string]string
}

type operation func(context.Context, Caller, *node) (any, error)

// NewAPI returns an API without operations.
func NewAPI(namespace, version string) *API {
	return &API{
		Namespace:  namespace,
		Version:    version,
		operations: map[string]operation{},
		refused:    map[string]string{},
	}
}

// Handle makes op serve the given action. An op that returns a nil output
// without an error answers a document that has no result element.
func Handle[In, Out any](a *API, action string, op func(context.Context, Caller, *In) (*Out, error)) {
	a.operations[action] = func(ctx context.Context, c Caller, form *node) (any, error) {
		in := new(In)
		if err := decode(form, in); err != nil {
			return nil, err
		}
		if err := check(in); err != nil {
			return nil, err
		}
		out, err := op(ctx, c, in)
		if err != nil || out == nil {
			return nil, err
		}
		return out, nil
	}
}

// Refuse makes the given actions, which exist at AWS, answer an error that
// says so instead of "could not find operation".
func (a *API) Refuse(reason string, actions ...string) {
	for _, action := range actions {
		a.refused[action] = reason
	}
}

// Actions returns the names of all operations that the API serves, sorted.
func (a *API) Actions() []string {
	names := make([]string, 0, len(a.operations))
	for name := range a.operations {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
