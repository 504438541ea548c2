package unit

import (
	"unicode/utf8"
)

// Hash is String.hashCode.
func Hash(s string) int32 {
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

// Compare is String.compareTo: the difference of the first units that
// differ, or of the lengths.
func Compare(a, b string) int {
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
	return Length(a) - Length(b)
}

func firstUnit(r rune) rune {
	if r > 0xFFFF {
		return 0xD800 + (r-0x10000)>>10
	}
	return r
}

// IsSpace is Character.isWhitespace for what strip removes; trim removes
// everything up to the blank.
func IsSpace(r rune) bool {
	switch {
	case r >= 0x1C && r <= 0x20, r >= '\t' && r <= '\r', r == 0x1680, r == 0x2028, r == 0x2029, r == 0x205F, r == 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200A && r != 0x2007
}
