package connect

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

// Caller is what is known of who opened a connection, beyond its address. It
// stays for the life of the connection, whatever happens to the authorizer.
type Caller struct {
	// Authorizer is what the Lambda authorizer said, without its policy; nil
	// where there was none.
	Authorizer *authorizer.Result
	// Principal is who signed the request, AccessKeyID with what; nil where
	// the route does not ask for a signature.
	Principal   *Principal
	AccessKeyID string
	// APIKey is the API key that admitted the connection; "" for none.
	APIKey, APIKeyID string
}

// Identify keeps what an authorizer said. Strings are cloned: they share the
// memory of its whole answer.
func (c *Caller) Identify(r *authorizer.Result) {
	kept := &authorizer.Result{PrincipalID: strings.Clone(r.PrincipalID), UsageIdentifierKey: strings.Clone(r.UsageIdentifierKey)}
	for _, entry := range r.Context {
		if entry.Name == authorizer.PrincipalID {
			continue // the principal's place is taken
		}
		kept.Context = append(kept.Context, authorizer.Entry{Name: strings.Clone(entry.Name), Value: strings.Clone(entry.Value)})
	}
	c.Authorizer = kept
}

// Value returns a variable of $context.authorizer or $context.identity that
// the caller has. A nil Caller has none.
func (c *Caller) Value(name string) (jsonvalue.Value, bool) {
	if c == nil {
		return jsonvalue.Value{}, false
	}
	if name, ok := strings.CutPrefix(name, "authorizer."); ok {
		if c.Authorizer == nil {
			return jsonvalue.Value{}, false
		}
		text, ok := c.Authorizer.Value(name)
		return jsonvalue.String(text), ok
	}
	if name, ok := strings.CutPrefix(name, "identity."); ok {
		text := c.Identity(name)
		return jsonvalue.String(text), text != ""
	}
	return jsonvalue.Value{}, false
}

// Identity returns a member of $context.identity, "" for what is not known. A
// nil Caller knows nothing.
func (c *Caller) Identity(name string) string {
	switch {
	case c == nil:
		return ""
	case name == "apiKey":
		return c.APIKey
	case name == "apiKeyId":
		return c.APIKeyID
	case c.Principal == nil:
		return ""
	}
	switch name {
	case "accessKey":
		return c.AccessKeyID
	case "accountId":
		return c.Principal.AccountID
	case "userArn":
		return c.Principal.ARN
	case "caller", "user":
		return c.Principal.UserID
	}
	return ""
}
