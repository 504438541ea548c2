package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Wildcards in a glob's program. No text holds them: they are no characters.
const (
	anyRun = rune(-1) // "*": any characters, also none
	anyOne = rune(-2) // "?": one character
)

// A glob is a text in which * and ? are wildcards and ${key} stands for a
// condition key's value. What a key stands for is text, never a wildcard.
type glob struct {
	// program is the text with its wildcards, if it has no variables.
	program []rune
	// parts is the text in pieces, if it has variables.
	parts []globPart
}

type globPart struct {
	program  []rune
	variable string // lower case; "" in a part that is text
	// fallback stands in where the variable is unknown, if there is one.
	fallback    string
	hasFallback bool
}

// globMode says what is special in a text.
type globMode struct {
	wildcards bool
	variables bool
}

// compileGlob reads a text. An unclosed "${" is an error.
func compileGlob(text string, mode globMode) (glob, error) {
	var g glob
	for text != "" {
		if mode.variables && strings.HasPrefix(text, "${") {
			end := strings.IndexByte(text, '}')
			if end < 0 {
				return glob{}, fmt.Errorf("the variable in %q is not closed", text)
			}
			if err := g.addVariable(text[2:end]); err != nil {
				return glob{}, err
			}
			text = text[end+1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		text = text[n:]
		if mode.wildcards && r == '*' {
			r = anyRun
		} else if mode.wildcards && r == '?' {
			r = anyOne
		}
		// A run of stars is one star, which keeps matching cheap.
		if last := len(g.program) - 1; r != anyRun || last < 0 || g.program[last] != anyRun {
			g.program = append(g.program, r)
		}
	}
	if g.parts != nil {
		g.endText()
	}
	return g, nil
}

// endText makes a part of the text since the last variable.
func (g *glob) endText() {
	if len(g.program) > 0 {
		g.parts = append(g.parts, globPart{program: g.program})
		g.program = nil
	}
}

func (g *glob) addVariable(text string) error {
	part, literal, err := compileVariable(text)
	switch {
	case err != nil:
		return err
	case part == nil:
		g.program = append(g.program, literal)
	default:
		g.endText()
		g.parts = append(g.parts, *part)
	}
	return nil
}

// compileVariable reads what stands between "${" and "}". The three
// characters that have a meaning in patterns can be written as variables; they
// give a literal and no part.
func compileVariable(text string) (part *globPart, literal rune, err error) {
	switch text {
	case "*", "?", "$":
		return nil, rune(text[0]), nil
	}
	name, fallback, has := strings.Cut(text, ",")
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		return nil, 0, fmt.Errorf("the variable ${%s} has no name", text)
	}
	part = &globPart{variable: name}
	if !has {
		return part, 0, nil
	}
	fallback = strings.TrimSpace(fallback)
	if len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'' {
		return nil, 0, fmt.Errorf("the default value in ${%s} is not in single quotes", text)
	}
	part.fallback, part.hasFallback = fallback[1:len(fallback)-1], true
	return part, 0, nil
}

// match reports whether the whole text matches. A variable that is unknown, or
// has several values, and that has no default matches nothing.
func (g *glob) match(text string, c Context) bool {
	program := g.program
	if g.parts != nil {
		var ok bool
		if program, ok = g.expand(c); !ok {
			return false
		}
	}
	return matchProgram(program, text)
}

// expand replaces the variables by their values.
func (g *glob) expand(c Context) ([]rune, bool) {
	var program []rune
	for i := range g.parts {
		p := &g.parts[i]
		if p.variable == "" {
			program = append(program, p.program...)
			continue
		}
		value := p.fallback
		if values := c[p.variable]; len(values) == 1 {
			value = values[0]
		} else if !p.hasFallback {
			return nil, false
		}
		program = append(program, []rune(value)...)
	}
	return program, true
}

// matchProgram matches without recursion: when a character does not fit, the
// last star takes one more.
func matchProgram(program []rune, text string) bool {
	at, star, starText := 0, -1, 0
	for i := 0; i < len(text) || at < len(program); {
		if at < len(program) && program[at] == anyRun {
			star, starText = at, i
			at++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if n > 0 && at < len(program) && (program[at] == anyOne || program[at] == r) {
			at++
			i += n
			continue
		}
		if star < 0 || i >= len(text) {
			return false
		}
		_, n = utf8.DecodeRuneInString(text[starText:])
		starText += n
		at, i = star+1, starText
	}
	return true
}

// arnParts is the number of parts of an ARN: arn, partition, service, region,
// account and the resource, which may hold colons itself.
const arnParts = 6

// An arnPattern matches ARNs part by part, so that a wildcard in one part
// never reaches into the next. A pattern that is not of six parts, such as
// "*", is matched as one text.
type arnPattern struct {
	parts []glob // one or six
}

func compileARN(text string, variables bool) (arnPattern, error) {
	pieces := splitARN(text, variables)
	if len(pieces) != arnParts || pieces[0] != "arn" {
		pieces = []string{text}
	}
	p := arnPattern{parts: make([]glob, len(pieces))}
	for i, piece := range pieces {
		g, err := compileGlob(piece, globMode{wildcards: true, variables: variables})
		if err != nil {
			return arnPattern{}, err
		}
		p.parts[i] = g
	}
	return p, nil
}

func (p *arnPattern) match(arn string, c Context) bool {
	if len(p.parts) == 1 {
		return p.parts[0].match(arn, c)
	}
	for i := range p.parts {
		part := arn
		if i < len(p.parts)-1 {
			var ok bool
			if part, arn, ok = strings.Cut(arn, ":"); !ok {
				return false
			}
		}
		if !p.parts[i].match(part, c) {
			return false
		}
	}
	return true
}

// splitARN cuts a pattern at its first five colons, except for those inside of
// variables: ${aws:username}.
func splitARN(text string, variables bool) []string {
	var pieces []string
	start := 0
	for i := 0; i < len(text) && len(pieces) < arnParts-1; i++ {
		if variables && strings.HasPrefix(text[i:], "${") {
			if end := strings.IndexByte(text[i:], '}'); end > 0 {
				i += end
				continue
			}
		}
		if text[i] == ':' {
			pieces = append(pieces, text[start:i])
			start = i + 1
		}
	}
	return append(pieces, text[start:])
}
