package apigatewayv2

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/service/apigatewayv2/member"
)

// What automatic deployment says of itself. Unverified but for the reason
// behind the colon, which HTTP APIs are known to give.
const (
	autoDescription = "Automatic deployment triggered by changes to the Api configuration"
	autoSucceeded   = "Successfully deployed stage with deployment ID '%s'"
	autoFailed      = "Deployment attempt failed: Unable to deploy API because no routes exist in this API"
)

type deferKey struct{}

// DeferAutoDeploy returns a context in which changes do not deploy stages
// automatically. Whoever makes many changes at once (CloudFormation) calls
// AutoDeploy with another context when done, so that the stages move once.
func DeferAutoDeploy(ctx context.Context) context.Context {
	return context.WithValue(ctx, deferKey{}, true)
}

func isDeferred(ctx context.Context) bool { return ctx.Value(deferKey{}) != nil }

// AutoDeploy deploys the stages of an API that deploy automatically, unless
// they have the current configuration already.
func (s *Service) AutoDeploy(ctx context.Context, scope apigateway.Scope, apiID string) error {
	_, err := s.change(ctx, scope, apiID, func(*record) error { return nil })
	return err
}

// autoDeploy moves the stages that deploy automatically and do not have the
// current configuration to a new deployment of it.
func (s *Service) autoDeploy(r *record) error {
	if !slices.ContainsFunc(r.Stages, func(st apigateway.Stage) bool { return st.AutoDeploy }) {
		return nil
	}
	text, err := json.Marshal(deployable(r.Draft))
	if err != nil {
		return err
	}
	id := ""
	for i := range r.Stages {
		stage := &r.Stages[i]
		if !stage.AutoDeploy || bytes.Equal(r.frozen[stage.DeploymentID], text) {
			continue
		}
		if len(r.Draft.Routes) == 0 {
			stage.LastDeploymentStatusMessage = autoFailed
			continue
		}
		if id == "" {
			d := s.freeze(r, text)
			d.AutoDeployed, d.Description = true, autoDescription
			id = d.DeploymentID
		}
		stage.DeploymentID = id
		stage.LastDeploymentStatusMessage = fmt.Sprintf(autoSucceeded, id)
		stage.LastUpdatedDate = s.now()
	}
	return nil
}

// deployable returns a copy of the draft without what changes no behaviour.
func deployable(c apigateway.Configuration) apigateway.Configuration {
	c = cloneConfiguration(c)
	c.API.Tags = map[string]string{}
	return c
}

// freeze adds a deployment of the draft, whose encoded form is text, and
// returns it.
func (s *Service) freeze(r *record, text []byte) *apigateway.Deployment {
	id := member.NewID(func(id string) bool { _, taken := r.Frozen[id]; return taken })
	r.Frozen[id] = deployable(r.Draft)
	r.frozen[id] = text
	r.Deployments = append(r.Deployments, apigateway.Deployment{
		DeploymentID:     id,
		CreatedDate:      s.now(),
		DeploymentStatus: apigateway.DeploymentDeployed,
	})
	return &r.Deployments[len(r.Deployments)-1]
}

// prune removes automatic deployments that no stage uses, beyond the newest.
func (s *Service) prune(r *record) {
	unused := 0
	for i, d := range slices.Backward(r.Deployments) {
		if !d.AutoDeployed || r.isDeployed(d.DeploymentID) {
			continue
		}
		if unused++; unused > s.limits.AutoDeployments {
			r.thaw(d.DeploymentID)
			r.Deployments = slices.Delete(r.Deployments, i, i+1)
		}
	}
}

// isDeployed reports whether a stage points at the deployment.
func (r *record) isDeployed(id string) bool {
	return slices.ContainsFunc(r.Stages, func(st apigateway.Stage) bool { return st.DeploymentID == id })
}

// thaw forgets the configuration of a deployment.
func (r *record) thaw(id string) {
	delete(r.Frozen, id)
	delete(r.frozen, id)
}
