package java

import (
	"fmt"
	"strings"

	"postern/jsonvalue"
)

// function is the body of a method. The arguments fit its signature.
type function func(b *Budget, self Value, args []Value) (Value, error)

// methods is a class's table: signatures, of which the more specific stand
// before the less specific ones.
type methods []struct {
	signature string
	call      function
}

// overload is one method of a class.
type overload struct {
	params []param
	// variadic says that the last parameter takes any number of arguments.
	variadic bool
	call     function
}

// Method is all methods of one name, of all classes.
type Method struct {
	name     string
	overload [numClasses][]overload
}

var names = map[string]*Method{}

// Lookup returns the methods of that name; nil if no class has one.
func Lookup(name string) *Method { return names[name] }

func init() {
	for c, table := range map[class]methods{
		booleanClass: booleanMethods, integerClass: integerMethods, longClass: longMethods,
		bigIntegerClass: bigIntegerMethods, doubleClass: doubleMethods, bigDecimalClass: bigDecimalMethods,
		stringClass: stringMethods, listClass: listMethods, mapClass: mapMethods, characterClass: characterMethods,
		arrayClass: arrayMethods, viewClass: viewMethods, entryClass: entryMethods, iteratorClass: iteratorMethods,
		objectClass: nil,
	} {
		for _, m := range table {
			define(c, m.signature, m.call)
		}
		for _, m := range objectMethods {
			define(c, m.signature, m.call)
		}
	}
}

// define adds a method to the names, unless the class has one with these
// parameters.
func define(c class, signature string, call function) {
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

// objectMethods are those of every object that its class does not have itself.
var objectMethods = methods{
	{"toString()", func(b *Budget, self Value, _ []Value) (Value, error) {
		s, err := b.toString(self)
		return jsonvalue.String(s), err
	}},
	{"equals(Object)", func(b *Budget, self Value, args []Value) (Value, error) {
		eq, err := b.Equals(self, args[0])
		return jsonvalue.Bool(eq), err
	}},
	{"hashCode()", func(b *Budget, self Value, _ []Value) (Value, error) {
		h, err := b.hash(self, 0)
		return jsonvalue.Int(int64(h)), err
	}},
}

// param is the type of a parameter.
type param uint8

const (
	intParam param = iota + 1
	longParam
	doubleParam
	booleanParam
	charParam
	objectParam
	stringParam
	collectionParam
	mapParam
	charsParam
	integerParam
	longObjectParam
	doubleObjectParam
	booleanObjectParam
	characterParam
	bigIntegerParam
	bigDecimalParam
	nullParam
)

var params = map[string]param{
	"int": intParam, "long": longParam, "double": doubleParam, "boolean": booleanParam, "char": charParam,
	"Object": objectParam, "String": stringParam, "Collection": collectionParam, "Map": mapParam, "char[]": charsParam,
	"Integer": integerParam, "Long": longObjectParam, "Double": doubleObjectParam, "Boolean": booleanObjectParam,
	"Character": characterParam, "BigInteger": bigIntegerParam, "BigDecimal": bigDecimalParam, "null": nullParam,
}

// accepts reports whether an argument fits the parameter without a cast.
func (p param) accepts(v Value) bool {
	c := classOf(v)
	if v.IsNull() {
		return p >= objectParam
	}
	switch p {
	case intParam, integerParam:
		return c == integerClass
	case longParam:
		return c == integerClass || c == longClass
	case longObjectParam:
		return c == longClass
	case doubleParam:
		return c == integerClass || c == longClass || c == doubleClass
	case doubleObjectParam:
		return c == doubleClass
	case booleanParam, booleanObjectParam:
		return c == booleanClass
	case charParam, characterParam:
		return c == characterClass
	case objectParam:
		return true
	case stringParam:
		return c == stringClass
	case collectionParam:
		return c == listClass || c == viewClass
	case mapParam:
		return c == mapClass
	case charsParam:
		a, ok := v.Host().(*array)
		return ok && a.of == charArray
	case bigIntegerParam:
		return c == bigIntegerClass
	case bigDecimalParam:
		return c == bigDecimalClass
	}
	return false
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
	overloads := m.overload[classOf(self)]
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
func (m *Method) zeroArg(c class) *overload {
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
	c := classOf(self)
	if c == arrayClass {
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
		for i := range m.overload[classOf(self)] {
			if o := &m.overload[classOf(self)][i]; o.accepts(args[:]) {
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
