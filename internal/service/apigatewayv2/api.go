package apigatewayv2

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"postern/internal/apigateway"
	"postern/internal/awserr"
	"postern/internal/ids"
	"postern/internal/selection"
	"postern/internal/service/apigatewayv2/member"
	"postern/internal/service/apigatewayv2/page"
	"postern/internal/store"
)

// CreateApi creates an API. It fails with BadRequest for an API of another
// protocol than WEBSOCKET.
//
// A tag _custom_id_, ms-custom-id or postern:id gives the API that id, as other
// emulators do; Conflict if it is taken.
func (s *Service) CreateApi(ctx context.Context, scope apigateway.Scope, in ApiInput) (apigateway.Api, error) {
	var c check
	c.Required("name", in.Name)
	c.protocol(in.ProtocolType)
	if in.RouteSelectionExpression == nil || *in.RouteSelectionExpression == "" {
		c.Failf("routeSelectionExpression is a required parameter for an API with a protocol type of WEBSOCKET")
	}
	checkAPI(&c, in)
	c.Tags(in.Tags, s.limits.Tags)
	id := customID(&c, in.Tags)
	if c.Err != nil {
		return apigateway.Api{}, c.Err
	}
	// The quota is of the scope: two creations do not overtake each other.
	defer s.locks.Lock("scope " + scope.AccountID + scope.Region)()
	have, err := s.countAPIs(ctx, scope)
	if err != nil {
		return apigateway.Api{}, err
	}
	if c.Quota(have, s.limits.APIs, "APIs", "this account"); c.Err != nil {
		return apigateway.Api{}, c.Err
	}
	a := apigateway.Api{
		ProtocolType: apigateway.ProtocolWebSocket,
		CreatedDate:  s.now(),
		Tags:         member.Full(in.Tags),
	}
	applyAPI(&a, in)
	return s.createAPI(ctx, scope, a, id)
}

// createAPI writes a new document under the wanted id, or under a new one.
func (s *Service) createAPI(ctx context.Context, scope apigateway.Scope, a apigateway.Api, wanted string) (apigateway.Api, error) {
	for {
		a.ApiID = wanted
		if wanted == "" {
			a.ApiID = ids.API()
		}
		r := &record{Document: &apigateway.Document{
			AccountID: scope.AccountID, Region: scope.Region,
			Draft: apigateway.Configuration{API: a},
		}}
		value, err := r.encode()
		if err != nil {
			return apigateway.Api{}, err
		}
		_, err = s.store.Create(context.WithoutCancel(ctx), keyPrefix+a.ApiID, value)
		switch {
		case err == nil:
			return s.api(r), nil
		case !errors.Is(err, store.ErrExists):
			return apigateway.Api{}, storeError(err)
		case wanted != "":
			return apigateway.Api{}, awserr.Newf(awserr.Conflict, "API with id %s already exists", wanted)
		}
	}
}

// api returns the API of a record as clients see it.
func (s *Service) api(r *record) apigateway.Api {
	a := r.Draft.API
	a.ApiEndpoint = s.endpoint(a.ApiID, r.Region)
	return a
}

// GetApi returns an API.
func (s *Service) GetApi(ctx context.Context, scope apigateway.Scope, apiID string) (apigateway.Api, error) {
	r, err := s.load(ctx, scope, apiID)
	if err != nil {
		return apigateway.Api{}, err
	}
	return s.api(r), nil
}

// GetApis lists the APIs of the scope.
func (s *Service) GetApis(ctx context.Context, scope apigateway.Scope, p Page) (List[apigateway.Api], error) {
	entries, err := s.store.List(ctx, keyPrefix)
	if err != nil {
		return List[apigateway.Api]{}, err
	}
	var apis []apigateway.Api
	for _, e := range entries {
		r, err := s.decode(strings.TrimPrefix(e.Key, keyPrefix), e)
		if err != nil {
			return List[apigateway.Api]{}, err
		}
		if r.AccountID == scope.AccountID && r.Region == scope.Region {
			apis = append(apis, s.api(r))
		}
	}
	return page.Cut(apis, p, func(a *apigateway.Api) string { return a.ApiID })
}

// countAPIs counts the APIs of a scope without decoding all of their documents.
func (s *Service) countAPIs(ctx context.Context, scope apigateway.Scope) (int, error) {
	entries, err := s.store.List(ctx, keyPrefix)
	if err != nil || len(entries) < s.limits.APIs {
		return 0, err
	}
	n := 0
	for _, e := range entries {
		var d struct{ AccountID, Region string }
		if err := json.Unmarshal(e.Value, &d); err != nil {
			return 0, err
		}
		if d.AccountID == scope.AccountID && d.Region == scope.Region {
			n++
		}
	}
	return n, nil
}

