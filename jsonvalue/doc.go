// Package jsonvalue holds JSON as API Gateway's template engine sees it: as
// Java objects.
//
// A mapping template does not meet JSON text but what a Java program made of
// it: maps that keep the order of their members, lists that print differently
// depending on where they came from, numbers that are an Integer, a Long, a
// BigInteger, a Double or a BigDecimal and print as those do. Value is that
// object; Map and List are its containers, with reference semantics because
// templates change them in place.
//
// Three readers produce values. Parse is strict RFC 8259. ParseLenient is the
// permissive reader behind $input.path, which takes unquoted names, single
// quotes, extra commas, and makes one string of a text that is no JSON at all.
// Document is one message, looked at as little as possible: a validating pass
// that allocates nothing and records the top-level members, and the whole tree
// only when somebody asks for it. Who is done with the tree can give its memory to
// the next one (Release).
//
// Two writers turn values back into text: AppendJava as Java's toString does
// ({a=1, b=[{"c":5}]}), AppendJSON as $input.json does ({"a":1,"b":[{"c":5}]}).
//
// The package is not a codec for Go structs, has no struct tags and no streams,
// and does not know templates, paths or AWS: vtl, jsonpath and the packages
// above them do.
package jsonvalue
