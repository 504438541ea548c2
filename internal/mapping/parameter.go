package mapping

import (
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"postern/jsonpath"
	"postern/jsonvalue"
)

// Parameters are parameter mappings: the RequestParameters of an integration,
// or the ResponseParameters of an integration response.
type Parameters struct {
	mappings []parameterMapping
}

type parameterMapping struct {
	key    string
	target Target
	source source
}

// Target is a parameter that a mapping sets.
type Target struct {
	In   Location
	Name string
}

// source is where a mapping takes its values from; none means that it sets
// nothing.
type source func(in *Input) []string

// parameterName is what AWS accepts for the name of a parameter.
var parameterName = regexp.MustCompile(`^[a-zA-Z0-9._$-]+$`)

// CompileRequestParameters reads the RequestParameters of an integration:
// integration.request.header.X, .querystring.X or .path.X from
// route.request.header.Y, .querystring.Y, .multivalueheader.Y,
// .multivaluequerystring.Y, .path.Y, .body and .body.JSONPATH,
// stageVariables.Y, context.Y or 'text'. The REST spelling method.request is
// accepted for route.request. An error names the key.
//
// Source: Developer Guide, "Setting up data mapping for WebSocket APIs".
func CompileRequestParameters(parameters map[string]string) (*Parameters, error) {
	return compileParameters(parameters, []string{"integration.request."}, requestSource)
}

// CompileResponseParameters reads the ResponseParameters of an integration
// response: method.response.header.X (or route.response.header.X) from
// integration.response.header.Y, .multivalueheader.Y, .body and
// .body.JSONPATH, stageVariables.Y, context.Y or 'text'. An error names the
// key.
func CompileResponseParameters(parameters map[string]string) (*Parameters, error) {
	return compileParameters(parameters, []string{"method.response.", "route.response."}, responseSource)
}

func compileParameters(parameters map[string]string, prefixes []string, find func(string) (source, error)) (*Parameters, error) {
	p := &Parameters{}
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		target, err := parseTarget(key, prefixes)
		if err != nil {
			return nil, fmt.Errorf("parameter mapping %q: %w", key, err)
		}
		from, err := find(parameters[key])
		if err == nil && from == nil {
			from, err = anySource(parameters[key])
		}
		if err != nil {
			return nil, fmt.Errorf("parameter mapping %q: %w", key, err)
		}
		p.mappings = append(p.mappings, parameterMapping{key, target, from})
	}
	return p, nil
}

func parseTarget(key string, prefixes []string) (Target, error) {
	for _, prefix := range prefixes {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		where, name, _ := strings.Cut(rest, ".")
		l := slices.Index(locationNames[:], where)
		if l < 0 || prefix != "integration.request." && Location(l) != Header {
			return Target{}, fmt.Errorf("%q is no place for a parameter", where)
		}
		if !parameterName.MatchString(name) {
			return Target{}, fmt.Errorf("%q is no name of a parameter", name)
		}
		return Target{Location(l), name}, nil
	}
	return Target{}, fmt.Errorf("it must begin with %s", strings.Join(prefixes, " or "))
}

// Apply calls set with every parameter that has a value, in the order of the
// keys. A source that is missing sets nothing.
func (p *Parameters) Apply(in *Input, set func(t Target, values []string)) {
	if p == nil {
		return
	}
	for _, m := range p.mappings {
		if values := m.source(in); len(values) > 0 {
			set(m.target, values)
		}
	}
}

func requestSource(expression string) (source, error) {
	rest, ok := strings.CutPrefix(expression, "route.request.")
	if !ok {
		rest, ok = strings.CutPrefix(expression, "method.request.")
	}
	if !ok {
		return nil, nil
	}
	return requestOrResponse(rest, func(in *Input) Params { return in.Params })
}

func responseSource(expression string) (source, error) {
	rest, ok := strings.CutPrefix(expression, "integration.response.")
	if !ok {
		return nil, nil
	}
	return requestOrResponse(rest, func(in *Input) Params { return in.Response })
}

// requestOrResponse is a source in a request or an answer.
func requestOrResponse(rest string, params func(in *Input) Params) (source, error) {
	where, name, named := strings.Cut(rest, ".")
	if where == "body" {
		return bodySource(name, named)
	}
	where, multi := strings.CutPrefix(where, "multivalue")
	l := slices.Index(locationNames[:], where)
	if l < 0 {
		return nil, fmt.Errorf("%q is no place of a parameter", where)
	}
	if !parameterName.MatchString(name) {
		return nil, fmt.Errorf("%q is no name of a parameter", name)
	}
	return func(in *Input) []string { return lookup(params(in), Location(l), name, multi) }, nil
}

// lookup returns the values of a parameter, or the last one only. Names of
// headers have no case.
func lookup(p Params, l Location, name string, multi bool) []string {
	if p == nil {
		return nil
	}
	var values []string
	for n, v := range p.Params(l) {
		if n == name || l == Header && strings.EqualFold(n, name) {
			values = append(values, v)
		}
	}
	if !multi && len(values) > 1 {
		values = values[len(values)-1:]
	}
	return values
}

func bodySource(path string, named bool) (source, error) {
	if !named {
		return func(in *Input) []string {
			if b := in.bodyBytes(); len(b) > 0 {
				return []string{string(b)}
			}
			return nil
		}, nil
	}
	p, err := jsonpath.Compile("$." + path)
	if err != nil {
		return nil, err
	}
	return func(in *Input) []string {
		if in.Document == nil {
			return nil
		}
		v, found, err := p.EvalDocument(in.Document)
		if !found || err != nil || v.IsNull() {
			return nil
		}
		if v.Map() != nil || v.List() != nil {
			return []string{string(v.AppendJSON(nil))}
		}
		return []string{v.String()}
	}, nil
}

// anySource is a source that requests and answers have in common.
func anySource(expression string) (source, error) {
	if len(expression) >= 2 && expression[0] == '\'' && expression[len(expression)-1] == '\'' {
		values := []string{expression[1 : len(expression)-1]}
		return func(*Input) []string { return values }, nil
	}
	if name, ok := strings.CutPrefix(expression, "stageVariables."); ok && name != "" {
		return func(in *Input) []string {
			if v, ok := in.StageVariables[name]; ok {
				return []string{v}
			}
			return nil
		}, nil
	}
	if name, ok := strings.CutPrefix(expression, "context."); ok && name != "" {
		return func(in *Input) []string { return contextSource(in, name) }, nil
	}
	return nil, fmt.Errorf("%q is no source of a parameter", expression)
}

// contextSource skips values that are no strings, as AWS does.
func contextSource(in *Input, name string) []string {
	if in.Context == nil {
		return nil
	}
	v, _ := in.Context.ContextValue(name)
	if v.Kind() != jsonvalue.KindString {
		return nil
	}
	return []string{v.String()}
}

// List is a Params of fixed parameters.
type List []Param

// Param is one parameter of a List.
type Param struct {
	In          Location
	Name, Value string
}

// Params implements Params.
func (l List) Params(in Location) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, p := range l {
			if p.In == in && !yield(p.Name, p.Value) {
				return
			}
		}
	}
}
