package eval

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"

	"postern/internal/mapping"
	"postern/jsonvalue"
	"postern/vtl"
)

// Options say how cases are rendered.
type Options struct {
	// Profile is how Velocity is set up: as API Gateway does, by default.
	Profile vtl.Profile
}

// Case is one template with what it can see.
type Case struct {
	Template string
	// Body is $input: the message.
	Body []byte
	// Params are the maps path, querystring and header of $input.params().
	Params *jsonvalue.Map
	// Context is $context, StageVariables is $stageVariables.
	Context, StageVariables *jsonvalue.Map
	// WantOverrides asks for $context.requestOverride and .responseOverride
	// after the rendering.
	WantOverrides bool

	id jsonvalue.Value
	// path and document are a JSONPath case instead of a template.
	path     string
	document jsonvalue.Value
	isPath   bool
}

// ParseCase reads a case from JSON text: an object with the members id,
// template, body, params, context, stageVariables and wantOverrides, or id,
// path and document for a JSONPath. Body and document may be text, or any
// other JSON value that stands for its text.
func ParseCase(text []byte) (Case, error) {
	v, err := jsonvalue.Parse(bytes.TrimSpace(bytes.TrimPrefix(text, byteOrderMark)))
	if err != nil {
		return Case{}, err
	}
	m := v.Map()
	if m == nil {
		return Case{}, errors.New("a case is an object")
	}
	var c Case
	c.id, _ = m.Get("id")
	for name, to := range map[string]**jsonvalue.Map{"params": &c.Params, "context": &c.Context, "stageVariables": &c.StageVariables} {
		if v, ok := m.Get(name); ok && !v.IsNull() {
			if *to = v.Map(); *to == nil {
				return c, fmt.Errorf("%s: not an object", name)
			}
		}
	}
	body, _ := m.Get("body")
	c.Body = textOf(body)
	want, _ := m.Get("wantOverrides")
	c.WantOverrides = want.Bool()
	template, hasTemplate := m.Get("template")
	c.Template, _ = template.Text()
	path, hasPath := m.Get("path")
	switch {
	case !hasTemplate && !hasPath:
		return c, errors.New(`a case needs a "template", or a "path" and a "document"`)
	case !hasTemplate:
		c.isPath = true
		c.document, _ = m.Get("document")
		if c.path, hasPath = path.Text(); !hasPath {
			return c, errors.New("path: not a string")
		}
	case template.Kind() != jsonvalue.KindString:
		return c, errors.New("template: not a string")
	}
	return c, nil
}

// byteOrderMark is what some editors put at the start of a file.
var byteOrderMark = []byte("\xef\xbb\xbf")

// textOf is the text of a body: a string as it is, nothing for null, and the
// JSON of any other value.
func textOf(v jsonvalue.Value) []byte {
	if s, ok := v.Text(); ok {
		return []byte(s)
	}
	if v.IsNull() {
		return nil
	}
	return v.AppendJSON(nil)
}

// input makes what the template can see.
func (c *Case) input() *mapping.Input {
	document := new(jsonvalue.Document)
	document.Reset(c.Body)
	in := &mapping.Input{Document: document, Params: params{c.Params}, Context: contextMap{c.Context}}
	if c.StageVariables != nil {
		in.StageVariables = map[string]string{}
		for k, v := range c.StageVariables.All() {
			in.StageVariables[k.String()] = v.String()
			in.StageVariableNames = append(in.StageVariableNames, k.String())
		}
	}
	if c.Context != nil {
		request, _ := c.Context.Get("requestOverride")
		response, _ := c.Context.Get("responseOverride")
		in.Overrides = mapping.Overrides{Request: request.Map(), Response: response.Map()}
	}
	return in
}

// params are parameters given as maps.
type params struct {
	*jsonvalue.Map
}

// Params implements mapping.Params.
func (p params) Params(in mapping.Location) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if p.Map == nil {
			return
		}
		values, _ := p.Get(in.String())
		if values.Map() == nil {
			return
		}
		for k, v := range values.Map().All() {
			if !yield(k.String(), v.String()) {
				return
			}
		}
	}
}

// contextMap is a $context given as a map.
type contextMap struct {
	*jsonvalue.Map
}

// ContextNames implements mapping.Context.
func (c contextMap) ContextNames() []string {
	if c.Map == nil {
		return nil
	}
	var names []string
	for k := range c.All() {
		names = append(names, k.String())
	}
	return names
}

// ContextValue implements mapping.Context.
func (c contextMap) ContextValue(name string) (jsonvalue.Value, bool) {
	m := c.Map
	for m != nil {
		if v, ok := m.Get(name); ok {
			return v, true
		}
		first, rest, dotted := strings.Cut(name, ".")
		if !dotted {
			break
		}
		v, _ := m.Get(first)
		m, name = v.Map(), rest
	}
	return jsonvalue.Value{}, false
}
