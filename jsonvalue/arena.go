package jsonvalue

import "sync"

// arena is where a reader puts a tree together. The members of the objects and
// the elements of the arrays that are still open lie on two stacks. What is
// complete moves to memory of its exact size, cut from pieces that the whole
// tree shares: a message of a hundred small objects costs a handful of
// allocations.
type arena struct {
	entries []Entry
	values  []Value
	// topEntry and topValue are how far the stacks have been used.
	topEntry, topValue int
	// kept is memory for the tree of a Document that gives it back; used is what
	// the tree has of it.
	kept, used pieces
}

const (
	// stackSize is the room on a stack to begin with.
	stackSize = 32
	// maxStack is the room that is kept for the next text.
	maxStack = 512
	// maxStacked is the number of elements from which an open array has memory
	// of its own; of an object it is indexFrom.
	maxStacked = 64
	// maxPiece is the number of elements in the largest shared piece.
	maxPiece = 64
	// keptEntries, keptValues, keptMaps and keptLists are the sizes of the
	// pieces of an arena, 12 KB together: enough for a message of 4 KB.
	keptEntries, keptValues, keptMaps, keptLists = 128, 128, 64, 32
)

var arenas = sync.Pool{New: func() any {
	return &arena{entries: make([]Entry, 0, stackSize), values: make([]Value, 0, stackSize)}
}}

// pieces are the shared pieces of memory, without what has been cut off.
type pieces struct {
	entries []Entry
	values  []Value
	maps    []Map
	lists   []List
}

// cut takes n elements from a piece. If it has no more, the next piece is one
// for as many as are expected.
func cut[T any](piece *[]T, n, expected int) []T {
	if n > len(*piece) {
		if n >= maxPiece {
			return make([]T, n)
		}
		*piece = make([]T, min(max(n, expected), maxPiece))
	}
	taken := (*piece)[:n:n]
	*piece = (*piece)[n:]
	return taken
}

// open is an array or object that is being read: where it starts in the text,
// where its elements start on the stack, and what it is if it has grown out of
// the stack.
type open struct {
	start, base int
	m           *Map
	items       []Value
}

func (p *parser) openMap() open {
	p.needArena()
	return open{start: p.i, base: len(p.arena.entries)}
}

func (p *parser) openList() open {
	p.needArena()
	return open{start: p.i, base: len(p.arena.values)}
}

func (p *parser) needArena() {
	if p.arena != nil {
		return
	}
	p.arena = arenas.Get().(*arena)
	if p.keep {
		if p.arena.kept.entries == nil {
			p.arena.kept = pieces{
				make([]Entry, keptEntries), make([]Value, keptValues), make([]Map, keptMaps), make([]List, keptLists),
			}
		}
		p.pieces = p.arena.kept
	}
}

// done clears the stacks, which must keep nothing alive, and gives the arena
// back; one with memory that the tree still needs stays with the Document.
func (p *parser) done() *arena {
	a := p.arena
	if a == nil {
		return nil
	}
	clear(a.entries[:max(a.topEntry, len(a.entries))])
	clear(a.values[:max(a.topValue, len(a.values))])
	a.entries, a.values, a.topEntry, a.topValue = a.entries[:0], a.values[:0], 0, 0
	if cap(a.entries) > maxStack || cap(a.values) > maxStack {
		a.entries, a.values = make([]Entry, 0, stackSize), make([]Value, 0, stackSize)
	}
	if !p.keep {
		arenas.Put(a)
		return nil
	}
	a.used = pieces{
		used(a.kept.entries, p.pieces.entries), used(a.kept.values, p.pieces.values),
		used(a.kept.maps, p.pieces.maps), used(a.kept.lists, p.pieces.lists),
	}
	return a
}

// used returns the part of a piece that has been cut off, if left is the rest
// of it; otherwise there is no rest.
func used[T any](piece, left []T) []T {
	if n := len(left); n > 0 && &left[n-1] == &piece[len(piece)-1] {
		return piece[:len(piece)-n]
	}
	return piece
}

// release takes the memory of a tree back that nobody uses any more.
func (a *arena) release() {
	clear(a.used.entries)
	clear(a.used.values)
	clear(a.used.maps)
	clear(a.used.lists)
	a.used = pieces{}
	arenas.Put(a)
}

// expect says how many times what has just ended may be in the text from where
// it started, if the rest is more of the same.
func (p *parser) expect(o *open) int {
	return 1 + (len(p.b)-p.i)/(p.i-o.start+1)
}

// put sets a member of the object.
func (p *parser) put(o *open, name string, v Value) {
	if o.m != nil {
		o.m.Set(name, v)
		return
	}
	a := p.arena
	members := a.entries[o.base:]
	for i := range members {
		// All names here are strings.
		if m := &members[i]; m.Key.num == uint64(len(name)) && m.Key.String() == name {
			m.Value = v
			return
		}
	}
	if len(members) < indexFrom-1 {
		a.entries = append(a.entries, Entry{String(name), v})
		return
	}
	o.m = NewMap(2 * indexFrom)
	o.m.entries = append(o.m.entries, members...)
	o.m.add(String(name), v)
	a.popEntries(o.base)
}

func (a *arena) popEntries(base int) {
	a.topEntry = max(a.topEntry, len(a.entries))
	a.entries = a.entries[:base]
}

func (a *arena) popValues(base int) {
	a.topValue = max(a.topValue, len(a.values))
	a.values = a.values[:base]
}

// closeMap returns the object.
func (p *parser) closeMap(o *open) Value {
	if o.m != nil {
		return o.m.Value()
	}
	a, expected := p.arena, p.expect(o)
	m := &cut(&p.pieces.maps, 1, expected)[0]
	if members := a.entries[o.base:]; len(members) > 0 {
		m.entries = cut(&p.pieces.entries, len(members), len(members)*expected)
		copy(m.entries, members)
		a.popEntries(o.base)
	}
	return m.Value()
}

// add appends an element to the array.
func (p *parser) add(o *open, v Value) {
	if o.items != nil {
		o.items = append(o.items, v)
		return
	}
	a := p.arena
	if elements := a.values[o.base:]; len(elements) == maxStacked {
		o.items = append(make([]Value, 0, 4*maxStacked), elements...)
		o.items = append(o.items, v)
		a.popValues(o.base)
		return
	}
	a.values = append(a.values, v)
}

// closeList returns the array.
func (p *parser) closeList(o *open) Value {
	a, expected := p.arena, p.expect(o)
	l := &cut(&p.pieces.lists, 1, expected)[0]
	l.items = o.items
	if elements := a.values[o.base:]; len(elements) > 0 {
		l.items = cut(&p.pieces.values, len(elements), len(elements)*expected)
		copy(l.items, elements)
		a.popValues(o.base)
	}
	return l.Value()
}
