package template

import (
	"strconv"
	"strings"
)

// Place returns where in the text a path leads, "/Resources/Api/Properties/Name":
// the name of the last member that is there. It is 0, 0 if not even the first
// is, as for what a transform made.
func (t *Template) Place(path string) (line, column int) {
	n, rest := t.root, strings.TrimPrefix(path, "/")
	for n != nil && rest != "" {
		var next *Node
		switch n.Kind {
		case Map:
			m := member(n, rest)
			if m == nil {
				return line, column
			}
			line, column, next = m.Line, m.Column, m.Value
			rest = strings.TrimPrefix(rest[len(m.Name):], "/")
		case List:
			var step string
			step, rest, _ = strings.Cut(rest, "/")
			if next = item(n, step); next != nil {
				line, column = next.Line, next.Column
			}
		}
		n = next
	}
	return line, column
}

// member returns the member that a path goes through. Names may hold slashes
// themselves, as application/json does: the longest counts.
func member(n *Node, path string) (found *Member) {
	for i := range n.Members {
		m := &n.Members[i]
		rest, ok := strings.CutPrefix(path, m.Name)
		if ok && (rest == "" || rest[0] == '/') && (found == nil || len(m.Name) > len(found.Name)) {
			found = m
		}
	}
	return found
}

func item(n *Node, index string) *Node {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(n.Items) {
		return nil
	}
	return n.Items[i]
}

// Find returns where the first value stands that matches, in the order of the
// text; 0, 0 if none does. name is that of the value's member, or of the one
// that holds its list.
func (t *Template) Find(matches func(name string, value *Node) bool) (line, column int) {
	n := find("", t.root, matches)
	if n == nil {
		return 0, 0
	}
	return n.Line, n.Column
}

func find(name string, n *Node, matches func(string, *Node) bool) *Node {
	if n == nil || matches(name, n) {
		return n
	}
	for _, item := range n.Items {
		if found := find(name, item, matches); found != nil {
			return found
		}
	}
	for _, m := range n.Members {
		if found := find(m.Name, m.Value, matches); found != nil {
			return found
		}
	}
	return nil
}
