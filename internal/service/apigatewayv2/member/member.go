// Package member checks and changes the members of requests: what is required,
// how long a text may be, which values there are, and how an update merges.
//
// An absent member is a nil pointer, map or slice. The package knows no
// resource; texts that AWS is known to use stand with the resources.
package member

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/internal/awserr"
)

// Lengths of members that several resources have, in characters.
//
// Source: API Gateway V2 API, model of 2018-11-29.
const (
	MaxName        = 128
	MaxDescription = 1024
	MaxURI         = 2048
	maxTagKey      = 128
	maxTagValue    = 1600
)

// Check collects what is wrong with a request. The first fault counts. Its zero
// value has found nothing yet.
type Check struct {
	// Err is the first fault, an awserr.BadRequest that names the member, or
	// nil.
	Err error
}

// Failf notes a fault.
func (c *Check) Failf(format string, args ...any) {
	c.Fail(awserr.Newf(awserr.BadRequest, format, args...))
}

// Fail notes a fault of another kind.
func (c *Check) Fail(err error) {
	if c.Err == nil {
		c.Err = err
	}
}

// Required refuses a member that is absent or empty.
func (c *Check) Required(member string, v *string) {
	if v == nil || *v == "" {
		c.Failf("%s is a required parameter", member)
	}
}

// Kept refuses a member that is sent empty: it cannot be cleared.
func (c *Check) Kept(member string, v *string) {
	if v != nil && *v == "" {
		c.Failf("%s must not be empty", member)
	}
}

// Length refuses a text of more than longest characters.
func (c *Check) Length(member string, v *string, longest int) {
	if v != nil && utf8.RuneCountInString(*v) > longest {
		c.Failf("Invalid value for %s: must have at most %d characters", member, longest)
	}
}

// OneOf refuses other values than the given ones. "" is absent.
func (c *Check) OneOf(member string, v *string, values ...string) {
	if v != nil && *v != "" && !slices.Contains(values, *v) {
		c.Failf("Invalid value for %s: must be one of [%s]", member, strings.Join(values, ", "))
	}
}

// Within refuses a number out of range, whose ends are in it.
func (c *Check) Within(member string, v *int, low, high int) {
	if v != nil && (*v < low || *v > high) {
		c.Failf("Invalid value for %s: must be between %d and %d", member, low, high)
	}
}

// Matches refuses a text that does not match. "" is absent.
func (c *Check) Matches(member string, v *string, pattern *regexp.Regexp, rule string) {
	if v != nil && *v != "" && !pattern.MatchString(*v) {
		c.Failf("Invalid value for %s: %s", member, rule)
	}
}

// HTTPOnly refuses a member that exists for HTTP APIs.
func (c *Check) HTTPOnly(member string, sent bool) {
	if sent {
		c.Failf("%s is supported for HTTP APIs only", member)
	}
}

// Values refuses values of a map of more than longest characters, and empty
// keys.
func (c *Check) Values(member string, m map[string]string, longest int) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key == "" {
			c.Failf("Invalid value for %s: a key is empty", member)
		}
		if utf8.RuneCountInString(m[key]) > longest {
			c.Failf("Invalid value for %s: the value of %s must have at most %d characters", member, key, longest)
		}
	}
}

// Tags checks all tags that a resource is to have, which are at most limit.
func (c *Check) Tags(tags map[string]string, limit int) {
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if key == "" || utf8.RuneCountInString(key) > maxTagKey {
			c.Failf("Invalid value for tags: a key must have between 1 and %d characters", maxTagKey)
		}
		if utf8.RuneCountInString(tags[key]) > maxTagValue {
			c.Failf("Invalid value for tags: the value of %s must have at most %d characters", key, maxTagValue)
		}
	}
	if len(tags) > limit {
		c.Failf("Invalid value for tags: a resource must have at most %d tags", limit)
	}
}

// QuotaReached is the kind of error of a full quota. That it is a conflict with
// the status of throttling was seen on AWS.
var QuotaReached = awserr.Kind{Code: "ConflictException", Status: 429}

// Quota refuses one more of a kind of resource where there are limit. The owner
// is "this API" or "this account".
func (c *Check) Quota(have, limit int, kind, owner string) {
	if have >= limit {
		c.Fail(awserr.Newf(QuotaReached,
			"Maximum number of %s for %s has been reached.  Please contact AWS if you need additional %s.", kind, owner, kind))
	}
}
