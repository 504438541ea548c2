package apigatewayv2

import (
	"context"
	"maps"

	"postern/internal/apigateway"
	"postern/internal/awserr"
)

// TagResource adds tags to an API, a stage, a domain name or a VPC link, or
// replaces their values.
func (s *Service) TagResource(ctx context.Context, scope apigateway.Scope, arn string, tags map[string]string) error {
	return s.retag(ctx, scope, arn, func(t map[string]string) { maps.Copy(t, tags) })
}

// UntagResource removes tags. Keys that are not there are ignored.
func (s *Service) UntagResource(ctx context.Context, scope apigateway.Scope, arn string, keys []string) error {
	if len(keys) == 0 {
		return awserr.New(awserr.BadRequest, "tagKeys is a required parameter")
	}
	return s.retag(ctx, scope, arn, func(t map[string]string) {
		for _, key := range keys {
			delete(t, key)
		}
	})
}

// GetTags returns the tags of a resource.
func (s *Service) GetTags(ctx context.Context, scope apigateway.Scope, arn string) (map[string]string, error) {
	a, err := taggable(scope, arn)
	if err != nil {
		return nil, err
	}
	switch a.Kind {
	case "apis":
		api, err := s.GetApi(ctx, scope, a.ID)
		return api.Tags, err
	case "stages":
		st, err := s.GetStage(ctx, scope, a.ID, a.Stage)
		return st.Tags, err
	case "domainnames":
		d, err := s.GetDomainName(ctx, scope, a.ID)
		return d.Tags, err
	default:
		l, err := s.GetVpcLink(ctx, scope, a.ID)
		return l.Tags, err
	}
}

// retag edits a copy of a resource's tags.
func (s *Service) retag(ctx context.Context, scope apigateway.Scope, arn string, edit func(map[string]string)) error {
	a, err := taggable(scope, arn)
	if err != nil {
		return err
	}
	apply := func(tags *map[string]string) error {
		t := map[string]string{}
		maps.Copy(t, *tags)
		edit(t)
		var c check
		c.Tags(t, s.limits.Tags)
		*tags = t
		return c.Err
	}
	switch a.Kind {
	case "apis":
		_, err = s.change(ctx, scope, a.ID, func(r *record) error { return apply(&r.Draft.API.Tags) })
	case "stages":
		_, err = s.change(ctx, scope, a.ID, func(r *record) error {
			i, err := r.stage(a.Stage)
			if err != nil {
				return err
			}
			return apply(&r.Stages[i].Tags)
		})
	case "domainnames":
		_, err = s.ChangeDomain(ctx, scope, a.ID, func(d *apigateway.DomainDocument) error { return apply(&d.Domain.Tags) })
	default:
		_, err = s.ChangeVpcLink(ctx, scope, a.ID, func(l *apigateway.VpcLink) error { return apply(&l.Tags) })
	}
	return err
}

// taggable reads the ARN of a taggable resource of the scope's region.
func taggable(scope apigateway.Scope, arn string) (apigateway.ARN, error) {
	a, ok := apigateway.ParseARN(arn)
	if !ok || a.Region != scope.Region {
		return a, awserr.Newf(awserr.BadRequest, "Invalid ARN specified in the request: %s", arn)
	}
	return a, nil
}
