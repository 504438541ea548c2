package template

import (
	"postern/internal/template/intrinsic"
)

// graph is a directed graph of named nodes: an edge from a to b says that a
// needs b. Names keep the order in which they were added.
type graph struct {
	names []string
	needs map[string][]string
}

func newGraph() *graph { return &graph{needs: map[string][]string{}} }

// add adds a node.
func (g *graph) add(name string) {
	if _, ok := g.needs[name]; !ok {
		g.names = append(g.names, name)
		g.needs[name] = []string{}
	}
}

// edge adds an edge between two nodes that were added; any other is no edge.
func (g *graph) edge(from, to string) {
	_, hasFrom := g.needs[from]
	_, hasTo := g.needs[to]
	if hasFrom && hasTo {
		g.needs[from] = append(g.needs[from], to)
	}
}

// levels returns the nodes so that each level needs only levels before it, in
// the order in which they were added. What is in or behind a cycle is in none.
func (g *graph) levels() [][]string {
	missing := make(map[string]int, len(g.names))
	neededBy := make(map[string][]string, len(g.names))
	var ready []string
	for _, name := range g.names {
		missing[name] = len(g.needs[name])
		if missing[name] == 0 {
			ready = append(ready, name)
		}
		for _, need := range g.needs[name] {
			neededBy[need] = append(neededBy[need], name)
		}
	}
	level := make(map[string]int, len(g.names))
	depth := 0
	for ; len(ready) > 0; depth++ {
		var next []string
		for _, name := range ready {
			level[name] = depth
			for _, dependent := range neededBy[name] {
				if missing[dependent]--; missing[dependent] == 0 {
					next = append(next, dependent)
				}
			}
		}
		ready = next
	}
	levels := make([][]string, depth)
	for _, name := range g.names {
		if at, ok := level[name]; ok {
			levels[at] = append(levels[at], name)
		}
	}
	return levels
}

// cycle returns the nodes that are in cycles or between two of them, in the
// order they were added; nil if there is no cycle.
func (g *graph) cycle() []string {
	// Taking away what needs nothing, and then what nothing needs, leaves
	// just those.
	left := g.without(g.levels())
	reverse := newGraph()
	for _, name := range left.names {
		reverse.add(name)
	}
	for _, name := range left.names {
		for _, need := range left.needs[name] {
			reverse.edge(need, name)
		}
	}
	return reverse.without(reverse.levels()).names
}

// without returns the graph without the nodes of the levels.
func (g *graph) without(levels [][]string) *graph {
	gone := map[string]bool{}
	for _, level := range levels {
		for _, name := range level {
			gone[name] = true
		}
	}
	left := newGraph()
	for _, name := range g.names {
		if !gone[name] {
			left.add(name)
		}
	}
	for _, name := range left.names {
		for _, need := range g.needs[name] {
			left.edge(name, need)
		}
	}
	return left
}

// dependencies calls visit for each resource that r needs: what its
// expressions refer to, through the branches that choose takes, and DependsOn.
// visit may be called more than once for one; at is the reference, nil for
// DependsOn.
func (t *Template) dependencies(r *Resource, choose func(string) bool, visit func(logicalID string, at *Node)) {
	w := intrinsic.Walker{Choose: choose, Visit: func(ref intrinsic.Reference) {
		// Without knowledge of conditions only what is in no branch is sure.
		if choose == nil && ref.Path.InBranch() {
			return
		}
		if (ref.Kind == intrinsic.ByRef || ref.Kind == intrinsic.ByGetAtt) && !t.scope.IsParameter(ref.Name) && t.Resource(ref.Name) != nil {
			visit(ref.Name, ref.Node)
		}
	}}
	for _, part := range r.expressions() {
		w.Walk(part.Value)
	}
	for _, id := range r.DependsOn {
		visit(id, nil)
	}
}

// absent collects what is named and not there, with the place of the first.
type absent struct {
	nameSet
	first *Node
}

func (m *absent) add(name string, at *Node) {
	if m.first == nil {
		m.first = at
	}
	m.nameSet.add(name)
}

// nameSet collects names once each, in order.
type nameSet struct {
	list []string
	seen map[string]bool
}

func (s *nameSet) add(name string) {
	if s.seen[name] {
		return
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[name] = true
	s.list = append(s.list, name)
}
