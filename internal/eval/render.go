package eval

import (
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
// is; report is everything else: each reference with the value it had, warnings,
// and the mistake that ended the rendering, with its line and a caret. Either
// writer may be nil.
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
	p.references()
	if c.WantOverrides {
		p.print(p.report, "overrides: "+string(overrides(in).Value().AppendJSON(nil))+"\n")
	}
	if err != nil {
		p.mistake("error", err)
		return p.end(ErrTemplate)
	}
	for _, w := range t.Warnings() {
		p.mistake("warning", w)
	}
	return p.end(nil)
}

// maxReferences is how many references are shown: a loop has thousands.
const maxReferences = 200

// maxShown is how much of a value is shown, in characters.
const maxShown = 80

// printer writes until something cannot be written.
type printer struct {
	output, report io.Writer
	err            error
	seen           []seen
	more           int
}

// seen is a reference that was evaluated.
type seen struct {
	place, text, value string
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
	if len(p.seen) == maxReferences {
		p.more++
		return
	}
	p.seen = append(p.seen, seen{fmt.Sprintf("%d:%d", line, col), text, show(v)})
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
		p.print(p.report, fmt.Sprintf("  %-*s  %-*s  = %s\n", place, s.place, text, oneLine(s.text), s.value))
	}
	if p.more > 0 {
		p.print(p.report, fmt.Sprintf("  and %d more\n", p.more))
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// mistake writes an error with the place in the template that it names.
func (p *printer) mistake(kind string, err error) {
	p.print(p.report, kind+": "+err.Error()+"\n")
	if e := new(vtl.Error); errors.As(err, &e) {
		for line := range strings.Lines(e.Snippet() + "\n") {
			p.print(p.report, "  "+line)
		}
	}
}
