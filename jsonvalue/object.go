package jsonvalue

// Object is a value that the host program brings into a template, such as
// $input or $util: it answers for its properties and methods and prints
// itself. Its identity is the Go value's.
//
// An implementation should be a pointer, so that a Value can carry it without
// allocation. Methods are called from one goroutine at a time per rendering.
type Object interface {
	// Property returns what $x.name stands for, or false if there is no such
	// property (which a template prints as nothing).
	Property(name string) (Value, bool)
	// Call runs $x.method(args...). found is false if there is no such method
	// for these arguments, which is no error: a template prints nothing. An
	// error ends the rendering. The slice of arguments is valid during the
	// call only.
	Call(method string, args []Value) (result Value, found bool, err error)
	// AppendText appends what $x prints.
	AppendText(dst []byte) []byte
}

// Nested is an Object that has other values in what it prints: a template may
// have put the object into one of them. One that has a method Map() *Map prints
// as that map does and need not be Nested.
type Nested interface {
	Object
	// AppendNested is AppendText within a value that is being printed. It leaves
	// the values in it to the nesting.
	AppendNested(dst []byte, n Nesting) ([]byte, error)
}

// Nesting is how much of a value may still be printed.
type Nesting struct {
	limit, depth int
}

// NewNesting is for an object that prints on its own: up to a length of dst, in
// bytes, and as deep as AppendJavaLimit goes.
func NewNesting(limit int) Nesting { return Nesting{limit, maxNesting} }

// AppendJava is AppendJavaLimit for a value inside another one.
func (n Nesting) AppendJava(dst []byte, v Value) ([]byte, error) {
	p := printer{dst: dst, limit: n.limit}
	p.java(v, n.depth)
	return p.dst, p.finish()
}
