package apigatewayv2

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"postern/internal/accesslog"
	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/service/apigatewayv2/member"
	"postern/internal/service/apigatewayv2/page"
)

var (
	stageNamePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	variableName     = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)
	// The guide names the characters but the blank, which AWS's own error text
	// names.
	variableValue = regexp.MustCompile(`^[A-Za-z0-9 ._~:/?#&=,-]+$`)
)

// maxVariable is the largest value of a stage variable in characters.
const maxVariable = 2048

// CreateStage creates a stage. One that deploys automatically is deployed at
// once if there is a route.
func (s *Service) CreateStage(ctx context.Context, scope apigateway.Scope, apiID string, in StageInput) (apigateway.Stage, error) {
	r, err := s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.Required("stageName", in.StageName)
		c.Matches("stageName", in.StageName, stageNamePattern, "a stage name of a WebSocket API consists of 1 to 128 letters, digits, hyphens and underscores")
		c.Tags(in.Tags, s.limits.Tags)
		c.quota(len(r.Stages), s.limits.Stages, "Stages")
		if c.Err != nil {
			return c.Err
		}
		if _, err := r.stage(*in.StageName); err == nil {
			return awserr.New(awserr.Conflict, "Stage already exists")
		}
		st := apigateway.Stage{
			StageName:            *in.StageName,
			CreatedDate:          s.now(),
			DefaultRouteSettings: noRouteSettings(),
			RouteSettings:        map[string]apigateway.RouteSettings{},
			StageVariables:       map[string]string{},
			Tags:                 member.Full(in.Tags),
		}
		if err := s.applyStage(ctx, r, &st, in); err != nil {
			return err
		}
		r.Stages = append(r.Stages, st)
		return nil
	})
	if err != nil {
		return apigateway.Stage{}, err
	}
	return r.Stages[len(r.Stages)-1], nil
}

// GetStage returns a stage.
func (s *Service) GetStage(ctx context.Context, scope apigateway.Scope, apiID, stageName string) (apigateway.Stage, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.Stage{}, err
	}
	i, err := r.stage(stageName)
	if err != nil {
		return apigateway.Stage{}, err
	}
	return r.Stages[i], nil
}

// GetStages lists the stages of an API.
func (s *Service) GetStages(ctx context.Context, scope apigateway.Scope, apiID string, p Page) (List[apigateway.Stage], error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return List[apigateway.Stage]{}, err
	}
	return page.Cut(r.Stages, p, func(st *apigateway.Stage) string { return st.StageName })
}

// UpdateStage changes a stage. The deployment of one that deploys
// automatically cannot be chosen.
func (s *Service) UpdateStage(ctx context.Context, scope apigateway.Scope, apiID, stageName string, in StageInput) (apigateway.Stage, error) {
	r, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.stage(stageName)
		if err != nil {
			return err
		}
		st := r.Stages[i]
		auto := st.AutoDeploy
		member.Set(&auto, in.AutoDeploy)
		if id := in.DeploymentID; auto && id != nil && *id != "" && *id != st.DeploymentID {
			return awserr.New(awserr.BadRequest, "deploymentId cannot be set for a stage with autoDeploy enabled")
		}
		if err := s.applyStage(ctx, r, &st, in); err != nil {
			return err
		}
		r.Stages[i] = st
		return nil
	})
	if err != nil {
		return apigateway.Stage{}, err
	}
	i, err := r.stage(stageName)
	if err != nil {
		return apigateway.Stage{}, err
	}
	return r.Stages[i], nil
}

// DeleteStage deletes a stage; its deployments stay. It fails with BadRequest
// while an API mapping points at it.
func (s *Service) DeleteStage(ctx context.Context, scope apigateway.Scope, apiID, stageName string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.stage(stageName)
		if err != nil {
			return err
		}
		if err := s.notMapped(ctx, apiID, stageName, "Deleting stage %s failed. Please remove all API mappings for the stage from your custom domain names."); err != nil {
			return err
		}
		r.Stages = slices.Delete(r.Stages, i, i+1)
		return nil
	})
	return err
}

// DeleteAccessLogSettings ends the access log of a stage.
func (s *Service) DeleteAccessLogSettings(ctx context.Context, scope apigateway.Scope, apiID, stageName string) error {
	_, err := s.change(ctx, scope, apiID, func(r *record) error {
		i, err := r.stage(stageName)
		if err != nil {
			return err
		}
		if r.Stages[i].AccessLogSettings != nil {
			r.Stages[i].AccessLogSettings = nil
			r.Stages[i].LastUpdatedDate = s.now()
		}
		return nil
	})
	return err
}

