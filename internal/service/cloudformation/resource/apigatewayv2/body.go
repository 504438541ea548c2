package apigatewayv2

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode"

	"postern/internal/awserr"
	"postern/internal/service/cloudformation/resource"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

// rules are what a schema does not say of its properties.
type rules struct {
	// refused are the properties that only HTTP APIs have and that have no
	// member in the service's input.
	refused []string
	// merged are the maps that an update merges key by key: a key is removed by
	// an empty value. All others are replaced whole.
	merged []string
	// reset is the JSON of the value that stands for none where it is not the
	// empty one, since the service has a default.
	reset map[string]string
}

// createInput returns the service's input for a new resource.
func createInput[T any](s *resource.Schema, o rules, r *resource.Request) (T, error) {
	return input[T](o, r, members(s, r.Properties))
}

// updateInput returns the service's input that makes the resource what
// r.Properties say: all of them, and what undoes those that were there before.
// Properties that cannot change are left out.
func updateInput[T any](s *resource.Schema, o rules, r *resource.Request) (T, error) {
	body := members(s, r.Properties)
	for _, p := range s.Properties {
		before, after := r.Previous.Get(p.Name), r.Properties.Get(p.Name)
		switch {
		case p.CreateOnly:
			delete(body, wireName(p.Name))
		case before == nil:
		case slices.Contains(o.merged, p.Name):
			body[wireName(p.Name)] = merge(p.Shape, before, after)
		case after == nil:
			if none := o.none(p); none != "" {
				body[wireName(p.Name)] = []byte(none)
			}
		}
	}
	return input[T](o, r, body)
}

// none returns the JSON that stands for an absent property.
func (o rules) none(p resource.Property) string {
	if value, ok := o.reset[p.Name]; ok {
		return value
	}
	switch p.Shape.Kind {
	case resource.KindString:
		return `""`
	case resource.KindBoolean:
		return "false"
	case resource.KindList:
		return "[]"
	case resource.KindMap, resource.KindObject:
		return "{}"
	}
	return ""
}

// merge returns a map with the new values and an empty one for every key that
// is gone.
func merge(s resource.Shape, before, after *template.Node) []byte {
	out := map[string]json.RawMessage{}
	empty := `""`
	if s.Element.Kind != resource.KindString {
		empty = "{}"
	}
	for _, m := range before.Members {
		out[m.Name] = json.RawMessage(empty)
	}
	if after != nil {
		for _, m := range after.Members {
			out[m.Name] = appendWire(nil, *s.Element, m.Value)
		}
	}
	text, _ := json.Marshal(out) // of valid JSON
	return text
}

// members returns the properties by wire name, each as JSON.
func members(s *resource.Schema, properties *template.Node) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for _, m := range properties.Members {
		if p, ok := s.Property(m.Name); ok {
			out[wireName(m.Name)] = appendWire(nil, p.Shape, m.Value)
		}
	}
	return out
}

func input[T any](o rules, r *resource.Request, body map[string]json.RawMessage) (T, error) {
	var in T
	for _, name := range o.refused {
		if r.Properties.Has(name) {
			return in, awserr.Newf(awserr.BadRequest, "%s is only supported for HTTP APIs", name)
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return in, err
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return in, fmt.Errorf("properties as input: %w", err)
	}
	return in, nil
}

// appendWire appends a value as the service's JSON has it: the members of
// objects by their wire names, those of maps as the user named them.
func appendWire(dst []byte, s resource.Shape, n *template.Node) []byte {
	switch {
	case s.Kind == resource.KindList && n.Is(template.List):
		dst = append(dst, '[')
		for i, item := range n.Items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendWire(dst, *s.Element, item)
		}
		return append(dst, ']')
	case (s.Kind == resource.KindMap || s.Kind == resource.KindObject) && n.Is(template.Map):
		dst = append(dst, '{')
		for i, m := range n.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			name, shape := member(s, m.Name)
			dst = append(syntax.NewString(name).AppendJSON(dst), ':')
			dst = appendWire(dst, shape, m.Value)
		}
		return append(dst, '}')
	}
	return n.AppendJSON(dst)
}

func member(s resource.Shape, name string) (wire string, shape resource.Shape) {
	if s.Kind == resource.KindMap {
		return name, *s.Element
	}
	for _, p := range s.Fields {
		if p.Name == name {
			return wireName(name), p.Shape
		}
	}
	return wireName(name), resource.JSON
}

// wireName returns the name of a property in the API's JSON: TlsConfig is
// tlsConfig.
func wireName(name string) string {
	r := []rune(name)
	r[0] = unicode.ToLower(r[0])
	return string(r)
}

// with returns properties in which the one of that name is a text.
func with(properties *template.Node, name, value string) *template.Node {
	out := &template.Node{Kind: template.Map, Members: slices.Clone(properties.Members)}
	for i := range out.Members {
		if out.Members[i].Name == name {
			out.Members[i].Value = syntax.NewString(value)
		}
	}
	return out
}
