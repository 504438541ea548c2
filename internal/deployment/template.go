package deployment

import (
	"maps"
	"slices"

	"postern/internal/apigateway"
	"postern/internal/mapping"
	"postern/internal/selection"
)

// jsonTemplate is the template key that AWS's own samples use where no
// expression selects one.
const jsonTemplate = "application/json"

// Template is one mapping template, or the error to answer with because it
// does not parse.
type Template struct {
	Key string
	*mapping.Template
	Err error
}

// Templates are the templates of an integration or of an integration
// response, with the expression that selects one by its key. The zero value
// has none.
type Templates struct {
	// Source is the expression as configured; "" for none.
	Source string
	// Selection is the compiled expression; nil for none, or if it does not
	// compile, and then SelectionError says why.
	Selection      *selection.Expression
	SelectionError error

	byKey    map[string]*Template
	fallback *Template
}

// Len returns the number of templates.
func (t *Templates) Len() int { return len(t.byKey) }

// Select returns the template of a key, else the one of $default, else nil.
// Without an expression the key is empty, and then a template with the key
// application/json serves where there is no $default.
func (t *Templates) Select(key []byte) *Template {
	if m, ok := t.byKey[string(key)]; ok {
		return m
	}
	return t.fallback
}

func (c *compiler) templates(subject, member, expression string, sources map[string]string, use selection.Use) Templates {
	t := Templates{Source: expression}
	if expression != "" {
		t.Selection, t.SelectionError = selection.Compile(expression, use)
		if t.SelectionError != nil {
			c.warn(subject, "TemplateSelectionExpression", t.SelectionError)
		}
	}
	if len(sources) == 0 {
		return t
	}
	t.byKey = make(map[string]*Template, len(sources))
	// In the order of the keys, so that warnings come in one order.
	for _, key := range slices.Sorted(maps.Keys(sources)) {
		m := &Template{Key: key}
		if m.Template, m.Err = mapping.Compile(sources[key]); m.Err != nil {
			c.warn(subject, member+"["+key+"]", m.Err)
		} else {
			for _, w := range m.Warnings() {
				c.warn(subject, member+"["+key+"]", w)
			}
		}
		t.byKey[key] = m
	}
	t.fallback = t.byKey[apigateway.SelectDefault]
	if t.fallback == nil && expression == "" {
		t.fallback = t.byKey[jsonTemplate]
	}
	return t
}
