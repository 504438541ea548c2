package query

import (
	"net/url"
	"strings"

	"postern/internal/awserr"
)

const (
	// maxParameters bounds what a form may hold; the largest legal request has
	// about a thousand.
	maxParameters = 10_000
	// maxDepth bounds the parts of a parameter's name; the deepest of any
	// model has nine.
	maxDepth = 16
)

// node is a form as a tree: the parameter A.member.1.B=x stands at
// A, member, 1, B.
type node struct {
	value   string
	set     bool // value was sent, perhaps empty
	members map[string]*node
}

// child returns the member of the given name, or nil.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	return n.members[name]
}

// text returns the value of the member of the given name, or "".
func (n *node) text(name string) string {
	if c := n.child(name); c != nil {
		return c.value
	}
	return ""
}

// parseForm reads an application/x-www-form-urlencoded text. Blank values are
// kept; of a repeated name the last one counts.
func parseForm(text string) (*node, error) {
	root := &node{}
	count := 0
	for pair := range strings.SplitSeq(text, "&") {
		if pair == "" {
			continue
		}
		if count++; count > maxParameters {
			return nil, awserr.Newf(malformedInput, "The request has more than %d parameters", maxParameters)
		}
		rawKey, rawValue, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(rawKey)
		if err != nil {
			return nil, awserr.New(malformedQuery, "The query string contains a syntax error")
		}
		value, err := url.QueryUnescape(rawValue)
		if err != nil {
			return nil, awserr.New(malformedQuery, "The query string contains a syntax error")
		}
		if err := root.insert(key, value); err != nil {
			return nil, err
		}
	}
	return root, nil
}

func (n *node) insert(key, value string) error {
	depth := 0
	for part := range strings.SplitSeq(key, ".") {
		if depth++; depth > maxDepth {
			return awserr.Newf(malformedInput, "The parameter name %.64s… is nested too deeply", key)
		}
		next := n.members[part]
		if next == nil {
			next = &node{}
			if n.members == nil {
				n.members = map[string]*node{}
			}
			n.members[part] = next
		}
		n = next
	}
	n.value, n.set = value, true
	return nil
}
