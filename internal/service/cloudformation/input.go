package cloudformation

import "postern/internal/service/cloudformation/stack"

// Parameter is a parameter of a request or an answer.
type Parameter struct {
	ParameterKey     string
	ParameterValue   *string
	UsePreviousValue *bool
	ResolvedValue    string
}

// CreateStackInput is the input of CreateStack.
type CreateStackInput struct {
	StackName                   string `required:"true" max:"128" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	TemplateBody                string `maxbytes:"51200"`
	TemplateURL                 string `max:"5120"`
	Parameters                  []Parameter
	DisableRollback             *bool
	RollbackConfiguration       *stack.Rollback
	TimeoutInMinutes            *int `min:"1"`
	NotificationARNs            []string
	Capabilities                []string `enum:"CAPABILITY_IAM|CAPABILITY_NAMED_IAM|CAPABILITY_AUTO_EXPAND"`
	ResourceTypes               []string `min:"1" max:"256"`
	RoleARN                     string   `min:"20" max:"2048"`
	OnFailure                   string   `enum:"DO_NOTHING|ROLLBACK|DELETE"`
	StackPolicyBody             string   `max:"16384"`
	StackPolicyURL              string   `max:"5120"`
	Tags                        []stack.Tag
	ClientRequestToken          string `max:"128" pattern:"[a-zA-Z0-9][-a-zA-Z0-9]*"`
	EnableTerminationProtection bool
	RetainExceptOnCreate        bool
}

// UpdateStackInput is the input of UpdateStack.
type UpdateStackInput struct {
	StackName                   string `required:"true" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	TemplateBody                string `maxbytes:"51200"`
	TemplateURL                 string `max:"5120"`
	UsePreviousTemplate         bool
	StackPolicyDuringUpdateBody string `max:"16384"`
	StackPolicyDuringUpdateURL  string `max:"5120"`
	Parameters                  []Parameter
	Capabilities                []string `enum:"CAPABILITY_IAM|CAPABILITY_NAMED_IAM|CAPABILITY_AUTO_EXPAND"`
	ResourceTypes               []string `min:"1" max:"256"`
	RoleARN                     string   `min:"20" max:"2048"`
	RollbackConfiguration       *stack.Rollback
	StackPolicyBody             string `max:"16384"`
	StackPolicyURL              string `max:"5120"`
	NotificationARNs            []string
	Tags                        []stack.Tag
	DisableRollback             *bool
	ClientRequestToken          string `max:"128" pattern:"[a-zA-Z0-9][-a-zA-Z0-9]*"`
	RetainExceptOnCreate        bool
}

// StackOutput is the answer of operations that name their stack.
type StackOutput struct {
	StackID string `query:"StackId"`
}

// Void is the answer of operations that have none.
type Void struct{}

// NameInput is the input of operations that take a stack's name or ARN.
type NameInput struct {
	StackName string `required:"true" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	NextToken string `max:"1024"`
}

// DeleteStackInput is the input of DeleteStack.
type DeleteStackInput struct {
	StackName          string `required:"true"`
	RetainResources    []string
	RoleARN            string `min:"20" max:"2048"`
	ClientRequestToken string `max:"128" pattern:"[a-zA-Z0-9][-a-zA-Z0-9]*"`
	DeletionMode       string `enum:"STANDARD|FORCE_DELETE_STACK"`
}

// RollbackStackInput is the input of RollbackStack and of
// ContinueUpdateRollback, which alone skips resources.
type RollbackStackInput struct {
	StackName            string `required:"true" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	RoleARN              string `min:"20" max:"2048"`
	ResourcesToSkip      []string
	ClientRequestToken   string `max:"128" pattern:"[a-zA-Z0-9][-a-zA-Z0-9]*"`
	RetainExceptOnCreate bool
}
