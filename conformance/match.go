package conformance

import (
	"regexp"
	"strings"
)

// placeholder is a name between angle brackets.
var placeholder = regexp.MustCompile(`<[a-z][A-Za-z0-9]*>`)

// idShape is what a connection, message or request id looks like.
const idShape = `[A-Za-z0-9_-]{15}=`

// A scope holds what placeholders stand for.
type scope map[string]string

// expand replaces the placeholders that have a value.
func (s scope) expand(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		if v, ok := s[strings.Trim(p, "<>")]; ok {
			return v
		}
		return p
	})
}

// match reports whether got is what want describes, and keeps what want's new
// placeholders stood for.
func (s scope) match(want, got string) bool {
	if want == got {
		return true
	}
	var re strings.Builder
	var names []string
	re.WriteString(`(?s)^`)
	rest := want
	for {
		at := placeholder.FindStringIndex(rest)
		if at == nil {
			break
		}
		re.WriteString(regexp.QuoteMeta(rest[:at[0]]))
		name := rest[at[0]+1 : at[1]-1]
		value, known := s[name]
		switch {
		case known:
			re.WriteString(regexp.QuoteMeta(value))
		case name == "any":
			re.WriteString(`.*?`)
		case name == "int":
			re.WriteString(`-?[0-9]+`)
		case name == "rid" || name == "mid":
			re.WriteString(idShape)
		case strings.HasPrefix(name, "cid"):
			re.WriteString("(" + idShape + ")")
			names = append(names, name)
		default:
			re.WriteString(`([^"]*?)`)
			names = append(names, name)
		}
		rest = rest[at[1]:]
	}
	re.WriteString(regexp.QuoteMeta(rest))
	re.WriteString(`$`)
	m := regexp.MustCompile(re.String()).FindStringSubmatch(got)
	if m == nil {
		return false
	}
	for i, name := range names {
		// The same new name twice in one line must stand for the same text.
		if before, ok := s[name]; ok && before != m[i+1] {
			return false
		}
		s[name] = m[i+1]
	}
	return true
}
