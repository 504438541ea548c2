// Package jsonpath finds values in JSON by the paths of Jayway JsonPath, the
// dialect behind $input.path and selection expressions.
//
//	$.store.book[0].title          the title of the first book
//	$['store']["book"][-1]         names in brackets, the last book
//	$.store.book[*].author         the authors of all books
//	$..price                       prices at any depth
//	$.store.book[0,2].title        two of them; ['title','price'] makes an object
//	$.store.book[:2]               the first two
//	$.store.book[?(@.price < 10 && @.isbn)]
//	$.store.book.length()          also sum, avg, min, max, stddev, concat, ...
//
// A path is definite if it can only lead to one value; its result is that
// value. Any other path (with a wildcard, a slice, several indexes, a filter or
// ..) results in a list, which may be empty and prints as JSON.
//
// The behaviour is that of JsonPath 2.9 with its default options, down to its
// order of results: where releases differ, the newest counts, and where it is
// known to be wrong in ways that nobody can rely on (append changing the
// document, last() failing on a single element), this package is not. The
// results share their values with the document.
//
// The package does not change documents, knows no RFC 9535, and takes no
// predicates from its caller.
package jsonpath
