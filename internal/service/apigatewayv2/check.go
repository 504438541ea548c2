package apigatewayv2

import (
	"maps"

	"postern/internal/apigateway"
	"postern/internal/selection"
	"postern/internal/service/apigatewayv2/member"
)

// Lengths of members, in characters.
//
// Source: API Gateway V2 API, model of 2018-11-29, but for the last two.
const (
	maxVersion    = 64
	maxParameter  = 512
	maxSchema     = 32768
	maxExpression = 1024
	maxRouteKey   = 512
)

// check is a member.Check that knows what is particular to APIs.
type check struct{ member.Check }

// expression refuses a selection expression that cannot be evaluated. "" is
// absent.
func (c *check) expression(name string, v *string, use selection.Use) {
	c.Length(name, v, maxExpression)
	if v == nil || *v == "" || c.Err != nil {
		return
	}
	if _, err := selection.Compile(*v, use); err != nil {
		c.Failf("Invalid value for %s: %v", name, err)
	}
}

// pattern refuses a response key that is neither $default nor a regular
// expression between slashes.
func (c *check) pattern(name string, v *string) {
	c.Length(name, v, maxExpression)
	if v == nil || *v == "" || c.Err != nil {
		return
	}
	if _, err := selection.CompilePattern(*v); err != nil {
		c.Failf("Invalid value for %s: %v", name, err)
	}
}

// quota refuses one more of a kind of resource where an API has limit.
func (c *check) quota(have, limit int, kind string) { c.Quota(have, limit, kind, "this API") }

// ParameterInput says whether a request parameter must be present. In an
// Update a nil Required removes the parameter.
type ParameterInput struct {
	Required *bool `json:"required"`
}

// mergeParameters merges parameters. A Create has no old ones to remove.
func mergeParameters(old map[string]apigateway.ParameterConstraints, sent map[string]ParameterInput, create bool) map[string]apigateway.ParameterConstraints {
	if sent == nil {
		return old
	}
	merged := map[string]apigateway.ParameterConstraints{}
	maps.Copy(merged, old)
	for key, p := range sent {
		switch {
		case p.Required != nil:
			merged[key] = apigateway.ParameterConstraints{Required: *p.Required}
		case create:
			merged[key] = apigateway.ParameterConstraints{}
		default:
			delete(merged, key)
		}
	}
	if len(merged) == 0 {
		return nil
	}
	return merged
}
