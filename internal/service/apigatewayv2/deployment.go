package apigatewayv2

import (
	"context"
	"encoding/json"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2/member"
)

var deployments = resources[apigateway.Deployment]{
	noun: "Deployment",
	id:   func(d *apigateway.Deployment) *string { return &d.DeploymentID },
	of:   func(r *record, _ string) ([]apigateway.Deployment, error) { return r.Deployments, nil },
	put:  func(r *record, _ string, list []apigateway.Deployment) { r.Deployments = list },
}

// CreateDeployment freezes the API's configuration and, if a stage is named,
// points that stage at it. It fails with BadRequest while there is no route.
func (s *Service) CreateDeployment(ctx context.Context, scope apigateway.Scope, apiID string, in DeploymentInput) (out apigateway.Deployment, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.Length("description", in.Description, member.MaxDescription)
		if c.Err != nil {
			return c.Err
		}
		stage := -1
		if in.StageName != nil && *in.StageName != "" {
			if stage, err = r.stage(*in.StageName); err != nil {
				return err
			}
		}
		if len(r.Draft.Routes) == 0 {
			return awserr.New(awserr.BadRequest, "At least one route is required before deploying the Api")
		}
		text, err := json.Marshal(deployable(r.Draft))
		if err != nil {
			return err
		}
		d := s.freeze(r, text)
		member.Set(&d.Description, in.Description)
		if stage >= 0 {
			r.Stages[stage].DeploymentID = d.DeploymentID
			r.Stages[stage].LastUpdatedDate = s.now()
		}
		out = *d
		return nil
	})
	return out, err
}

// GetDeployment returns a deployment.
func (s *Service) GetDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string) (apigateway.Deployment, error) {
	return deployments.get(ctx, s, scope, apiID, "", deploymentID)
}

// GetDeployments lists the deployments of an API.
func (s *Service) GetDeployments(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Deployment], error) {
	return deployments.list(ctx, s, scope, apiID, "", page)
}

// UpdateDeployment changes the description of a deployment, which is all of it
// that can change.
func (s *Service) UpdateDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string, in DeploymentInput) (apigateway.Deployment, error) {
	return deployments.update(ctx, s, scope, apiID, "", deploymentID, func(_ *record, d *apigateway.Deployment) error {
		var c check
		c.Length("description", in.Description, member.MaxDescription)
		member.Set(&d.Description, in.Description)
		return c.Err
	})
}

// DeleteDeployment deletes a deployment. It fails with BadRequest while a stage
// points at it.
func (s *Service) DeleteDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string) error {
	return deployments.remove(ctx, s, scope, apiID, "", deploymentID, func(r *record, _ *apigateway.Deployment) error {
		if r.isDeployed(deploymentID) {
			return awserr.New(awserr.BadRequest, "Active stages pointing to this deployment must be moved or deleted")
		}
		r.thaw(deploymentID)
		return nil
	})
}
