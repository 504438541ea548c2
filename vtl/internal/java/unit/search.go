package unit

import (
	"strings"
)

// Index finds sub at or behind the unit from; -1 if it is not there.
func Index(s, sub string, from int) int {
	n := Length(s)
	from = max(from, 0)
	if from > n {
		if sub == "" {
			return n
		}
		return -1
	}
	at, half := Offset(s, from)
	_ = half // a half never matches
	i := strings.Index(s[at:], sub)
	if i < 0 {
		return -1
	}
	return Length(s[:at+i])
}

// LastIndex finds the last sub that starts at or before the unit from.
func LastIndex(s, sub string, from int) int {
	if from < 0 {
		return -1
	}
	end := len(s)
	if from < Length(s) {
		at, _ := Offset(s, from)
		end = min(len(s), at+len(sub))
	}
	i := strings.LastIndex(s[:end], sub)
	if i < 0 {
		return -1
	}
	return Length(s[:i])
}
