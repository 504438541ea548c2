package template

import "fmt"

// languageExtensions is the transform that is built in.
const languageExtensions = "AWS::LanguageExtensions"

// noTransform is AWS's text for a macro that the account does not have.
func noTransform(name string) string { return fmt.Sprintf("No transform named %s found.", name) }

// expand applies the declared transforms, in order, and returns the processed
// template, in which the Transform section is no more.
func (t *Template) expand(values map[string]*Node, shown map[string]string, env *Environment) (*Template, error) {
	if !t.pending() {
		return t, nil
	}
	root := &Node{Kind: Map, Line: t.root.Line, Column: t.root.Column}
	for _, m := range t.root.Members {
		if m.Name != "Transform" {
			root.Members = append(root.Members, m)
		}
	}
	for _, name := range t.Transforms {
		if name == languageExtensions {
			x := expander{t: t, values: values}
			expanded, err := x.expand(root)
			if err != nil {
				return nil, err
			}
			root = expanded
			continue
		}
		transform := env.Transforms[name]
		if transform == nil {
			return nil, &Error{Path: "/Transform", Message: noTransform(name)}
		}
		expanded, err := transform(root, shown)
		if err != nil {
			return nil, &Error{Path: "/Transform", Message: fmt.Sprintf("Transform %s failed with: %s", name, err)}
		}
		root = expanded
	}
	return fromExpanded(root, t.extended)
}

// fromExpanded reads the sections of a processed template.
func fromExpanded(root *Node, extended bool) (*Template, error) {
	if !shallow(root, 2*maxNesting) {
		return nil, errorf(root, "Template format error: the processed template is nested too deep")
	}
	t, err := fromRoot(root)
	if err != nil {
		return nil, err
	}
	t.extended = extended
	return t, nil
}

// shallow reports whether n is nested no deeper than limit.
func shallow(n *Node, limit int) bool {
	if n == nil || limit < 0 {
		return n == nil
	}
	for _, item := range n.Items {
		if !shallow(item, limit-1) {
			return false
		}
	}
	for _, m := range n.Members {
		if !shallow(m.Value, limit-1) {
			return false
		}
	}
	return true
}
