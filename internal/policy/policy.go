// Package policy reads IAM policy documents, as Lambda authorizers return them
// and as profiles of the credentials file name them, and decides whether they
// allow an action on a resource.
//
// It implements identity policies: Version, Id and Statement with Sid, Effect,
// Action or NotAction, Resource or NotResource, and Condition with policy
// variables. It has no Principal, no permission boundaries and no roles, and
// does not know who calls: the caller of Evaluate says what the condition keys
// are.
//
// Source: IAM User Guide, "IAM JSON policy elements reference", "Policy
// evaluation logic" and "IAM policy elements: Variables and tags".
package policy

import (
	"strconv"
	"strings"
	"time"
)

// The sizes that a document may have.
const (
	// MaxDocument is the size of a document in bytes: the quota of the inline
	// policies of a role.
	MaxDocument = 10240
	// MaxResource is the length of one resource in characters.
	//
	// Source: Developer Guide, "Quotas for creating, deploying and managing
	// an API", resource ARN in an authorizer's policy.
	MaxResource = 512
)

// Actions of API Gateway's data plane.
const (
	// ActionInvoke is connecting: on {stage}/$connect of an execution ARN.
	ActionInvoke = "execute-api:Invoke"
	// ActionManageConnections is calling @connections: on
	// {stage}/{method}/@connections/{connectionId}.
	ActionManageConnections = "execute-api:ManageConnections"
)

// Decision is what policies say of a request.
type Decision uint8

// The decisions. The zero Decision denies.
const (
	// ImplicitDeny means that no statement applies.
	ImplicitDeny Decision = iota
	// Allow means that a statement allows the request and none denies it.
	Allow
	// ExplicitDeny means that a statement denies the request.
	ExplicitDeny
)

// String returns the decision in words.
func (d Decision) String() string {
	switch d {
	case Allow:
		return "allow"
	case ExplicitDeny:
		return "explicit deny"
	default:
		return "implicit deny"
	}
}

// Request is what is to be decided.
type Request struct {
	// Action is the action asked for, such as ActionInvoke.
	Action string
	// Resource is the ARN that the action is for. It holds no wildcards.
	Resource string
	// Context holds the condition keys that are known of the request; nil is
	// none.
	Context Context
}

// Context holds the values of condition keys by the key in lower case.
type Context map[string][]string

// Set sets the values of a key, "aws:SourceIp", whatever its case.
func (c Context) Set(key string, values ...string) { c[strings.ToLower(key)] = values }

// NewContext returns a Context with the keys that IAM knows of every request:
// aws:CurrentTime, aws:EpochTime, aws:SourceIp, aws:SecureTransport and, of a
// client that names itself, aws:UserAgent.
func NewContext(now time.Time, sourceIP, userAgent string, secure bool) Context {
	c := Context{
		"aws:currenttime":     {now.UTC().Format(time.RFC3339)},
		"aws:epochtime":       {strconv.FormatInt(now.Unix(), 10)},
		"aws:securetransport": {strconv.FormatBool(secure)},
		"aws:sourceip":        {sourceIP},
	}
	if userAgent != "" {
		c["aws:useragent"] = []string{userAgent}
	}
	return c
}

// Result is a Decision and the statement that it rests on.
type Result struct {
	Decision Decision
	// Statement is the index of the statement in its document, or -1 where
	// none applies.
	Statement int
	// Sid is the statement's identifier, often empty.
	Sid string
}

// Document is a policy document, ready to be evaluated. It does not change and
// may be used by any number of goroutines. The zero Document has no statements.
type Document struct {
	statements []statement
}

type statement struct {
	sid        string
	effect     Decision // Allow or ExplicitDeny
	actions    []glob
	notAction  bool
	resources  []arnPattern
	notRes     bool
	conditions []condition
}

// Len returns the number of statements.
func (d *Document) Len() int { return len(d.statements) }

// Evaluate decides a request by this document alone.
func (d *Document) Evaluate(r Request) Result { return Evaluate(r, d) }

// Evaluate decides a request by all documents together: a statement that
// denies wins, wherever it stands, over statements that allow.
func Evaluate(r Request, documents ...*Document) Result {
	result := Result{Statement: -1}
	for _, d := range documents {
		for i := range d.statements {
			s := &d.statements[i]
			if result.Decision == s.effect || !s.applies(&r) {
				continue
			}
			result = Result{Decision: s.effect, Statement: i, Sid: s.sid}
			if s.effect == ExplicitDeny {
				return result
			}
		}
	}
	return result
}

func (s *statement) applies(r *Request) bool {
	if s.notAction == s.hasAction(r) || s.notRes == s.hasResource(r) {
		return false
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(r.Context) {
			return false
		}
	}
	return true
}

func (s *statement) hasAction(r *Request) bool {
	action := strings.ToLower(r.Action)
	for i := range s.actions {
		if s.actions[i].match(action, nil) {
			return true
		}
	}
	return false
}

func (s *statement) hasResource(r *Request) bool {
	for i := range s.resources {
		if s.resources[i].match(r.Resource, r.Context) {
			return true
		}
	}
	return false
}
