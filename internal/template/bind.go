package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// Environment is what a stack gives to its template besides parameters.
type Environment struct {
	AccountID, Region, StackID, StackName string
	// Partition is "aws" and URLSuffix "amazonaws.com" if empty.
	Partition, URLSuffix string
	NotificationARNs     []string
	// Zones answers Fn::GetAZs; nil: the region's a, b and c.
	Zones func(region string) []string
	// Resolver reads parameters and secrets that live elsewhere; nil: none is
	// ever found.
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
	// ErrNotFound says that there is no such value, and AWS's text is made of
	// it; any other error is shown to the user as it is.
	Resolve(service, reference string) (string, error)
}

// ErrNotFound is a Resolver's answer for what is not there.
var ErrNotFound = errors.New("not found")

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

	env    Environment
	values map[string]*Node
	graph  *graph
}

// Bind gives the template its parameters: values by name, a missing one takes
// its default. It checks them against their declarations, expands transforms,
// validates the result, evaluates conditions, asserts the rules, orders the
// resources, and evaluates everything once with nothing known of any resource,
// so that what cannot be evaluated is told before one is touched. Errors are
// *Error, or a Resolver's.
func (t *Template) Bind(values map[string]string, env Environment) (*Bound, error) {
	if env.Partition == "" {
		env.Partition = "aws"
	}
	if env.URLSuffix == "" {
		env.URLSuffix = "amazonaws.com"
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	b := &Bound{env: env, Conditions: map[string]bool{}}
	if err := b.bindParameters(t, values); err != nil {
		return nil, err
	}
	processed, err := t.expand(b)
	if err != nil {
		return nil, err
	}
	b.Template = processed
	if t.pending() {
		if err := processed.Validate(); err != nil {
			return nil, err
		}
		if len(processed.Parameters) != len(t.Parameters) {
			if err := b.bindParameters(processed, values); err != nil {
				return nil, err
			}
		}
	}
	e := b.evaluator(b.Template, nil)
	e.Conditions = b.Conditions
	for _, c := range b.Template.Conditions {
		if _, err := e.Condition(c.Name); err != nil {
			return nil, err
		}
	}
	for _, rule := range b.Template.Rules {
		if err := assert(rule, &e); err != nil {
			return nil, err
		}
	}
	if err := b.connect(); err != nil {
		return nil, err
	}
	return b, b.rehearse(e.Budget)
}

// evaluator makes an evaluator for a template with the stack's values and a
// budget of its own. It computes conditions anew.
func (b *Bound) evaluator(t *Template, refs References) intrinsic.Evaluator {
	budget := intrinsic.MaxEvaluated
	return intrinsic.Evaluator{
		Scope: &t.scope, Values: b.values, Conditions: map[string]bool{},
		Zones: b.env.zones, References: refs, Budget: &budget,
	}
}

// bound makes an evaluator for what stands at a place of the processed
// template.
func (b *Bound) bound(refs References, place ...string) intrinsic.Evaluator {
	e := b.evaluator(b.Template, refs)
	e.Conditions, e.Path = b.Conditions, place
	return e
}

// holds reports whether the condition of that name holds; "" always does.
func (b *Bound) holds(condition string) bool { return condition == "" || b.Conditions[condition] }

// choose takes the branches of Fn::If.
func (b *Bound) choose(condition string) bool { return b.Conditions[condition] }

// connect makes the graph of what exists, and refuses references to resources
// whose condition does not hold, and cycles.
func (b *Bound) connect() error {
	b.graph = newGraph()
	existing := b.Resources()
	for _, r := range existing {
		b.graph.add(r.LogicalID)
	}
	var missing absent
	for _, r := range existing {
		var needs nameSet
		b.Template.dependencies(r, b.choose, func(id string, at *Node) {
			switch {
			case b.Exists(id):
				needs.add(id)
			case at != nil: // DependsOn may name a resource that does not exist
				missing.add(id, at)
			}
		})
		for _, id := range needs.list {
			b.graph.edge(r.LogicalID, id)
		}
	}
	if missing.list != nil {
		return unresolvedDependencies("Template format error: ", missing, "Resources")
	}
	w := intrinsic.Walker{Choose: b.choose, Visit: func(r intrinsic.Reference) {
		if (r.Kind == intrinsic.ByRef || r.Kind == intrinsic.ByGetAtt) && b.Template.Resource(r.Name) != nil && !b.Exists(r.Name) {
			missing.add(r.Name, r.Node)
		}
	}}
	for _, o := range b.Template.Outputs {
		if b.holds(o.Condition) {
			w.Walk(o.Value)
		}
	}
	if missing.list != nil {
		return unresolvedDependencies("", missing, "Outputs")
	}
	return b.Template.circular(b.graph)
}

// rehearse evaluates all that exists with nothing known of resources.
func (b *Bound) rehearse(budget *int) error {
	for _, r := range b.Resources() {
		for _, part := range r.expressions() {
			e := b.bound(nil, "Resources", r.LogicalID, part.Name)
			e.Budget = budget
			if _, err := e.Value(part.Value); err != nil {
				return err
			}
		}
	}
	_, err := b.outputs(nil, budget)
	return err
}

// Resources returns the resources whose condition holds, in the template's
// order.
func (b *Bound) Resources() []*Resource {
	var existing []*Resource
	for i := range b.Template.Resources {
		if r := &b.Template.Resources[i]; b.holds(r.Condition) {
			existing = append(existing, r)
		}
	}
	return existing
}

// Exists reports whether the resource is declared and its condition holds.
func (b *Bound) Exists(logicalID string) bool {
	r := b.Template.Resource(logicalID)
	return r != nil && b.holds(r.Condition)
}

// Dependencies returns the logical ids that the resource needs before it can be
// created, each once: by Ref, Fn::GetAtt, Fn::Sub through the chosen branches
// of Fn::If, and by DependsOn. A resource that does not exist is none.
func (b *Bound) Dependencies(logicalID string) []string {
	return slices.Clone(b.graph.needs[logicalID])
}

// Order returns the existing resources in levels: a level needs only levels
// before it, and what is in one level may be made at the same time. Deletion
// goes backwards.
func (b *Bound) Order() [][]string { return b.graph.levels() }

// bindParameters gives every parameter its value.
func (b *Bound) bindParameters(t *Template, given map[string]string) error {
	var unknown []string
	for name := range given {
		if t.Parameter(name) == nil {
			unknown = append(unknown, name)
		}
	}
	if unknown != nil {
		slices.Sort(unknown)
		return &Error{Path: "/Parameters", Message: fmt.Sprintf("Parameters: [%s] do not exist in the template", strings.Join(unknown, ", "))}
	}
	b.Parameters, b.values = nil, b.env.pseudo()
	var missing, unfetched []string
	var matcher patternMatcher
	for i := range t.Parameters {
		p := &t.Parameters[i]
		value, ok := given[p.Name]
		if !ok && p.Default != nil {
			value, ok = *p.Default, true
		}
		if !ok {
			missing = append(missing, p.Name)
			continue
		}
		if err := p.check(value, &matcher); err != nil {
			return &Error{Message: err.Error(), Path: "/Parameters/" + p.Name, Line: p.Line, Column: p.Column}
		}
		bound := ParameterValue{Name: p.Name, Value: value, NoEcho: p.NoEcho}
		if _, isSSM := unwrap(p.Type, ssmValuePrefix); isSSM && missing == nil {
			resolved, err := b.resolve("ssm", value)
			if errors.Is(err, ErrNotFound) {
				unfetched = append(unfetched, value)
			} else if err != nil {
				return err
			}
			bound.Resolved, value = resolved, resolved
		}
		b.Parameters = append(b.Parameters, bound)
		b.values[p.Name] = valueNode(p, value)
	}
	if missing != nil {
		first := t.Parameter(missing[0])
		return &Error{Path: "/Parameters", Line: first.Line, Column: first.Column,
			Message: fmt.Sprintf("Parameters: [%s] must have values", strings.Join(missing, ", "))}
	}
	if unfetched != nil {
		return &Error{Path: "/Parameters", Message: fmt.Sprintf(
			"Unable to fetch parameters [%s] from parameter store for this account.", strings.Join(unfetched, ","))}
	}
	return nil
}

// zones answers Fn::GetAZs.
func (env *Environment) zones(region string) []string {
	if region == "" {
		region = env.Region
	}
	if env.Zones != nil {
		return env.Zones(region)
	}
	return []string{region + "a", region + "b", region + "c"}
}

// pseudo returns the values of the pseudo parameters.
func (env *Environment) pseudo() map[string]*Node {
	return map[string]*Node{
		"AWS::AccountId":        syntax.NewString(env.AccountID),
		"AWS::NotificationARNs": syntax.NewStrings(env.NotificationARNs...),
		"AWS::Partition":        syntax.NewString(env.Partition),
		"AWS::Region":           syntax.NewString(env.Region),
		"AWS::StackId":          syntax.NewString(env.StackID),
		"AWS::StackName":        syntax.NewString(env.StackName),
		"AWS::URLSuffix":        syntax.NewString(env.URLSuffix),
	}
}

// valueNode is what Ref gives for a parameter: a text, or a list of texts.
func valueNode(p *Parameter, value string) *Node {
	if isListType(p.Type) {
		return syntax.NewStrings(splitList(value)...)
	}
	return syntax.NewString(value)
}

// texts are the parameters' values for a Transform.
func (b *Bound) texts() map[string]string {
	texts := make(map[string]string, len(b.Parameters))
	for _, p := range b.Parameters {
		texts[p.Name] = p.Value
		if p.Resolved != "" {
			texts[p.Name] = p.Resolved
		}
	}
	return texts
}
