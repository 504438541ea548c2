// Package query is the server side of AWS's query protocol: a form in, XML
// out. It turns a request into the typed input of a plain function and the
// function's output, or its awserr.Error, into the document that clients
// expect.
//
// An API holds the operations of one service; a Handler serves one or several
// of them over HTTP. The package knows no service and checks no signature: who
// the caller is, it is told.
//
// # Wire names
//
// A struct field stands for the member of its own name; the tag
// `query:"StackId"` gives it another. Further tags constrain what a client may
// send, as the service's model does: required, min, max (characters or, for
// numbers, the value), maxbytes, pattern (whole value), enum (values separated
// by "|").
//
// # Absent and empty
//
// A nil pointer, a nil slice and an empty string are absent in both directions.
// A slice of length zero is an empty list: "Tags=" in a form and <Tags></Tags>
// in a document. Pointers distinguish an empty string from none, and the tag
// `empty:"keep"` has an empty string written all the same.
//
// Source: AWS "Making query requests"; botocore's query serializer and parser.
package query
