package apigateway

import (
	"context"

	"postern/internal/service/apigateway"
	"postern/internal/service/cloudformation/resource"
)

var accountSchema = &resource.Schema{
	Type: "AWS::ApiGateway::Account", Service: serviceName,
	Properties: []resource.Property{{Name: "CloudWatchRoleArn", Shape: resource.String}},
	Attributes: []string{"Id"},
}

// accountType sets the account's role for logs. The account itself is neither
// made nor deleted, and its setting stays when the resource goes, as other
// stacks may rely on it.
func accountType(s *apigateway.Service) *kind {
	apply := func(ctx context.Context, r *resource.Request) error {
		var p patches
		p.set("/cloudwatchRoleArn", text(r.Properties, "CloudWatchRoleArn"))
		_, err := s.UpdateAccount(ctx, r.Scope, p)
		return err
	}
	create := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		return named(*generatedName(r), "Id"), apply(ctx, r)
	}
	update := func(ctx context.Context, r *resource.Request) (resource.Result, error) {
		return resource.Result{}, apply(ctx, r)
	}
	return &kind{accountSchema, create, update, func(context.Context, *resource.Request) error { return nil }}
}
