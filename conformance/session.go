package conformance

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// A Session is one file: a description, a template, a script.
type Session struct {
	// Title is the first paragraph of the description.
	Title string
	// Fields are the "name: value" lines after the description: source and
	// verified.
	Fields map[string][]string
	// Files are the templates by their name, template.yaml being the one that
	// is deployed before the script begins, and what the backend answers:
	// backend and lambda.
	Files map[string]string
	Steps []Step
}

// A Step is one line of the script.
type Step struct {
	Line   int    // in the script, from 1
	Client string // "" is the nameless client
	Verb   string
	Text   string // what follows the verb and one space
}

// verbs are the words that a script may use.
var verbs = map[string]bool{
	">": true, "<": true, ">q": true, "<q": true, "=": true, "=:": true, "!": true,
	"connect": true, "send": true, "close": true, "closed": true, "drop": true, "pong": true,
	"advance": true, "http": true, "stack": true, "trace": true,
	"log": true, "metric": true,
	"got": true, "got:": true, "invoked": true, "uncalled": true,
}

// Parse reads a session. It refuses one without a source, a template or a
// script, and a script with an unknown verb.
func Parse(data []byte) (*Session, error) {
	a := txtar.Parse(data)
	s := &Session{Fields: map[string][]string{}, Files: map[string]string{}}
	if err := s.describe(string(a.Comment)); err != nil {
		return nil, err
	}
	script, found := "", false
	for _, f := range a.Files {
		if f.Name == "session" {
			script, found = string(f.Data), true
			continue
		}
		s.Files[f.Name] = string(f.Data)
	}
	switch {
	case s.Title == "":
		return nil, fmt.Errorf("no description")
	case len(s.Fields["source"]) == 0:
		return nil, fmt.Errorf("no source: line")
	case s.Files["template.yaml"] == "":
		return nil, fmt.Errorf("no template.yaml")
	case !found:
		return nil, fmt.Errorf("no session")
	}
	return s, s.script(script)
}

// describe reads the description: a paragraph, whose lines may look like fields,
// an empty line, fields.
func (s *Session) describe(comment string) error {
	title, fields, _ := strings.Cut(strings.TrimSpace(comment), "\n\n")
	if strings.HasPrefix(title, "source: ") {
		title, fields = "", comment
	}
	s.Title = strings.Join(strings.Fields(title), " ")
	for line := range strings.Lines(fields) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok || name != "source" && name != "verified" {
			return fmt.Errorf("want source: or verified: after the description, have %q", line)
		}
		s.Fields[name] = append(s.Fields[name], value)
	}
	return nil
}

func (s *Session) script(text string) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		step := Step{Line: n}
		if strings.HasPrefix(line, "@") {
			step.Client, line, _ = strings.Cut(line[1:], " ")
		}
		step.Verb, step.Text, _ = strings.Cut(line, " ")
		if !verbs[step.Verb] {
			return fmt.Errorf("session line %d: unknown verb %q", n, step.Verb)
		}
		s.Steps = append(s.Steps, step)
	}
	return nil
}
