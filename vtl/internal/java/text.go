package java

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Java counts a string in UTF-16 units: characters beyond U+FFFF count twice.
// The functions here do so on UTF-8.

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

// length returns the number of units.
func length(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n += unitsOf(r)
	}
	return n
}

// offset returns the place in bytes of a unit, which must be no greater than
// length. half says that it is the second half of a character.
func offset(s string, unit int) (at int, half bool) {
	for i, r := range s {
		if unit <= 0 {
			return i, unit < 0
		}
		unit -= unitsOf(r)
	}
	return len(s), unit < 0
}

// unitAt returns the unit at an index, or an error beyond the end. It goes no
// further than the index.
func (b *Budget) unitAt(s string, at Value) (rune, error) {
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
	return 0, fmt.Errorf("index %d is out of range for a string of length %d", index, length(s))
}

// substring returns units from to to, and charges for finding them.
func (b *Budget) substring(s string, from, to Value) (string, error) {
	if err := b.scan(s); err != nil {
		return "", err
	}
	return substring(s, int(from.Int64()), int(to.Int64()))
}

// substring returns units from to to. Half a character becomes a question
// mark, as when Java writes it.
func substring(s string, from, to int) (string, error) {
	if n := length(s); from < 0 || to > n || from > to {
		return "", fmt.Errorf("begin %d, end %d is out of range for a string of length %d", from, to, n)
	}
	if isASCII(s) {
		return s[from:to], nil
	}
	start, half := offset(s, from)
	end, endHalf := offset(s, to)
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

// indexOf finds sub at or behind the unit from; -1 if it is not there.
func indexOf(s, sub string, from int) int {
	n := length(s)
	from = max(from, 0)
	if from > n {
		if sub == "" {
			return n
		}
		return -1
	}
	at, half := offset(s, from)
	_ = half // a half never matches
	i := strings.Index(s[at:], sub)
	if i < 0 {
		return -1
	}
	return length(s[:at+i])
}

// lastIndexOf finds the last sub that starts at or before the unit from.
func lastIndexOf(s, sub string, from int) int {
	if from < 0 {
		return -1
	}
	end := len(s)
	if from < length(s) {
		at, _ := offset(s, from)
		end = min(len(s), at+len(sub))
	}
	i := strings.LastIndex(s[:end], sub)
	if i < 0 {
		return -1
	}
	return length(s[:i])
}

// hashString is String.hashCode.
func hashString(s string) int32 {
	var h int32
	for _, r := range s {
		if r > 0xFFFF {
			r -= 0x10000
			h = 31*h + 0xD800 + r>>10
			r = 0xDC00 + r&0x3FF
		}
		h = 31*h + r
	}
	return h
}

// compareStrings is String.compareTo: the difference of the first units that
// differ, or of the lengths.
func compareStrings(a, b string) int {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			if x > 0xFFFF && y > 0xFFFF && (x-0x10000)>>10 == (y-0x10000)>>10 {
				return int(x&0x3FF) - int(y&0x3FF)
			}
			return int(firstUnit(x)) - int(firstUnit(y))
		}
		a, b = a[n:], b[m:]
	}
	return length(a) - length(b)
}

func firstUnit(r rune) rune {
	if r > 0xFFFF {
		return 0xD800 + (r-0x10000)>>10
	}
	return r
}

// isSpace is Character.isWhitespace for what strip removes; trim removes
// everything up to the blank.
func isSpace(r rune) bool {
	switch {
	case r >= 0x1C && r <= 0x20, r >= '\t' && r <= '\r', r == 0x1680, r == 0x2028, r == 0x2029, r == 0x205F, r == 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200A && r != 0x2007
}
