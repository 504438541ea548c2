package javaregex

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// match is where the pattern and its groups matched: pairs of offsets, -1 for
// a group that took no part.
type match []int

func (m match) group(s string, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return s[m[2*n]:m[2*n+1]]
}

// each calls do for every match in s, in order, until do returns false. As in
// Java, an empty match may follow a match at once.
func (r *Regexp) each(s string, do func(match) bool) error {
	e, err := r.find()
	if err != nil {
		return err
	}
	if !e.fits(len(s)) {
		return r.eachBacktracking(e, s, do)
	}
	// One match may look at all of the text, and there may be one for each byte.
	began := time.Now()
	for from := 0; from <= len(s); {
		if time.Since(began) > Timeout {
			return ErrTimeout
		}
		m := e.linear.FindStringSubmatchIndex(s[from:])
		if m == nil {
			return nil
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += from
			}
		}
		if !do(m) {
			return nil
		}
		if from = m[1]; m[0] == m[1] {
			_, size := utf8.DecodeRuneInString(s[from:])
			from += max(size, 1)
		}
	}
	return nil
}

func (r *Regexp) eachBacktracking(e engine, s string, do func(match) bool) error {
	re, err := e.backtracking()
	if err != nil {
		return err
	}
	began := time.Now()
	found, err := re.FindStringMatch(s)
	for found != nil && err == nil {
		if time.Since(began) > Timeout {
			return ErrTimeout
		}
		m := make(match, 0, 2*(r.groups+1))
		for n := range r.groups + 1 {
			g := found.GroupByNumber(n)
			if g == nil || len(g.Captures) == 0 {
				m = append(m, -1, -1)
				continue
			}
			index, length := g.ByteRange()
			m = append(m, index, index+length)
		}
		if !do(m) {
			return nil
		}
		found, err = re.FindNextMatch(found)
	}
	return timeout(err)
}

// FindString reports whether the pattern matches anywhere in s.
func (r *Regexp) FindString(s string) (found bool, err error) {
	err = r.each(s, func(match) bool {
		found = true
		return false
	})
	return found, err
}

// Split cuts s at the matches as Java's String.split does: a positive limit is
// the most pieces there can be, zero means all without the empty ones at the
// end, a negative one all.
func (r *Regexp) Split(s string, limit int) ([]string, error) {
	var out []string
	last, found := 0, false
	err := r.each(s, func(m match) bool {
		if limit > 0 && len(out) == limit-1 {
			return false
		}
		if m[1] == 0 { // nothing is cut off in front by an empty match
			return true
		}
		found = true
		out = append(out, s[last:m[0]])
		last = m[1]
		return true
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return []string{s}, nil
	}
	out = append(out, s[last:])
	for limit == 0 && len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out, nil
}

// ReplaceAll replaces every match as Java's replaceAll does. In the
// replacement $1 and ${name} stand for groups and a backslash takes the meaning
// from the next character.
//
// maxLength bounds the result in bytes; beyond it the error is ErrTooLong.
func (r *Regexp) ReplaceAll(s, replacement string, maxLength int) (string, error) {
	return r.replace(s, replacement, maxLength, false)
}

// ReplaceFirst is ReplaceAll for the first match only.
func (r *Regexp) ReplaceFirst(s, replacement string, maxLength int) (string, error) {
	return r.replace(s, replacement, maxLength, true)
}

func (r *Regexp) replace(s, replacement string, maxLength int, once bool) (string, error) {
	var b strings.Builder
	var template []piece
	last := 0
	var problem error
	err := r.each(s, func(m match) bool {
		// Java looks at the replacement only when there is something to replace.
		if template == nil {
			if template, problem = r.replacement(replacement); problem != nil {
				return false
			}
		}
		b.WriteString(s[last:m[0]])
		for _, p := range template {
			if p.group < 0 {
				b.WriteString(p.text)
			} else {
				b.WriteString(m.group(s, p.group))
			}
		}
		last = m[1]
		if b.Len() > maxLength {
			problem = ErrTooLong
		}
		return problem == nil && !once
	})
	if err == nil {
		err = problem
	}
	if err != nil {
		return "", err
	}
	if template == nil {
		return s, nil
	}
	b.WriteString(s[last:])
	return b.String(), nil
}

// ErrTooLong reports a result of ReplaceAll that is longer than allowed.
var ErrTooLong = fmt.Errorf("result of replacement is too long")

// piece is a part of a replacement: a group's number, or text if it is -1.
type piece struct {
	text  string
	group int
}

// replacement reads the replacement text.
func (r *Regexp) replacement(text string) ([]piece, error) {
	pieces := []piece{{group: -1}}
	add := func(s string) {
		if p := &pieces[len(pieces)-1]; p.group < 0 {
			p.text += s
			return
		}
		pieces = append(pieces, piece{s, -1})
	}
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '\\':
			if i++; i == len(text) {
				return nil, fmt.Errorf("replacement %q: nothing follows the backslash", text)
			}
			_, size := utf8.DecodeRuneInString(text[i:])
			add(text[i : i+size])
			i += size
		case '$':
			group, end, err := r.reference(text, i+1)
			if err != nil {
				return nil, err
			}
			pieces = append(pieces, piece{group: group})
			i = end
		default:
			end := strings.IndexAny(text[i:], `\$`)
			if end < 0 {
				end = len(text) - i
			}
			add(text[i : i+end])
			i += end
		}
	}
	return pieces, nil
}

// reference reads the group that the dollar before i means.
func (r *Regexp) reference(text string, i int) (group, end int, err error) {
	if i < len(text) && text[i] == '{' {
		name, _, ok := strings.Cut(text[i+1:], "}")
		group, known := r.names[name]
		if !ok || !known {
			return 0, 0, fmt.Errorf("replacement %q: no group named %q", text, name)
		}
		return group, i + len(name) + 2, nil
	}
	if i == len(text) || text[i] < '0' || text[i] > '9' {
		return 0, 0, fmt.Errorf("replacement %q: the dollar at offset %d needs a group's number behind it, or a backslash before it", text, i-1)
	}
	group = int(text[i] - '0')
	if group > r.groups {
		return 0, 0, fmt.Errorf("replacement %q: no group %d", text, group)
	}
	for i++; i < len(text) && text[i] >= '0' && text[i] <= '9'; i++ {
		longer := group*10 + int(text[i]-'0')
		if longer > r.groups {
			break
		}
		group = longer
	}
	return group, i, nil
}
