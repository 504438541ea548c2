// Package authorizer reads what a Lambda REQUEST authorizer answers.
//
// It neither builds the authorizer's event nor calls the function, and it does
// not decide: the policy of a Result does, by the policy package.
package authorizer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"postern/internal/policy"
	"postern/jsonvalue"
)

// MaxResult is the size of an authorizer's answer in bytes.
//
// Source: Developer Guide, "Quotas for creating, deploying and managing an
// API", authorizer result.
const MaxResult = 8 << 10

// PrincipalID is the name under which the principal stands beside the context
// in an event's requestContext.authorizer.
const PrincipalID = "principalId"

// Result is what an authorizer says of a caller.
type Result struct {
	// PrincipalID names the caller.
	PrincipalID string
	// Policy says what the caller may do.
	Policy *policy.Document
	// Context holds the authorizer's own values, all as strings, in the order
	// in which it gave them.
	Context []Entry
	// UsageIdentifierKey is the caller's API key, for APIs that take it from
	// the authorizer.
	UsageIdentifierKey string
}

// Entry is one member of an authorizer's context.
type Entry struct{ Name, Value string }

// Value returns what $context.authorizer.{name} stands for: a member of the
// context, or the principal.
func (r *Result) Value(name string) (string, bool) {
	if name == PrincipalID {
		return r.PrincipalID, true
	}
	for i := range r.Context {
		if r.Context[i].Name == name {
			return r.Context[i].Value, true
		}
	}
	if name == "usageIdentifierKey" {
		return r.UsageIdentifierKey, r.UsageIdentifierKey != ""
	}
	return "", false
}

// Authorize decides whether the caller may connect to the route with the given
// execution ARN.
func (r *Result) Authorize(methodARN string, context policy.Context) policy.Result {
	return r.Policy.Evaluate(policy.Request{Action: policy.ActionInvoke, Resource: methodARN, Context: context})
}

// ParseResult reads an authorizer's answer. An error means that the client
// gets a 500 (AuthorizerConfigurationException); its text is for the execution
// log. Members that API Gateway does not know are ignored.
//
// In the context a string, number or boolean becomes a string and null is left
// out; an object or array is an error.
//
// Source: Developer Guide, "Output from an API Gateway Lambda authorizer".
func ParseResult(answer []byte) (*Result, error) {
	if len(answer) > MaxResult {
		return nil, fmt.Errorf("authorizer result is larger than %d bytes", MaxResult)
	}
	v, err := jsonvalue.Parse(answer)
	if err != nil {
		return nil, fmt.Errorf("invalid JSON in response: %w", err)
	}
	m := v.Map()
	if m == nil {
		return nil, errors.New("authorizer result is not a JSON object")
	}
	r := &Result{}
	if r.PrincipalID, err = scalar(m, PrincipalID); err != nil {
		return nil, err
	}
	if r.PrincipalID == "" {
		return nil, errors.New("authorizer result has no principalId")
	}
	if r.UsageIdentifierKey, err = scalar(m, "usageIdentifierKey"); err != nil {
		return nil, err
	}
	document, _ := m.Get("policyDocument")
	if document.IsNull() {
		return nil, errors.New("authorizer result has no policyDocument")
	}
	if r.Policy, err = policy.FromValue(document); err != nil {
		return nil, fmt.Errorf("policyDocument: %w", err)
	}
	context, _ := m.Get("context")
	if r.Context, err = entries(context); err != nil {
		return nil, fmt.Errorf("context: %w", err)
	}
	return r, nil
}

// scalar returns a member as text, "" if it is absent or null.
func scalar(m *jsonvalue.Map, name string) (string, error) {
	v, _ := m.Get(name)
	text, err := stringify(v)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

func entries(v jsonvalue.Value) ([]Entry, error) {
	if v.IsNull() {
		return nil, nil
	}
	m := v.Map()
	if m == nil {
		return nil, errors.New("not a JSON object")
	}
	var list []Entry
	for key, value := range m.All() {
		name, _ := key.Text()
		if value.IsNull() {
			continue
		}
		text, err := stringify(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, Entry{name, text})
	}
	return list, nil
}

// stringify returns the text of a string, number or boolean. The words for
// the rest are those of the reader that API Gateway uses.
func stringify(v jsonvalue.Value) (string, error) {
	switch v.Kind() {
	case jsonvalue.KindNull:
		return "", nil
	case jsonvalue.KindList:
		return "", errors.New("Can not deserialize instance of java.lang.String out of START_ARRAY token")
	case jsonvalue.KindMap:
		return "", errors.New("Can not deserialize instance of java.lang.String out of START_OBJECT token")
	default:
		return v.String(), nil
	}
}

// Source is where an authorizer's identity source is read from.
type Source uint8

// The places of an identity source.
const (
	FromHeader Source = iota
	FromQueryString
	FromStageVariable
	FromContext
)

var sources = []struct {
	prefix string
	source Source
}{
	{"route.request.header.", FromHeader},
	{"route.request.querystring.", FromQueryString},
	{"stageVariables.", FromStageVariable},
	{"context.", FromContext},
}

// IdentitySource is one of the values without which an authorizer is not
// called.
type IdentitySource struct {
	Source Source
	Name   string
}

// ParseIdentitySource reads an identity source, such as
// route.request.header.Auth, with or without "$" in front.
func ParseIdentitySource(text string) (IdentitySource, error) {
	rest := strings.TrimPrefix(strings.TrimSpace(text), "$")
	for _, s := range sources {
		if name, ok := strings.CutPrefix(rest, s.prefix); ok && name != "" {
			return IdentitySource{s.source, name}, nil
		}
	}
	return IdentitySource{}, errors.New("identity source " + strconv.Quote(text) +
		" is not route.request.header.NAME, route.request.querystring.NAME, stageVariables.NAME or context.NAME")
}
