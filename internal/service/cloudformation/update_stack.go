package cloudformation

import (
	"context"
	"errors"

	"postern/internal/query"
	"postern/internal/service/cloudformation/change"
	"postern/internal/service/cloudformation/provision"
	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
)

const useUpdate = "UpdateStack"

// UpdateStack changes a stack to what a template says.
func (s *Service) UpdateStack(ctx context.Context, c query.Caller, in *UpdateStackInput) (*StackOutput, error) {
	rec, err := s.find(ctx, c, in.StackName)
	if errors.Is(err, stack.ErrNotFound) {
		return nil, invalid("Stack [%s] does not exist", in.StackName)
	}
	if err != nil {
		return nil, err
	}
	if rec.Used(in.ClientRequestToken) == useUpdate {
		return &StackOutput{rec.ID}, nil
	}
	v, bound, err := s.newVersion(ctx, c, rec.Stack, versionInput{
		source:     source{body: in.TemplateBody, url: in.TemplateURL, usePrevious: in.UsePreviousTemplate, previous: rec.Stack},
		parameters: in.Parameters, tags: in.Tags, capabilities: in.Capabilities, notificationARNs: in.NotificationARNs,
		roleARN: in.RoleARN, rollback: in.RollbackConfiguration, resourceTypes: in.ResourceTypes, expanded: true,
	})
	if err != nil {
		return nil, err
	}
	if !stack.Updatable(rec.Status) {
		return nil, notUpdatable(rec.ID, rec.Status)
	}
	if err := s.changesSomething(ctx, c, rec.Stack, bound, v); err != nil {
		return nil, err
	}
	o := provision.Options{RetainExceptOnCreate: in.RetainExceptOnCreate}
	if in.DisableRollback != nil {
		o.DisableRollback = *in.DisableRollback
	}
	if o.Policy, err = s.policyForUpdate(ctx, c, rec, in); err != nil {
		return nil, err
	}
	rec.ChangeSetID = ""
	return &StackOutput{rec.ID}, s.update(ctx, c, rec, v, bound, o, in.ClientRequestToken)
}

// policyForUpdate stores the stack policy that a request brings along, and
// returns the one that the update obeys.
func (s *Service) policyForUpdate(ctx context.Context, c query.Caller, rec *stack.Record, in *UpdateStackInput) (*provision.Policy, error) {
	body, err := s.policy(ctx, c, in.StackPolicyBody, in.StackPolicyURL)
	if err != nil {
		return nil, err
	}
	if body != "" {
		rec.Policy = body
	}
	during, err := s.policy(ctx, c, in.StackPolicyDuringUpdateBody, in.StackPolicyDuringUpdateURL)
	if err != nil {
		return nil, err
	}
	if during == "" {
		during = rec.Policy
	}
	return parsePolicy(during)
}

// update makes a stack the given version and waits for it.
func (s *Service) update(ctx context.Context, c query.Caller, rec *stack.Record, v stack.Version, bound *template.Bound, o provision.Options, token string) error {
	rec.Use(token, useUpdate)
	rec.Updated = s.options.Clock.Now().UTC()
	provision.BeginUpdate(rec, v)
	return s.do(ctx, c, rec, func(ctx context.Context, op *operation) error {
		o.Cancelled = op.cancelled.Load
		return s.engine.Update(ctx, rec, bound, o)
	})
}

// changesSomething fails if an update would have nothing to do.
func (s *Service) changesSomething(ctx context.Context, c query.Caller, old *stack.Stack, bound *template.Bound, v stack.Version) error {
	plan, err := s.plan(ctx, c, old, bound, v)
	if err != nil {
		return err
	}
	if plan.Empty() && !doubtful(old.Status) {
		return invalid("No updates are to be performed.")
	}
	return nil
}

// doubtful reports whether a stack may not be what its resources say, so that
// an update without changes makes sense.
func doubtful(status string) bool {
	return status == stack.CreateFailed || status == stack.UpdateFailed
}

// plan computes what a version would change of a stack.
func (s *Service) plan(ctx context.Context, c query.Caller, old *stack.Stack, bound *template.Bound, v stack.Version) (*change.Plan, error) {
	exports, err := s.engine.Exports(ctx, c.Scope())
	if err != nil {
		return nil, err
	}
	plan, err := change.Compute(change.Input{
		Registry: s.options.Registry, Stack: old, Bound: bound, Version: &v,
		Import: func(name string) (string, bool) {
			e, ok := exports[name]
			return e.Value, ok
		},
		RewriteOutputs: func(outputs []template.OutputValue) []template.OutputValue {
			return s.rewriteOutputs(ctx, c.Scope(), outputs)
		},
	})
	return plan, ofTemplate(err)
}

// versionInput is what a request says a stack is to become. Nil members keep
// what the stack has.
type versionInput struct {
	source           source
	parameters       []Parameter
	tags             []stack.Tag
	capabilities     []string
	notificationARNs []string
	roleARN          string
	rollback         *stack.Rollback
	resourceTypes    []string
	// expanded says that transforms must be acknowledged.
	expanded bool
}

// newVersion returns the version that a request describes, and its template
// bound for the stack.
func (s *Service) newVersion(ctx context.Context, c query.Caller, old *stack.Stack, in versionInput) (stack.Version, *template.Bound, error) {
	text, err := s.text(ctx, c, in.source)
	if err != nil {
		return stack.Version{}, nil, err
	}
	t, err := s.parse(text)
	if err != nil {
		return stack.Version{}, nil, err
	}
	values, err := parameters(in.parameters, old)
	if err != nil {
		return stack.Version{}, nil, err
	}
	if err := checkTags(in.tags); err != nil {
		return stack.Version{}, nil, err
	}
	v := stack.Version{
		Template: text, Parameters: values, Tags: in.tags, Capabilities: in.capabilities,
		NotificationARNs: in.notificationARNs, RoleARN: in.roleARN, Rollback: in.rollback, Imports: old.Imports,
	}
	if v.Tags == nil {
		v.Tags = old.Tags
	}
	if v.NotificationARNs == nil {
		v.NotificationARNs = old.NotificationARNs
	}
	if v.RoleARN == "" {
		v.RoleARN = old.RoleARN
	}
	if v.Rollback == nil {
		v.Rollback = old.Rollback
	}
	bound, err := s.bind(t, old, &v)
	if err != nil {
		return stack.Version{}, nil, err
	}
	if err := checkCapabilities(t, bound, in.capabilities, in.expanded); err != nil {
		return stack.Version{}, nil, err
	}
	return v, bound, checkTypes(bound, in.resourceTypes)
}
