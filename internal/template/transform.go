package template

import (
	"fmt"

	"postern/internal/template/intrinsic"
	"postern/internal/template/syntax"
)

// languageExtensions is the transform that is built in.
const languageExtensions = "AWS::LanguageExtensions"

// expand applies the declared transforms, in order, and returns the processed
// template, in which the Transform section is no more.
func (t *Template) expand(b *Bound) (*Template, error) {
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
			x := newExpander(b.evaluator(t, nil))
			expanded, err := x.expand(root)
			if err != nil {
				return nil, err
			}
			root = expanded
			continue
		}
		transform := b.env.Transforms[name]
		if transform == nil {
			return nil, &Error{Path: "/Transform", Message: intrinsic.NoTransform(name)}
		}
		expanded, err := transform(root, b.texts())
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
		return nil, syntax.Errorf(root, "Template format error: the processed template is malformed or nested too deep")
	}
	return fromRoot(root, extended)
}

// shallow reports whether n is a whole tree that is nested no deeper than
// limit.
func shallow(n *Node, limit int) bool {
	if n == nil || limit < 0 {
		return false
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
