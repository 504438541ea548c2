package apigatewayv2

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/internal/apigateway"
	"postern/internal/awserr"
)

// Lengths of members, in characters.
//
// Source: API Gateway V2 API, model of 2018-11-29.
const (
	maxName        = 128
	maxDescription = 1024
	maxVersion     = 64
	maxURI         = 2048
	maxParameter   = 512
	maxTemplate    = 32768
	maxExpression  = 1024 // not in the model
	maxRouteKey    = 512  // not in the model
	maxTagKey      = 128
	maxTagValue    = 1600
)

func messagef(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// check collects what is wrong with an input. The first fault counts.
type check struct{ err error }

// failf notes a fault.
func (c *check) failf(format string, args ...any) {
	c.fail(awserr.Newf(awserr.BadRequest, format, args...))
}

func (c *check) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// required refuses a member that is absent or empty.
func (c *check) required(member string, v *string) {
	if v == nil || *v == "" {
		c.failf("%s is a required parameter", member)
	}
}

// kept refuses a member that is sent empty: it cannot be cleared.
func (c *check) kept(member string, v *string) {
	if v != nil && *v == "" {
		c.failf("%s must not be empty", member)
	}
}

// length refuses a text of more than longest characters.
func (c *check) length(member string, v *string, longest int) {
	if v != nil && utf8.RuneCountInString(*v) > longest {
		c.failf("Invalid value for %s: must have at most %d characters", member, longest)
	}
}

// oneOf refuses other values than the given ones. "" is absent.
func (c *check) oneOf(member string, v *string, values ...string) {
	if v != nil && *v != "" && !slices.Contains(values, *v) {
		c.failf("Invalid value for %s: must be one of [%s]", member, strings.Join(values, ", "))
	}
}

// within refuses a number out of range.
func (c *check) within(member string, v *int, low, high int) {
	if v != nil && (*v < low || *v > high) {
		c.failf("Invalid value for %s: must be between %d and %d", member, low, high)
	}
}

// matches refuses a text that does not match. "" is absent.
func (c *check) matches(member string, v *string, pattern *regexp.Regexp, rule string) {
	if v != nil && *v != "" && !pattern.MatchString(*v) {
		c.failf("Invalid value for %s: %s", member, rule)
	}
}

// httpOnly refuses a member that exists for HTTP APIs.
func (c *check) httpOnly(member string, sent bool) {
	if sent {
		c.failf("%s is supported for HTTP APIs only", member)
	}
}

// values refuses values of a map of more than longest characters, and empty
// keys.
func (c *check) values(member string, m map[string]string, longest int) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key == "" {
			c.failf("Invalid value for %s: a key is empty", member)
		}
		if utf8.RuneCountInString(m[key]) > longest {
			c.failf("Invalid value for %s: the value of %s must have at most %d characters", member, key, longest)
		}
	}
}

// tags checks the tags that a resource has after they were merged into others.
func (c *check) tags(tags map[string]string, limit int) {
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if key == "" || utf8.RuneCountInString(key) > maxTagKey {
			c.failf("Invalid value for tags: a key must have between 1 and %d characters", maxTagKey)
		}
		if utf8.RuneCountInString(tags[key]) > maxTagValue {
			c.failf("Invalid value for tags: the value of %s must have at most %d characters", key, maxTagValue)
		}
	}
	if len(tags) > limit {
		c.failf("Invalid value for tags: a resource must have at most %d tags", limit)
	}
}

// quotaReached is the kind of error of a full quota. That it is a conflict with
// the status of throttling was seen on AWS.
var quotaReached = awserr.Kind{Code: "ConflictException", Status: 429}

// quota refuses one more of a kind of resource where there are limit.
func (c *check) quota(have, limit int, kind string) {
	if have >= limit {
		c.fail(awserr.Newf(quotaReached,
			"Maximum number of %s for this API has been reached.  Please contact AWS if you need additional %s.", kind, kind))
	}
}

// set replaces *dst if v was sent.
func set[T any](dst *T, v *T) {
	if v != nil {
		*dst = *v
	}
}

// orDefault gives an absent text its default.
func orDefault(dst *string, standard string) {
	if *dst == "" {
		*dst = standard
	}
}

// merge returns old with the sent keys; an empty value removes its key.
func merge(old, sent map[string]string) map[string]string {
	if sent == nil {
		return old
	}
	merged := map[string]string{}
	maps.Copy(merged, old)
	for key, value := range sent {
		if value == "" {
			delete(merged, key)
		} else {
			merged[key] = value
		}
	}
	return merged
}

// replace returns sent, or old if nothing was sent. An empty map is absent.
func replace[V any](old, sent map[string]V) map[string]V {
	switch {
	case sent == nil:
		return old
	case len(sent) == 0:
		return nil
	}
	return maps.Clone(sent)
}

// ParameterInput says whether a request parameter must be present. In an
// Update a nil Required removes the parameter.
type ParameterInput struct {
	Required *bool `json:"required"`
}

// mergeParameters is merge for parameters. A Create has no old ones to remove.
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