// UpdateApi changes an API. Its protocol type cannot change.
func (s *Service) UpdateApi(ctx context.Context, scope apigateway.Scope, apiID string, in ApiInput) (apigateway.Api, error) {
	r, err := s.change(ctx, scope, apiID, func(r *record) error {
		var c check
		c.Kept("name", in.Name)
		c.Kept("routeSelectionExpression", in.RouteSelectionExpression)
		if in.ProtocolType != nil && *in.ProtocolType != "" && *in.ProtocolType != r.Draft.API.ProtocolType {
			c.Failf("protocolType cannot be changed")
		}
		checkAPI(&c, in)
		if c.Err != nil {
			return c.Err
		}
		applyAPI(&r.Draft.API, in)
		return nil
	})
	if err != nil {
		return apigateway.Api{}, err
	}
	return s.api(r), nil
}

// DeleteApi deletes an API with everything below it. It fails with BadRequest
// while an API mapping points at it.
func (s *Service) DeleteApi(ctx context.Context, scope apigateway.Scope, apiID string) error {
	defer s.locks.Lock(apiID)()
	for {
		r, err := s.load(ctx, scope, apiID)
		if err != nil {
			return err
		}
		if err := s.notMapped(ctx, apiID, "", "Deleting API %s failed. Please remove all API mappings for the API from your custom domain names."); err != nil {
			return err
		}
		err = s.store.Delete(context.WithoutCancel(ctx), keyPrefix+apiID, r.revision)
		if errors.Is(err, store.ErrConflict) && ctx.Err() == nil {
			continue
		}
		s.records.Delete(apiID)
		return storeError(err)
	}
}

// notMapped fails with the given text while an API mapping points at an API, or
// at a stage of it.
func (s *Service) notMapped(ctx context.Context, apiID, stage, text string) error {
	if s.mappedDelete {
		return nil
	}
	mapped, err := s.IsMapped(ctx, apiID, stage)
	if err != nil || !mapped {
		return err
	}
	name := stage
	if name == "" {
		name = apiID
	}
	return awserr.Newf(awserr.BadRequest, text, name)
}

func (c *check) protocol(v *string) {
	switch {
	case v == nil || *v == "":
		c.Required("protocolType", v)
	case *v == "HTTP":
		c.Failf("Invalid value for protocolType: this service provides WebSocket APIs only, HTTP is not supported")
	case *v != apigateway.ProtocolWebSocket:
		c.Failf("Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]")
	}
}

// checkAPI checks what CreateApi and UpdateApi have in common.
func checkAPI(c *check, in ApiInput) {
	c.Length("name", in.Name, member.MaxName)
	c.Length("description", in.Description, member.MaxDescription)
	c.Length("version", in.Version, maxVersion)
	c.OneOf("ipAddressType", in.IPAddressType, "ipv4", "dualstack")
	c.expression("routeSelectionExpression", in.RouteSelectionExpression, selection.RouteSelection)
	c.expression("apiKeySelectionExpression", in.ApiKeySelectionExpression, selection.APIKeySelection)
	c.HTTPOnly("corsConfiguration", len(in.CorsConfiguration) > 0)
	c.HTTPOnly("credentialsArn", in.CredentialsARN != nil && *in.CredentialsARN != "")
	c.HTTPOnly("routeKey", in.RouteKey != nil && *in.RouteKey != "")
	c.HTTPOnly("target", in.Target != nil && *in.Target != "")
}

func applyAPI(a *apigateway.Api, in ApiInput) {
	member.Set(&a.Name, in.Name)
	member.Set(&a.Description, in.Description)
	member.Set(&a.Version, in.Version)
	member.Set(&a.RouteSelectionExpression, in.RouteSelectionExpression)
	member.Set(&a.ApiKeySelectionExpression, in.ApiKeySelectionExpression)
	member.Set(&a.DisableSchemaValidation, in.DisableSchemaValidation)
	member.Set(&a.DisableExecuteApiEndpoint, in.DisableExecuteApiEndpoint)
	member.Set(&a.IPAddressType, in.IPAddressType)
	member.OrDefault(&a.ApiKeySelectionExpression, apigateway.APIKeyFromHeader)
	member.OrDefault(&a.IPAddressType, "ipv4")
}

// customIDTags are the tags that fix an API's id, the first one first.
var customIDTags = []string{"postern:id", "_custom_id_", "ms-custom-id"}

// An id must be able to stand as a host label.
var customIDPattern = regexp.MustCompile(`^[a-z0-9]{1,63}$`)

// customID returns the id that the tags ask for, or "".
func customID(c *check, tags map[string]string) string {
	for _, tag := range customIDTags {
		if id, ok := tags[tag]; ok {
			if !customIDPattern.MatchString(id) {
				c.Failf("Invalid value for tags: %s must consist of 1 to 63 lower-case letters and digits", tag)
			}
			return id
		}
	}
	return ""
}
