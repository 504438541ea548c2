package java

import (
	"fmt"
	"strings"

	"postern/vtl/internal/java/collection"
	"postern/vtl/internal/java/method"
	"postern/vtl/internal/java/number"
	"postern/vtl/internal/java/object"
	"postern/vtl/internal/java/text"
)

// overload is one method of a class.
type overload struct {
	params []param
	// variadic says that the last parameter takes any number of arguments.
	variadic bool
	call     method.Func
}

// Method is all methods of one name, of all classes.
type Method struct {
	name     string
	overload [object.NumClasses][]overload
}

var names = map[string]*Method{}

// Lookup returns the methods of that name; nil if no class has one.
func Lookup(name string) *Method { return names[name] }

// tables are the methods that a class has itself.
var tables = [object.NumClasses]method.Table{
	object.BooleanClass:    booleanMethods,
	object.IntegerClass:    number.IntegerMethods,
	object.LongClass:       number.LongMethods,
	object.BigIntegerClass: number.BigIntegerMethods,
	object.DoubleClass:     number.DoubleMethods,
	object.BigDecimalClass: number.BigDecimalMethods,
	object.StringClass:     text.StringMethods,
	object.ListClass:       collection.ListMethods,
	object.MapClass:        collection.MapMethods,
	object.CharacterClass:  text.CharacterMethods,
	object.ArrayClass:      collection.ArrayMethods,
	object.ViewClass:       collection.ViewMethods,
	object.EntryClass:      collection.EntryMethods,
	object.IteratorClass:   collection.IteratorMethods,
}

func init() {
	for c := object.BooleanClass; c < object.NumClasses; c++ {
		of := [...]method.Table{tables[c], nil, objectMethods}
		if c.Comparable() {
			of[1] = comparableMethods
		}
		for _, table := range of {
			for _, m := range table {
				define(c, m.Signature, m.Call)
			}
		}
	}
}

// define adds a method to the names. Of two with the same parameters the first
// is called.
func define(c object.Class, signature string, call method.Func) {
	name, rest, ok := strings.Cut(signature, "(")
	if !ok {
		panic("no parameters: " + signature)
	}
	m := names[name]
	if m == nil {
		m = &Method{name: name}
		names[name] = m
	}
	o := overload{call: call}
	if list := strings.TrimSuffix(rest, ")"); list != "" {
		for p := range strings.SplitSeq(list, ",") {
			p, o.variadic = strings.CutSuffix(p, "...")
			if params[p] == 0 {
				panic("unknown parameter: " + signature)
			}
			o.params = append(o.params, params[p])
		}
	}
	m.overload[c] = append(m.overload[c], o)
}

func (o *overload) accepts(args []Value) bool {
	fixed := len(o.params)
	if o.variadic {
		fixed--
	}
	if len(args) < fixed || len(args) > fixed && !o.variadic {
		return false
	}
	for i, v := range args {
		if !o.params[min(i, len(o.params)-1)].accepts(v) {
			return false
		}
	}
	return true
}

// Call calls the method of a value. found is false if its class has none for
// these arguments.
func (m *Method) Call(b *Budget, self Value, args []Value) (result Value, found bool, err error) {
	if m == nil {
		return Value{}, false, nil
	}
	overloads := m.overload[object.ClassOf(self)]
	for i := range overloads {
		if o := &overloads[i]; o.accepts(args) {
			b.Work -= 16
			result, err = o.call(b, self, args)
			return result, true, err
		}
	}
	if len(args) > 0 {
		for i := range overloads {
			if len(overloads[i].params) == 0 {
				// Velocity takes a method without parameters to fit any
				// arguments, and then fails to call it.
				return Value{}, true, fmt.Errorf("%s() takes no arguments", m.name)
			}
		}
	}
	return Value{}, false, nil
}

// zeroArg returns the overload without parameters.
func (m *Method) zeroArg(c object.Class) *overload {
	if m == nil {
		return nil
	}
	for i := range m.overload[c] {
		if o := &m.overload[c][i]; len(o.params) == 0 {
			return o
		}
	}
	return nil
}

// Getter is how $x.name is read where x is not a map: by getName() or isName().
type Getter [4]*Method

// NewGetter returns the getter of a property; nil if no class has it.
func NewGetter(name string) *Getter {
	if name == "" {
		return nil
	}
	other := toggle(name)
	g := Getter{Lookup("get" + name), Lookup("get" + other), Lookup("is" + name), Lookup("is" + other)}
	if g == (Getter{}) {
		return nil
	}
	return &g
}

// Get returns the property of a value; found is false if its class has none of
// that name.
func (g *Getter) Get(b *Budget, self Value) (v Value, found bool, err error) {
	if g == nil {
		return Value{}, false, nil
	}
	c := object.ClassOf(self)
	if c == object.ArrayClass {
		return Value{}, false, nil // its methods are those of a list around it
	}
	for _, m := range g {
		if o := m.zeroArg(c); o != nil {
			v, err := o.call(b, self, nil)
			return v, true, err
		}
	}
	return Value{}, false, nil
}

// SetProperty sets $self.name by setName(v). It reports whether there is such a
// method.
func SetProperty(b *Budget, self Value, name string, v Value) (bool, error) {
	if name == "" {
		return false, nil
	}
	for _, setter := range [...]string{"set" + name, "set" + toggle(name)} {
		m := Lookup(setter)
		if m == nil {
			continue
		}
		args := [1]Value{v}
		for i := range m.overload[object.ClassOf(self)] {
			if o := &m.overload[object.ClassOf(self)][i]; o.accepts(args[:]) {
				_, err := o.call(b, self, args[:])
				return true, err
			}
		}
	}
	return false, nil
}

// toggle changes the case of the first letter.
func toggle(name string) string {
	if c := name[0]; c >= 'a' && c <= 'z' {
		return string(c-0x20) + name[1:]
	} else if c >= 'A' && c <= 'Z' {
		return string(c+0x20) + name[1:]
	}
	return name
}
