// Package javaregex compiles regular expressions of java.util.regex, as Java 17
// has them, and runs them in Go.
//
// API Gateway's users write Java's dialect in two places: the keys of
// integration responses (/2\d\d/) and the string methods of mapping templates
// ($x.replaceAll("\\s+", " ")). The dialect differs from both of Go's engines
// in small things: what \w and \b take for a letter, which characters end a
// line, classes within classes and their intersections ([a-z&&[^aeiou]]), named
// properties (\p{javaWhitespace}, \p{IsAlphabetic}, \h, \R), the numbering of
// named groups, what stands for a group in a replacement. So a pattern is
// parsed here, in Java's syntax; its character classes are computed; and what
// is left is written anew for the engine that can run it: a plain comparison
// for a literal, Go's regexp (linear time) where the meaning is the same, and a
// backtracking engine with a time limit for look-around, back references,
// possessive quantifiers and the like.
//
// Not supported, and refused by name: Unicode blocks (\p{InGreek}), canonical
// equivalence, \N{name}, \b{g}, \p{javaMirrored}. Flags other than Java's
// inline ones are in Flags.
package javaregex
