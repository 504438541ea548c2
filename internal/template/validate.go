package template

import (
	"fmt"
	"strings"

	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// Validate reports what AWS refuses without knowing any parameter: unresolved
// references, cycles, unknown functions and wrong forms of them. (Names,
// counts and the shape of sections are Parse's.) Errors are *Error.
//
// A template that declares transforms is checked by Bind, once they are
// expanded: only they know what it means.
func (t *Template) Validate() error {
	if t.pending() {
		return nil
	}
	for _, check := range []func() error{
		t.checkConditions, t.checkRules, t.checkResources, t.checkOutputs,
		t.checkReferences, t.checkConditionNames, t.checkCycles,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (t *Template) checkConditions() error {
	for _, condition := range t.Conditions {
		c := intrinsic.Checker{Scope: &t.scope, Place: intrinsic.InConditions, Path: intrinsic.Path{"Conditions", condition.Name}}
		if err := c.Boolean(condition.Expression); err != nil {
			return err
		}
	}
	var unresolved absent
	for _, condition := range t.Conditions {
		t.unresolved(condition.Expression, &unresolved)
	}
	if len(unresolved.list) > 0 {
		return syntax.Errorf(unresolved.first,
			"Template format error: Unresolved dependencies [%s]. Cannot reference resources in the Conditions block of the template",
			strings.Join(unresolved.list, ", ")).At("/Conditions")
	}
	return t.checkConditionCycles()
}

// checkConditionCycles refuses conditions that need themselves.
func (t *Template) checkConditionCycles() error {
	g := newGraph()
	for _, condition := range t.Conditions {
		g.add(condition.Name)
	}
	for _, condition := range t.Conditions {
		visitConditions(condition.Expression, func(name string) { g.edge(condition.Name, name) })
	}
	if cycle := g.cycle(); cycle != nil {
		return syntax.Errorf(t.scope.Conditions[cycle[0]],
			"Template format error: Circular dependency between conditions: [%s]", strings.Join(cycle, ", ")).At("/Conditions")
	}
	return nil
}

// visitConditions calls visit for every {"Condition": name} in a condition.
func visitConditions(n *Node, visit func(name string)) {
	switch n.Kind {
	case List:
		for _, item := range n.Items {
			visitConditions(item, visit)
		}
	case Map:
		for _, m := range n.Members {
			if m.Name == intrinsic.Condition && m.Value.Is(String) {
				visit(m.Value.Text)
			}
			visitConditions(m.Value, visit)
		}
	}
}

func (t *Template) checkRules() error {
	var unresolved absent
	for _, rule := range t.Rules {
		list := []*Node{}
		if rule.Condition != nil {
			list = append(list, rule.Condition)
		}
		for _, assertion := range rule.Assertions {
			list = append(list, assertion.Assert)
		}
		for _, n := range list {
			c := intrinsic.Checker{Scope: &t.scope, Place: intrinsic.InRules, Path: intrinsic.Path{"Rules", rule.Name}}
			if err := c.Boolean(n); err != nil {
				return err
			}
			t.unresolved(n, &unresolved)
		}
	}
	if len(unresolved.list) > 0 {
		return syntax.Errorf(unresolved.first,
			"Template format error: Unresolved dependencies [%s]. Cannot reference resources in the Rules block of the template",
			strings.Join(unresolved.list, ", ")).At("/Rules")
	}
	return nil
}

// unresolved adds the names in n that are no parameter, for expressions which
// may know only those.
func (t *Template) unresolved(n *Node, names *absent) {
	w := intrinsic.Walker{Visit: func(r intrinsic.Reference) {
		known := r.Kind == intrinsic.ByRef && t.scope.IsParameter(r.Name)
		if !known && r.Name != "" {
			names.add(r.Name, r.Node)
		}
	}}
	w.Walk(n)
}

// expressions returns the parts of a resource that may hold functions.
func (r *Resource) expressions() []Member {
	var parts []Member
	for _, part := range []Member{
		{Name: "Properties", Value: r.Properties}, {Name: "Metadata", Value: r.Metadata},
		{Name: "CreationPolicy", Value: r.CreationPolicy}, {Name: "UpdatePolicy", Value: r.UpdatePolicy},
	} {
		if part.Value != nil {
			parts = append(parts, part)
		}
	}
	return parts
}

func (t *Template) checkResources() error {
	for i := range t.Resources {
		r := &t.Resources[i]
		for _, part := range r.expressions() {
			c := intrinsic.Checker{Scope: &t.scope, Path: intrinsic.Path{"Resources", r.LogicalID, part.Name}}
			if err := c.Value(part.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Template) checkOutputs() error {
	for _, o := range t.Outputs {
		c := intrinsic.Checker{Scope: &t.scope, Path: intrinsic.Path{"Outputs", o.Key, "Value"}}
		if err := c.Value(o.Value); err != nil {
			return err
		}
		if o.ExportName == nil {
			continue
		}
		c.Path = intrinsic.Path{"Outputs", o.Key, "Export", "Name"}
		if err := c.Text(o.ExportName, malformedExport(o, o.ExportName).Error()); err != nil {
			return err
		}
		if !t.scope.Independent(o.ExportName) {
			return syntax.Errorf(o.ExportName, "Template format error: Output %s is malformed.  The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs.",
				o.Key).At(c.Path.String())
		}
	}
	return nil
}

// checkReferences refuses references to what the template does not declare,
// all of a section at once.
func (t *Template) checkReferences() error {
	var missing absent
	collect := intrinsic.Walker{Visit: func(r intrinsic.Reference) {
		if r.Kind != intrinsic.ByRef && r.Kind != intrinsic.ByGetAtt {
			return
		}
		if !t.scope.Knows(r.Name) {
			missing.add(r.Name, r.Node)
		}
	}}
	for i := range t.Resources {
		for _, part := range t.Resources[i].expressions() {
			collect.Walk(part.Value)
		}
		for _, id := range t.Resources[i].DependsOn {
			if t.Resource(id) == nil {
				missing.add(id, t.Resources[i].dependsOn(id))
			}
		}
	}
	if missing.list != nil {
		return unresolvedDependencies("Template format error: ", missing, "Resources")
	}
	for _, o := range t.Outputs {
		collect.Walk(o.Value)
	}
	if missing.list != nil {
		return unresolvedDependencies("Template format error: ", missing, "Outputs")
	}
	return nil
}

func unresolvedDependencies(prefix string, names absent, section string) error {
	return syntax.Errorf(names.first, "%sUnresolved resource dependencies [%s] in the %s block of the template",
		prefix, strings.Join(names.list, ", "), section).At("/" + section)
}

// dependsOn returns where a DependsOn names id.
func (r *Resource) dependsOn(id string) *Node {
	n := r.node.Get("DependsOn")
	if n.Is(List) {
		for _, item := range n.Items {
			if item.Text == id {
				return item
			}
		}
	}
	return n
}

// checkConditionNames refuses conditions of resources and outputs that are not
// declared. AWS's text is not known.
func (t *Template) checkConditionNames() error {
	for i := range t.Resources {
		if r := &t.Resources[i]; r.Condition != "" && t.scope.Conditions[r.Condition] == nil {
			return syntax.Errorf(r.node.Get("Condition"), "Template format error: Unresolved condition dependency %s in the Resources block of the template",
				r.Condition).At("/Resources/" + r.LogicalID + "/Condition")
		}
	}
	for _, o := range t.Outputs {
		if o.Condition != "" && t.scope.Conditions[o.Condition] == nil {
			return syntax.Errorf(t.root.Get("Outputs").Get(o.Key).Get("Condition"),
				"Template format error: Unresolved condition dependency %s in the Outputs block of the template", o.Condition).
				At("/Outputs/" + o.Key + "/Condition")
		}
	}
	return nil
}

// checkCycles refuses resources that need each other whatever the parameters:
// neither resources under a condition nor branches of Fn::If are regarded.
// Bind looks again with all that exists.
func (t *Template) checkCycles() error {
	g := newGraph()
	for i := range t.Resources {
		if t.Resources[i].Condition == "" {
			g.add(t.Resources[i].LogicalID)
		}
	}
	for i := range t.Resources {
		r := &t.Resources[i]
		t.dependencies(r, nil, func(id string, _ *Node) { g.edge(r.LogicalID, id) })
	}
	return t.circular(g)
}

func (t *Template) circular(g *graph) error {
	cycle := g.cycle()
	if cycle == nil {
		return nil
	}
	r := t.Resource(cycle[0])
	return &Error{Path: "/Resources", Line: r.Line, Column: r.Column,
		Message: fmt.Sprintf("Circular dependency between resources: [%s]", strings.Join(cycle, ", "))}
}
