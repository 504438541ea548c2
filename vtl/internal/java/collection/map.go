package collection

import (
	"errors"

	"postern/jsonvalue"
	"postern/vtl/internal/java/budget"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/object"
)

// MapMethods are those of LinkedHashMap.
var MapMethods = method.Table{
	{"size()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Int(self.Map().Len()) }},
	{"isEmpty()", func(_ *Budget, self Value, _ []Value) (Value, error) { return method.Bool(self.Map().Len() == 0) }},
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
		return contains(b, object.NewView(self.Map(), object.Values), args)
	}},
	{"put(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		return Put(b, self.Map(), args[0], args[1])
	}},
	{"putIfAbsent(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		old, err := mapGet(b, self.Map(), args[0])
		if err != nil || !old.IsNull() {
			return old, err
		}
		return Put(b, self.Map(), args[0], args[1])
	}},
	{"putAll(Map)", func(b *Budget, self Value, args []Value) (Value, error) {
		if args[0].IsNull() {
			return Value{}, method.ErrNull
		}
		for _, e := range entriesOf(args[0].Map()) {
			if _, err := Put(b, self.Map(), e.Key, e.Value); err != nil {
				return Value{}, err
			}
		}
		return method.Void()
	}},
	{"replace(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		if has, err := mapHas(b, self.Map(), args[0]); err != nil || !has {
			return Value{}, err
		}
		return Put(b, self.Map(), args[0], args[1])
	}},
	{"replace(Object,Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		is, err := mapIs(b, self.Map(), args[0], args[1])
		if err != nil || !is {
			return jsonvalue.Bool(false), err
		}
		_, err = Put(b, self.Map(), args[0], args[2])
		return jsonvalue.Bool(true), err
	}},
	{"remove(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		old, err := mapGet(b, self.Map(), args[0])
		if err == nil {
			_, err = deleteKey(b, self.Map(), args[0])
		}
		return old, err
	}},
	{"remove(Object,Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		is, err := mapIs(b, self.Map(), args[0], args[1])
		if err != nil || !is {
			return jsonvalue.Bool(false), err
		}
		deleted, err := deleteKey(b, self.Map(), args[0])
		return jsonvalue.Bool(deleted), err
	}},
	{"clear()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		self.Map().Clear()
		return method.Void()
	}},
	{"keySet()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return object.NewView(self.Map(), object.Keys), nil
	}},
	{"values()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return object.NewView(self.Map(), object.Values), nil
	}},
	{"entrySet()", func(_ *Budget, self Value, _ []Value) (Value, error) {
		return object.NewView(self.Map(), object.Entries), nil
	}},
	{"forEach(null)", needsFunction},
	{"replaceAll(null)", needsFunction},
	{"clone()", func(b *Budget, self Value, _ []Value) (Value, error) {
		m := jsonvalue.NewMap(self.Map().Len())
		for k, v := range self.Map().All() {
			m.SetKey(k, v)
		}
		return m.Value(), b.Charge(2 * budget.ItemWork * m.Len())
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
	if object.IsContainer(k) {
		before := b.Work
		if err := object.Weigh(b, k); err != nil {
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
		if other.Kind() == jsonvalue.KindObject && object.Equal(k, other) {
			return other
		}
	}
	return k
}

func deleteKey(b *Budget, m *jsonvalue.Map, k Value) (bool, error) {
	if err := b.Charge(budget.DeleteWork * m.Len()); err != nil {
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
	return object.Equals(b, old, v)
}

// Put sets an entry and returns the old value, null if there was none.
func Put(b *Budget, m *jsonvalue.Map, k, v Value) (Value, error) {
	if err := chargeKey(b, m, k); err != nil {
		return Value{}, err
	}
	if err := b.Charge(2 * budget.ItemWork); err != nil {
		return Value{}, err
	}
	k = key(m, k)
	old, _ := m.GetKey(k)
	m.SetKey(k, v)
	return old, nil
}
