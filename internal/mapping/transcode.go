package mapping

import (
	"bytes"
	"slices"

	"postern/jsonvalue"
)

// appendRaw appends JSON text as $input.json prints it, without building a tree:
// most of it can be copied. The text must be valid JSON. ok is false if the text
// has something that only a tree gets right, such as a name that stands twice in
// an object; nothing has been appended then.
func appendRaw(dst, raw []byte) (_ []byte, ok bool) {
	t := transcoder{src: raw, dst: dst}
	t.value()
	if t.gaveUp {
		return dst, false
	}
	return t.dst, true
}

type transcoder struct {
	src, dst []byte
	i        int
	gaveUp   bool
}

// next goes to the next character that is no white space and returns it.
func (t *transcoder) next() byte {
	for t.src[t.i] <= ' ' {
		t.i++
	}
	return t.src[t.i]
}

func (t *transcoder) value() {
	switch t.next() {
	case '{':
		t.object()
	case '[':
		t.array()
	case '"':
		t.string()
	default:
		t.scalar()
	}
}

// maxNames is how many members of an object are checked for equal names.
const maxNames = 32

func (t *transcoder) object() {
	var seen [maxNames]uint64
	t.delimiter()
	for n := 0; t.next() != '}'; n++ {
		if t.src[t.i] == ',' {
			t.delimiter()
			t.next()
		}
		start := t.i
		t.string()
		hash := uint64(14695981039346656037) // FNV-1a
		for _, c := range t.src[start:t.i] {
			if hash = (hash ^ uint64(c)) * 1099511628211; c == '\\' {
				t.gaveUp = true // another spelling of a name, perhaps
			}
		}
		if n == maxNames {
			t.gaveUp = true
		}
		if t.gaveUp {
			return
		}
		if slices.Contains(seen[:n], hash) {
			t.gaveUp = true
			return
		}
		seen[n] = hash
		t.next()
		t.delimiter() // the colon
		t.value()
		if t.gaveUp {
			return
		}
	}
	t.delimiter()
}

func (t *transcoder) array() {
	t.delimiter()
	for t.next() != ']' {
		if t.src[t.i] == ',' {
			t.delimiter()
		}
		if t.value(); t.gaveUp {
			return
		}
	}
	t.delimiter()
}

// delimiter copies one character.
func (t *transcoder) delimiter() {
	t.dst = append(t.dst, t.src[t.i])
	t.i++
}

// string copies a string. One with other escapes than those that print, or with
// characters that print as escapes, is read and written.
func (t *transcoder) string() {
	start, plain := t.i, true
	for t.i++; t.src[t.i] != '"'; t.i++ {
		switch c := t.src[t.i]; {
		case c == '\\':
			t.i++
			if c = t.src[t.i]; c == 'u' || c == '/' {
				plain = false
			}
		case c == 0x7F, c == 0xC2, c == 0xE2: // U+007F, U+0080 on, U+2000 on
			plain = false
		}
	}
	t.i++
	if plain {
		t.dst = append(t.dst, t.src[start:t.i]...)
		return
	}
	t.rewrite(start)
}

// scalar copies a number, a boolean or null. Java prints a number with a point
// or an exponent in its own way.
func (t *transcoder) scalar() {
	start := t.i
	for t.i < len(t.src) && t.src[t.i] > ' ' && bytes.IndexByte(afterScalar, t.src[t.i]) < 0 {
		t.i++
	}
	text := t.src[start:t.i]
	if c := text[0]; (c == '-' || c <= '9') && (bytes.ContainsAny(text, ".eE") || text[0] == '-') {
		t.rewrite(start)
		return
	}
	t.dst = append(t.dst, text...)
}

var afterScalar = []byte(",]}")

// rewrite reads what stands from start on, and writes its value.
func (t *transcoder) rewrite(start int) {
	v, err := jsonvalue.ParseLenient(t.src[start:t.i])
	if err != nil {
		t.gaveUp = true
		return
	}
	t.dst = v.AppendJSON(t.dst)
}
