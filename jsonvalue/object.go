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
