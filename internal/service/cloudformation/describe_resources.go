package cloudformation

import (
	"context"
	"slices"
	"strings"
	"time"

	"postern/internal/query"
	"postern/internal/service/cloudformation/stack"
)

// ResourceDrift says that nobody looked at a resource.
type ResourceDrift struct{ StackResourceDriftStatus string }

var notChecked = ResourceDrift{"NOT_CHECKED"}

// StackResource is a resource in the answer of DescribeStackResources.
type StackResource struct {
	StackName            string
	StackID              string `query:"StackId"`
	LogicalResourceID    string `query:"LogicalResourceId"`
	PhysicalResourceID   string `query:"PhysicalResourceId"`
	ResourceType         string
	Timestamp            time.Time
	ResourceStatus       string
	ResourceStatusReason string
	DriftInformation     ResourceDrift
}

// DescribeStackResourcesInput is the input of DescribeStackResources.
type DescribeStackResourcesInput struct {
	StackName          string
	LogicalResourceID  string `query:"LogicalResourceId"`
	PhysicalResourceID string `query:"PhysicalResourceId"`
}

// DescribeStackResourcesOutput is the answer of DescribeStackResources.
type DescribeStackResourcesOutput struct{ StackResources []StackResource }

// DescribeStackResources shows the resources of a stack, which may be named by
// one of its physical resources. Like AWS's it shows a hundred at most.
func (s *Service) DescribeStackResources(ctx context.Context, c query.Caller, in *DescribeStackResourcesInput) (*DescribeStackResourcesOutput, error) {
	owner, err := s.ownerOf(ctx, c, in)
	if err != nil {
		return nil, err
	}
	out := &DescribeStackResourcesOutput{StackResources: []StackResource{}}
	for _, r := range byLogicalID(owner.Resources) {
		if in.LogicalResourceID != "" && in.LogicalResourceID != r.LogicalID || len(out.StackResources) == pageSize {
			continue
		}
		out.StackResources = append(out.StackResources, StackResource{
			StackName: owner.Name, StackID: owner.ID, LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID,
			ResourceType: r.Type, Timestamp: r.Updated, ResourceStatus: r.Status, ResourceStatusReason: r.Reason,
			DriftInformation: notChecked,
		})
	}
	if in.LogicalResourceID != "" && len(out.StackResources) == 0 {
		return nil, invalid("Resource %s does not exist for stack %s", in.LogicalResourceID, owner.Name)
	}
	return out, nil
}

func (s *Service) ownerOf(ctx context.Context, c query.Caller, in *DescribeStackResourcesInput) (*stack.Stack, error) {
	if in.StackName != "" {
		rec, err := s.withID(ctx, c, in.StackName)
		if err != nil {
			return nil, err
		}
		return rec.Stack, nil
	}
	if in.PhysicalResourceID == "" {
		return nil, invalid("StackName or PhysicalResourceId must be specified.")
	}
	live, err := s.stacks.Live(ctx, c.Scope())
	if err != nil {
		return nil, err
	}
	for _, one := range live {
		for _, r := range one.Resources {
			if r.PhysicalID == in.PhysicalResourceID && r.Exists() {
				return one, nil
			}
		}
	}
	return nil, invalid("Stack for %s does not exist", in.PhysicalResourceID)
}

func byLogicalID(resources []stack.Resource) []stack.Resource {
	return slices.SortedFunc(slices.Values(resources), func(a, b stack.Resource) int {
		return strings.Compare(a.LogicalID, b.LogicalID)
	})
}

// DescribeStackResourceInput is the input of DescribeStackResource.
type DescribeStackResourceInput struct {
	StackName         string `required:"true"`
	LogicalResourceID string `query:"LogicalResourceId" required:"true"`
}

// StackResourceDetail is a resource in the answer of DescribeStackResource.
type StackResourceDetail struct {
	StackName            string
	StackID              string `query:"StackId"`
	LogicalResourceID    string `query:"LogicalResourceId"`
	PhysicalResourceID   string `query:"PhysicalResourceId"`
	ResourceType         string
	LastUpdatedTimestamp time.Time
	ResourceStatus       string
	ResourceStatusReason string
	Metadata             string
	DriftInformation     ResourceDrift
}

