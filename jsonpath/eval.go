package jsonpath

import (
	"errors"
	"time"

	"postern/jsonvalue"
)

// maxVisits bounds the values that one evaluation looks at: some ten
// milliseconds' worth. The largest message has about 60,000.
const maxVisits = 1 << 20

// maxDepth bounds the depth that .. follows. Text cannot nest as deep, but a
// template can make a document that contains itself.
const maxDepth = 1000

// evaluation is one evaluation of a path and of those in its filters.
type evaluation struct {
	root   jsonvalue.Value
	visits int
	// matching is the time that regular expressions took.
	matching time.Duration
	// roots remembers what paths from $ inside filters resulted in.
	roots map[*Path]outcome
}

type outcome struct {
	value jsonvalue.Value
	err   error
}

// walk is the way of one path through the values.
type walk struct {
	*evaluation
	steps   []step
	results []jsonvalue.Value
	// require says that every name must be there, as in a check for existence.
	require bool
}

// visit counts n values more.
func (e *evaluation) visit(n int) error {
	if e.visits += n; e.visits > maxVisits || n < 0 {
		return ErrTooMuch
	}
	return nil
}

// textVisits is the part of a text that takes as long as a value.
const textVisits = 16

// value follows p from v. The error is errNotFound if p is definite and leads
// nowhere.
func (e *evaluation) value(p *Path, v jsonvalue.Value, require bool) (jsonvalue.Value, error) {
	w := walk{evaluation: e, steps: p.steps, require: require}
	if err := w.follow(0, v); err != nil {
		return jsonvalue.Value{}, err
	}
	if !p.definite {
		return jsonvalue.NewList(jsonvalue.OriginJSON, w.results...).Value(), nil
	}
	if len(w.results) == 0 {
		return jsonvalue.Value{}, errNotFound
	}
	return w.results[0], nil
}

// follow takes step i from v, and the steps after it.
func (w *walk) follow(i int, v jsonvalue.Value) error {
	if err := w.visit(1); err != nil {
		return err
	}
	if i == len(w.steps) {
		w.results = append(w.results, v)
		return nil
	}
	s := &w.steps[i]
	switch s.kind {
	case stepNames:
		return w.names(i, s, v)
	case stepIndexes, stepSlice:
		return w.elements(i, s, v)
	case stepWildcard:
		return w.all(i, v)
	case stepScan:
		return w.scan(i, v, 0)
	case stepFilter:
		return w.filter(i, s, v)
	}
	result, err := w.call(s.function, v)
	if err != nil {
		return err
	}
	if i+1 < len(w.steps) {
		w.results = append(w.results, result)
	}
	return w.follow(i+1, result)
}

func (w *walk) names(i int, s *step, v jsonvalue.Value) error {
	m := v.Map()
	if m == nil {
		if s.upstream {
			return errNotFound
		}
		return nil
	}
	last := i == len(w.steps)-1
	if last && len(s.names) > 1 {
		return w.pick(s, m)
	}
	for _, name := range s.names {
		member, ok := m.Get(name)
		if !ok {
			if w.require || !last && s.upstream && s.definite {
				return errNotFound
			}
			continue
		}
		if err := w.follow(i+1, member); err != nil {
			return err
		}
	}
	return nil
}

// pick makes an object of several members, those that are there.
func (w *walk) pick(s *step, m *jsonvalue.Map) error {
	picked := jsonvalue.NewMap(len(s.names))
	for _, name := range s.names {
		if member, ok := m.Get(name); ok {
			picked.Set(name, member)
		} else if w.require {
			return errNotFound
		}
	}
	w.results = append(w.results, picked.Value())
	return nil
}

// elements takes the elements that a list of indexes or a slice names.
func (w *walk) elements(i int, s *step, v jsonvalue.Value) error {
	l := v.List()
	if l == nil {
		if s.upstream {
			return errNotFound
		}
		return nil
	}
	if s.kind == stepIndexes {
		for _, index := range s.indexes {
			if err := w.element(i, l, index); err != nil {
				return err
			}
		}
		return nil
	}
	from, to := s.slice.bounds(l.Len())
	for index := from; index < to; index++ {
		if err := w.element(i, l, index); err != nil {
			return err
		}
	}
	return nil
}

