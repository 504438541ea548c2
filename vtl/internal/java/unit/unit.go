package unit

import (
	"fmt"
	"unicode/utf8"
)

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unitsOf returns how many units a character takes.
func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// Length returns the number of units.
func Length(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += unitsOf(r)
	}
	return n
}

// Offset returns the place in bytes of a unit, which must be no greater than
// length. half says that it is the second half of a character.
func Offset(s string, unit int) (at int, half bool) {
	for i, r := range s {
		if unit <= 0 {
			return i, unit < 0
		}
		unit -= unitsOf(r)
	}
	return len(s), unit < 0
}

// At returns the unit at an index, or an error beyond the end. It goes no
// further than the index.
func At(b *Budget, s string, at Value) (rune, error) {
	index := int(at.Int64())
	if err := b.Charge(min(len(s), 4*max(index, 0)) + 8); err != nil {
		return 0, err
	}
	if index >= 0 && index < len(s) && isASCII(s[:index+1]) {
		return rune(s[index]), nil
	}
	unit := index
	for _, r := range s {
		if unit < 0 {
			break
		}
		switch {
		case unit == 0 && r > 0xFFFF:
			return 0xD800 + (r-0x10000)>>10, nil
		case unit == 0:
			return r, nil
		case unit == 1 && r > 0xFFFF:
			return 0xDC00 + (r-0x10000)&0x3FF, nil
		}
		unit -= unitsOf(r)
	}
	return 0, fmt.Errorf("index %d is out of range for a string of length %d", index, Length(s))
}

// Substring returns units from to to. Half a character becomes a question
// mark, as when Java writes it.
func Substring(s string, from, to int) (string, error) {
	if n := Length(s); from < 0 || to > n || from > to {
		return "", fmt.Errorf("begin %d, end %d is out of range for a string of length %d", from, to, n)
	}
	if isASCII(s) {
		return s[from:to], nil
	}
	start, half := Offset(s, from)
	end, endHalf := Offset(s, to)
	if from == to {
		return "", nil
	}
	switch {
	case half && endHalf && start == end: // both within the same character
		return "?", nil
	case endHalf:
		_, size := utf8.DecodeLastRuneInString(s[:end])
		if end-size < start {
			return "?", nil
		}
		tail := s[start:end-size] + "?"
		if half {
			tail = "?" + tail
		}
		return tail, nil
	case half:
		return "?" + s[start:end], nil
	}
	return s[start:end], nil
}
