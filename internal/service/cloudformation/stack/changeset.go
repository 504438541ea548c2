package stack

import "time"

// The statuses of a change set, and whether it can be executed.
const (
	ChangeSetComplete = "CREATE_COMPLETE"
	ChangeSetFailed   = "FAILED"

	ExecutionAvailable   = "AVAILABLE"
	ExecutionUnavailable = "UNAVAILABLE"
	ExecutionInProgress  = "EXECUTE_IN_PROGRESS"
	ExecutionComplete    = "EXECUTE_COMPLETE"
	ExecutionFailed      = "EXECUTE_FAILED"
	ExecutionObsolete    = "OBSOLETE"
)

// The types of change sets.
const (
	ForCreate = "CREATE"
	ForUpdate = "UPDATE"
)

// ChangeSet is a change to a stack that was computed and not made yet.
type ChangeSet struct {
	ID          string    `json:"id"` // ARN
	Name        string    `json:"name"`
	StackID     string    `json:"stackId"`
	StackName   string    `json:"stackName"`
	Description string    `json:"description,omitempty"`
	Type        string    `json:"type"`
	Created     time.Time `json:"created"`

	Status          string `json:"status"`
	Reason          string `json:"reason,omitempty"`
	ExecutionStatus string `json:"executionStatus"`

	// Version is what the stack is to become.
	Version Version  `json:"version"`
	Changes []Change `json:"changes,omitempty"`

	OnStackFailure          string `json:"onStackFailure,omitempty"`
	IncludeNestedStacks     bool   `json:"includeNestedStacks,omitempty"`
	ImportExistingResources bool   `json:"importExistingResources,omitempty"`
	Token                   string `json:"token,omitempty"`
}

// Change is one entry of a change set. Its members are in the order and by the
// names of DescribeChangeSet's answer.
type Change struct {
	Type           string // "Resource"
	ResourceChange ResourceChange
}

// ResourceChange says what happens to one resource.
type ResourceChange struct {
	PolicyAction       string
	Action             string // Add, Modify, Remove
	LogicalResourceID  string `query:"LogicalResourceId"`
	PhysicalResourceID string `query:"PhysicalResourceId"`
	ResourceType       string
	Replacement        string   // True, False, Conditional; empty unless Modify
	Scope              []string // Properties, Metadata, Tags
	Details            []Detail
	// BeforeContext and AfterContext are JSON texts, shown only where the
	// client asks for property values.
	BeforeContext string
	AfterContext  string
}

// Detail says what changes of a resource, and why.
type Detail struct {
	Target        Target
	Evaluation    string // Static, Dynamic
	ChangeSource  string // DirectModification, ParameterReference, ResourceReference, ResourceAttribute, Automatic
	CausingEntity string
}

// Target is the attribute or property that changes. The members from Path on
// are shown only where the client asks for property values.
type Target struct {
	Attribute           string // Properties, Metadata, Tags
	Name                string // of the property
	RequiresRecreation  string // Never, Conditionally, Always
	Path                string
	BeforeValue         *string
	AfterValue          *string
	AttributeChangeType string // Add, Remove, Modify
}
