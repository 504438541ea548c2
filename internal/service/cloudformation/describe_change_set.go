package cloudformation

import (
	"context"
	"time"

	"postern/internal/query"
	"postern/internal/service/cloudformation/stack"
)

// DescribeChangeSetInput is the input of DescribeChangeSet.
type DescribeChangeSetInput struct {
	ChangeSetName         string `required:"true" max:"1600" pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*"`
	StackName             string `pattern:"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"`
	NextToken             string `max:"1024"`
	IncludePropertyValues bool
}

// DescribeChangeSetOutput is a change set as it is shown.
type DescribeChangeSetOutput struct {
	ChangeSetName           string
	ChangeSetID             string `query:"ChangeSetId"`
	StackID                 string `query:"StackId"`
	StackName               string
	Description             string
	Parameters              []Parameter
	CreationTime            time.Time
	ExecutionStatus         string
	Status                  string
	StatusReason            string
	NotificationARNs        []string
	RollbackConfiguration   stack.Rollback
	Capabilities            []string
	Tags                    []stack.Tag
	Changes                 []stack.Change
	NextToken               string
	IncludeNestedStacks     bool
	OnStackFailure          string
	ImportExistingResources bool
}

// DescribeChangeSet shows a change set and its changes.
func (s *Service) DescribeChangeSet(ctx context.Context, c query.Caller, in *DescribeChangeSetInput) (*DescribeChangeSetOutput, error) {
	_, cs, err := s.findChangeSet(ctx, c, in.ChangeSetName, in.StackName)
	if err != nil {
		return nil, err
	}
	changes, next, err := page(cs.Changes, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &DescribeChangeSetOutput{
		ChangeSetName: cs.Name, ChangeSetID: cs.ID, StackID: cs.StackID, StackName: cs.StackName,
		Description: cs.Description, Parameters: shownParameters(cs.Version.Parameters),
		CreationTime: cs.Created, ExecutionStatus: cs.ExecutionStatus, Status: cs.Status, StatusReason: cs.Reason,
		NotificationARNs: orEmpty(cs.Version.NotificationARNs), RollbackConfiguration: rollbackOf(cs.Version.Rollback),
		Capabilities: orEmpty(cs.Version.Capabilities), Tags: orEmpty(cs.Version.Tags),
		Changes: make([]stack.Change, len(changes)), NextToken: next,
		IncludeNestedStacks: cs.IncludeNestedStacks, OnStackFailure: cs.OnStackFailure,
		ImportExistingResources: cs.ImportExistingResources,
	}
	for i, change := range changes {
		out.Changes[i] = shownChange(change, in.IncludePropertyValues)
	}
	return out, nil
}

// shownChange returns a change with or without the values of properties.
func shownChange(c stack.Change, values bool) stack.Change {
	rc := &c.ResourceChange
	if values {
		if rc.Action == "Add" {
			rc.Replacement = "True" // as AWS has it since it shows values
		}
		return c
	}
	rc.BeforeContext, rc.AfterContext = "", ""
	details := make([]stack.Detail, len(rc.Details))
	for i, d := range rc.Details {
		d.Target.Path, d.Target.BeforeValue, d.Target.AfterValue, d.Target.AttributeChangeType = "", nil, nil, ""
		details[i] = d
	}
	rc.Details = details
	return c
}

// ChangeSetSummary is a change set in a list.
type ChangeSetSummary struct {
	StackID                 string `query:"StackId"`
	StackName               string
	ChangeSetID             string `query:"ChangeSetId"`
	ChangeSetName           string
	ExecutionStatus         string
	Status                  string
	StatusReason            string
	CreationTime            time.Time
	Description             string
	IncludeNestedStacks     bool
	ImportExistingResources bool
}

// ListChangeSetsOutput is the answer of ListChangeSets.
type ListChangeSetsOutput struct {
	Summaries []ChangeSetSummary
	NextToken string
}

// ListChangeSets lists the change sets of a stack that were not executed.
func (s *Service) ListChangeSets(ctx context.Context, c query.Caller, in *NameInput) (*ListChangeSetsOutput, error) {
	rec, err := s.named(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	sets, err := s.stacks.ChangeSets(ctx, rec.Stack)
	if err != nil {
		return nil, err
	}
	all := []ChangeSetSummary{}
	for _, cs := range sets {
		if cs.ExecutionStatus == stack.ExecutionComplete {
			continue
		}
		all = append(all, ChangeSetSummary{
			StackID: cs.StackID, StackName: cs.StackName, ChangeSetID: cs.ID, ChangeSetName: cs.Name,
			ExecutionStatus: cs.ExecutionStatus, Status: cs.Status, StatusReason: cs.Reason, CreationTime: cs.Created,
			Description: cs.Description, IncludeNestedStacks: cs.IncludeNestedStacks,
			ImportExistingResources: cs.ImportExistingResources,
		})
	}
	out := &ListChangeSetsOutput{}
	out.Summaries, out.NextToken, err = page(all, in.NextToken)
	return out, err
}

// orEmpty returns a list that is shown even if nothing is in it.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func rollbackOf(r *stack.Rollback) stack.Rollback {
	if r == nil {
		return stack.Rollback{}
	}
	return *r
}

// shownParameters returns parameters without the values that are not to be
// shown.
func shownParameters(parameters []stack.Parameter) []Parameter {
	if len(parameters) == 0 {
		return nil
	}
	shown := make([]Parameter, len(parameters))
	for i, p := range parameters {
		value, resolved := p.Value, p.Resolved
		if p.NoEcho {
			value = "****"
			if resolved != "" {
				resolved = "****"
			}
		}
		shown[i] = Parameter{ParameterKey: p.Key, ParameterValue: &value, ResolvedValue: resolved}
	}
	return shown
}
