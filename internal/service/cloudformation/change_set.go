package cloudformation

import (
	"context"
	"errors"

	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/query"
	"postern/internal/service/cloudformation/stack"
)

// maxChangeSets bounds the change sets of a stack. The AWS CLI leaves one that
// failed behind whenever it finds nothing to deploy, so the oldest of those go.
const maxChangeSets = 100

// noChanges is the reason of a change set that would change nothing. The AWS
// CLI compares it to the letter.
const noChanges = "The submitted information didn't contain changes. Submit different information to create a change set."

// CreateChangeSetInput is the input of CreateChangeSet.
type CreateChangeSetInput struct {
	StackName               string `required:"true" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	TemplateBody            string `maxbytes:"51200"`
	TemplateURL             string `max:"5120"`
	UsePreviousTemplate     bool
	Parameters              []Parameter
	Capabilities            []string `enum:"CAPABILITY_IAM|CAPABILITY_NAMED_IAM|CAPABILITY_AUTO_EXPAND"`
	ResourceTypes           []string `min:"1" max:"256"`
	RoleARN                 string   `min:"20" max:"2048"`
	RollbackConfiguration   *stack.Rollback
	NotificationARNs        []string
	Tags                    []stack.Tag
	ChangeSetName           string `required:"true" max:"128" pattern:"[a-zA-Z][-a-zA-Z0-9]*"`
	ClientToken             string `max:"128"`
	Description             string `max:"1024"`
	ChangeSetType           string `enum:"CREATE|UPDATE|IMPORT"`
	IncludeNestedStacks     bool
	OnStackFailure          string `enum:"DO_NOTHING|ROLLBACK|DELETE"`
	ImportExistingResources bool
}

// CreateChangeSetOutput is the answer of CreateChangeSet.
type CreateChangeSetOutput struct {
	ID      string `query:"Id"`
	StackID string `query:"StackId"`
}

// CreateChangeSet computes what a template would change of a stack. A change
// set that creates leaves a stack under review behind.
func (s *Service) CreateChangeSet(ctx context.Context, c query.Caller, in *CreateChangeSetInput) (*CreateChangeSetOutput, error) {
	rec, isNew, err := s.stackForChangeSet(ctx, c, in)
	if err != nil {
		return nil, err
	}
	if !isNew {
		if old, err := s.freeName(ctx, rec.Stack, in); err != nil || old != nil {
			return old, err
		}
	}
	v, bound, err := s.newVersion(ctx, c, rec.Stack, versionInput{
		source:     source{body: in.TemplateBody, url: in.TemplateURL, usePrevious: in.UsePreviousTemplate, previous: rec.Stack},
		parameters: in.Parameters, tags: in.Tags, capabilities: in.Capabilities, notificationARNs: in.NotificationARNs,
		roleARN: in.RoleARN, rollback: in.RollbackConfiguration, resourceTypes: in.ResourceTypes,
	})
	if err != nil {
		return nil, err
	}
	cs := &stack.ChangeSet{
		ID: stack.ChangeSetARN(c.Scope(), in.ChangeSetName, ids.UUID()), Name: in.ChangeSetName,
		StackID: rec.ID, StackName: rec.Name, Description: in.Description, Type: stack.ForUpdate,
		Created: s.options.Clock.Now().UTC(), Version: v,
		Status: stack.ChangeSetComplete, ExecutionStatus: stack.ExecutionAvailable,
		OnStackFailure: in.OnStackFailure, IncludeNestedStacks: in.IncludeNestedStacks,
		ImportExistingResources: in.ImportExistingResources, Token: in.ClientToken,
	}
	if in.ChangeSetType == stack.ForCreate {
		cs.Type = stack.ForCreate
	}
	plan, err := s.plan(ctx, c, rec.Stack, bound, v)
	switch {
	case err != nil && awserr.Of(err).Kind != awserr.ValidationError:
		return nil, err
	case err != nil:
		fail(cs, awserr.Of(err).Message)
	case plan.Empty() && !doubtful(rec.Status):
		fail(cs, noChanges)
	default:
		cs.Changes = plan.Changes
	}
	if isNew {
		rec.StackEvent(stack.ReviewInProgress, "User Initiated")
		if err := s.save(ctx, c, rec); err != nil {
			return nil, err
		}
	}
	if err := s.stacks.SaveChangeSet(ctx, rec.Stack, cs); err != nil {
		return nil, err
	}
	return &CreateChangeSetOutput{cs.ID, rec.ID}, nil
}

func fail(cs *stack.ChangeSet, reason string) {
	cs.Status, cs.Reason, cs.ExecutionStatus = stack.ChangeSetFailed, reason, stack.ExecutionUnavailable
}

// stackForChangeSet returns the stack that a change set is for: one that is not
// stored yet if it is to be created.
func (s *Service) stackForChangeSet(ctx context.Context, c query.Caller, in *CreateChangeSetInput) (_ *stack.Record, isNew bool, err error) {
	if in.ChangeSetType == "IMPORT" {
		return nil, false, invalid("Change sets of the type IMPORT are not supported: no resources exist that a stack could take in.")
	}
	rec, err := s.find(ctx, c, in.StackName)
	if err != nil && !errors.Is(err, stack.ErrNotFound) {
		return nil, false, err
	}
	exists := err == nil
	switch {
	case in.ChangeSetType == stack.ForCreate && exists && rec.Status != stack.ReviewInProgress:
		return nil, false, invalid("Stack [%s] already exists and cannot be created again with the changeSet [%s].", in.StackName, in.ChangeSetName)
	case in.ChangeSetType == stack.ForCreate && exists:
		return rec, false, nil
	case in.ChangeSetType == stack.ForCreate:
		if err := checkName(in.StackName); err != nil {
			return nil, false, err
		}
		rec, err := s.emptyStack(ctx, c, in.StackName)
		return rec, true, err
	case !exists:
		return nil, false, invalid("Stack [%s] does not exist", in.StackName)
	case !stack.Updatable(rec.Status):
		return nil, false, notUpdatable(rec.ID, rec.Status)
	}
	return rec, false, nil
}

// freeName makes room for a new change set. It returns the change set that is
// asked for a second time by the same token.
func (s *Service) freeName(ctx context.Context, owner *stack.Stack, in *CreateChangeSetInput) (*CreateChangeSetOutput, error) {
	sets, err := s.stacks.ChangeSets(ctx, owner)
	if err != nil {
		return nil, err
	}
	room := maxChangeSets - len(sets)
	for _, cs := range sets {
		switch {
		case cs.Name == in.ChangeSetName && cs.Token != "" && cs.Token == in.ClientToken:
			return &CreateChangeSetOutput{cs.ID, cs.StackID}, nil
		case cs.Name == in.ChangeSetName && !executed(cs):
			return nil, awserr.Newf(alreadyExists, "ChangeSet %s already exists", in.ChangeSetName)
		case cs.Name == in.ChangeSetName, room <= 0 && cs.ExecutionStatus != stack.ExecutionAvailable:
			if err := s.stacks.DeleteChangeSet(ctx, owner, cs); err != nil {
				return nil, err
			}
			room++
		}
	}
	if room <= 0 {
		return nil, awserr.Newf(limitExceeded, "ChangeSet limit exceeded for stack %s: %d", owner.Name, maxChangeSets)
	}
	return nil, nil
}

// executed reports whether a change set is over, so that its name is free.
func executed(cs *stack.ChangeSet) bool {
	return cs.ExecutionStatus == stack.ExecutionComplete || cs.ExecutionStatus == stack.ExecutionFailed
}

// DeleteChangeSetInput is the input of DeleteChangeSet.
type DeleteChangeSetInput struct {
	ChangeSetName string `required:"true" max:"1600" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*"`
	StackName     string `pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
}

// DeleteChangeSet deletes a change set; that the stack has none of that name is
// as good, and the CDK relies on it. A stack that was to be created by it stays
// under review.
func (s *Service) DeleteChangeSet(ctx context.Context, c query.Caller, in *DeleteChangeSetInput) (*struct{}, error) {
	rec, cs, err := s.findChangeSet(ctx, c, in.ChangeSetName, in.StackName)
	if awserr.Is(err, changeSetNotFound) {
		return &struct{}{}, nil
	}
	if err != nil {
		return nil, err
	}
	if cs.ExecutionStatus == stack.ExecutionInProgress {
		return nil, awserr.Newf(invalidChangeSetStatus, "ChangeSet [%s] cannot be deleted in its current status of [%s]", cs.ID, cs.ExecutionStatus)
	}
	return &struct{}{}, s.stacks.DeleteChangeSet(ctx, rec.Stack, cs)
}
