package apigatewayv2

import (
	"context"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
)

var vpcLinkSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::VpcLink", Service: serviceName, Tags: "Tags",
	Properties: []resource.Property{
		{Name: "Name", Shape: resource.String, Required: true},
		{Name: "SecurityGroupIds", Shape: resource.ListOf(resource.String), CreateOnly: true},
		{Name: "SubnetIds", Shape: resource.ListOf(resource.String), Required: true, CreateOnly: true},
		{Name: "Tags", Shape: resource.MapOf(resource.String)},
	},
	Attributes: []string{"VpcLinkId"},
}

func vpcLinkType(s *apigatewayv2.Service) *tagged {
	k := newKind(vpcLinkSchema, rules{},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.VpcLinkInput) (resource.Result, error) {
			in.Tags = tags(r.Tags, r.Properties)
			link, err := s.CreateVpcLink(ctx, r.Scope, in)
			return named(link.VpcLinkID, "VpcLinkId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.VpcLinkInput) (resource.Result, error) {
			in.Tags = nil
			if _, err := s.UpdateVpcLink(ctx, r.Scope, r.PhysicalID, in); err != nil {
				return resource.Result{}, err
			}
			return resource.Result{}, retag(ctx, s, apigateway.VpcLinkARN(r.Scope.Region, r.PhysicalID), r)
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteVpcLink(ctx, r.Scope, r.PhysicalID)
		})
	return &tagged{k, func(ctx context.Context, r *resource.Request) (resource.Result, bool, error) {
		found, ok, err := find(r,
			func(page apigatewayv2.Page) (apigatewayv2.List[apigateway.VpcLink], error) {
				return s.GetVpcLinks(ctx, r.Scope, page)
			},
			func(found apigateway.VpcLink) map[string]string { return found.Tags })
		return named(found.VpcLinkID, "VpcLinkId"), ok, err
	}}
}

var managedOverridesSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::ApiGatewayManagedOverrides", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "Integration", Shape: resource.JSON},
		{Name: "Route", Shape: resource.JSON},
		{Name: "Stage", Shape: resource.JSON},
	},
	Attributes: []string{"Id"},
}

// managedOverridesType alters what quick create of an HTTP API made. A
// WebSocket API has no quick create and so nothing to alter.
func managedOverridesType() *kind {
	refuse := func(context.Context, *resource.Request) (resource.Result, error) {
		return resource.Result{}, awserr.New(awserr.BadRequest, "ApiGatewayManagedOverrides are only supported for HTTP APIs made by quick create")
	}
	return &kind{
		schema: managedOverridesSchema, create: refuse, update: refuse,
		delete: func(context.Context, *resource.Request) error { return nil },
	}
}
