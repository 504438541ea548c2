package gateway

import (
	"strings"

	"postern/internal/authorizer"
	"postern/internal/policy"
	"postern/jsonvalue"
)

// Principal is who stands behind an access key.
type Principal struct {
	ARN       string // arn:aws:iam::000000000000:user/me
	AccountID string
	// UserID is the unique id of the user or session; "" where there is none.
	UserID string
	// Policy says what the principal may do; nil allows everything.
	Policy *policy.Document
}

// caller is what is known of who opened a connection, beyond its address. It
// stays for the life of the connection, whatever happens to the authorizer.
type caller struct {
	// authorizer is what the Lambda authorizer said, without its policy; nil
	// where there was none.
	authorizer *authorizer.Result
	// principal is who signed the request, accessKeyID with what; nil where
	// the route does not ask for a signature.
	principal   *Principal
	accessKeyID string
	// apiKey is the API key that admitted the connection; "" for none.
	apiKey, apiKeyID string
	// names are the $context variables of the connection's events, if there
	// are more than usual.
	names []string
}

// known returns the caller of an event, to add to it.
func (e *event) known() *caller {
	if e.conn.caller == nil {
		e.conn.caller = &caller{}
	}
	return e.conn.caller
}

// identify keeps what an authorizer said. Strings are cloned: they share the
// memory of its whole answer.
func (c *caller) identify(r *authorizer.Result) {
	kept := &authorizer.Result{PrincipalID: strings.Clone(r.PrincipalID), UsageIdentifierKey: strings.Clone(r.UsageIdentifierKey)}
	c.names = append(make([]string, 0, len(contextNames)+len(r.Context)), contextNames...)
	for _, entry := range r.Context {
		if entry.Name == authorizer.PrincipalID {
			continue // the principal's place is taken
		}
		entry = authorizer.Entry{Name: strings.Clone(entry.Name), Value: strings.Clone(entry.Value)}
		kept.Context = append(kept.Context, entry)
		c.names = append(c.names, "authorizer."+entry.Name)
	}
	c.authorizer = kept
}

// value returns a variable of $context.authorizer or $context.identity that
// the caller has.
func (c *caller) value(name string) (jsonvalue.Value, bool) {
	if c == nil {
		return jsonvalue.Value{}, false
	}
	if name, ok := strings.CutPrefix(name, "authorizer."); ok {
		if c.authorizer == nil {
			return jsonvalue.Value{}, false
		}
		text, ok := c.authorizer.Value(name)
		return jsonvalue.String(text), ok
	}
	text := ""
	switch name {
	case "identity.apiKey":
		text = c.apiKey
	case "identity.apiKeyId":
		text = c.apiKeyID
	default:
		text = c.signer(name)
	}
	return jsonvalue.String(text), text != ""
}

// signer returns what $context.identity says of who signed the request.
func (c *caller) signer(name string) string {
	if c.principal == nil {
		return ""
	}
	switch name {
	case "identity.accessKey":
		return c.accessKeyID
	case "identity.accountId":
		return c.principal.AccountID
	case "identity.userArn":
		return c.principal.ARN
	case "identity.caller", "identity.user":
		return c.principal.UserID
	}
	return ""
}
