package jsonvalue

import (
	"iter"
	"slices"
)

// indexFrom is the number of entries from which a Map keeps an index: below,
// comparing keys in order is as fast.
const indexFrom = 12

// Entry is one entry of a Map. JSON has only strings for keys; a template may
// use any value: {1: "a"}.
type Entry struct {
	Key   Value
	Value Value
}

// Map is a map that keeps the order in which keys were first set, as Java's
// LinkedHashMap, with reference semantics: what one holder of the pointer
// changes, all see. The zero Map is empty and ready. Any number
// of goroutines may read a map that nobody changes.
type Map struct {
	entries []Entry
	// index finds the keys that are strings; nil in a small map.
	index map[string]int
}

// NewMap returns an empty map with room for n entries.
func NewMap(n int) *Map { return &Map{entries: make([]Entry, 0, n)} }

// Value returns the map as a Value; a nil map is null.
func (m *Map) Value() Value {
	if m == nil {
		return Value{}
	}
	return Value{ref: m}
}

// Len returns the number of entries.
func (m *Map) Len() int { return len(m.entries) }

// At returns entry i in order, 0 <= i < Len().
func (m *Map) At(i int) Entry { return m.entries[i] }

// All yields keys and values in order.
func (m *Map) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		for _, e := range m.entries {
			if !yield(e.Key, e.Value) {
				return
			}
		}
	}
}

// Get returns the value of the key that is the string name.
func (m *Map) Get(name string) (Value, bool) {
	if i := m.find(name); i >= 0 {
		return m.entries[i].Value, true
	}
	return Value{}, false
}

// Set sets the value of the key that is the string name. A key that is already
// there keeps its place.
func (m *Map) Set(name string, v Value) {
	if i := m.find(name); i >= 0 {
		m.entries[i].Value = v
		return
	}
	m.add(String(name), v)
}

// Delete removes the key that is the string name and reports whether it was
// there.
func (m *Map) Delete(name string) bool { return m.deleteAt(m.find(name)) }

// GetKey is Get for a key of any kind. Keys are equal as Equal says: 1 and
// "1" are two keys.
func (m *Map) GetKey(key Value) (Value, bool) {
	if i := m.findKey(key); i >= 0 {
		return m.entries[i].Value, true
	}
	return Value{}, false
}

// SetKey is Set for a key of any kind.
func (m *Map) SetKey(key, v Value) {
	if i := m.findKey(key); i >= 0 {
		m.entries[i].Value = v
		return
	}
	m.add(key, v)
}

// DeleteKey is Delete for a key of any kind.
func (m *Map) DeleteKey(key Value) bool { return m.deleteAt(m.findKey(key)) }

// Clear removes all entries.
func (m *Map) Clear() { m.entries, m.index = nil, nil }

func (m *Map) find(name string) int {
	if m.index != nil {
		if i, ok := m.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range m.entries {
		if s, ok := m.entries[i].Key.Text(); ok && s == name {
			return i
		}
	}
	return -1
}

func (m *Map) findKey(key Value) int {
	if s, ok := key.Text(); ok {
		return m.find(s)
	}
	return slices.IndexFunc(m.entries, func(e Entry) bool { return e.Key.Equal(key) })
}

func (m *Map) add(key, v Value) {
	m.entries = append(m.entries, Entry{key, v})
	if m.index == nil {
		m.buildIndex()
	} else if s, ok := key.Text(); ok {
		m.index[s] = len(m.entries) - 1
	}
}

func (m *Map) deleteAt(i int) bool {
	if i < 0 {
		return false
	}
	last := i == len(m.entries)-1
	if s, ok := m.entries[i].Key.Text(); ok && last {
		delete(m.index, s)
	}
	m.entries = slices.Delete(m.entries, i, i+1)
	if !last {
		m.buildIndex()
	}
	return true
}

// buildIndex brings the index in line with the entries. Readers never do it,
// so that any number of them may share a map that nobody changes.
func (m *Map) buildIndex() {
	if len(m.entries) < indexFrom {
		m.index = nil
		return
	}
	if m.index == nil {
		m.index = make(map[string]int, 2*len(m.entries))
	} else {
		clear(m.index)
	}
	for i := range m.entries {
		if s, ok := m.entries[i].Key.Text(); ok {
			m.index[s] = i
		}
	}
}
