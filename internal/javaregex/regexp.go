package javaregex

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Timeout is how long one match with the backtracking engine may take, give or
// take a tenth of a second.
const Timeout = 100 * time.Millisecond

// ErrTimeout reports a match that took too long.
var ErrTimeout = errors.New("regular expression takes too long")

// Regexp is a compiled pattern, safe for concurrent use.
type Regexp struct {
	pattern string
	tree    node
	groups  int
	names   map[string]int
	// literal is all that the pattern matches if isLiteral.
	literal   string
	isLiteral bool
	whole     engine
	find      func() (engine, error)
}

// engine is one of two.
type engine struct {
	linear       *regexp.Regexp
	backtracking *regexp2.Regexp
}

// Compile reads a pattern in Java's syntax. The error is an *Error.
func Compile(pattern string, flags Flags) (*Regexp, error) {
	p := parser{src: pattern, flags: flags}
	tree := p.alternation()
	if p.err == nil && p.more() {
		p.fail(p.i, "closing parenthesis without an opening one")
	}
	if p.err != nil {
		return nil, p.err
	}
	r := &Regexp{pattern: pattern, tree: tree, groups: p.groups, names: p.names}
	r.literal, r.isLiteral = literal(tree)
	r.find = sync.OnceValues(func() (engine, error) { return r.build(false) })
	if r.isLiteral {
		return r, nil
	}
	var err error
	r.whole, err = r.build(true)
	return r, err
}

// literal returns the one text that a tree matches, if it is one.
func literal(tree node) (string, bool) {
	var b strings.Builder
	s, ok := tree.(seq)
	for _, n := range s {
		c, single := n.(set)
		r, one := c.one()
		if !single || !one {
			return "", false
		}
		b.WriteRune(r)
	}
	return b.String(), ok
}

// build writes the pattern for the faster engine that can run it.
func (r *Regexp) build(whole bool) (engine, error) {
	write := func(linear bool) (string, bool) {
		w := writer{linear: linear, whole: whole, tail: whole, groups: r.groups}
		if whole {
			w.WriteString(`\A(?:`)
		}
		r.tree.emit(&w)
		if whole {
			w.WriteString(`)\z`)
		}
		return w.String(), !w.impossible
	}
	if text, possible := write(true); possible {
		// What Go's regexp refuses are repetitions that are too large for it.
		if re, err := regexp.Compile(text); err == nil {
			return engine{linear: re}, nil
		}
	}
	text, _ := write(false)
	re, err := regexp2.Compile(text)
	if err != nil {
		return engine{}, &Error{Pattern: r.pattern, Problem: err.Error()}
	}
	re.MatchTimeout = Timeout
	return engine{backtracking: re}, nil
}

// String returns the pattern as given to Compile.
func (r *Regexp) String() string { return r.pattern }

// Literal returns the only text that the pattern matches, if it has no more to
// it than that.
func (r *Regexp) Literal() (text string, ok bool) { return r.literal, r.isLiteral }

// Backtracking reports whether MatchString may take time beyond all proportion
// to the text, up to Timeout. Otherwise it is linear.
func (r *Regexp) Backtracking() bool { return r.whole.backtracking != nil }

// Groups returns the number of capturing groups.
func (r *Regexp) Groups() int { return r.groups }

// MatchString reports whether the pattern matches the whole of s, as Java's
// matches does. The only error is ErrTimeout.
func (r *Regexp) MatchString(s string) (bool, error) {
	switch {
	case r.isLiteral:
		return s == r.literal, nil
	case r.whole.linear != nil:
		return r.whole.linear.MatchString(s), nil
	}
	ok, err := r.whole.backtracking.MatchString(s)
	return ok, timeout(err)
}

// Match is MatchString for bytes.
func (r *Regexp) Match(b []byte) (bool, error) {
	switch {
	case r.isLiteral:
		return string(b) == r.literal, nil
	case r.whole.linear != nil:
		return r.whole.linear.Match(b), nil
	}
	return r.MatchString(string(b))
}

// timeout gives an error of the backtracking engine the name it has here: it
// knows no other failure than running for too long or keeping too much to go
// back to.
func timeout(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrTimeout, err)
}
