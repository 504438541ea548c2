package resource

import (
	"slices"

	"postern/internal/template"
	"postern/internal/template/syntax"
)

// Schema describes a resource type, as the registry of resource types does.
type Schema struct {
	// Type is the name, "AWS::ApiGatewayV2::Api".
	Type string
	// Service is the name that AWS's SDK gives to the service behind it, as it
	// stands in the reasons of failed events: "ApiGatewayV2".
	Service string
	// Properties are all properties that a template may set.
	Properties []Property
	// Attributes are the names for Fn::GetAtt.
	Attributes []string
	// Tags is the property that holds the resource's tags; empty if it has
	// none. A change of the stack's tags then updates the resource.
	Tags string
}

// Property is one property of a resource or of an object within.
type Property struct {
	Name     string
	Shape    Shape
	Required bool
	// CreateOnly properties cannot change: another value takes another
	// resource.
	CreateOnly bool
}

// Kind is the kind of value of a property.
type Kind uint8

// The kinds. JSON is any value, and a string may hold its text.
const (
	KindString Kind = iota
	KindBoolean
	KindInteger
	KindNumber
	KindJSON
	KindList
	KindMap
	KindObject
)

// Shape is the kind of a value and of what it is made of.
type Shape struct {
	Kind Kind
	// Element is the shape of a list's items or a map's values.
	Element *Shape
	// Fields are the members of an object.
	Fields []Property
	// Text says that a string may stand for the value, holding it as JSON:
	// what the registry calls a property of type "object or string".
	Text bool
}

// The shapes of scalars, and any JSON value.
var (
	String  = Shape{Kind: KindString}
	Boolean = Shape{Kind: KindBoolean}
	Integer = Shape{Kind: KindInteger}
	Number  = Shape{Kind: KindNumber}
	JSON    = Shape{Kind: KindJSON}
)

// ListOf returns the shape of a list.
func ListOf(element Shape) Shape { return Shape{Kind: KindList, Element: &element} }

// MapOf returns the shape of a map with names of the user's choice.
func MapOf(element Shape) Shape { return Shape{Kind: KindMap, Element: &element} }

// Object returns the shape of an object with the given members.
func Object(fields ...Property) Shape { return Shape{Kind: KindObject, Fields: fields} }

// OrText returns s with Text set.
func (s Shape) OrText() Shape {
	s.Text = true
	return s
}

// Property returns the property of that name.
func (s *Schema) Property(name string) (Property, bool) {
	i := slices.IndexFunc(s.Properties, func(p Property) bool { return p.Name == name })
	if i < 0 {
		return Property{}, false
	}
	return s.Properties[i], true
}

// Changed returns the names of the properties whose values differ, in the
// order of the new ones and then of those that are gone. Both sides must be
// coerced. A value that is not known yet differs.
func Changed(before, after *template.Node) []string {
	var names []string
	for _, m := range members(after) {
		if !syntax.Equal(before.Get(m.Name), m.Value) {
			names = append(names, m.Name)
		}
	}
	for _, m := range members(before) {
		if !after.Has(m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}

// Replaces reports whether a change of the given properties takes another
// resource.
func (s *Schema) Replaces(changed []string) bool {
	return slices.ContainsFunc(changed, func(name string) bool {
		p, ok := s.Property(name)
		return ok && p.CreateOnly
	})
}

func members(n *template.Node) []syntax.Member {
	if n == nil {
		return nil
	}
	return n.Members
}
