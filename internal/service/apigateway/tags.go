package apigateway

import (
	"context"
	"maps"
	"strings"
	"unicode/utf8"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/clientcertificate"
	"postern/internal/usageplan"
)

// The bounds of tags.
//
// Source: API Gateway (V1) API reference, "TagResource".
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return awserr.Newf(awserr.BadRequest, "Invalid value for tags: a resource must have at most %d tags", maxTags)
	}
	for key, value := range tags {
		if key == "" || utf8.RuneCountInString(key) > maxTagKey {
			return awserr.Newf(awserr.BadRequest, "Invalid value for tags: a key must have between 1 and %d characters", maxTagKey)
		}
		if utf8.RuneCountInString(value) > maxTagValue {
			return awserr.Newf(awserr.BadRequest, "Invalid value for tags: the value of %s must have at most %d characters", key, maxTagValue)
		}
	}
	return nil
}

// TagResource adds tags to a key, a plan or a client certificate, named by its
// ARN.
func (s *Service) TagResource(ctx context.Context, scope apigateway.Scope, arn string, tags map[string]string) error {
	return s.changeTags(ctx, scope, arn, func(old map[string]string) error {
		maps.Copy(old, tags)
		return checkTags(old)
	})
}

// UntagResource removes tags by their keys.
func (s *Service) UntagResource(ctx context.Context, scope apigateway.Scope, arn string, tagKeys []string) error {
	return s.changeTags(ctx, scope, arn, func(old map[string]string) error {
		for _, key := range tagKeys {
			delete(old, key)
		}
		return nil
	})
}

// GetTags returns the tags of a key, a plan or a client certificate.
func (s *Service) GetTags(ctx context.Context, scope apigateway.Scope, arn string) (map[string]string, error) {
	kind, id, err := parseARN(arn, scope)
	if err != nil {
		return nil, err
	}
	switch kind {
	case apiKeys:
		key, err := s.GetApiKey(ctx, scope, id, false)
		return key.Tags, err
	case usagePlans:
		plan, err := s.GetUsagePlan(ctx, scope, id)
		return plan.Tags, err
	default:
		certificate, err := s.GetClientCertificate(ctx, scope, id)
		return certificate.Tags, err
	}
}

func (s *Service) changeTags(ctx context.Context, scope apigateway.Scope, arn string, edit func(map[string]string) error) error {
	kind, id, err := parseARN(arn, scope)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	change := func(tags *map[string]string) error {
		if *tags == nil {
			*tags = map[string]string{}
		}
		return edit(*tags)
	}
	switch kind {
	case apiKeys:
		_, err = keys.Change(ctx, s.documents, scope, id, func(d *usageplan.KeyDocument) error { return change(&d.Key.Tags) })
	case usagePlans:
		_, err = plans.Change(ctx, s.documents, scope, id, func(d *usageplan.PlanDocument) error { return change(&d.Plan.Tags) })
	default:
		_, err = certificates.Change(ctx, s.documents, scope, id, func(d *clientcertificate.Document) error { return change(&d.Certificate.Tags) })
	}
	return err
}

// The kinds of resources that have tags, as their ARNs name them.
const (
	apiKeys            = "apikeys"
	usagePlans         = "usageplans"
	clientCertificates = "clientcertificates"
)

// parseARN reads arn:aws:apigateway:{region}::/{kind}/{id}.
func parseARN(arn string, scope apigateway.Scope) (kind, id string, err error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) == 6 && parts[0] == "arn" && parts[2] == "apigateway" && parts[3] == scope.Region {
		kind, id, _ = strings.Cut(strings.TrimPrefix(parts[5], "/"), "/")
		if (kind == apiKeys || kind == usagePlans || kind == clientCertificates) && id != "" && !strings.Contains(id, "/") {
			return kind, id, nil
		}
	}
	return "", "", awserr.New(awserr.NotFound, "Invalid resource ARN specified in the request")
}
