package socket

import (
	"slices"
	"strings"
)

// A Field is one line of a header.
type Field struct{ Name, Value string }

// Header is the lines of a header, in order, names in the case they were sent.
type Header []Field

// Get returns the value of the first line of that name, or "". The case of
// names does not matter.
func (h Header) Get(name string) string {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// Values returns the values of all lines of that name, in order.
func (h Header) Values(name string) []string {
	var values []string
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			values = append(values, h[i].Value)
		}
	}
	return values
}

// only returns the value of the one line of that name, or "" if there is none
// or more than one.
func (h Header) only(name string) (value string) {
	found := false
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			if found {
				return ""
			}
			value, found = h[i].Value, true
		}
	}
	return value
}

// lists reports whether one of the comma-separated values of name is token.
func (h Header) lists(name, token string) bool {
	for i := range h {
		if !strings.EqualFold(h[i].Name, name) {
			continue
		}
		for item := range strings.SplitSeq(h[i].Value, ",") {
			if strings.EqualFold(strings.Trim(item, " \t"), token) {
				return true
			}
		}
	}
	return false
}

// without returns the lines that may be copied into an answer: their names are
// not among those that the answer writes itself, and they are names.
func (h Header) without(own []string) Header {
	kept := make(Header, 0, len(h))
	for _, f := range h {
		if isToken(f.Name) && !slices.ContainsFunc(own, func(name string) bool { return strings.EqualFold(name, f.Name) }) {
			kept = append(kept, f)
		}
	}
	return kept
}

// isToken reports whether s may be the name of a header line (RFC 9110,
// section 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
