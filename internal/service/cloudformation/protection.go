package cloudformation

import (
	"context"

	"postern/internal/query"
	"postern/internal/service/cloudformation/provision"
	"postern/internal/service/cloudformation/stack"
)

// UpdateTerminationProtectionInput is the input of UpdateTerminationProtection.
type UpdateTerminationProtectionInput struct {
	EnableTerminationProtection *bool  `required:"true"`
	StackName                   string `required:"true" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
}

// UpdateTerminationProtection protects a stack from deletion, or no longer.
func (s *Service) UpdateTerminationProtection(ctx context.Context, c query.Caller, in *UpdateTerminationProtectionInput) (*StackOutput, error) {
	rec, err := s.change(ctx, c, in.StackName, func(rec *stack.Record) error {
		if rec.Status == stack.DeleteComplete || rec.Status == stack.DeleteInProgress {
			return invalid("TerminationProtection cannot be updated on a stack in status %s", rec.Status)
		}
		rec.TerminationProtection = *in.EnableTerminationProtection
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &StackOutput{rec.ID}, nil
}

// SetStackPolicyInput is the input of SetStackPolicy.
type SetStackPolicyInput struct {
	StackName       string `required:"true"`
	StackPolicyBody string `max:"16384"`
	StackPolicyURL  string `max:"5120"`
}

// SetStackPolicy gives a stack a policy, which can be replaced but not removed.
func (s *Service) SetStackPolicy(ctx context.Context, c query.Caller, in *SetStackPolicyInput) (*Void, error) {
	body, err := s.policy(ctx, c, in.StackPolicyBody, in.StackPolicyURL)
	if err != nil {
		return nil, err
	}
	if body == "" {
		return nil, invalid("You must specify one of Stack Policy Body and Stack Policy URL.")
	}
	_, err = s.change(ctx, c, in.StackName, func(rec *stack.Record) error {
		rec.Policy = body
		return nil
	})
	return nil, err
}

// GetStackPolicyInput is the input of GetStackPolicy.
type GetStackPolicyInput struct {
	StackName string `required:"true"`
}

// GetStackPolicyOutput is the answer of GetStackPolicy, empty for a stack
// without a policy.
type GetStackPolicyOutput struct{ StackPolicyBody string }

// GetStackPolicy returns the policy of a stack.
func (s *Service) GetStackPolicy(ctx context.Context, c query.Caller, in *GetStackPolicyInput) (*GetStackPolicyOutput, error) {
	rec, err := s.withID(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	return &GetStackPolicyOutput{rec.Policy}, nil
}

// policy returns the text of a stack policy that a request gives, "" if none,
// after it was checked.
func (s *Service) policy(ctx context.Context, c query.Caller, body, url string) (string, error) {
	if body != "" && url != "" {
		return "", invalid("You cannot specify both Stack Policy Body and Stack Policy URL.")
	}
	if url != "" {
		text, err := s.fetch(ctx, c, url)
		if err != nil {
			return "", err
		}
		body = text
	}
	if body == "" {
		return "", nil
	}
	_, err := provision.ParsePolicy(body)
	if err != nil {
		return "", invalid("Error validating stack policy: %v", err)
	}
	return body, nil
}

// parsePolicy reads a stored policy; nil for none.
func parsePolicy(body string) (*provision.Policy, error) {
	if body == "" {
		return nil, nil
	}
	return provision.ParsePolicy(body)
}

// AccountLimit is one quota.
type AccountLimit struct {
	Name  string
	Value int
}

// DescribeAccountLimitsOutput is the answer of DescribeAccountLimits.
type DescribeAccountLimitsOutput struct{ AccountLimits []AccountLimit }

// DescribeAccountLimits returns the quotas.
func (s *Service) DescribeAccountLimits(context.Context, query.Caller, *TokenInput) (*DescribeAccountLimitsOutput, error) {
	return &DescribeAccountLimitsOutput{[]AccountLimit{
		{"StackLimit", maxStacks}, {"StackOutputsLimit", 200}, {"ConcurrentResourcesLimit", 2500},
	}}, nil
}
