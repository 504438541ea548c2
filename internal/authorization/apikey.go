package authorization

import (
	"fmt"
	"strings"

	"postern/internal/awserr"
	"postern/internal/gatewayresponse"
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

// admitKey looks up an API key for the $connect route; "" is none.
func (c *Checks) admitKey(r *Request, value string) *gatewayresponse.Failure {
	if c.Keys == nil {
		return gatewayresponse.Forbidden.Because(fmt.Errorf("ApiKeyRequired: %w", errUnprotected))
	}
	r.Execution.VerifyingUsagePlan(value, r.Stage.APIID, r.Stage.Stage)
	grant, err := c.Keys.Admit(value, r.Stage.APIID, r.Stage.Stage, r.Route.RouteKey)
	if err == nil {
		r.Event.Caller.APIKey, r.Event.Caller.APIKeyID = strings.Clone(value), grant.KeyID
		r.Execution.UsagePlanSucceeded(value, r.Stage.APIID, r.Stage.Stage)
		r.Record.Step(trace.Authorization, "API key", grant.KeyID, "admitted by usage plan "+grant.PlanID)
		return nil
	}
	f := &gatewayresponse.Failure{Response: gatewayresponse.Forbidden}
	why := "the key is unknown, disabled, or in no usage plan of the stage"
	switch {
	case value == "":
		why = "the request has no API key"
	case awserr.Is(err, awserr.TooManyRequests):
		f, why = &gatewayresponse.Failure{Response: gatewayresponse.Throttled, Message: c.ThrottledText}, "over the rate of the usage plan"
	case awserr.Is(err, awserr.LimitExceeded):
		f, why = &gatewayresponse.Failure{Response: gatewayresponse.QuotaExceeded}, "over the quota of the usage plan"
	}
	r.Record.Step(trace.Authorization, "API key", "", why)
	return f
}
