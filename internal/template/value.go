package template

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// check reports what is wrong with a value of the parameter, in AWS's words
// without a prefix.
func (p *Parameter) check(value string, m *patternMatcher) error {
	if len(value) > maxParameterValue {
		return fmt.Errorf("Parameter '%s' value must not be longer than %d bytes", p.Name, maxParameterValue)
	}
	values := []string{value}
	_, isSSM := unwrap(p.Type, ssmValuePrefix)
	if isListType(p.Type) && !isSSM {
		values = splitList(value)
	}
	for _, v := range values {
		if err := p.checkOne(v, isSSM, m); err != nil {
			return err
		}
	}
	return nil
}

// checkOne checks one value; of an SSM parameter type it is the name of the
// parameter, to which AllowedValues and AllowedPattern apply as well.
func (p *Parameter) checkOne(value string, isSSM bool, m *patternMatcher) error {
	if !isSSM && (p.Type == "Number" || p.Type == "List<Number>") {
		if _, ok := number(value); !ok {
			return fmt.Errorf("Parameter '%s' must be a number.", p.Name)
		}
	}
	violated := p.violated(value, m)
	if violated == "" {
		return nil
	}
	if p.ConstraintDescription != "" {
		violated = "failed to satisfy constraint: " + p.ConstraintDescription
	}
	return fmt.Errorf("Parameter '%s' %s", p.Name, violated)
}

// violated says which constraint the value breaks, "" if none.
func (p *Parameter) violated(value string, m *patternMatcher) string {
	if p.AllowedValues != nil && !slices.Contains(p.AllowedValues, value) {
		return "must be one of AllowedValues"
	}
	if p.AllowedPattern != "" && !m.match(p.AllowedPattern, value) {
		return "must match pattern " + p.AllowedPattern
	}
	length := float64(utf8.RuneCountInString(value))
	if least, ok := number(p.MinLength); ok && length < least {
		return fmt.Sprintf("must contain at least %s characters", p.MinLength)
	}
	if most, ok := number(p.MaxLength); ok && length > most {
		return fmt.Sprintf("must contain at most %s characters", p.MaxLength)
	}
	n, isNumber := number(value)
	if least, ok := number(p.MinValue); ok && isNumber && n < least {
		return fmt.Sprintf("must be a number not less than %s", p.MinValue)
	}
	if most, ok := number(p.MaxValue); ok && isNumber && n > most {
		return fmt.Sprintf("must be a number not greater than %s", p.MaxValue)
	}
	return ""
}

var decimal = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$`)

// number reads a decimal number. Its size does not matter: it is compared, not
// kept.
func number(s string) (float64, bool) {
	if !decimal.MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && n == 0 {
		return 0, false
	}
	return n, true // an overflow is an infinity, which compares as it should
}

// splitList cuts the value of a list parameter. The empty text is a list of one
// empty text: templates test for it with Fn::Select 0.
func splitList(value string) []string {
	list := strings.Split(value, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// What patterns may cost: patternTimeout bounds one match that backtracks,
// maxBacktracking how many of those one template may ask for. Patterns that
// Go's own engine reads take linear time and are not counted.
const (
	patternTimeout  = 100 * time.Millisecond
	maxBacktracking = 50
	maxPattern      = 2048 // bytes
)

// patternMatcher matches values against the patterns of one template.
type patternMatcher struct{ backtracked int }

// wholePattern makes of a pattern one that matches whole values only.
func wholePattern(pattern string) string { return `\A(?:` + pattern + `)\z` }

// compilePattern reads a regular expression of Java's: by Go's engine or, for
// lookaround and backreferences, by one that backtracks.
func compilePattern(pattern string) (*regexp.Regexp, *regexp2.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, nil, fmt.Errorf("it is longer than %d bytes", maxPattern)
	}
	linear, err := regexp.Compile(wholePattern(pattern))
	if err == nil {
		return linear, nil, nil
	}
	backtracking, err := regexp2.Compile(wholePattern(pattern), regexp2.None)
	if err != nil {
		return nil, nil, err
	}
	backtracking.MatchTimeout = patternTimeout
	return nil, backtracking, nil
}

// match reports whether all of the value matches the pattern; a value that
// takes too long does not.
func (m *patternMatcher) match(pattern, value string) bool {
	linear, backtracking, err := compilePattern(pattern)
	switch {
	case err != nil:
		return false
	case linear != nil:
		return linear.MatchString(value)
	case m.backtracked >= maxBacktracking:
		return false
	}
	m.backtracked++
	matched, err := backtracking.MatchString(value)
	return err == nil && matched
}
