package cloudformation

import (
	"context"
	"errors"
	"regexp"

	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/query"
	"postern/internal/service/cloudformation/provision"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

// maxStacks is the quota of stacks in an account and region.
//
// Source: CloudFormation user guide, "quotas".
const maxStacks = 2000

const useCreate = "CreateStack"

// CreateStack makes a stack and its resources.
func (s *Service) CreateStack(ctx context.Context, c query.Caller, in *CreateStackInput) (*StackOutput, error) {
	if err := checkName(in.StackName); err != nil {
		return nil, err
	}
	if in.OnFailure != "" && in.DisableRollback != nil {
		return nil, invalid("You can set either DisableRollback or OnFailure, but not both.")
	}
	text, err := s.text(ctx, c, source{body: in.TemplateBody, url: in.TemplateURL})
	if err != nil {
		return nil, err
	}
	t, err := s.parse(text)
	if err != nil {
		return nil, err
	}
	if old, err := s.find(ctx, c, in.StackName); err == nil {
		if old.Used(in.ClientRequestToken) == useCreate {
			return &StackOutput{old.ID}, nil
		}
		return nil, awserr.Newf(alreadyExists, "Stack [%s] already exists", in.StackName)
	} else if !errors.Is(err, stack.ErrNotFound) {
		return nil, err
	}
	rec, bound, err := s.newStack(ctx, c, in, t, text)
	if err != nil {
		return nil, err
	}
	rec.Use(in.ClientRequestToken, useCreate)
	rec.StackEvent(stack.CreateInProgress, "User Initiated")
	id := rec.ID
	o := provision.Options{
		DisableRollback: rec.DisableRollback, OnFailure: in.OnFailure, RetainExceptOnCreate: in.RetainExceptOnCreate,
	}
	err = s.do(ctx, c, rec, func(ctx context.Context, _ *operation) error {
		return s.engine.Create(ctx, rec, bound, o)
	})
	if err != nil {
		return nil, err
	}
	return &StackOutput{id}, nil
}

// newStack returns the stack that a request describes, not stored yet, with its
// template bound.
func (s *Service) newStack(ctx context.Context, c query.Caller, in *CreateStackInput, t *template.Template, text string) (*stack.Record, *template.Bound, error) {
	values, err := parameters(in.Parameters, nil)
	if err != nil {
		return nil, nil, err
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, nil, err
	}
	rec, err := s.emptyStack(ctx, c, in.StackName)
	if err != nil {
		return nil, nil, err
	}
	rec.Version = stack.Version{
		Template: text, Parameters: values, Tags: in.Tags, Capabilities: in.Capabilities,
		NotificationARNs: in.NotificationARNs, RoleARN: in.RoleARN, Rollback: in.RollbackConfiguration,
	}
	bound, err := s.bind(t, rec.Stack, &rec.Version)
	if err != nil {
		return nil, nil, err
	}
	if err := checkCapabilities(t, bound, in.Capabilities, true); err != nil {
		return nil, nil, err
	}
	if err := checkTypes(bound, in.ResourceTypes); err != nil {
		return nil, nil, err
	}
	if rec.Policy, err = s.policy(ctx, c, in.StackPolicyBody, in.StackPolicyURL); err != nil {
		return nil, nil, err
	}
	rec.DisableRollback = in.DisableRollback != nil && *in.DisableRollback || in.OnFailure == "DO_NOTHING"
	if in.TimeoutInMinutes != nil {
		rec.TimeoutInMinutes = *in.TimeoutInMinutes
	}
	rec.TerminationProtection = in.EnableTerminationProtection
	rec.RetainExceptOnCreate = in.RetainExceptOnCreate
	return rec, bound, nil
}

// emptyStack returns a new stack of that name without a template.
func (s *Service) emptyStack(ctx context.Context, c query.Caller, name string) (*stack.Record, error) {
	live, err := s.stacks.Live(ctx, c.Scope())
	if err != nil {
		return nil, err
	}
	if len(live) >= maxStacks {
		return nil, awserr.Newf(limitExceeded, "Limit for stack has been exceeded")
	}
	return s.stacks.New(&stack.Stack{
		ID: stack.ARN(c.Scope(), name, ids.UUID()), Name: name, AccountID: c.AccountID, Region: c.Region,
		Created: s.options.Clock.Now().UTC(),
	})
}

var stackName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]*$`)

// maxStackName is how long the name of a stack may be.
const maxStackName = 128

// IsStackName reports whether a new stack may have that name: letters, digits
// and hyphens, a letter first, at most 128.
func IsStackName(name string) bool { return checkName(name) == nil }

// checkName refuses the name of a new stack that is not one.
func checkName(name string) error {
	if !stackName.MatchString(name) {
		return query.Violations(query.Violation(name, "stackName",
			"Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"))
	}
	if len(name) > maxStackName {
		return query.Violations(query.Violation(name, "stackName", "Member must have length less than or equal to 128"))
	}
	return nil
}
