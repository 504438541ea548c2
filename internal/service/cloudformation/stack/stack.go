package stack

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"postern/internal/apigateway"
)

// Stack is a stack with its resources.
type Stack struct {
	ID        string `json:"id"` // ARN
	Name      string `json:"name"`
	AccountID string `json:"accountId"`
	Region    string `json:"region"`

	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`

	Created time.Time `json:"created"`
	Updated time.Time `json:"updated,omitzero"` // start of the last update
	Deleted time.Time `json:"deleted,omitzero"`
	// Saved is when the document was last written. A stack that is busy and
	// was not written for long lost the process that worked on it.
	Saved time.Time `json:"saved"`

	// ChangeSetID names the change set that made the last change, if one did.
	ChangeSetID string `json:"changeSetId,omitempty"`
	Version
	Resources []Resource `json:"resources,omitempty"`
	Outputs   []Output   `json:"outputs,omitempty"`

	DisableRollback       bool   `json:"disableRollback,omitempty"`
	TimeoutInMinutes      int    `json:"timeoutInMinutes,omitempty"`
	TerminationProtection bool   `json:"terminationProtection,omitempty"`
	Policy                string `json:"policy,omitempty"`
	RetainExceptOnCreate  bool   `json:"retainExceptOnCreate,omitempty"`
	DeletionMode          string `json:"deletionMode,omitempty"`

	// Token is the ClientRequestToken of the operation under way or last done;
	// Tokens are the newest ones with what they were used for.
	Token  string  `json:"token,omitempty"`
	Tokens []Token `json:"tokens,omitempty"`

	// Before, with the resources and outputs that go with it, is what an update
	// that fails returns to. It is there from the start of an update until it
	// succeeded or was rolled back.
	Before       *Version   `json:"before,omitempty"`
	Prior        []Resource `json:"prior,omitempty"`
	PriorOutputs []Output   `json:"priorOutputs,omitempty"`
	// Attempted is what a rollback under way turns away from; Before is nil
	// then, since the stack's Version is already what it returns to.
	Attempted *Version `json:"attempted,omitempty"`
	// Leftovers are resources that the stack no longer has, replaced or
	// removed ones, and that are still to be deleted.
	Leftovers []Resource `json:"leftovers,omitempty"`

	LastEvent time.Time `json:"lastEvent,omitzero"`
	Chunks    []Chunk   `json:"chunks,omitempty"`
}

// Version is a template and everything that it was deployed with.
type Version struct {
	Template         string      `json:"template,omitempty"`
	Description      string      `json:"description,omitempty"`
	Parameters       []Parameter `json:"parameters,omitempty"`
	Tags             []Tag       `json:"tags,omitempty"`
	Capabilities     []string    `json:"capabilities,omitempty"`
	NotificationARNs []string    `json:"notificationARNs,omitempty"`
	RoleARN          string      `json:"roleARN,omitempty"`
	Rollback         *Rollback   `json:"rollback,omitempty"`
	// Imports are the names of the exports that the template uses.
	Imports []string `json:"imports,omitempty"`
}

// Parameter is a parameter's value.
type Parameter struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	// Resolved is what an SSM parameter type stands for.
	Resolved string `json:"resolved,omitempty"`
	NoEcho   bool   `json:"noEcho,omitempty"`
}

// Tag is a tag of a stack.
type Tag struct {
	Key   string `required:"true" min:"1" max:"128"`
	Value string `max:"256" empty:"keep"`
}

// Rollback is a RollbackConfiguration. Its alarms are kept and reported;
// Postern has no alarms that could go off.
type Rollback struct {
	RollbackTriggers        []Trigger
	MonitoringTimeInMinutes *int `min:"0" max:"180"`
}

// Trigger is an alarm of a Rollback.
type Trigger struct {
	Arn  string `required:"true"`
	Type string `required:"true"`
}

// Output is an output of a stack.
type Output struct {
	Key         string `query:"OutputKey"`
	Value       string `query:"OutputValue" empty:"keep"`
	Description string
	ExportName  string
}

// Token is a ClientRequestToken and what it was used for.
type Token struct {
	Token string `json:"token"`
	Use   string `json:"use"` // "CreateStack", "ExecuteChangeSet {arn}"
}

// maxTokens is how many tokens a stack remembers.
const maxTokens = 20

// Resource is a resource of a stack.
type Resource struct {
	LogicalID  string    `json:"logicalId"`
	PhysicalID string    `json:"physicalId,omitempty"`
	Type       string    `json:"type"`
	Status     string    `json:"status"`
	Reason     string    `json:"reason,omitempty"`
	Updated    time.Time `json:"updated"`
	// Properties are those last applied, in the types of the schema, as a JSON
	// object. Secrets in them are the references, never the values.
	Properties json.RawMessage   `json:"properties,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	// Metadata is the evaluated attribute, a JSON object.
	Metadata            json.RawMessage `json:"metadata,omitempty"`
	DeletionPolicy      string          `json:"deletionPolicy,omitempty"`
	UpdateReplacePolicy string          `json:"updateReplacePolicy,omitempty"`
	// Generation counts the physical resources that stood here: one more with
	// every replacement. Names may repeat, as those of stages do.
	Generation int `json:"generation,omitempty"`
	// DependsOn are the logical ids that the resource needed when it was last
	// created or updated.
	DependsOn []string `json:"dependsOn,omitempty"`
}

