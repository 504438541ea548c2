package apigatewayv2

import (
	"context"
	"encoding/json"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/awserr"
)

// CreateDeployment freezes the API's configuration and, if a stage is named,
// points that stage at it. It fails with BadRequest while there is no route.
func (s *Service) CreateDeployment(ctx context.Context, scope apigateway.Scope, apiID string, in DeploymentInput) (out apigateway.Deployment, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.length("description", in.Description, maxDescription)
		if c.err != nil {
			return c.err
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
		set(&d.Description, in.Description)
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
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.Deployment{}, err
	}
	i, err := r.deployment(deploymentID)
	if err != nil {
		return apigateway.Deployment{}, err
	}
	return r.Deployments[i], nil
}

// GetDeployments lists the deployments of an API.
func (s *Service) GetDeployments(ctx context.Context, scope apigateway.Scope, apiID string, page Page) (List[apigateway.Deployment], error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return List[apigateway.Deployment]{}, err
	}
	return paginate(r.Deployments, page, func(d *apigateway.Deployment) string { return d.DeploymentID })
}

// UpdateDeployment changes the description of a deployment, which is all of it
// that can change.
func (s *Service) UpdateDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string, in DeploymentInput) (out apigateway.Deployment, err error) {
	_, err = s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.deployment(deploymentID)
		if err != nil {
			return err
		}
		var c check
		if c.length("description", in.Description, maxDescription); c.err != nil {
			return c.err
		}
		set(&r.Deployments[i].Description, in.Description)
		out = r.Deployments[i]
		return nil
	})
	return out, err
}

// DeleteDeployment deletes a deployment. It fails with BadRequest while a stage
// points at it.
func (s *Service) DeleteDeployment(ctx context.Context, scope apigateway.Scope, apiID, deploymentID string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.deployment(deploymentID)
		if err != nil {
			return err
		}
		if r.isDeployed(deploymentID) {
			return awserr.New(awserr.BadRequest, "Active stages pointing to this deployment must be moved or deleted")
		}
		r.removeDeployment(i)
		return nil
	})
	return err
}

// deployment returns the index of a deployment.
func (r *record) deployment(id string) (int, error) {
	i := slices.IndexFunc(r.Deployments, func(d apigateway.Deployment) bool { return d.DeploymentID == id })
	if i < 0 {
		return 0, awserr.Newf(awserr.NotFound, "Invalid Deployment identifier specified %s", id)
	}
	return i, nil
}
