package apigatewayv2

import (
	"context"

	"postern/internal/apigateway"
	"postern/internal/service/apigatewayv2"
	"postern/internal/service/cloudformation/resource"
)

var routeSettings = resource.Object(
	resource.Property{Name: "DataTraceEnabled", Shape: resource.Boolean},
	resource.Property{Name: "DetailedMetricsEnabled", Shape: resource.Boolean},
	resource.Property{Name: "LoggingLevel", Shape: resource.String},
	resource.Property{Name: "ThrottlingBurstLimit", Shape: resource.Integer},
	resource.Property{Name: "ThrottlingRateLimit", Shape: resource.Number},
)

var stageSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::Stage", Service: serviceName, Tags: "Tags",
	Properties: []resource.Property{
		{Name: "AccessLogSettings", Shape: resource.Object(
			resource.Property{Name: "DestinationArn", Shape: resource.String},
			resource.Property{Name: "Format", Shape: resource.String},
		)},
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "AutoDeploy", Shape: resource.Boolean},
		{Name: "ClientCertificateId", Shape: resource.String},
		{Name: "DefaultRouteSettings", Shape: routeSettings},
		{Name: "DeploymentId", Shape: resource.String},
		{Name: "Description", Shape: resource.String},
		{Name: "RouteSettings", Shape: resource.MapOf(routeSettings).OrText()},
		{Name: "StageName", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "StageVariables", Shape: resource.MapOf(resource.String).OrText()},
		{Name: "Tags", Shape: resource.MapOf(resource.String)},
	},
}

var stageRules = rules{merged: []string{"RouteSettings", "StageVariables"}}

func stageType(s *apigatewayv2.Service) *kind {
	return newKind(stageSchema, stageRules,
		func(ctx context.Context, r *resource.Request, in apigatewayv2.StageInput) (resource.Result, error) {
			in.Tags = tags(r.Tags, r.Properties)
			stage, err := s.CreateStage(ctx, r.Scope, text(r.Properties, "ApiId"), in)
			return resource.Result{PhysicalID: stage.StageName}, err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.StageInput) (resource.Result, error) {
			in.Tags = nil
			replaceSettings(&in)
			apiID := text(r.Properties, "ApiId")
			if _, err := s.UpdateStage(ctx, r.Scope, apiID, r.PhysicalID, in); err != nil {
				return resource.Result{}, err
			}
			return resource.Result{}, retag(ctx, s, apigateway.StageARN(r.Scope.Region, apiID, r.PhysicalID), r)
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteStage(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID)
		})
}

// replaceSettings makes an update forget the members of route settings that the
// template does not name.
func replaceSettings(in *apigatewayv2.StageInput) {
	if in.DefaultRouteSettings != nil {
		in.DefaultRouteSettings.Replace = true
	}
	for key, settings := range in.RouteSettings {
		settings.Replace = true
		in.RouteSettings[key] = settings
	}
}

var deploymentSchema = &resource.Schema{
	Type: "AWS::ApiGatewayV2::Deployment", Service: serviceName,
	Properties: []resource.Property{
		{Name: "ApiId", Shape: resource.String, Required: true, CreateOnly: true},
		{Name: "Description", Shape: resource.String},
		{Name: "StageName", Shape: resource.String},
	},
	Attributes: []string{"DeploymentId"},
}

func deploymentType(s *apigatewayv2.Service) *kind {
	return newKind(deploymentSchema, rules{},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.DeploymentInput) (resource.Result, error) {
			d, err := s.CreateDeployment(ctx, r.Scope, text(r.Properties, "ApiId"), in)
			return named(d.DeploymentID, "DeploymentId"), err
		},
		func(ctx context.Context, r *resource.Request, in apigatewayv2.DeploymentInput) (resource.Result, error) {
			// The stage is where the deployment went when it was made; AWS moves
			// no stage later, either.
			in.StageName = nil
			_, err := s.UpdateDeployment(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID, in)
			return resource.Result{}, err
		},
		func(ctx context.Context, r *resource.Request) error {
			return s.DeleteDeployment(ctx, r.Scope, text(r.Properties, "ApiId"), r.PhysicalID)
		})
}

// named returns the result of a resource whose one attribute is its id.
func named(id, attribute string) resource.Result {
	return resource.Result{PhysicalID: id, Attributes: map[string]string{attribute: id}}
}
