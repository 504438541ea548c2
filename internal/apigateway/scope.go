package apigateway

import (
	"context"
	"strings"
)

// The account and region of a caller that names none.
const (
	DefaultAccountID = "000000000000"
	DefaultRegion    = "us-east-1"
)

// Partition is the first part of every ARN. Postern serves one partition.
const Partition = "aws"

// Scope is the account and region that an operation works in. Resources of one
// scope are invisible to every other.
type Scope struct {
	AccountID string // twelve digits
	Region    string // us-east-1
}

// Masked returns the scope with all of the account but its last four digits
// hidden, as AWS names resources in its errors.
func (s Scope) Masked() Scope {
	hidden := max(0, len(s.AccountID)-4)
	return Scope{AccountID: strings.Repeat("*", hidden) + s.AccountID[hidden:], Region: s.Region}
}

// DefaultScope returns the scope of a caller that names neither account nor
// region.
func DefaultScope() Scope { return Scope{AccountID: DefaultAccountID, Region: DefaultRegion} }

type scopeKey struct{}

// WithScope returns a context that carries s, as the server sets it from a
// request's credentials.
func WithScope(ctx context.Context, s Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// ScopeFrom returns the scope that ctx carries, or the default one.
func ScopeFrom(ctx context.Context) Scope {
	s, ok := ctx.Value(scopeKey{}).(Scope)
	if !ok {
		return DefaultScope()
	}
	if s.AccountID == "" {
		s.AccountID = DefaultAccountID
	}
	if s.Region == "" {
		s.Region = DefaultRegion
	}
	return s
}
