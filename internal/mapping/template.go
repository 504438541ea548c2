package mapping

import (
	"postern/jsonpath"
	"postern/vtl"
)

// Template is a compiled mapping template. It does not change, and any number
// of goroutines may render it at once, each with an Input of its own.
type Template struct {
	template *vtl.Template
	// paths are the JSONPaths that stand in the template as literals.
	paths    map[string]path
	warnings []error
}

// path is a compiled JSONPath, or the reason why it is none.
type path struct {
	*jsonpath.Path
	err error
}

// Compile reads a template. JSONPaths that are literals are compiled too. The
// error is a *vtl.Error.
//
// White space around a template is part of it: AWS prints it.
func Compile(src string) (*Template, error) { return CompileWith(src, vtl.Options{}) }

// CompileWith is Compile for another profile or other limits than API
// Gateway's.
func CompileWith(src string, o vtl.Options) (*Template, error) {
	t, err := vtl.Parse(src, o)
	if err != nil {
		return nil, err
	}
	m := &Template{template: t, paths: map[string]path{}}
	for _, a := range t.StringArguments() {
		if a.Variable != "input" || a.Method != "path" && a.Method != "json" {
			continue
		}
		p, known := m.paths[a.Text]
		if !known {
			p.Path, p.err = jsonpath.Compile(a.Text)
			m.paths[a.Text] = p
		}
		if p.err != nil {
			m.warnings = append(m.warnings, t.ErrorAt(a.Offset, "JSONPath "+a.Text, p.err))
		}
	}
	return m, nil
}

// Warnings are the JSONPaths of the template that are none. They end a rendering
// that reaches them. Each is a *vtl.Error.
func (t *Template) Warnings() []error { return t.warnings }

// Constant returns the output of a template that is only text.
func (t *Template) Constant() (string, bool) { return t.template.Constant() }

// Render appends what the template prints for the event. It allocates nothing
// for a template that is only text. The error is a *vtl.Error, and dst then
// returns as it was.
func (t *Template) Render(dst []byte, in *Input) ([]byte, error) {
	return t.render(dst, in, nil)
}

// Trace is Render that tells observe every reference with its value.
func (t *Template) Trace(dst []byte, in *Input, observe Observer) ([]byte, error) {
	return t.render(dst, in, observe)
}

func (t *Template) render(dst []byte, in *Input, observe Observer) ([]byte, error) {
	if text, ok := t.Constant(); ok {
		return append(dst, text...), nil
	}
	in.begin(t)
	defer in.end()
	var err error
	if observe == nil {
		dst, err = t.template.Render(dst, in)
	} else {
		dst, err = t.template.Trace(dst, in, func(r vtl.Reference, v Value) {
			line, col := t.template.Position(r.Offset)
			observe(r.Text, line, col, v)
		})
	}
	if e := in.Overrides.settle(); err == nil {
		err = e
	}
	return dst, err
}

// Observer is told a reference as it is written, its place in the template,
// and the value that it has.
type Observer func(text string, line, col int, v Value)
