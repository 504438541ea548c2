package java

import (
	"errors"

	"postern/jsonvalue"
)

// mapMethods are those of LinkedHashMap.
var mapMethods = methods{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return integer(self.Map().Len()) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) { return boolean(self.Map().Len() == 0) }},
	{"get(Object)", func(b *Budget, self Value, args []Value) (Value, error) { return mapGet(b, self.Map(), args[0]) }},
	{"getOrDefault(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		if has, err := mapHas(b, self.Map(), args[0]); err != nil || !has {
			return args[1], err
		}
		return mapGet(b, self.Map(), args[0])
	}},
	{"containsKey(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		has, err := mapHas(b, self.Map(), args[0])
		return jsonvalue.Bool(has), err
	}},
	{"containsValue(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		return contains(b, newView(self.Map(), valuesView), args)
	}},
	{"put(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		return MapPut(b, self.Map(), args[0], args[1])
	}},
	{"putIfAbsent(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		old, err := mapGet(b, self.Map(), args[0])
		if err != nil || !old.IsNull() {
			return old, err
		}
		return MapPut(b, self.Map(), args[0], args[1])
	}},
	{"putAll(Map)", func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, errNull
		}
		for _, e := range entriesOf(args[0].Map()) {
			if _, err := MapPut(b, self.Map(), e.Key, e.Value); err != nil {
				return Value{}, err
			}
		}
		return void()
	}},
	{"replace(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		if has, err := mapHas(b, self.Map(), args[0]); err != nil || !has {
			return Value{}, err
		}
		return MapPut(b, self.Map(), args[0], args[1])
	}},
	{"replace(Object,Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		is, err := mapIs(b, self.Map(), args[0], args[1])
		if err != nil || !is {
			return jsonvalue.Bool(false), err
		}
		_, err = MapPut(b, self.Map(), args[0], args[2])
		return jsonvalue.Bool(true), err
	}},
	{"remove(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		old, err := mapGet(b, self.Map(), args[0])
		if err == nil {
			_, err = b.deleteKey(self.Map(), args[0])
		}
		return old, err
	}},
	{"remove(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		is, err := mapIs(b, self.Map(), args[0], args[1])
		if err != nil || !is {
			return jsonvalue.Bool(false), err
		}
		deleted, err := b.deleteKey(self.Map(), args[0])
		return jsonvalue.Bool(deleted), err
	}},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		self.Map().Clear()
		return void()
	}},
	{"keySet()", func(_ *Budget, self Value, _ []Value) (Value, error) { return newView(self.Map(), keysView), nil }},
	{"values()", func(_ *Budget, self Value, _ []Value) (Value, error) { return newView(self.Map(), valuesView), nil }},
	{"entrySet()", func(_ *Budget, self Value, _ []Value) (Value, error) { return newView(self.Map(), entriesView), nil }},
	{"forEach(null)", needsFunction},
	{"replaceAll(null)", needsFunction},
	{"clone()", func(b *Budget, self Value, _ []Value) (Value, error) {
		m := jsonvalue.NewMap(self.Map().Len())
		for k, v := range self.Map().All() {
			m.SetKey(k, v)
		}
		return m.Value(), b.Charge(2 * itemWork * m.Len())
	}},
}

func entriesOf(m *jsonvalue.Map) []jsonvalue.Entry {
	entries := make([]jsonvalue.Entry, 0, m.Len())
	for k, v := range m.All() {
		entries = append(entries, jsonvalue.Entry{Key: k, Value: v})
	}
	return entries
}

var errKey = errors.New("a key of a map must not be a map or list that contains itself")

// chargeKey charges for the search of a key. One that is not a string is
// compared with every entry.
func chargeKey(b *Budget, m *jsonvalue.Map, k Value) error {
	if k.Kind() == jsonvalue.KindString {
		return b.Charge(4)
	}
	if isContainer(k) {
		before := b.Work
		if err := b.weigh(k, 0); err != nil {
			return errKey
		}
		if err := b.Charge(int(before-b.Work) * m.Len()); err != nil {
			return err
		}
	}
	return b.Charge(6 * m.Len())
}

// key returns the key of m that k is equal to, or k: a Character is an object
// of its own each time and has to be found by content.
func key(m *jsonvalue.Map, k Value) Value {
	if k.Kind() != jsonvalue.KindObject {
		return k
	}
	for other := range m.All() {
		if other.Kind() == jsonvalue.KindObject && equals(k, other) {
			return other
		}
	}
	return k
}

// deleteWork is the work of an entry that stands in a map with one that is
// deleted: places change.
const deleteWork = 32

func (b *Budget) deleteKey(m *jsonvalue.Map, k Value) (bool, error) {
	if err := b.Charge(deleteWork * m.Len()); err != nil {
		return false, err
	}
	return m.DeleteKey(key(m, k)), nil
}

func mapGet(b *Budget, m *jsonvalue.Map, k Value) (Value, error) {
	if s, ok := k.Text(); ok {
		v, _ := m.Get(s)
		return v, nil
	}
	if err := chargeKey(b, m, k); err != nil {
		return Value{}, err
	}
	v, _ := m.GetKey(key(m, k))
	return v, nil
}

func mapHas(b *Budget, m *jsonvalue.Map, k Value) (bool, error) {
	if err := chargeKey(b, m, k); err != nil {
		return false, err
	}
	_, has := m.GetKey(key(m, k))
	return has, nil
}

func mapIs(b *Budget, m *jsonvalue.Map, k, v Value) (bool, error) {
	has, err := mapHas(b, m, k)
	if err != nil || !has {
		return false, err
	}
	old, err := mapGet(b, m, k)
	if err != nil {
		return false, err
	}
	return b.Equals(old, v)
}

// MapPut sets an entry and returns the old value, null if there was none.
func MapPut(b *Budget, m *jsonvalue.Map, k, v Value) (Value, error) {
	if err := chargeKey(b, m, k); err != nil {
		return Value{}, err
	}
	if err := b.Charge(2 * itemWork); err != nil {
		return Value{}, err
	}
	k = key(m, k)
	old, _ := m.GetKey(k)
	m.SetKey(k, v)
	return old, nil
}

// entryMethods are those of Map.Entry.
var entryMethods = methods{
	{"getKey()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self.Host().(*entry).key, nil }},
	{"getValue()", func(_ *Budget, self Value, _ []Value) (Value, error) { return self.Host().(*entry).value, nil }},
	{"setValue(Object)", func(_ *Budget, self Value, args []Value) (Value, error) {
		e := self.Host().(*entry)
		old := e.value
		e.value = args[0]
		if _, ok := e.m.GetKey(e.key); ok {
			e.m.SetKey(e.key, args[0])
		}
		return old, nil
	}},
}
