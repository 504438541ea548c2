package template

import (
	"errors"
)

// Environment is what a stack gives to its template besides parameters.
type Environment struct {
	AccountID, Region, StackID, StackName string
	// Partition is "aws" and URLSuffix "amazonaws.com" if empty.
	Partition, URLSuffix string
	NotificationARNs     []string
	// Zones answers Fn::GetAZs; nil: the region's a, b and c.
	Zones func(region string) []string
	// Resolver reads parameters and secrets that live elsewhere; nil: every
	// such reference is an error.
	Resolver Resolver
	// Transforms are the macros known beside AWS::LanguageExtensions, which
	// is built in. A template that declares another is refused.
	Transforms map[string]Transform
}

// Resolver reads what dynamic references and SSM parameter types name.
type Resolver interface {
	// Resolve returns the value of {{resolve:service:reference}}: service is
	// "ssm", "ssm-secure" or "secretsmanager", reference is all the text after
	// it. SSM parameter types ask for service "ssm" with the bare name.
	//
	// The error's text is shown to the user as it is.
	Resolve(service, reference string) (string, error)
}

// Transform rewrites a whole template: root is the template as it is written,
// without its Transform section; parameters hold every parameter's value. It
// must not change root but return another.
type Transform func(root *Node, parameters map[string]string) (*Node, error)

// Bound is a template with the values of one stack. It is not changed by any
// method and may be used by several goroutines.
type Bound struct {
	// Template is the processed template: transforms expanded.
	Template *Template
	// Parameters are all parameters in the template's order.
	Parameters []ParameterValue
	// Conditions are the values of all conditions.
	Conditions map[string]bool

	env   Environment
	graph map[string][]string
}

// Bind gives the template its parameters: values by name, a missing one takes
// its default. It checks them against their declarations, expands transforms,
// validates the result, evaluates conditions, asserts the rules, and orders
// the resources. Errors are *Error, or a Resolver's.
func (t *Template) Bind(values map[string]string, env Environment) (*Bound, error) {
	return nil, errors.New("not built yet")
}

// Resources returns the resources whose condition holds, in the template's
// order.
func (b *Bound) Resources() []*Resource { return nil }

// Exists reports whether the resource is declared and its condition holds.
func (b *Bound) Exists(logicalID string) bool { return false }

// Dependencies returns the logical ids that the resource needs before it can be
// created, in the template's order: by Ref, Fn::GetAtt, Fn::Sub through the
// chosen branches of Fn::If, and by DependsOn. A resource that does not exist
// is none.
func (b *Bound) Dependencies(logicalID string) []string { return nil }

// Order returns the existing resources in levels: a level needs only levels
// before it, and what is in one level may be made at the same time. Deletion
// goes backwards.
func (b *Bound) Order() [][]string { return nil }

// Imports returns the names that Fn::ImportValue asks for in what exists,
// sorted.
func (b *Bound) Imports() ([]string, error) { return nil, errors.New("not built yet") }
