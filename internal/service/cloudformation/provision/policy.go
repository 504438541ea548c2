package provision

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"postern/internal/service/cloudformation/stack"
)

// The actions that a stack policy speaks of.
const (
	ActionModify  = "Update:Modify"
	ActionReplace = "Update:Replace"
	ActionDelete  = "Update:Delete"
)

// Policy is a stack policy: what updates may do to which resources. Once there
// is one, what no statement allows is denied.
//
// Source: CloudFormation user guide, "Prevent updates to stack resources".
type Policy struct{ statements []policyStatement }

type policyStatement struct {
	allow               bool
	actions, notActions []string
	resources, notRes   []string
	types               []string // patterns of the condition on ResourceType; nil: any
}

// DeniedError is an update that a stack policy refuses.
type DeniedError struct{ reason string }

// Error returns AWS's text.
func (e *DeniedError) Error() string { return "Action denied by stack policy: " + e.reason }

// texts is a JSON string or a list of strings.
type texts []string

// UnmarshalJSON reads either form.
func (t *texts) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(t))
}

type statementJSON struct {
	Sid         string
	Effect      string
	Principal   json.RawMessage
	Action      texts
	NotAction   texts
	Resource    texts
	NotResource texts
	Condition   map[string]map[string]texts
}

// statements is a list of statements, or a single one.
type statements []statementJSON

// UnmarshalJSON reads either form.
func (s *statements) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '{' {
		text = slices.Concat([]byte{'['}, text, []byte{']'})
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*[]statementJSON)(s))
}

// ParsePolicy reads a stack policy. The error says what is wrong with it.
func ParsePolicy(body string) (*Policy, error) {
	var document struct {
		Version   string
		ID        string `json:"Id"`
		Statement statements
	}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if len(document.Statement) == 0 {
		return nil, errors.New("it has no Statement")
	}
	p := &Policy{}
	for i, s := range document.Statement {
		statement, err := s.read()
		if err != nil {
			return nil, fmt.Errorf("statement [#%d]: %w", i+1, err)
		}
		p.statements = append(p.statements, statement)
	}
	return p, nil
}

func (s *statementJSON) read() (policyStatement, error) {
	out := policyStatement{
		allow: s.Effect == "Allow", actions: s.Action, notActions: s.NotAction,
		resources: s.Resource, notRes: s.NotResource,
	}
	switch {
	case s.Effect != "Allow" && s.Effect != "Deny":
		return out, fmt.Errorf("the Effect %q is neither Allow nor Deny", s.Effect)
	case (s.Action == nil) == (s.NotAction == nil):
		return out, errors.New("one of Action and NotAction is needed")
	case (s.Resource == nil) == (s.NotResource == nil):
		return out, errors.New("one of Resource and NotResource is needed")
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			if key != "ResourceType" || operator != "StringEquals" && operator != "StringLike" {
				return out, fmt.Errorf("the condition %s on %s is not supported", operator, key)
			}
			out.types = append(out.types, values...)
		}
	}
	return out, nil
}

// Check returns a *DeniedError if the policy does not let an update do the
// action to the resource. A nil Policy lets it do everything.
func (p *Policy) Check(action string, res *stack.Resource) error {
	if p == nil {
		return nil
	}
	allowed := false
	for i, s := range p.statements {
		if !s.applies(action, res) {
			continue
		}
		if !s.allow {
			return &DeniedError{fmt.Sprintf("Statement [#%d] does not allow [%s] for resource [%s];", i+1, action, res.LogicalID)}
		}
		allowed = true
	}
	if !allowed {
		return &DeniedError{fmt.Sprintf("no statement allows [%s] for resource [%s];", action, res.LogicalID)}
	}
	return nil
}

func (s *policyStatement) applies(action string, res *stack.Resource) bool {
	if like(s.actions, action) != (s.actions != nil) || s.notActions != nil && like(s.notActions, action) {
		return false
	}
	name := "LogicalResourceId/" + res.LogicalID
	if like(s.resources, name) != (s.resources != nil) || s.notRes != nil && like(s.notRes, name) {
		return false
	}
	return s.types == nil || like(s.types, res.Type)
}

// like reports whether a pattern with * and ? fits the text.
func like(patterns []string, text string) bool {
	for _, pattern := range patterns {
		if pattern == "*" {
			return true
		}
		// A slash is an ordinary character here, unlike for path.Match.
		fits, err := path.Match(strings.ReplaceAll(pattern, "/", ":"), strings.ReplaceAll(text, "/", ":"))
		if err == nil && fits {
			return true
		}
	}
	return false
}
