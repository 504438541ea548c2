package javaregex

import (
	"slices"
	"unicode"
)

// set is a set of characters: pairs of first and last, in order, neither
// overlapping nor touching.
type set []rune

// newSet returns the set of the given ranges, in any order.
func newSet(pairs ...rune) set {
	type span struct{ lo, hi rune }
	spans := make([]span, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		spans = append(spans, span{pairs[i], pairs[i+1]})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo) - int(b.lo) })
	var s set
	for _, p := range spans {
		if n := len(s); n > 0 && p.lo <= s[n-1]+1 {
			s[n-1] = max(s[n-1], p.hi)
			continue
		}
		s = append(s, p.lo, p.hi)
	}
	return s
}

// chars returns the set of the characters of a string.
func chars(text string) set {
	var pairs []rune
	for _, r := range text {
		pairs = append(pairs, r, r)
	}
	return newSet(pairs...)
}

// table returns the set of a table of the unicode package.
func table(tables ...*unicode.RangeTable) set {
	var pairs []rune
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			pairs = append(pairs, lo, hi)
			return
		}
		for r := lo; r <= hi; r += stride {
			pairs = append(pairs, r, r)
		}
	}
	for _, t := range tables {
		for _, r := range t.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range t.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return newSet(pairs...)
}

func (s set) union(t set) set { return newSet(append(slices.Clone(s), t...)...) }

func (s set) negate() set {
	var out set
	next := rune(0)
	for i := 0; i < len(s); i += 2 {
		if s[i] > next {
			out = append(out, next, s[i]-1)
		}
		next = s[i+1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, next, unicode.MaxRune)
	}
	return out
}

func (s set) intersect(t set) set { return s.negate().union(t.negate()).negate() }

func (s set) minus(t set) set { return s.intersect(t.negate()) }

// one returns the only character of a set that has one.
func (s set) one() (rune, bool) {
	if len(s) == 2 && s[0] == s[1] {
		return s[0], true
	}
	return 0, false
}

// fold adds the characters that differ from those of s in case only: ASCII
// letters, or with unicodeCase all.
func (s set) fold(unicodeCase bool) set {
	pairs := slices.Clone([]rune(s))
	for i := 0; i < len(s); i += 2 {
		for r := s[i]; r <= min(s[i+1], 'z'); r++ {
			if isASCIILetter(r) {
				pairs = append(pairs, r^0x20, r^0x20)
			}
		}
		if !unicodeCase || s[i+1]-s[i] > 0x3000 {
			continue
		}
		for r := s[i]; r <= s[i+1]; r++ {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				pairs = append(pairs, f, f)
			}
		}
	}
	return newSet(pairs...)
}

func isASCIILetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }
