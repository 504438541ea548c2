package javaregex

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
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

// engine runs a pattern in one of two ways.
type engine struct {
	// linear is nil if the pattern has what it cannot do.
	linear *regexp.Regexp
	// size is the number of steps that linear may take for each byte.
	size int
	// backtracking is compiled when it is needed.
	backtracking func() (*regexp2.Regexp, error)
}

// maxSteps is the work that the linear engine is given, some ten milliseconds'
// worth. A pattern such as (x{0,1000}y?)* takes a thousand steps for a byte; on a
// long text, the engine with the time limit is the better one.
const maxSteps = 8_000_000

// fits reports whether the linear engine is the one for a text of n bytes.
func (e *engine) fits(n int) bool { return e.linear != nil && n < maxSteps/e.size }

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
	if r.whole, err = r.build(true); err == nil && r.whole.linear == nil {
		_, err = r.whole.backtracking()
	}
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
	e := engine{backtracking: sync.OnceValues(func() (*regexp2.Regexp, error) {
		text, _ := write(false)
		re, err := regexp2.Compile(text)
		if err != nil {
			return nil, &Error{Pattern: r.pattern, Problem: err.Error()}
		}
		re.MatchTimeout = Timeout
		return re, nil
	})}
	if text, possible := write(true); possible {
		// What Go's regexp refuses are repetitions that are too large for it.
		if re, err := regexp.Compile(text); err == nil {
			e.linear, e.size = re, instructions(text)
		}
	}
	return e, nil
}

// instructions returns the size of the program that a pattern of Go's becomes.
func instructions(text string) int {
	re, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return maxSteps
	}
	program, err := syntax.Compile(re.Simplify())
	if err != nil {
		return maxSteps
	}
	return len(program.Inst)
}

// String returns the pattern as given to Compile.
func (r *Regexp) String() string { return r.pattern }

// Literal returns the only text that the pattern matches, if it has no more to
// it than that.
func (r *Regexp) Literal() (text string, ok bool) { return r.literal, r.isLiteral }

// Backtracking reports whether MatchString may take time beyond all proportion
// to any text, up to Timeout. Otherwise it may for a long one only.
func (r *Regexp) Backtracking() bool { return !r.isLiteral && r.whole.linear == nil }

// Size returns the size of the compiled pattern in instructions, a measure of
// what it took to compile it.
func (r *Regexp) Size() int { return len(r.pattern) + r.whole.size }

// Groups returns the number of capturing groups.
func (r *Regexp) Groups() int { return r.groups }

// MatchString reports whether the pattern matches the whole of s, as Java's
// matches does. The only error is ErrTimeout.
func (r *Regexp) MatchString(s string) (bool, error) {
	switch {
	case r.isLiteral:
		return s == r.literal, nil
	case r.whole.fits(len(s)):
		return r.whole.linear.MatchString(s), nil
	}
	re, err := r.whole.backtracking()
	if err != nil {
		return false, err
	}
	ok, err := re.MatchString(s)
	return ok, timeout(err)
}

// Match is MatchString for bytes.
func (r *Regexp) Match(b []byte) (bool, error) {
	switch {
	case r.isLiteral:
		return string(b) == r.literal, nil
	case r.whole.fits(len(b)):
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
