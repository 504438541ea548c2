package http1

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// A Field is one line of a header.
type Field struct{ Name, Value string }

// Header is the lines of a header, in order, names in the case they were sent.
type Header []Field

// FromMap returns a header of net/http, whose order is lost, sorted by name.
func FromMap(m http.Header) Header {
	h := make(Header, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		for _, v := range m[name] {
			h = append(h, Field{name, v})
		}
	}
	return h
}

// Map returns h as net/http keeps it.
func (h Header) Map() http.Header {
	m := make(http.Header, len(h))
	for _, f := range h {
		m.Add(f.Name, f.Value)
	}
	return m
}

// Get returns the value of the first line of that name, or "". The case of
// names does not matter.
func (h Header) Get(name string) string {
	for i := range h {
		if is(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// Values returns the values of all lines of that name, in order.
func (h Header) Values(name string) []string {
	var values []string
	for i := range h {
		if is(h[i].Name, name) {
			values = append(values, h[i].Value)
		}
	}
	return values
}

// With returns h with the given values of a name in place of those that it has;
// without any they are gone. h must not be used any more.
func (h Header) With(name string, values ...string) Header {
	kept := h[:0]
	for _, f := range h {
		if !is(f.Name, name) {
			kept = append(kept, f)
		}
	}
	for _, v := range values {
		kept = append(kept, Field{name, v})
	}
	return kept
}

// Last returns the value of the last line of that name, or "": what those see who
// keep one value for a name.
func (h Header) Last(name string) string {
	for _, f := range slices.Backward(h) {
		if is(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Only returns the value of the one line of that name, or "" if there is none
// or more than one.
func (h Header) Only(name string) (value string) {
	found := false
	for i := range h {
		if is(h[i].Name, name) {
			if found {
				return ""
			}
			value, found = h[i].Value, true
		}
	}
	return value
}

// Lists reports whether one of the comma-separated values of name is token.
func (h Header) Lists(name, token string) bool {
	return slices.ContainsFunc(h, func(f Field) bool { return is(f.Name, name) && listed(f.Value, token) })
}

// listed reports whether one of the comma-separated items of value is token.
func listed(value, token string) bool {
	for item := range strings.SplitSeq(value, ",") {
		if strings.EqualFold(strings.Trim(item, " \t"), token) {
			return true
		}
	}
	return false
}

// Among reports whether a name is one of those given, in whatever case.
func Among(name string, given []string) bool {
	return slices.ContainsFunc(given, func(g string) bool { return is(name, g) })
}

// without returns the lines that may be copied into an answer: their names are
// not among those that the answer writes itself, and they are names.
func (h Header) without(own []string) Header {
	kept := make(Header, 0, len(h))
	for _, f := range h {
		if IsName(f.Name) && !Among(f.Name, own) {
			kept = append(kept, f)
		}
	}
	return kept
}

// tokens are the characters of names (RFC 9110, section 5.6.2).
var tokens = func() (set [256]bool) {
	for c := byte('!'); c < 0x7f; c++ {
		set[c] = strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) < 0
	}
	return set
}()

// IsName reports whether s may be the name of a header line, or a method.
func IsName(s string) bool {
	for i := range len(s) {
		if !tokens[s[i]] {
			return false
		}
	}
	return s != ""
}

// values are the characters of values: a line break would begin another line.
var values = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= ' ' && c != 0x7f || c == '\t'
	}
	return set
}()

// IsValue reports whether s may be the value of a header line: it has no
// control characters but tabs.
func IsValue(s string) bool {
	for i := range len(s) {
		if !values[s[i]] {
			return false
		}
	}
	return true
}