// DescribeStackResourceOutput is the answer of DescribeStackResource.
type DescribeStackResourceOutput struct{ StackResourceDetail StackResourceDetail }

// DescribeStackResource shows one resource of a stack with its metadata.
func (s *Service) DescribeStackResource(ctx context.Context, c query.Caller, in *DescribeStackResourceInput) (*DescribeStackResourceOutput, error) {
	rec, err := s.withID(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	r := rec.Resource(in.LogicalResourceID)
	if r == nil {
		return nil, invalid("Resource %s does not exist for stack %s", in.LogicalResourceID, rec.Name)
	}
	return &DescribeStackResourceOutput{StackResourceDetail{
		StackName: rec.Name, StackID: rec.ID, LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID,
		ResourceType: r.Type, LastUpdatedTimestamp: r.Updated, ResourceStatus: r.Status, ResourceStatusReason: r.Reason,
		Metadata: string(r.Metadata), DriftInformation: notChecked,
	}}, nil
}

// StackResourceSummary is a resource in a list.
type StackResourceSummary struct {
	LogicalResourceID    string `query:"LogicalResourceId"`
	PhysicalResourceID   string `query:"PhysicalResourceId"`
	ResourceType         string
	LastUpdatedTimestamp time.Time
	ResourceStatus       string
	ResourceStatusReason string
	DriftInformation     ResourceDrift
}

// ListStackResourcesOutput is the answer of ListStackResources.
type ListStackResourcesOutput struct {
	StackResourceSummaries []StackResourceSummary
	NextToken              string
}

// ListStackResources lists the resources of a stack.
func (s *Service) ListStackResources(ctx context.Context, c query.Caller, in *NameInput) (*ListStackResourcesOutput, error) {
	rec, err := s.withID(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	resources, next, err := page(byLogicalID(rec.Resources), in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &ListStackResourcesOutput{StackResourceSummaries: []StackResourceSummary{}, NextToken: next}
	for _, r := range resources {
		out.StackResourceSummaries = append(out.StackResourceSummaries, StackResourceSummary{
			LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID, ResourceType: r.Type,
			LastUpdatedTimestamp: r.Updated, ResourceStatus: r.Status, ResourceStatusReason: r.Reason, DriftInformation: notChecked,
		})
	}
	return out, nil
}

// StackEvent is an event as it is shown.
type StackEvent struct {
	StackID              string `query:"StackId"`
	EventID              string `query:"EventId"`
	StackName            string
	LogicalResourceID    string `query:"LogicalResourceId"`
	PhysicalResourceID   string `query:"PhysicalResourceId" empty:"keep"`
	ResourceType         string
	Timestamp            time.Time
	ResourceStatus       string
	ResourceStatusReason string
	ResourceProperties   string
	ClientRequestToken   string
}

// DescribeStackEventsOutput is the answer of DescribeStackEvents.
type DescribeStackEventsOutput struct {
	StackEvents []StackEvent
	NextToken   string
}

// DescribeStackEvents shows the events of a stack, the newest first.
func (s *Service) DescribeStackEvents(ctx context.Context, c query.Caller, in *NameInput) (*DescribeStackEventsOutput, error) {
	rec, err := s.named(ctx, c, in.StackName)
	if err != nil {
		return nil, err
	}
	all, err := s.stacks.Events(ctx, rec.Stack)
	if err != nil {
		return nil, err
	}
	events, next, err := page(all, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &DescribeStackEventsOutput{StackEvents: []StackEvent{}, NextToken: next}
	for _, e := range events {
		out.StackEvents = append(out.StackEvents, StackEvent{
			StackID: rec.ID, EventID: e.ID, StackName: rec.Name, LogicalResourceID: e.LogicalID, PhysicalResourceID: e.PhysicalID,
			ResourceType: e.Type, Timestamp: e.Time, ResourceStatus: e.Status, ResourceStatusReason: e.Reason,
			ResourceProperties: e.Properties, ClientRequestToken: e.Token,
		})
	}
	return out, nil
}
