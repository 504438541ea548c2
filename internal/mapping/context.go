package mapping

import (
	"strings"

	"postern/jsonvalue"
	"postern/vtl"
)

// contextObject is $context, or a part of it that is a map.
type contextObject struct {
	in *Input
	// prefix is "" for $context, and "identity." for $context.identity.
	prefix string
}

// Property implements jsonvalue.Object.
func (c *contextObject) Property(name string) (Value, bool) {
	in := c.in
	if in.contextMap != nil {
		m := c.Map()
		return m.Get(name)
	}
	if c.prefix == "" {
		switch name {
		case "requestOverride":
			return in.Overrides.request().Value(), true
		case "responseOverride":
			return in.Overrides.response().Value(), true
		}
	}
	if in.Context == nil {
		return Value{}, false
	}
	if c.prefix != "" {
		name = c.prefix + name
	}
	v, ok := in.Context.ContextValue(name)
	switch {
	case ok && (v.Map() != nil || v.List() != nil):
		// A template may change it: it gets a copy, and always the same.
		return c.Map().Get(name[len(c.prefix):])
	case ok:
		return v, true
	case c.prefix != "":
		// A name of two parts is whole: what an authorizer says may have dots.
		return Value{}, false
	}
	return in.part(name)
}

// part returns the part of $context whose variables have that prefix.
func (in *Input) part(name string) (Value, bool) {
	for _, n := range in.Context.ContextNames() {
		if len(n) <= len(name) || n[len(name)] != '.' || n[:len(name)] != name {
			continue
		}
		for i := range in.nested[:in.used] {
			if p := in.nested[i].prefix; p[:len(p)-1] == name {
				return jsonvalue.Host(&in.nested[i]), true
			}
		}
		if in.used == len(in.nested) {
			return jsonvalue.Host(&contextObject{in, name + "."}), true
		}
		p := &in.nested[in.used]
		in.used++
		*p = contextObject{in, n[:len(name)+1]}
		return jsonvalue.Host(p), true
	}
	return Value{}, false
}

// Call implements jsonvalue.Object: the methods are those of Map.
func (c *contextObject) Call(string, []Value) (Value, bool, error) { return Value{}, false, nil }

// AppendText implements jsonvalue.Object.
func (c *contextObject) AppendText(dst []byte) []byte { return appendMap(dst, c.Map()) }

// Map implements vtl.Mapper.
func (c *contextObject) Map() *jsonvalue.Map {
	m := c.in.wholeContext()
	if c.prefix == "" {
		return m
	}
	v, _ := m.Get(strings.TrimSuffix(c.prefix, "."))
	if m = v.Map(); m == nil {
		return new(jsonvalue.Map) // a template has replaced it
	}
	return m
}

// wholeContext builds $context as a map.
func (in *Input) wholeContext() *jsonvalue.Map {
	if in.contextMap != nil {
		return in.contextMap
	}
	root := new(jsonvalue.Map)
	if in.Context != nil {
		for _, name := range in.Context.ContextNames() {
			v, ok := in.Context.ContextValue(name)
			if !ok {
				continue
			}
			if v.Map() != nil || v.List() != nil {
				v, _ = vtl.Plain(v)
			}
			put(root, name, v)
		}
	}
	root.Set("requestOverride", in.Overrides.request().Value())
	root.Set("responseOverride", in.Overrides.response().Value())
	in.contextMap = root
	return root
}

// put sets a variable, whose name ends at the first dot or has a second part.
func put(m *jsonvalue.Map, name string, v Value) {
	first, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		m.Set(name, v)
		return
	}
	part, _ := m.Get(first)
	if part.Map() == nil {
		part = new(jsonvalue.Map).Value()
		m.Set(first, part)
	}
	part.Map().Set(rest, v)
}
