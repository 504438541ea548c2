package template

import (
	"slices"

	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// Node is one value: see syntax.Node. Evaluated properties and outputs are
// Nodes too, without functions in them.
type Node = syntax.Node

// Member is one name and its value in a Map.
type Member = syntax.Member

// The kinds of Node, so that callers need not import syntax.
const (
	Null    = syntax.Null
	Bool    = syntax.Bool
	Number  = syntax.Number
	String  = syntax.String
	List    = syntax.List
	Map     = syntax.Map
	Unknown = syntax.Unknown
)

// Error is a template that AWS refuses, or a value that it cannot make: the
// caller puts its Message into an awserr.ValidationError or a
// ResourceStatusReason.
type Error = syntax.Error

// References answers for the resources of a stack while properties and outputs
// are evaluated.
type References = intrinsic.References

// What References answer for an attribute: see there.
var (
	ErrUnknown     = intrinsic.ErrUnknown
	ErrNoAttribute = intrinsic.ErrNoAttribute
)

// Nothing is a stack of which nothing is known yet, nor of any other: every Ref,
// attribute and import is Unknown.
var Nothing References

// Template is a template as it is written. It is not changed by any method and
// may be used by several goroutines.
type Template struct {
	// Version is AWSTemplateFormatVersion, "2010-09-09" also where the
	// template does not say it.
	Version string
	// Description is the template's description; HasDescription tells an
	// absent one from an empty one.
	Description    string
	HasDescription bool
	// Metadata is the section of that name, nil if absent.
	Metadata *Node
	// Transforms are the names that the Transform section declares, in order.
	Transforms []string

	Parameters []Parameter
	Rules      []Rule
	Mappings   *Node // a map of maps of scalars or lists; nil if absent
	Conditions []Condition
	Resources  []Resource
	Outputs    []Output

	root *Node
	// extended says that AWS::LanguageExtensions is or was declared.
	extended bool
	scope    intrinsic.Scope
}

// Condition is a member of the Conditions section.
type Condition struct {
	Name       string
	Expression *Node
}

// Resource is a member of the Resources section.
type Resource struct {
	LogicalID string
	// Type is "AWS::ApiGatewayV2::Api", "Custom::Name", …
	Type string
	// Properties are as they are written, functions and all; nil if absent.
	Properties *Node
	// DependsOn are the logical ids of that attribute, in order.
	DependsOn []string
	// Condition names the condition under which the resource exists; empty:
	// always.
	Condition string
	// DeletionPolicy is Delete, Retain, RetainExceptOnCreate or Snapshot;
	// UpdateReplacePolicy Delete, Retain or Snapshot. Empty if absent.
	DeletionPolicy, UpdateReplacePolicy string
	// Metadata, CreationPolicy and UpdatePolicy are as they are written; nil if
	// absent.
	Metadata, CreationPolicy, UpdatePolicy *Node
	// Version is the attribute of custom resources.
	Version string
	// Line and Column are where the logical id stands.
	Line, Column int

	node *Node
}

// Output is a member of the Outputs section.
type Output struct {
	Key string
	// Value and ExportName are expressions; ExportName is nil if the output is
	// not exported.
	Value, ExportName *Node
	Description       string
	// Condition names the condition under which the output exists.
	Condition string
}

// Parse reads a template's text, JSON or YAML, and its sections. Errors are
// *Error: the text is not well formed or a section has the wrong shape.
func Parse(text []byte) (*Template, error) {
	root, err := syntax.Parse(text)
	if err != nil {
		return nil, err
	}
	return fromRoot(root, false)
}

// fromRoot reads the sections of a template; extended says that the language
// extensions were applied to it.
func fromRoot(root *Node, extended bool) (*Template, error) {
	if !root.Is(Map) {
		return nil, syntax.Errorf(root, "Template format error: unsupported structure.")
	}
	t := &Template{root: root, Version: formatVersion}
	if err := t.readTransforms(root.Get("Transform")); err != nil {
		return nil, err
	}
	t.extended = extended || slices.Contains(t.Transforms, languageExtensions)
	for _, read := range []func() error{
		t.readTop, t.readParameters, t.readMappings, t.readConditions, t.readRules, t.readResources, t.readOutputs,
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	t.declare()
	return t, nil
}

// declare makes the scope of functions.
func (t *Template) declare() {
	t.scope = intrinsic.Scope{
		Parameters: make(map[string]string, len(t.Parameters)), Resources: make(map[string]string, len(t.Resources)),
		Conditions: make(map[string]*Node, len(t.Conditions)), Mappings: t.Mappings, Extended: t.extended,
	}
	for _, p := range t.Parameters {
		t.scope.Parameters[p.Name] = p.Type
	}
	for _, r := range t.Resources {
		t.scope.Resources[r.LogicalID] = r.Type
	}
	for _, c := range t.Conditions {
		t.scope.Conditions[c.Name] = c.Expression
	}
}

// pending reports whether transforms have yet to be applied, so that sections
// may hold what only they understand.
func (t *Template) pending() bool { return len(t.Transforms) > 0 }

// Resource returns the resource of that logical id, or nil.
func (t *Template) Resource(logicalID string) *Resource {
	for i := range t.Resources {
		if t.Resources[i].LogicalID == logicalID {
			return &t.Resources[i]
		}
	}
	return nil
}

// Parameter returns the parameter of that name, or nil.
func (t *Template) Parameter(name string) *Parameter {
	for i := range t.Parameters {
		if t.Parameters[i].Name == name {
			return &t.Parameters[i]
		}
	}
	return nil
}

// JSON returns the template as compact JSON with functions in their long form:
// what GetTemplate answers for TemplateStage Processed.
func (t *Template) JSON() []byte { return t.root.JSON() }
