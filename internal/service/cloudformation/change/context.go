package change

import (
	"slices"
	"strings"

	"postern/internal/service/cloudformation/stack"
	"postern/internal/template"
	"postern/internal/template/syntax"
)

// context returns a resource's BeforeContext or AfterContext.
func (c *computation) context(properties, metadata *template.Node, deletion, replace string) string {
	if properties == nil {
		properties = syntax.NewMap()
	}
	n := syntax.NewMap(syntax.Member{Name: "Properties", Value: properties})
	if metadata != nil {
		n.Members = append(n.Members, syntax.Member{Name: "Metadata", Value: metadata})
	}
	if deletion != "" {
		n.Members = append(n.Members, syntax.Member{Name: "DeletionPolicy", Value: syntax.NewString(deletion)})
	}
	if replace != "" {
		n.Members = append(n.Members, syntax.Member{Name: "UpdateReplacePolicy", Value: syntax.NewString(replace)})
	}
	return string(Hide(n, c.hidden).JSON())
}

// hiddenText stands for the value of a NoEcho parameter.
const hiddenText = "****"

// hidden returns the values that are not to be shown: those of NoEcho
// parameters, the stack's and the new ones.
func hidden(in Input) []string {
	return append(HiddenValues(in.Stack.Parameters), HiddenValues(in.Version.Parameters)...)
}

// HiddenValues returns the values of NoEcho parameters.
func HiddenValues(parameters []stack.Parameter) []string {
	var values []string
	for _, p := range parameters {
		if p.NoEcho && p.Value != "" {
			values = append(values, p.Value)
		}
	}
	return values
}

// hiddenWithin is how long a value must be, in bytes, to be hidden within a
// longer text: a short one would blot out half of all words.
const hiddenWithin = 4

// Hide returns n with each of the values replaced by asterisks, wherever it
// stands alone or within a text.
func Hide(n *template.Node, values []string) *template.Node {
	if n == nil || len(values) == 0 {
		return n
	}
	out := *n
	switch n.Kind {
	case template.String:
		for _, value := range values {
			if out.Text == value || len(value) >= hiddenWithin {
				out.Text = strings.ReplaceAll(out.Text, value, hiddenText)
			}
		}
	case template.Number, template.Bool:
		if slices.Contains(values, n.Text) {
			return syntax.NewString(hiddenText)
		}
	case template.List:
		out.Items = make([]*template.Node, len(n.Items))
		for i, item := range n.Items {
			out.Items[i] = Hide(item, values)
		}
	case template.Map:
		out.Members = make([]syntax.Member, len(n.Members))
		for i, m := range n.Members {
			out.Members[i] = m
			out.Members[i].Value = Hide(m.Value, values)
		}
	}
	return &out
}
