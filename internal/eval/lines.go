package eval

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"postern/internal/mapping"
	"postern/jsonpath"
	"postern/jsonvalue"
	"postern/vtl"
)

// Lines reads cases, one JSON object a line, and writes one result a line in
// the same order, each as soon as it is there:
//
//	{"id": 1, "template": "$input.path('$.a')", "body": "{\"a\":1}"}
//	{"id":1,"output":"1"}
//
// A template that does not parse has the error "parse", one that fails while
// it is rendered "render", a line that is no case "case"; message, line and
// column say more. A case with path and document instead of template is a
// JSONPath: it has a result, and found false if the path leads nowhere; column
// is that of a mistake in the path. Other members of a case are not looked at.
//
// The error is one of reading or writing.
func Lines(r io.Reader, w io.Writer, o Options) error {
	in, out := bufio.NewReader(r), bufio.NewWriter(w)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			answer := evaluate(line, o).Value().AppendJSON(nil)
			_, _ = out.Write(append(bytes.ToValidUTF8(answer, []byte("\uFFFD")), '\n')) // a bufio.Writer's error stays until Flush
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write results: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read cases: %w", err)
		}
	}
}

// evaluate returns the result of a case.
func evaluate(line []byte, o Options) *jsonvalue.Map {
	c, err := ParseCase(line)
	result := jsonvalue.NewMap(5)
	result.Set("id", c.id)
	switch {
	case err != nil:
		setError(result, "case", err)
	case c.isPath:
		evaluatePath(result, &c)
	default:
		evaluateTemplate(result, &c, o)
	}
	return result
}

func setError(result *jsonvalue.Map, kind string, err error) {
	result.Set("error", jsonvalue.String(kind))
	if e := new(vtl.Error); errors.As(err, &e) {
		result.Set("message", jsonvalue.String(e.Msg))
		result.Set("line", jsonvalue.Int(int64(e.Line)))
		result.Set("column", jsonvalue.Int(int64(e.Col)))
		return
	}
	if e := new(jsonpath.Error); errors.As(err, &e) {
		result.Set("message", jsonvalue.String(e.Problem))
		result.Set("column", jsonvalue.Int(int64(1+utf8.RuneCountInString(e.Path[:e.Offset]))))
		return
	}
	result.Set("message", jsonvalue.String(err.Error()))
}

func evaluateTemplate(result *jsonvalue.Map, c *Case, o Options) {
	t, err := mapping.CompileWith(c.Template, vtl.Options{Profile: o.Profile})
	if err != nil {
		setError(result, "parse", err)
		return
	}
	in := c.input()
	text, err := t.Render(nil, in)
	if err != nil {
		setError(result, "render", err)
		return
	}
	result.Set("output", jsonvalue.String(string(text)))
	if c.WantOverrides {
		result.Set("overrides", overrides(in).Value())
	}
}

// overrides returns what the template has set, empty maps if nothing.
func overrides(in *mapping.Input) *jsonvalue.Map {
	m := jsonvalue.NewMap(2)
	request, response := in.Overrides.Maps()
	m.Set("requestOverride", request.Value())
	m.Set("responseOverride", response.Value())
	return m
}

func evaluatePath(result *jsonvalue.Map, c *Case) {
	p, err := jsonpath.Compile(c.path)
	if err != nil {
		setError(result, "parse", err)
		return
	}
	root := c.document
	if text, ok := root.Text(); ok {
		if root, err = jsonvalue.ParseLenient([]byte(text)); err != nil {
			setError(result, "case", err)
			return
		}
	}
	v, found, err := p.Eval(root)
	if err != nil {
		setError(result, "render", err)
		return
	}
	result.Set("result", v)
	if !found {
		result.Set("found", jsonvalue.Bool(false))
	}
}