// element follows element index, counted from the end if negative.
func (w *walk) element(i int, l *jsonvalue.List, index int) error {
	if index < 0 {
		index += l.Len()
	}
	if index < 0 || index >= l.Len() {
		return nil
	}
	return w.follow(i+1, l.At(index))
}

// bounds returns the first index of a slice and the one behind the last. Only
// an open slice counts negative ends from the length: [-3:-1] runs from index
// -3 to -2, which are then counted from the end, and [2:-1] is empty.
func (s slice) bounds(length int) (from, to int) {
	from, to = s.from, min(s.to, length)
	switch {
	case !s.hasTo:
		to = length
		if from < 0 {
			from = max(0, from+length)
		}
	case !s.hasFrom:
		if to < 0 {
			to += length
		}
	}
	return max(from, -length), to
}

// all takes every member or element. Behind an element, what leads nowhere is
// left out.
func (w *walk) all(i int, v jsonvalue.Value) error {
	if m := v.Map(); m != nil {
		for _, member := range m.All() {
			if err := w.follow(i+1, member); err != nil {
				return err
			}
		}
	}
	if l := v.List(); l != nil {
		for _, element := range l.Items() {
			if err := w.follow(i+1, element); err != nil && (!errors.Is(err, errNotFound) || w.require) {
				return err
			}
		}
	}
	return nil
}

// scan takes the next step from v and from everything inside it, parents
// before children. From an array, a step that is not the last one is replaced
// by "every element"; that is JsonPath's way.
func (w *walk) scan(i int, v jsonvalue.Value, depth int) error {
	if err := w.visit(1); err != nil || depth > maxDepth {
		return ErrTooMuch
	}
	m, l := v.Map(), v.List()
	if m == nil && l == nil {
		return nil
	}
	fits, err := w.scanFits(&w.steps[i+1], v)
	if err != nil {
		return err
	}
	if fits {
		if err := w.scanned(i+1, v, l); err != nil {
			return err
		}
	}
	if m != nil {
		for _, member := range m.All() {
			if err := w.scan(i, member, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	for _, element := range l.Items() {
		if err := w.scan(i, element, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) scanned(i int, v jsonvalue.Value, l *jsonvalue.List) error {
	if l == nil || i == len(w.steps)-1 {
		return w.follow(i, v)
	}
	for _, element := range l.Items() {
		if err := w.follow(i+1, element); err != nil {
			return err
		}
	}
	return nil
}

// scanFits reports whether the step behind .. is to be taken from v.
func (w *walk) scanFits(s *step, v jsonvalue.Value) (bool, error) {
	switch s.kind {
	case stepNames:
		m := v.Map()
		if m == nil {
			return false, nil
		}
		if !w.require && s.definite {
			for _, name := range s.names {
				if _, ok := m.Get(name); !ok {
					return false, nil
				}
			}
		}
		return true, nil
	case stepIndexes, stepSlice:
		return v.List() != nil, nil
	case stepWildcard:
		return true, nil
	case stepFilter:
		return w.accepts(s.filter, v)
	}
	return false, nil
}

// filter takes the elements that fit, or a map itself.
func (w *walk) filter(i int, s *step, v jsonvalue.Value) error {
	l := v.List()
	if l == nil && v.Map() == nil {
		if s.upstream {
			return invalidError("a filter cannot be applied to a " + v.Kind().String())
		}
		return nil
	}
	candidates := []jsonvalue.Value{v}
	if l != nil {
		candidates = l.Items()
	}
	for _, candidate := range candidates {
		ok, err := w.accepts(s.filter, candidate)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := w.follow(i+1, candidate); err != nil {
			return err
		}
	}
	return nil
}

// accepts reports whether the filter is true for v.
func (e *evaluation) accepts(filter expression, v jsonvalue.Value) (bool, error) {
	if err := e.visit(1); err != nil {
		return false, err
	}
	ok, err := filter.holds(e, v)
	if unfit(err) {
		return false, nil
	}
	return ok, err
}
