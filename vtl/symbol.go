package vtl

// symbols are the names of variables that a template has. Each has a slot, by
// its index.
type symbols struct {
	names []string
	slots map[string]int
}

// The names that #foreach sets always have a slot each.
const (
	foreachSlot = iota
	countSlot
	hasNextSlot
)

func newSymbols() *symbols {
	s := &symbols{slots: map[string]int{}}
	for _, name := range [...]string{"foreach", "velocityCount", "velocityHasNext"} {
		s.slot(name)
	}
	return s
}

// slot returns the slot of a name, a new one if it has none.
func (s *symbols) slot(name string) int {
	if i, ok := s.slots[name]; ok {
		return i
	}
	i := len(s.names)
	s.names = append(s.names, name)
	s.slots[name] = i
	return i
}
