package deployment

import (
	"errors"
	"fmt"
	"time"

	"postern/internal/apigateway"
	"postern/internal/authorizer"
)

// Authorizer is the Lambda authorizer of a $connect route.
type Authorizer struct {
	ID, Name string
	// Sources are the values without which the function is not called.
	Sources []authorizer.IdentitySource
	// Function invokes the Lambda function.
	Function *Integration
	// Err says why nobody can be authorized; nil if the authorizer works.
	Err error
}

// authorizerTimeout is how long an authorizer may take.
//
// Source: Developer Guide, "Amazon API Gateway quotas": there is none of its
// own, so that the integration's holds.
const authorizerTimeout = apigateway.MaxTimeoutMillis * time.Millisecond

// authorizer compiles the authorizer of a route; nil where the route has none.
// A route that asks for one and has none gets an Authorizer with an error:
// nothing is open by mistake.
func (c *compiler) authorizer(r *apigateway.Route) *Authorizer {
	if r.RouteKey != apigateway.RouteConnect || r.AuthorizationType != apigateway.AuthorizationCustom {
		return nil
	}
	a := &Authorizer{ID: r.AuthorizerID}
	if a.Err = c.readAuthorizer(a); a.Err != nil {
		c.warn("route "+r.RouteKey, "AuthorizerId", a.Err)
	}
	return a
}

func (c *compiler) readAuthorizer(a *Authorizer) error {
	if a.ID == "" {
		return errors.New("the route has the AuthorizationType CUSTOM and no AuthorizerId")
	}
	for i := range c.config.Authorizers {
		from := &c.config.Authorizers[i]
		if from.AuthorizerID != a.ID {
			continue
		}
		a.Name = from.Name
		for _, text := range from.IdentitySource {
			source, err := authorizer.ParseIdentitySource(text)
			if err != nil {
				return fmt.Errorf("authorizer %s: %w", a.ID, err)
			}
			a.Sources = append(a.Sources, source)
		}
		uri := fill(from.AuthorizerURI, c.snapshot.StageVariables)
		if !isFunction(uri) {
			return fmt.Errorf("authorizer %s: AuthorizerUri %q invokes no Lambda function", a.ID, uri)
		}
		a.Function = &Integration{
			ID: a.ID, Type: apigateway.IntegrationAWS, Function: true, Method: "POST", URI: uri,
			CredentialsARN: fill(from.AuthorizerCredentialsARN, c.snapshot.StageVariables),
			Timeout:        authorizerTimeout,
		}
		return nil
	}
	return fmt.Errorf("there is no authorizer %q", a.ID)
}
