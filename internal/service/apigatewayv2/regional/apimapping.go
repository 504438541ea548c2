package regional

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/service/apigatewayv2/member"
	"postern/internal/service/apigatewayv2/page"
)

// The characters of a mapping key. Keys of WebSocket APIs have one level.
//
// Source: API Gateway developer guide, "API mappings for WebSocket APIs".
var mappingKey = regexp.MustCompile(`^[A-Za-z0-9$\-_.+!*'()]{1,300}$`)

// CreateApiMapping maps a path of a domain name to a stage. It fails with
// Conflict where the domain name has a mapping of that key.
func (s *Service) CreateApiMapping(ctx context.Context, scope apigateway.Scope, domainName string, in ApiMappingInput) (out apigateway.ApiMapping, err error) {
	var c member.Check
	c.Required("apiId", in.ApiID)
	c.Required("stage", in.Stage)
	if c.Err != nil {
		return out, c.Err
	}
	_, err = s.ChangeDomain(ctx, scope, domainName, func(d *apigateway.DomainDocument) error {
		out = apigateway.ApiMapping{ApiMappingID: member.NewID(func(id string) bool { return mapping(d, id) >= 0 })}
		if err := s.applyMapping(ctx, scope, d, &out, in); err != nil {
			return err
		}
		d.Mappings = append(d.Mappings, out)
		return nil
	})
	return out, err
}

// GetApiMapping returns an API mapping.
func (s *Service) GetApiMapping(ctx context.Context, scope apigateway.Scope, domainName, apiMappingID string) (apigateway.ApiMapping, error) {
	d, err := domains.Get(ctx, s.documents, scope, keyOf(domainName))
	if err != nil {
		return apigateway.ApiMapping{}, err
	}
	i := mapping(d, apiMappingID)
	if i < 0 {
		return apigateway.ApiMapping{}, errNoMapping
	}
	return d.Mappings[i], nil
}

// GetApiMappings lists the API mappings of a domain name.
func (s *Service) GetApiMappings(ctx context.Context, scope apigateway.Scope, domainName string, p page.Page) (page.List[apigateway.ApiMapping], error) {
	d, err := domains.Get(ctx, s.documents, scope, keyOf(domainName))
	if err != nil {
		return page.List[apigateway.ApiMapping]{}, err
	}
	return page.Cut(d.Mappings, p, func(m *apigateway.ApiMapping) string { return m.ApiMappingID })
}

// UpdateApiMapping changes an API mapping. The input must name the API.
func (s *Service) UpdateApiMapping(ctx context.Context, scope apigateway.Scope, domainName, apiMappingID string, in ApiMappingInput) (out apigateway.ApiMapping, err error) {
	var c member.Check
	c.Required("apiId", in.ApiID)
	c.Kept("stage", in.Stage)
	if c.Err != nil {
		return out, c.Err
	}
	_, err = s.ChangeDomain(ctx, scope, domainName, func(d *apigateway.DomainDocument) error {
		i := mapping(d, apiMappingID)
		if i < 0 {
			return errNoMapping
		}
		if err := s.applyMapping(ctx, scope, d, &d.Mappings[i], in); err != nil {
			return err
		}
		out = d.Mappings[i]
		return nil
	})
	return out, err
}

// DeleteApiMapping deletes an API mapping.
func (s *Service) DeleteApiMapping(ctx context.Context, scope apigateway.Scope, domainName, apiMappingID string) error {
	_, err := s.ChangeDomain(ctx, scope, domainName, func(d *apigateway.DomainDocument) error {
		i := mapping(d, apiMappingID)
		if i < 0 {
			return errNoMapping
		}
		d.Mappings = slices.Delete(d.Mappings, i, i+1)
		return nil
	})
	return err
}

var errNoMapping = awserr.New(awserr.NotFound, "The api mapping resource specified in the request was not found.")

func mapping(d *apigateway.DomainDocument, id string) int {
	return slices.IndexFunc(d.Mappings, func(m apigateway.ApiMapping) bool { return m.ApiMappingID == id })
}

// applyMapping checks the input of CreateApiMapping and UpdateApiMapping and
// changes m.
func (s *Service) applyMapping(ctx context.Context, scope apigateway.Scope, d *apigateway.DomainDocument, m *apigateway.ApiMapping, in ApiMappingInput) error {
	if err := checkMappingKey(in.ApiMappingKey); err != nil {
		return err
	}
	member.Set(&m.ApiID, in.ApiID)
	member.Set(&m.ApiMappingKey, in.ApiMappingKey)
	member.Set(&m.Stage, in.Stage)
	for _, other := range d.Mappings {
		if other.ApiMappingKey == m.ApiMappingKey && other.ApiMappingID != m.ApiMappingID {
			return awserr.New(awserr.Conflict, "ApiMapping key already exists for this domain name")
		}
	}
	return s.o.HasStage(ctx, scope, m.ApiID, m.Stage)
}

func checkMappingKey(key *string) error {
	switch {
	case key == nil || *key == "":
		return nil
	case strings.HasPrefix(*key, "/") || strings.Contains(*key, "//"):
		return awserr.New(awserr.BadRequest, "API mapping key should not start with a '/' or have consecutive '/'s.")
	case strings.HasSuffix(*key, "/"):
		return awserr.New(awserr.BadRequest, "API mapping key should not end with a '/'.")
	case !mappingKey.MatchString(*key):
		return awserr.New(awserr.BadRequest, "An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()")
	}
	return nil
}

// IsMapped reports whether an API mapping of any domain name points at an API,
// or at a stage of it if one is named.
func (s *Service) IsMapped(ctx context.Context, apiID, stage string) (bool, error) {
	all, err := domains.List(ctx, s.documents, nil)
	if err != nil {
		return false, err
	}
	for _, d := range all {
		for _, m := range d.Mappings {
			if m.ApiID == apiID && (stage == "" || m.Stage == stage) {
				return true, nil
			}
		}
	}
	return false, nil
}
