package cloudformation

import (
	"context"
	"slices"
	"time"

	"postern/internal/query"
	"postern/internal/service/cloudformation/stack"
)

// DescribeStacksInput is the input of DescribeStacks.
type DescribeStacksInput struct {
	StackName string
	NextToken string `max:"1024"`
}

// Stack is a stack as it is shown, its members in AWS's order.
type Stack struct {
	StackID                     string `query:"StackId"`
	StackName                   string
	ChangeSetID                 string `query:"ChangeSetId"`
	Description                 string
	Parameters                  []Parameter
	CreationTime                time.Time
	DeletionTime                time.Time
	LastUpdatedTime             time.Time
	RollbackConfiguration       stack.Rollback
	StackStatus                 string
	StackStatusReason           string
	DisableRollback             bool
	NotificationARNs            []string
	TimeoutInMinutes            *int
	Capabilities                []string
	Outputs                     []stack.Output
	RoleARN                     string
	Tags                        []stack.Tag
	EnableTerminationProtection *bool
	DriftInformation            DriftInformation
	RetainExceptOnCreate        *bool
	DeletionMode                string
}

// DriftInformation says that nobody looked.
type DriftInformation struct{ StackDriftStatus string }

// DescribeStacksOutput is the answer of DescribeStacks.
type DescribeStacksOutput struct {
	Stacks    []Stack
	NextToken string
}

// DescribeStacks shows one stack, also a deleted one if it is named by its ARN,
// or all that were not deleted.
func (s *Service) DescribeStacks(ctx context.Context, c query.Caller, in *DescribeStacksInput) (*DescribeStacksOutput, error) {
	if in.StackName != "" {
		rec, err := s.withID(ctx, c, in.StackName)
		if err != nil {
			return nil, err
		}
		return &DescribeStacksOutput{Stacks: []Stack{s.shownStack(ctx, rec.Stack)}}, nil
	}
	live, err := s.stacks.Live(ctx, c.Scope())
	if err != nil {
		return nil, err
	}
	stacks, next, err := page(live, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &DescribeStacksOutput{Stacks: []Stack{}, NextToken: next}
	for _, one := range stacks {
		out.Stacks = append(out.Stacks, s.shownStack(ctx, one))
	}
	return out, nil
}

func (s *Service) shownStack(ctx context.Context, one *stack.Stack) Stack {
	shown := Stack{
		StackID: one.ID, StackName: one.Name, ChangeSetID: one.ChangeSetID, Description: one.Description,
		Parameters: shownParameters(one.Parameters), CreationTime: one.Created, DeletionTime: one.Deleted, LastUpdatedTime: one.Updated,
		RollbackConfiguration: rollbackOf(one.Rollback), StackStatus: one.Status, StackStatusReason: one.Reason,
		DisableRollback: one.DisableRollback, NotificationARNs: orEmpty(one.NotificationARNs), Capabilities: one.Capabilities,
		RoleARN: one.RoleARN, Tags: orEmpty(one.Tags), DriftInformation: DriftInformation{"NOT_CHECKED"}, DeletionMode: one.DeletionMode,
	}
	if len(one.Outputs) > 0 {
		shown.Outputs = s.atNewAddress(ctx, one)
	}
	if one.TimeoutInMinutes > 0 {
		shown.TimeoutInMinutes = &one.TimeoutInMinutes
	}
	if one.RetainExceptOnCreate {
		shown.RetainExceptOnCreate = &one.RetainExceptOnCreate
	}
	if one.Status != stack.DeleteComplete {
		shown.EnableTerminationProtection = &one.TerminationProtection
	}
	return shown
}

// ListStacksInput is the input of ListStacks.
type ListStacksInput struct {
	NextToken         string   `max:"1024"`
	StackStatusFilter []string `enum:"CREATE_IN_PROGRESS|CREATE_FAILED|CREATE_COMPLETE|ROLLBACK_IN_PROGRESS|ROLLBACK_FAILED|ROLLBACK_COMPLETE|DELETE_IN_PROGRESS|DELETE_FAILED|DELETE_COMPLETE|UPDATE_IN_PROGRESS|UPDATE_COMPLETE_CLEANUP_IN_PROGRESS|UPDATE_COMPLETE|UPDATE_FAILED|UPDATE_ROLLBACK_IN_PROGRESS|UPDATE_ROLLBACK_FAILED|UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS|UPDATE_ROLLBACK_COMPLETE|REVIEW_IN_PROGRESS|IMPORT_IN_PROGRESS|IMPORT_COMPLETE|IMPORT_ROLLBACK_IN_PROGRESS|IMPORT_ROLLBACK_FAILED|IMPORT_ROLLBACK_COMPLETE"`
}

// StackSummary is a stack in a list.
type StackSummary struct {
	StackID             string `query:"StackId"`
	StackName           string
	TemplateDescription string
	CreationTime        time.Time
	LastUpdatedTime     time.Time
	DeletionTime        time.Time
	StackStatus         string
	StackStatusReason   string
	DriftInformation    DriftInformation
}

// ListStacksOutput is the answer of ListStacks.
type ListStacksOutput struct {
	StackSummaries []StackSummary
	NextToken      string
}

// ListStacks lists stacks, deleted ones of the last ninety days too.
func (s *Service) ListStacks(ctx context.Context, c query.Caller, in *ListStacksInput) (*ListStacksOutput, error) {
	all, err := s.stacks.All(ctx, c.Scope())
	if err != nil {
		return nil, err
	}
	if len(in.StackStatusFilter) > 0 {
		all = slices.DeleteFunc(all, func(one *stack.Stack) bool {
			return !slices.Contains(in.StackStatusFilter, one.Status)
		})
	}
	stacks, next, err := page(all, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &ListStacksOutput{StackSummaries: []StackSummary{}, NextToken: next}
	for _, one := range stacks {
		out.StackSummaries = append(out.StackSummaries, StackSummary{
			StackID: one.ID, StackName: one.Name, TemplateDescription: one.Description, CreationTime: one.Created,
			LastUpdatedTime: one.Updated, DeletionTime: one.Deleted, StackStatus: one.Status, StackStatusReason: one.Reason,
			DriftInformation: DriftInformation{"NOT_CHECKED"},
		})
	}
	return out, nil
}
