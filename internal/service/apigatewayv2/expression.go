package apigatewayv2

import (
	"postern/internal/selection"
)

// expression refuses a selection expression that cannot be evaluated. "" is
// absent.
func (c *check) expression(member string, v *string, use selection.Use) {
	c.length(member, v, maxExpression)
	if v == nil || *v == "" || c.err != nil {
		return
	}
	if _, err := selection.Compile(*v, use); err != nil {
		c.failf("Invalid value for %s: %v", member, err)
	}
}

// pattern refuses a response key that is neither $default nor a regular
// expression between slashes.
func (c *check) pattern(member string, v *string) {
	c.length(member, v, maxExpression)
	if v == nil || *v == "" || c.err != nil {
		return
	}
	if _, err := selection.CompilePattern(*v); err != nil {
		c.failf("Invalid value for %s: %v", member, err)
	}
}
