package javaregex

import "unicode/utf8"

// class reads a character class whose opening bracket is at offset at. Classes
// nest, and && intersects what stands on its two sides; a leading ^ negates
// the whole.
func (p *parser) class(at int) set {
	if p.depth++; p.depth > maxDepth {
		p.fail(at, "nested too deep")
		return nil
	}
	defer func() { p.depth-- }()
	negated := p.accept("^")
	result, closed := p.classOperand(at)
	if !closed && result == nil { // [&&a] is [a]
		result = everything
	}
	for !closed && p.err == nil {
		var right set
		right, closed = p.classOperand(at)
		result = result.intersect(right)
	}
	if negated {
		return result.negate()
	}
	return result
}

// classOperand reads up to the closing bracket or to &&.
func (p *parser) classOperand(at int) (s set, closed bool) {
	for first := true; ; first = false {
		p.skipComments()
		start := p.i
		switch c := p.next(); c {
		case -1:
			p.fail(at, "character class is not closed")
			return s, true
		case ']':
			if !first {
				return s, true
			}
			s = s.union(p.classRange(start, c))
		case '[':
			s = s.union(p.class(start))
		case '&':
			if p.accept("&") {
				for p.accept("&") {
				}
				if p.peek() == ']' { // nothing on the right: as if it were not there
					p.i++
					return s, true
				}
				return s, false
			}
			s = s.union(p.classRange(start, c))
		case '\\':
			s = s.union(p.classEscaped(start))
		default:
			s = s.union(p.classRange(start, c))
		}
		if p.err != nil {
			return s, true
		}
	}
}

// classEscaped reads what follows a backslash in a class.
func (p *parser) classEscaped(start int) set {
	if p.accept("Q") {
		var s set
		for p.more() && !p.accept(`\E`) {
			s = s.union(p.char(p.next()))
		}
		return s
	}
	if s, ok := p.classEscape(start); ok {
		return s
	}
	r, ok := p.charEscape(start)
	if !ok {
		return nil
	}
	return p.classRange(start, r)
}

// classRange reads the rest of a range that starts with low, if it is one.
func (p *parser) classRange(start int, low rune) set {
	p.skipComments()
	before := p.i
	if p.accept("-") {
		p.skipComments()
		high := p.next()
		switch high {
		case -1, '[', ']':
			p.i = before // the minus stands for itself
			return p.char(low)
		case '\\':
			if s, ok := p.classEscape(start); ok {
				return p.char(low).union(newSet('-', '-')).union(s)
			}
			var ok bool
			if high, ok = p.charEscape(start); !ok {
				return nil
			}
		case utf8.RuneError:
		}
		if high < low {
			p.fail(start, "bad range in a character class")
			return nil
		}
		return p.folded(newSet(low, high))
	}
	return p.char(low)
}
