package gateway

import (
	"fmt"
	"strings"

	"postern/internal/awserr"
	"postern/internal/trace"
	"postern/internal/usageplan"
)

// Keys knows API keys and the usage plans that they are in.
type Keys interface {
	// Admit decides whether the key with the given value may use a route of a
	// stage now, and counts it. The error is an awserr.Error: Forbidden for an
	// unknown key, TooManyRequests over the plan's rate, LimitExceeded over its
	// quota.
	Admit(value, apiID, stage, routeKey string) (usageplan.Grant, error)
}

var _ Keys = (*usageplan.Keys)(nil)

// limitExceeded is what a caller hears whose quota is used up.
var limitExceeded = &gatewayResponse{"Limit Exceeded", awserr.LimitExceeded}

// admitKey looks up an API key for the $connect route; "" is none.
func (e *event) admitKey(value string) *failure {
	keys := e.gateway.options.Keys
	if keys == nil {
		return fail(forbidden, fmt.Errorf("ApiKeyRequired: %w", errUnprotected))
	}
	e.execution.VerifyingUsagePlan(value, e.live.APIID, e.live.Stage)
	grant, err := keys.Admit(value, e.live.APIID, e.live.Stage, e.route.RouteKey)
	if err == nil {
		c := e.known()
		c.apiKey, c.apiKeyID = strings.Clone(value), grant.KeyID
		e.execution.UsagePlanSucceeded(value, e.live.APIID, e.live.Stage)
		e.record.Step(trace.Authorization, "API key", grant.KeyID, "admitted by usage plan "+grant.PlanID)
		return nil
	}
	f := &failure{response: forbidden}
	why := "the key is unknown, disabled, or in no usage plan of the stage"
	switch {
	case value == "":
		why = "the request has no API key"
	case awserr.Is(err, awserr.TooManyRequests):
		f, why = &failure{response: tooManyRequests, message: e.gateway.options.Compat.ThrottledText}, "over the rate of the usage plan"
	case awserr.Is(err, awserr.LimitExceeded):
		f, why = &failure{response: limitExceeded}, "over the quota of the usage plan"
	}
	e.record.Step(trace.Authorization, "API key", "", why)
	return f
}
