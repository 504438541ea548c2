package eval

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"postern/internal/mapping"
	"postern/jsonvalue"
	"postern/vtl"
)

// ErrTemplate reports that a template has a mistake, which Render has shown.
var ErrTemplate = errors.New("the template has a mistake")

// Render renders a case for a person. Output is what the template prints, as it
// is; report is everything else: each reference with the values it had, what the
// template has overridden, warnings about paths, body and output that are not what
// they seem to be, and the mistake that ended the rendering, with its line and a
// caret. Either writer may be nil.
//
// The error is ErrTemplate, or one of writing.
func Render(output, report io.Writer, c Case, o Options) error {
	p := &printer{output: output, report: report}
	t, err := mapping.CompileWith(c.Template, vtl.Options{Profile: o.Profile})
	if err != nil {
		p.mistake("error", err)
		return p.end(ErrTemplate)
	}
	in := c.input()
	text, err := t.Trace(nil, in, p.reference)
	p.print(p.output, string(text))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		p.print(p.report, "\n") // both often go to the same terminal
	}
	p.references()
	if o := overrides(in); c.WantOverrides || isSet(o) {
		p.print(p.report, "overrides: "+string(o.Value().AppendJSON(nil))+"\n")
	}
	if err != nil {
		p.body(&c)
		p.mistake("error", err)
		return p.end(ErrTemplate)
	}
	for _, w := range t.Warnings() {
		p.mistake("warning", w)
	}
	p.body(&c)
	p.outcome(text)
	return p.end(nil)
}

// isSet reports whether a template has overridden anything.
func isSet(overrides *jsonvalue.Map) bool {
	for _, o := range overrides.All() {
		for _, part := range o.Map().All() {
			if m := part.Map(); m == nil || m.Len() > 0 {
				return true
			}
		}
	}
	return false
}

// body warns of a body that is read otherwise than its author may think.
func (p *printer) body(c *Case) {
	if len(c.Body) == 0 {
		return
	}
	_, strict := jsonvalue.Parse(c.Body)
	if strict == nil {
		return
	}
	v, err := jsonvalue.ParseLenient(c.Body)
	text := "it is read as JSON all the same: $input.path('$') is " + show(v)
	switch _, isText := v.Text(); {
	case err != nil:
		text = "every path in it is missing"
	case isText:
		text = "$input.path('$') is all of it, as one string, and every other path is missing"
	}
	p.print(p.report, "warning: the body is not JSON ("+strict.Error()+"): "+text+"\n")
}

// outcome warns of output that looks like JSON and is none.
func (p *printer) outcome(text []byte) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return
	}
	if _, err := jsonvalue.Parse(text); err != nil {
		p.print(p.report, "warning: the output is not JSON: "+err.Error()+"\n")
	}
}

// maxReferences is how many references are shown, maxValues how many values of
// each: one in a loop has thousands.
const (
	maxReferences = 200
	maxValues     = 4
)

// maxShown is how much of a value is shown, in characters.
const maxShown = 80

// printer writes until something cannot be written.
type printer struct {
	output, report io.Writer
	err            error
	seen           []*seen
	index          map[string]*seen // by place
	more           int
}

// seen is a reference that was evaluated, once or more often.
type seen struct {
	place, text string
	values      []string
	times       int
}

func (p *printer) print(w io.Writer, text string) {
	if p.err == nil && w != nil {
		_, p.err = io.WriteString(w, text)
	}
}

// end returns the first error of writing, or err.
func (p *printer) end(err error) error {
	if p.err != nil {
		return fmt.Errorf("write: %w", p.err)
	}
	return err
}

func (p *printer) reference(text string, line, col int, v jsonvalue.Value) {
	place := fmt.Sprintf("%d:%d", line, col)
	s := p.index[place]
	if s == nil {
		if len(p.seen) == maxReferences {
			p.more++
			return
		}
		s = &seen{place: place, text: text}
		if p.index == nil {
			p.index = map[string]*seen{}
		}
		p.index[place] = s
		p.seen = append(p.seen, s)
	}
	if s.times++; len(s.values) < maxValues {
		s.values = append(s.values, show(v))
	}
}

// show returns a value for a person: strings in quotes, and what the value is.
func show(v jsonvalue.Value) string {
	if s, ok := v.Text(); ok {
		if s == "" {
			return `"" (empty, missing or null)`
		}
		return fmt.Sprintf("%q", shorten(s))
	}
	text, err := v.AppendJavaLimit(nil, 16*maxShown)
	s := shorten(string(text))
	if err != nil && !strings.HasSuffix(s, "…") {
		s += "…"
	}
	return s + " (" + v.Kind().String() + ")"
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= maxShown {
		return s
	}
	return string([]rune(s)[:maxShown]) + "…"
}

// references writes what was seen, in columns.
func (p *printer) references() {
	if len(p.seen) == 0 {
		return
	}
	place, text := 0, 0
	for _, s := range p.seen {
		place = max(place, len(s.place))
		text = max(text, min(utf8.RuneCountInString(s.text), 40))
	}
	p.print(p.report, "references:\n")
	for _, s := range p.seen {
		values := strings.Join(s.values, ", ")
		if s.times > maxValues {
			values += fmt.Sprintf(", … %d times", s.times)
		}
		p.print(p.report, fmt.Sprintf("  %-*s  %-*s  = %s\n", place, s.place, text, oneLine(s.text), values))
	}
	if p.more > 0 {
		p.print(p.report, fmt.Sprintf("  and %d more\n", p.more))
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// mistake writes an error with the place in the template that it names.
func (p *printer) mistake(kind string, err error) {
	p.print(p.report, kind+": "+err.Error()+"\n")
	if e := new(vtl.Error); errors.As(err, &e) && strings.TrimLeft(e.Snippet(), " \n^") != "" {
		for line := range strings.Lines(e.Snippet() + "\n") {
			p.print(p.report, "  "+line)
		}
	}
}
