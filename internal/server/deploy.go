package server

import (
	"context"
	"regexp"
	"strings"
	"time"

	"postern/internal/apigateway"
	"postern/internal/query"
	"postern/internal/service/cloudformation"
)

// Stack is a template to be put on a server, in the account and region of a
// client without any settings.
type Stack struct {
	Name       string
	Template   string // its text
	Parameters []cloudformation.Parameter
}

// Deployed is what a stack became.
type Deployed struct {
	// Status is the stack's, CREATE_COMPLETE or UPDATE_COMPLETE. One that is
	// unchanged may also have been rolled back to what it is.
	Status string
	// Unchanged says that there was nothing to do.
	Unchanged bool
	Outputs   []Output
	Resources []Resource
}

// Output is an output of a stack.
type Output struct{ Key, Value string }

// Resource is a resource of a stack.
type Resource struct{ LogicalID, PhysicalID, Type string }

// Physical returns the physical ids of all resources of a type, in the order of
// their logical ids.
func (d *Deployed) Physical(resourceType string) []string {
	var found []string
	for _, r := range d.Resources {
		if r.Type == resourceType {
			found = append(found, r.PhysicalID)
		}
	}
	return found
}

// DeployError is why a stack is not what its template says.
type DeployError struct {
	// LogicalID names the resource at fault; empty if it is the template or the
	// stack itself.
	LogicalID string
	Reason    string
	// Line and Column are where the template says what is refused, counted from
	// 1; zero where that is not known, Column also where it is the whole resource.
	Line, Column int
}

// Error returns the resource and the reason.
func (e *DeployError) Error() string {
	if e.LogicalID == "" {
		return e.Reason
	}
	return e.LogicalID + ": " + e.Reason
}

// everything is what a template deployed by its owner may make.
var everything = []string{"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}

// owner is the caller that deploys.
func owner() query.Caller {
	scope := apigateway.DefaultScope()
	return query.Caller{AccountID: scope.AccountID, Region: scope.Region}
}

// Deploy creates or updates a stack and waits for it. It fails with a
// *DeployError where the template is at fault; the resources are then as they
// were before.
func (s *Server) Deploy(ctx context.Context, stack Stack) (*Deployed, error) {
	err := s.apply(ctx, stack)
	unchanged := err != nil && strings.Contains(err.Error(), "No updates are to be performed")
	if err != nil && !unchanged {
		return nil, refusal(stack.Template, err)
	}
	now, err := s.settled(ctx, stack.Name)
	if err != nil {
		return nil, err
	}
	if !unchanged && now.StackStatus != "CREATE_COMPLETE" && now.StackStatus != "UPDATE_COMPLETE" {
		return nil, s.failure(ctx, stack, now.StackStatusReason)
	}
	d, err := s.deployed(ctx, now)
	if err != nil {
		return nil, err
	}
	d.Unchanged = unchanged
	return d, nil
}

// apply brings a stack to its template. One that a failed creation left behind
// is removed first, as a person would.
func (s *Server) apply(ctx context.Context, stack Stack) error {
	there, err := s.stacks.DescribeStacks(ctx, owner(), &cloudformation.DescribeStacksInput{StackName: stack.Name})
	exists := err == nil
	if exists && there.Stacks[0].StackStatus == "ROLLBACK_COMPLETE" {
		if _, err := s.stacks.DeleteStack(ctx, owner(), &cloudformation.DeleteStackInput{StackName: stack.Name}); err != nil {
			return err
		}
		exists = false
	}
	if exists {
		_, err = s.stacks.UpdateStack(ctx, owner(), &cloudformation.UpdateStackInput{
			StackName: stack.Name, TemplateBody: stack.Template, Parameters: stack.Parameters, Capabilities: everything})
	} else {
		_, err = s.stacks.CreateStack(ctx, owner(), &cloudformation.CreateStackInput{
			StackName: stack.Name, TemplateBody: stack.Template, Parameters: stack.Parameters, Capabilities: everything})
	}
	return err
}

// deployed reads what a stack became.
func (s *Server) deployed(ctx context.Context, stack *cloudformation.Stack) (*Deployed, error) {
	d := &Deployed{Status: stack.StackStatus}
	for _, o := range stack.Outputs {
		d.Outputs = append(d.Outputs, Output{o.Key, o.Value})
	}
	for in := (cloudformation.NameInput{StackName: stack.StackName}); ; {
		page, err := s.stacks.ListStackResources(ctx, owner(), &in)
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceSummaries {
			d.Resources = append(d.Resources, Resource{r.LogicalResourceID, r.PhysicalResourceID, r.ResourceType})
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			return d, nil
		}
	}
}

// glance is how often a stack is looked at that takes longer than a client
// waits for one answer.
const glance = 100 * time.Millisecond

// settled returns a stack once nothing happens to it any more.
func (s *Server) settled(ctx context.Context, name string) (*cloudformation.Stack, error) {
	for {
		answer, err := s.stacks.DescribeStacks(ctx, owner(), &cloudformation.DescribeStacksInput{StackName: name})
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(answer.Stacks[0].StackStatus, "_IN_PROGRESS") {
			return &answer.Stacks[0], nil
		}
		select {
		case <-time.After(glance):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// handled is the frame that CloudFormation puts around the answer of a service.
var handled = regexp.MustCompile(`(?s)^Resource handler returned message: "(.*?) \(Service: .*$`)

// plain returns a reason without its frame.
func plain(reason string) string {
	return handled.ReplaceAllString(strings.TrimSuffix(reason, ". Rollback requested by user."), "$1")
}

// failure says why the latest operation on a stack failed, and where.
func (s *Server) failure(ctx context.Context, stack Stack, reason string) error {
	failed, err := s.firstFailure(ctx, stack.Name, reason)
	if err != nil {
		return err
	}
	failed.locate(stack.Template)
	return failed
}

// firstFailure finds the resource that failed first in the latest operation on a
// stack, or what the stack itself says where none was touched.
func (s *Server) firstFailure(ctx context.Context, name, reason string) (*DeployError, error) {
	failed := &DeployError{Reason: plain(reason)}
	for in := (cloudformation.NameInput{StackName: name}); ; {
		// Newest first, so that the first failure is the last one before the
		// stack's own start.
		page, err := s.stacks.DescribeStackEvents(ctx, owner(), &in)
		if err != nil {
			return nil, err
		}
		for _, e := range page.StackEvents {
			stackItself := e.PhysicalResourceID == e.StackID
			if !stackItself && strings.HasSuffix(e.ResourceStatus, "_FAILED") && e.ResourceStatusReason != "" && !strings.Contains(e.ResourceStatusReason, "cancelled") {
				failed = &DeployError{LogicalID: e.LogicalResourceID, Reason: plain(e.ResourceStatusReason)}
			}
			if stackItself && strings.HasSuffix(e.ResourceStatus, "ROLLBACK_IN_PROGRESS") {
				failed = &DeployError{Reason: plain(e.ResourceStatusReason)}
			}
			if stackItself && strings.HasSuffix(e.ResourceStatus, "E_IN_PROGRESS") && e.ResourceStatusReason == "User Initiated" {
				return failed, nil
			}
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			return failed, nil
		}
	}
}
