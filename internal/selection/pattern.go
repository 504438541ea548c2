package selection

import (
	"errors"
	"strings"

	"postern/internal/javaregex"
)

// Pattern is a compiled key of an integration response, safe for concurrent
// use.
type Pattern struct {
	key string
	// regexp is nil for $default.
	regexp *javaregex.Regexp
}

// CompilePattern reads a key: a regular expression in Java's dialect between
// slashes, or $default, which matches everything. The error is an *Error.
func CompilePattern(key string) (*Pattern, error) {
	if key == reserved || key == `\`+reserved {
		return &Pattern{key: key}, nil
	}
	source, ok := strings.CutSuffix(strings.TrimPrefix(key, "/"), "/")
	if !ok || len(key) < 3 || key[0] != '/' {
		return nil, &Error{Source: key, Problem: "expected $default or a regular expression between slashes, like /200/ or /2\\d\\d/"}
	}
	re, err := javaregex.Compile(source, 0)
	if err != nil {
		bad := &Error{Source: key, Offset: 1, Problem: err.Error()}
		if e, ok := errors.AsType[*javaregex.Error](err); ok {
			bad.Offset, bad.Problem = 1+e.Offset, e.Problem
		}
		return nil, bad
	}
	return &Pattern{key: key, regexp: re}, nil
}

// String returns the key as given to CompilePattern.
func (p *Pattern) String() string { return p.key }

// Default reports whether the key is $default.
func (p *Pattern) Default() bool { return p.regexp == nil }

// Match reports whether the pattern matches the whole of text. A pattern that
// is only text costs a comparison. The error is javaregex.ErrTimeout, for
// patterns that take too long on this text.
func (p *Pattern) Match(text []byte) (bool, error) {
	if p.regexp == nil {
		return true, nil
	}
	return p.regexp.Match(text)
}
