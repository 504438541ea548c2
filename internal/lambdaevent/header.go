package lambdaevent

import (
	"slices"
	"strings"

	"postern/internal/connect"
	"postern/internal/http1"
	"postern/internal/jsontext"
)

// appendHeaders appends a header twice: with the last value of each name, and
// with all of them. Names are sorted as Java sorts without regard to case, as
// in captured events.
func appendHeaders(dst []byte, h http1.Header) []byte {
	sorted := slices.Clone(h)
	slices.SortStableFunc(sorted, func(a, b http1.Field) int { return compareFold(a.Name, b.Name) })
	return appendBoth(dst, "headers", "multiValueHeaders", len(sorted),
		func(i int) (string, string) { return sorted[i].Name, sorted[i].Value }, strings.EqualFold)
}

// compareFold compares names of headers without regard to case.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// appendQuery appends query parameters twice, as appendHeaders does, in the
// order in which the client first sent each.
func appendQuery(dst []byte, query []connect.Parameter) []byte {
	first := make(map[string]int, len(query))
	for i, p := range query {
		if _, ok := first[p.Name]; !ok {
			first[p.Name] = i
		}
	}
	grouped := slices.Clone(query)
	slices.SortStableFunc(grouped, func(a, b connect.Parameter) int { return first[a.Name] - first[b.Name] })
	return appendBoth(dst, "queryStringParameters", "multiValueQueryStringParameters", len(grouped),
		func(i int) (string, string) { return grouped[i].Name, grouped[i].Value },
		func(a, b string) bool { return a == b })
}

// appendBoth appends two members, one with the last value of each name and one
// with all. Equal names stand together.
func appendBoth(dst []byte, single, multi string, n int, at func(int) (name, value string), same func(a, b string) bool) []byte {
	dst = jsontext.AppendName(dst, single)
	dst = append(dst, '{')
	first := ""
	for i := range n {
		name, value := at(i)
		if i == 0 || !same(name, first) {
			first = name
		}
		if i+1 < n {
			if next, _ := at(i + 1); same(first, next) {
				continue
			}
		}
		dst = jsontext.AppendMember(dst, first, value)
	}
	dst = append(dst, '}')
	dst = jsontext.AppendName(dst, multi)
	dst = append(dst, '{')
	for i := range n {
		name, value := at(i)
		if i > 0 && same(name, first) {
			dst = append(dst[:len(dst)-1], ',')
		} else {
			first = name
			dst = jsontext.AppendName(dst, name)
			dst = append(dst, '[')
		}
		dst = jsontext.AppendString(dst, value)
		dst = append(dst, ']')
	}
	return append(dst, '}')
}
