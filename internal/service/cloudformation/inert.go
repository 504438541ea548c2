package cloudformation

import (
	"context"

	"postern/internal/ids"
	"postern/internal/service/cloudformation/resource"
)

// inert returns the types that are CloudFormation's or the CDK's own and stand
// for nothing outside a stack.
func inert() []resource.Type {
	return []resource.Type{
		// The CDK notes its version and constructs in every stack.
		&inertType{&resource.Schema{
			Type: "AWS::CDK::Metadata", Service: "CDK",
			Properties: []resource.Property{
				{Name: "Analytics", Shape: resource.String},
				{Name: "Modules", Shape: resource.String},
			},
		}},
		// A place for something that takes no properties; often put into a
		// template that has nothing else.
		&inertType{&resource.Schema{Type: "AWS::CloudFormation::WaitConditionHandle", Service: "CloudFormation"}},
	}
}

type inertType struct{ schema *resource.Schema }

func (t *inertType) Schema() *resource.Schema { return t.schema }

func (t *inertType) Create(_ context.Context, r *resource.Request) (resource.Result, error) {
	return resource.Result{PhysicalID: r.StackName + "-" + r.LogicalID + "-" + ids.API()}, nil
}

func (t *inertType) Update(context.Context, *resource.Request) (resource.Result, error) {
	return resource.Result{}, nil
}

func (t *inertType) Delete(context.Context, *resource.Request) error { return nil }
