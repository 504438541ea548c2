// Package jsonpath finds values in JSON by the paths of Jayway JsonPath, the
// dialect behind $input.path and selection expressions.
//
//	$.store.book[0].title          the title of the first book
//	$['store']["book"][-1]         names in brackets, the last book
//	$.store.book[*].author         the authors of all books
//	$..price                       prices at any depth
//	$.store.book[0,2].title        two of them; ['title','price'] makes an object
//	$.store.book[:2]               the first two; [2:] from the third, [-2:] the last two
//	$.store.book[?(@.price < 10 && @.isbn)]
//	$.store.book.length()          also sum, avg, min, max, stddev, concat, ...
//
// A path that begins with neither $ nor @ is taken to begin with "$.": a.b is
// $.a.b. A name with a blank, a dot or a bracket in it needs ['…'], in which
// \ takes the meaning from the next character.
//
// # Results
//
// A path is definite if it can only lead to one value; its result is that
// value. Any other path (with a wildcard, a slice, several indexes, a filter or
// ..) results in a list, which may be empty and prints as JSON. So
// $.store.book[?(@.isbn == '0-553-1')].title is ["Honour"], a list of one: a
// template wants [0] behind it.
//
// Nothing is found if a definite path leads nowhere, or if any path needs a
// member that is not there before its first wildcard: $.nope[*].id finds nothing
// rather than an empty list. Nothing prints as nothing in $input.path, and as
// "" (two quotes) in $input.json. A JSON null is found, and is null.
//
// The order of results is that of the document: of the members as they are
// written, parents before children for "..".
//
// # Filters
//
// [?(…)] takes the elements of an array for which the condition holds; of an
// object, the object itself. @ is the element, $ the document.
//
//	@.isbn   !@.isbn              it is there, or not; null is there
//	@.price < 10                  == != < <= > >=; === and !== without conversion
//	@.title =~ /.*whale.*/i       a regular expression in Java's dialect, for the whole text; flags idmsuxU
//	@.id in [1, 2]                in, nin; the list may be a path
//	@.tags contains 'x'           an element of a list, or a part of a text
//	@.tags subsetof ['x', 'y']    anyof, noneof, size, empty true
//	a && b || !(c)
//
// Texts stand in single or double quotes; 1, true, null, {…} and […] are JSON.
// A number and a text are equal if one reads as the other: @.id == '7' finds 7.
// Where an operator does not fit the values, the condition is false. A path in
// a condition ends at a blank or an operator: @.a<1 is read as it should be.
//
// # Functions
//
// Behind a path, or before one in parentheses, $.sum($..price):
//
//	length() size()               elements or members; null for all else
//	min() max() avg() sum() stddev()   of numbers, as doubles; an error if there are none
//	concat("…")                   the texts of a list, and those of the arguments
//	append(5)                     a copy of a list with more behind it
//	keys()                        the names of an object's members
//	first() last() index(n)       one element of a list; an error if it is not there
//
// An argument is a path, a number, or JSON in double quotes or braces; anything
// else does not count, 'text' neither.
//
// # Surprises
//
//   - a single character that is left behind a step is not looked at: $.a[ is $.a;
//   - $..book[0] is the first of each array below a book, not the first result:
//     there is no way to index results;
//   - ['a','b'] at the end of a path makes an object of the members that are
//     there; before the end it goes on from each;
//   - a path that stands alone in a filter begins at the element even with $;
//   - [-2:] is the last two and [-3:-1] the two before the last, but [1:-1] is
//     empty: both ends of a slice count from the same side.
//
// # Which JsonPath
//
// The behaviour is that of JsonPath 2.9 with its default options, down to its
// order of results: where releases differ, the newest counts, and where it is
// known to be wrong in ways that nobody can rely on (append changing the
// document, last() failing on a single element), this package is not. The
// results share their values with the document.
//
// Paths come from anybody, and so do documents. Compile refuses a path of more
// than 16 KB; Eval gives up, with ErrTooMuch, what looks at more than a million
// values, and with an error of its own what spends more than a tenth of a second
// in regular expressions.
//
// The package does not change documents, knows no RFC 9535, and takes no
// predicates from its caller.
package jsonpath