// Exists reports whether there is something to delete.
func (r *Resource) Exists() bool {
	return r.PhysicalID != "" && r.Status != DeleteComplete && r.Status != DeleteSkipped
}

// Scope returns the account and region of the stack.
func (s *Stack) Scope() apigateway.Scope {
	return apigateway.Scope{AccountID: s.AccountID, Region: s.Region}
}

// Resource returns the resource of that logical id, or nil.
func (s *Stack) Resource(logicalID string) *Resource {
	return find(s.Resources, logicalID)
}

// PriorResource returns the resource as it was before the update under way.
func (s *Stack) PriorResource(logicalID string) *Resource {
	return find(s.Prior, logicalID)
}

func find(resources []Resource, logicalID string) *Resource {
	for i := range resources {
		if resources[i].LogicalID == logicalID {
			return &resources[i]
		}
	}
	return nil
}

// Parameter returns the value of the parameter of that name.
func (v *Version) Parameter(key string) (Parameter, bool) {
	i := slices.IndexFunc(v.Parameters, func(p Parameter) bool { return p.Key == key })
	if i < 0 {
		return Parameter{}, false
	}
	return v.Parameters[i], true
}

// TagMap returns the tags as a map.
func (v *Version) TagMap() map[string]string {
	m := make(map[string]string, len(v.Tags))
	for _, t := range v.Tags {
		m[t.Key] = t.Value
	}
	return m
}

// Used returns what a token was used for; "" if it was not.
func (s *Stack) Used(token string) string {
	for _, t := range s.Tokens {
		if token != "" && t.Token == token {
			return t.Use
		}
	}
	return ""
}

// Use remembers what a token is used for.
func (s *Stack) Use(token, use string) {
	s.Token = token
	if token == "" {
		return
	}
	s.Tokens = append(s.Tokens, Token{token, use})
	if len(s.Tokens) > maxTokens {
		s.Tokens = s.Tokens[len(s.Tokens)-maxTokens:]
	}
}

// UUID returns the last part of the stack's ARN.
func (s *Stack) UUID() string { return uuidOf(s.ID) }

func uuidOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// ARN returns a stack's ARN.
func ARN(scope apigateway.Scope, name, uuid string) string {
	return "arn:" + apigateway.Partition + ":cloudformation:" + scope.Region + ":" + scope.AccountID + ":stack/" + name + "/" + uuid
}

// ChangeSetARN returns a change set's ARN.
func ChangeSetARN(scope apigateway.Scope, name, uuid string) string {
	return "arn:" + apigateway.Partition + ":cloudformation:" + scope.Region + ":" + scope.AccountID + ":changeSet/" + name + "/" + uuid
}

// ParseARN returns the kind ("stack" or "changeSet"), name and UUID within a
// CloudFormation ARN.
func ParseARN(arn string) (kind, name, uuid string, ok bool) {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) != 6 || fields[0] != "arn" || fields[2] != "cloudformation" {
		return "", "", "", false
	}
	parts := strings.Split(fields[5], "/")
	if len(parts) != 3 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}