// ResetAuthorizersCache does nothing: the authorizers of WebSocket APIs are
// asked for each connection. It fails with NotFound without such a stage.
func (s *Service) ResetAuthorizersCache(ctx context.Context, scope apigateway.Scope, apiID, stageName string) error {
	_, err := s.GetStage(ctx, scope, apiID, stageName)
	return err
}

// stage returns the index of a stage.
func (r *record) stage(name string) (int, error) {
	i := slices.IndexFunc(r.Stages, func(st apigateway.Stage) bool { return st.StageName == name })
	if i < 0 {
		return 0, awserr.New(awserr.NotFound, "Invalid stage identifier specified")
	}
	return i, nil
}

// hasStage fails with NotFound unless the API has the stage, as AWS says it to
// who maps a domain name to one.
func (s *Service) hasStage(ctx context.Context, scope apigateway.Scope, apiID, stage string) error {
	r, err := s.load(ctx, scope, apiID)
	if awserr.Is(err, awserr.NotFound) {
		return awserr.New(awserr.NotFound, "The resource specified in the request was not found.")
	}
	if err != nil {
		return err
	}
	_, err = r.stage(stage)
	return err
}

// applyStage checks the input of CreateStage and UpdateStage and changes st.
func (s *Service) applyStage(ctx context.Context, r *record, st *apigateway.Stage, in StageInput) error {
	var c check
	c.Length("description", in.Description, member.MaxDescription)
	c.Length("clientCertificateId", in.ClientCertificateID, member.MaxName)
	c.variables(in.StageVariables)
	c.accessLog(in.AccessLogSettings)
	c.settings("defaultRouteSettings", in.DefaultRouteSettings)
	if c.Err != nil {
		return c.Err
	}
	if id := in.DeploymentID; id != nil && *id != "" {
		if _, _, err := deployments.in(r, "", *id); err != nil {
			return err
		}
	}
	// The one that the stage has is not asked for again: it cannot be deleted.
	if id := in.ClientCertificateID; id != nil && *id != "" && *id != st.ClientCertificateID {
		scope := apigateway.Scope{AccountID: r.AccountID, Region: r.Region}
		if err := clientcertificate.Check(ctx, s.store, scope, *id); err != nil {
			return err
		}
	}
	member.Set(&st.Description, in.Description)
	member.Set(&st.ClientCertificateID, in.ClientCertificateID)
	member.Set(&st.AutoDeploy, in.AutoDeploy)
	member.Set(&st.DeploymentID, in.DeploymentID)
	st.StageVariables = member.Merge(st.StageVariables, in.StageVariables)
	if len(st.StageVariables) > s.limits.StageVariables {
		return awserr.Newf(awserr.BadRequest, "Invalid value for stageVariables: a stage must have at most %d variables", s.limits.StageVariables)
	}
	if log := in.AccessLogSettings; log != nil {
		st.AccessLogSettings = nil
		if *log != (apigateway.AccessLogSettings{}) {
			copied := *log
			st.AccessLogSettings = &copied
		}
	}
	if in.DefaultRouteSettings != nil {
		st.DefaultRouteSettings = changedSettings(st.DefaultRouteSettings, *in.DefaultRouteSettings)
	}
	st.LastUpdatedDate = s.now()
	return applyRouteSettings(r, st, in.RouteSettings)
}

// variables checks stage variables; the empty value, which removes one in an
// update, is never one.
func (c *check) variables(sent map[string]string) {
	for name, value := range sent {
		if !variableName.MatchString(name) {
			c.Failf("Invalid value for stageVariables: the name %q must consist of at most 64 letters, digits and underscores", name)
		}
		if value != "" && !variableValue.MatchString(value) {
			c.Failf("Invalid stage variable value: %s.  Please use values with alphanumeric characters and the symbols ' ', '-', '.', '_', '~', ':', '/', '?', '#', '&', '=', and ','.", value)
		}
		if len(value) > maxVariable {
			c.Failf("Invalid value for stageVariables: the value of %s must have at most %d characters", name, maxVariable)
		}
	}
}

func (c *check) accessLog(log *apigateway.AccessLogSettings) {
	if log == nil || *log == (apigateway.AccessLogSettings{}) {
		return
	}
	c.Required("accessLogSettings.destinationArn", &log.DestinationARN)
	c.Required("accessLogSettings.format", &log.Format)
	if !strings.HasPrefix(log.DestinationARN, "arn:") {
		c.Failf("Invalid value for accessLogSettings.destinationArn: must be the ARN of a log group or of a delivery stream")
	}
	if _, err := accesslog.Compile(log.Format); err != nil {
		c.Failf("%s", awserr.Of(err).Message)
	}
}
