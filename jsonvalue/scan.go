package jsonvalue

import (
	"encoding/binary"
	"math/bits"
)

// The functions here look at JSON text without building anything. Those named
// skip take the index of the first byte of something and return the index
// behind it, or -1 if it is not well formed.

// member is the place of one top-level member in the text.
type member struct {
	key, keyEnd     int32 // between the quotes
	value, valueEnd int32
	escaped         bool // the key has escapes
}

const (
	classSpace   = 1 << iota
	classDigit   // 0 to 9
	classHex     // a digit of a \uXXXX
	classSpecial // ends or breaks the run of plain bytes in a string
)

var class = func() (t [256]uint8) {
	for c := range 0x20 {
		t[c] = classSpecial
	}
	t['"'] = classSpecial
	t['\\'] = classSpecial
	for _, c := range " \t\r\n" {
		t[c] |= classSpace
	}
	for c := '0'; c <= '9'; c++ {
		t[c] |= classDigit | classHex
	}
	for c := 'a'; c <= 'f'; c++ {
		t[c] |= classHex
		t[c-0x20] |= classHex
	}
	return t
}()

func skipSpace(b []byte, i int) int {
	for i < len(b) && class[b[i]]&classSpace != 0 {
		i++
	}
	return i
}

func skipDigits(b []byte, i int) int {
	for i < len(b) && class[b[i]]&classDigit != 0 {
		i++
	}
	return i
}

// special returns a word whose lowest set bit is the top bit of the first of
// eight bytes that a string cannot simply contain: a quote, a backslash or a
// control character. 0 means that there is none.
//
// Subtracting carries a borrow into the top bit of a byte that is too small,
// and into the bytes above it, so only the lowest bit can be trusted. Flipping
// bit 1 swaps the quote (0x22) with the space (0x20): one comparison with 0x21
// then finds quotes and control characters alike.
func special(v uint64) uint64 {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	return (((v ^ ones*2) - ones*0x21) | ((v ^ ones*'\\') - ones)) &^ v & tops
}

// skipPlain returns the index of the first byte from i on that is special in a
// string, or len(b).
func skipPlain(b []byte, i int) int {
	for end := min(i+16, len(b)-7); i < end; i += 8 { // most strings are short
		if m := special(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i+32 <= len(b); i += 32 {
		w := b[i : i+32 : i+32]
		if special(binary.LittleEndian.Uint64(w))|special(binary.LittleEndian.Uint64(w[8:]))|
			special(binary.LittleEndian.Uint64(w[16:]))|special(binary.LittleEndian.Uint64(w[24:])) != 0 {
			break
		}
	}
	for ; i+8 <= len(b); i += 8 {
		if m := special(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < len(b) && class[b[i]]&classSpecial == 0 {
		i++
	}
	return i
}

// skipString takes the index behind the opening quote.
func skipString(b []byte, i int) (end int, escaped bool) {
	for {
		i = skipPlain(b, i)
		if i >= len(b) {
			return -1, escaped
		}
		switch b[i] {
		case '"':
			return i + 1, escaped
		case '\\':
			escaped = true
			if i = skipEscape(b, i+1); i < 0 {
				return -1, escaped
			}
		default:
			return -1, escaped
		}
	}
}

// skipEscape takes the index behind the backslash.
func skipEscape(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		if i+5 > len(b) || class[b[i+1]]&class[b[i+2]]&class[b[i+3]]&class[b[i+4]]&classHex == 0 {
			return -1
		}
		return i + 5
	}
	return -1
}

func skipNumber(b []byte, i int) int {
	if i < len(b) && b[i] == '-' {
		i++
	}
	start := i
	i = skipDigits(b, i)
	if i == start || b[start] == '0' && i > start+1 {
		return -1
	}
	if i < len(b) && b[i] == '.' {
		start = i + 1
		if i = skipDigits(b, start); i == start {
			return -1
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start = i
		if i = skipDigits(b, start); i == start {
			return -1
		}
	}
	return i
}

func skipWord(b []byte, i int, word string) int {
	if len(b)-i >= len(word) && string(b[i:i+len(word)]) == word {
		return i + len(word)
	}
	return -1
}

// skipScalar skips anything but an array or an object.
func skipScalar(b []byte, i int) int {
	switch b[i] {
	case '"':
		end, _ := skipString(b, i+1)
		return end
	case 't':
		return skipWord(b, i, "true")
	case 'f':
		return skipWord(b, i, "false")
	case 'n':
		return skipWord(b, i, "null")
	}
	return skipNumber(b, i)
}

// nesting is a stack of open arrays and objects, one bit each: set for an
// object.
type nesting struct {
	depth int
	bits  [(MaxDepth + 63) / 64]uint64
}

func (n *nesting) push(object bool) bool {
	if n.depth == MaxDepth {
		return false
	}
	mask := uint64(1) << (n.depth & 63)
	if object {
		n.bits[n.depth>>6] |= mask
	} else {
		n.bits[n.depth>>6] &^= mask
	}
	n.depth++
	return true
}

func (n *nesting) object() bool {
	top := n.depth - 1
	return n.bits[top>>6]>>(top&63)&1 != 0
}

// scan checks that b is one JSON value and records the members of the object
// that it is, if it is one. It appends to members.
func scan(b []byte, members []member) ([]member, bool) {
	var open nesting
	i := skipSpace(b, 0)
	for {
		// A value must start at i.
		if i >= len(b) {
			return members, false
		}
		if c := b[i]; c == '{' || c == '[' {
			if !open.push(c == '{') {
				return members, false
			}
			i = skipSpace(b, i+1)
			if i >= len(b) || b[i] != c+2 { // '{'+2 is '}', '['+2 is ']'
				if c == '{' {
					if members, i = scanKey(b, i, open.depth, members); i < 0 {
						return members, false
					}
				}
				continue
			}
			open.depth--
			i++
		} else if i = skipScalar(b, i); i < 0 {
			return members, false
		}
		// A value ended before i: close what it ends, go on to the next one.
		for {
			if open.depth == 1 && len(members) > 0 {
				members[len(members)-1].valueEnd = int32(i)
			}
			i = skipSpace(b, i)
			if open.depth == 0 {
				return members, i == len(b)
			}
			if i >= len(b) {
				return members, false
			}
			object := open.object()
			if b[i] == ',' {
				i = skipSpace(b, i+1)
				if object {
					if members, i = scanKey(b, i, open.depth, members); i < 0 {
						return members, false
					}
				}
				break
			}
			if object && b[i] != '}' || !object && b[i] != ']' {
				return members, false
			}
			open.depth--
			i++
		}
	}
}

// scanKey skips a member's name, the colon and space, and records the member
// if it is one of the outermost object.
func scanKey(b []byte, i, depth int, members []member) ([]member, int) {
	if i >= len(b) || b[i] != '"' {
		return members, -1
	}
	end, escaped := skipString(b, i+1)
	if end < 0 {
		return members, -1
	}
	key := i + 1
	i = skipSpace(b, end)
	if i >= len(b) || b[i] != ':' {
		return members, -1
	}
	i = skipSpace(b, i+1)
	if depth == 1 {
		members = append(members, member{key: int32(key), keyEnd: int32(end - 1), value: int32(i), escaped: escaped})
	}
	return members, i
}

// skipValue skips one value of text that is known to be valid.
func skipValue(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			i, _ = skipString(b, i+1)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\t', '\r', '\n':
			i++
			continue
		default:
			i = skipScalar(b, i)
		}
		if depth == 0 {
			return i
		}
	}
}
