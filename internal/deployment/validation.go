package deployment

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/schema"
	"postern/internal/selection"
)

// Validation says which model the messages of a route must fit.
type Validation struct {
	// Source is the ModelSelectionExpression as configured.
	Source string
	// Selection is the compiled expression; nil if it does not compile, and
	// then SelectionError says why.
	Selection      *selection.Expression
	SelectionError error

	byKey    map[string]*Model
	fallback *Model
}

// Model is a compiled model, or the error to answer with because it does not
// compile.
type Model struct {
	Name   string
	Schema *schema.Schema
	Err    error
}

// Select returns the model of a key, else the one of $default, else nil: then
// the message is not valid.
func (v *Validation) Select(key []byte) *Model {
	if m, ok := v.byKey[string(key)]; ok {
		return m
	}
	return v.fallback
}

// validation compiles the models of a route; nil if its messages are not
// validated.
func (c *compiler) validation(r *apigateway.Route) *Validation {
	if r.ModelSelectionExpression == "" || r.RouteKey == apigateway.RouteConnect || r.RouteKey == apigateway.RouteDisconnect {
		return nil
	}
	subject := "route " + r.RouteKey
	v := &Validation{Source: r.ModelSelectionExpression, byKey: make(map[string]*Model, len(r.RequestModels))}
	v.Selection, v.SelectionError = selection.Compile(r.ModelSelectionExpression, selection.ModelSelection)
	if v.SelectionError != nil {
		c.warn(subject, "ModelSelectionExpression", v.SelectionError)
	}
	if len(r.RequestModels) == 0 {
		c.warn(subject, "ModelSelectionExpression", errors.New("the route has no RequestModels: no message is valid"))
	}
	for _, key := range slices.Sorted(maps.Keys(r.RequestModels)) {
		m := c.model(r.RequestModels[key])
		if m.Err != nil {
			c.warn(subject, "RequestModels["+key+"]", m.Err)
		}
		v.byKey[key] = m
	}
	v.fallback = v.byKey[apigateway.SelectDefault]
	return v
}

// model compiles a model, once however many routes refer to it.
func (c *compiler) model(name string) *Model {
	if m, ok := c.models[name]; ok {
		return m
	}
	m := &Model{Name: name}
	if text, ok := c.schemaText(name); !ok {
		m.Err = fmt.Errorf("there is no model %q", name)
	} else {
		m.Schema, m.Err = schema.Compile(name, text, c.schemaText)
	}
	c.models[name] = m
	return m
}

func (c *compiler) schemaText(name string) (text string, ok bool) {
	i := slices.IndexFunc(c.config.Models, func(m apigateway.Model) bool { return m.Name == name })
	if i < 0 {
		return "", false
	}
	return c.config.Models[i].Schema, true
}
