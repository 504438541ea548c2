package schema

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// matchPatience is how long one match of a pattern that backtracks may take.
// The clock behind it ticks every tenth of a second.
const matchPatience = 50 * time.Millisecond

// compileRegexp compiles a pattern, an ECMA 262 regular expression that
// matches anywhere in a text. Patterns of the common subset run in linear
// time; the others backtrack, with a time limit.
func compileRegexp(pattern string) (jsonschema.Regexp, error) {
	if translated, ok := translate(pattern); ok {
		if re, err := regexp.Compile(translated); err == nil {
			return &linearPattern{re, pattern}, nil
		}
	}
	re, err := regexp2.Compile(pattern, regexp2.ECMAScript)
	if err != nil {
		return nil, fmt.Errorf("regular expression %q: %w", pattern, err)
	}
	re.MatchTimeout = matchPatience
	return &backtrackingPattern{re, pattern}, nil
}

// A linearPattern runs in time proportional to text and pattern.
type linearPattern struct {
	re     *regexp.Regexp
	source string
}

func (p *linearPattern) MatchString(s string) bool { return p.re.MatchString(s) }
func (p *linearPattern) String() string            { return p.source }

// A backtrackingPattern may need exponential time; estimate tries it first.
type backtrackingPattern struct {
	re     *regexp2.Regexp
	source string
}

// MatchString reports a match. A match that takes too long is none.
func (p *backtrackingPattern) MatchString(s string) bool {
	ok, err := p.re.MatchString(s)
	return ok && err == nil
}

func (p *backtrackingPattern) String() string { return p.source }

// The classes that ECMA 262 and RE2 see differently, as RE2 writes them.
const (
	ecmaSpace    = `\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	ecmaAnyOne   = `[^\n\r\x{2028}\x{2029}]`
	punctuation  = `.^$*+?()[]{}|\/-,:;!"#%&'=<>@~` + "`"
	sameInBoth   = "dDwWbBtnrfv" // escapes of one meaning outside of classes
	sameInClass  = "dDwWtnrfv"   // and inside
	hexadecimals = "0123456789abcdefABCDEF"
)

var errNotCommon = errors.New("not in the common subset")

// translate writes an ECMA 262 pattern as RE2 wants it. ok is false for a
// pattern that is not in the subset in which both agree.
func translate(pattern string) (translated string, ok bool) {
	t := translator{rest: pattern}
	for t.rest != "" {
		if err := t.next(); err != nil {
			return "", false
		}
	}
	return t.out.String(), !t.inClass
}

type translator struct {
	rest    string
	out     strings.Builder
	inClass bool
}

// next translates one character, escape or group opening.
func (t *translator) next() error {
	r, n := utf8.DecodeRuneInString(t.rest)
	char := t.rest[:n]
	t.rest = t.rest[n:]
	switch {
	case r == '\\':
		return t.escape()
	case t.inClass && r == ']':
		t.inClass = false
	case t.inClass && r == '[':
		char = `\[` // RE2 would look for [:alpha:]
	case t.inClass:
	case r == '.':
		char = ecmaAnyOne
	case r == '(':
		if strings.HasPrefix(t.rest, "?") && !strings.HasPrefix(t.rest, "?:") {
			return errNotCommon
		}
	case r == '[':
		t.inClass = true
		if strings.HasPrefix(t.rest, "]") || strings.HasPrefix(t.rest, "^]") {
			return errNotCommon // ECMA's empty class
		}
		if strings.HasPrefix(t.rest, "^") {
			char, t.rest = "[^", t.rest[1:]
		}
	}
	t.out.WriteString(char)
	return nil
}

func (t *translator) escape() error {
	if t.rest == "" {
		return errNotCommon
	}
	c := t.rest[0]
	t.rest = t.rest[1:]
	same := sameInBoth
	if t.inClass {
		same = sameInClass
	}
	switch {
	case strings.IndexByte(same, c) >= 0 || strings.IndexByte(punctuation, c) >= 0:
		t.out.WriteByte('\\')
		t.out.WriteByte(c)
	case c == 's' && t.inClass:
		t.out.WriteString(ecmaSpace)
	case c == 's':
		t.out.WriteString("[" + ecmaSpace + "]")
	case c == 'S' && !t.inClass:
		t.out.WriteString("[^" + ecmaSpace + "]")
	case c == 'x':
		return t.hex(2)
	case c == 'u':
		return t.hex(4)
	default:
		return errNotCommon
	}
	return nil
}

// hex translates \xHH and \uHHHH. Halves of surrogate pairs have no place in
// RE2.
func (t *translator) hex(digits int) error {
	if len(t.rest) < digits || strings.Trim(t.rest[:digits], hexadecimals) != "" {
		return errNotCommon
	}
	if code := strings.ToLower(t.rest[:digits]); digits == 4 && code >= "d800" && code <= "dfff" {
		return errNotCommon
	}
	t.out.WriteString(`\x{` + t.rest[:digits] + "}")
	t.rest = t.rest[digits:]
	return nil
}
